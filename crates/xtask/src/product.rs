//! The product itself, built in release and run.

use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use crate::cargo;

/// Builds the product and runs `plimsoll bench`.
pub(crate) fn bench(arguments: &[String]) -> Result<ExitCode> {
    cargo::run(&["build", "--release", "--locked"])?;
    let plimsoll = cargo::target_folder()?.join("release/plimsoll");
    let status = Command::new(&plimsoll)
        .current_dir(cargo::root()?)
        .arg("bench")
        .args(arguments)
        .status()
        .with_context(|| format!("could not run `{}`", plimsoll.display()))?;
    let code = status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1);
    Ok(ExitCode::from(code))
}

/// Checks a run file against the committed schema, and on request that no trial and no preparation failed. An invalid
/// trial is no failure: it says that the machine was too busy to measure.
pub(crate) fn validate(file: &Path, without_failures: bool) -> Result<()> {
    let file = std::path::absolute(file)?;
    cargo::build_all()?;
    let program = cargo::target_folder()?.join("debug/examples/validate_run");
    let status = Command::new(&program).arg(&file).status();
    let status = status.with_context(|| format!("could not run `{}`", program.display()))?;
    if !status.success() {
        bail!("`{}` is not what the schema says: see above", file.display());
    }
    if without_failures { no_failures(&file) } else { Ok(()) }
}

/// Fails when a trial or a preparation of a run failed, and names them.
pub(crate) fn no_failures(file: &Path) -> Result<()> {
    let text =
        std::fs::read_to_string(file).with_context(|| format!("could not read `{}`", file.display()))?;
    let failures = failures(&serde_json::from_str(&text)?);
    if !failures.is_empty() {
        bail!("{} failures in `{}`:\n{}", failures.len(), file.display(), failures.join("\n"));
    }
    Ok(())
}

fn failures(run: &serde_json::Value) -> Vec<String> {
    let list = |name: &str| run[name].as_array().map(Vec::as_slice).unwrap_or_default();
    let at = |name: &str, place: &serde_json::Value| {
        place.as_u64().and_then(|place| list(name).get(place as usize)).unwrap_or(&serde_json::Value::Null)
    };
    let of_trials = list("trials").iter();
    let of_trials =
        of_trials.map(|trial| (&at("cells", &trial["cell"])["row"], &trial["outcome"]["failure"]));
    let of_rows = list("preparations").iter().map(|made| (&made["row"], &made["failure"]));
    let failed = of_rows.chain(of_trials).filter(|(_, failure)| !failure.is_null());
    failed
        .map(|(row, failure)| {
            let row = at("rows", row);
            format!("{} in {}: {}", row["workload"], row["lane"], failure["message"])
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::failures;

    #[test]
    fn a_failed_trial_is_named_and_an_invalid_load_is_not() {
        let run = serde_json::json!({
            "rows": [{"workload": "hello", "lane": "native"}, {"workload": "hello", "lane": "docker"}],
            "cells": [{"row": 0, "arm": 0}, {"row": 1, "arm": 0}, {"row": 1, "arm": 1}],
            "preparations": [{"row": 0, "failure": {"message": "no program"}}, {"row": 1}],
            "trials": [
                {"cell": 1, "outcome": {"state": "invalid", "reason": "late"}},
                {"cell": 2, "outcome": {"state": "failed", "failure": {"message": "gone"}}}
            ]
        });
        let named = ["\"hello\" in \"native\": \"no program\"", "\"hello\" in \"docker\": \"gone\""];
        assert_eq!(failures(&run), named);
    }
}
