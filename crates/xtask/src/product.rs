//! The product itself, built in release and run.

use std::collections::BTreeSet;
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

/// Fails when a trial or a preparation of a run failed, or none did what it should in one of its rows, and names them.
pub(crate) fn no_failures(file: &Path) -> Result<()> {
    let text =
        std::fs::read_to_string(file).with_context(|| format!("could not read `{}`", file.display()))?;
    let run = serde_json::from_str(&text)?;
    let mut failures = failures(&run);
    failures.append(&mut empty(&run));
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

/// The rows in which every trial failed or none was made, or that there are none.
fn empty(run: &serde_json::Value) -> Vec<String> {
    let list = |name: &str| run[name].as_array().map(Vec::as_slice).unwrap_or_default();
    let worked = |trial: &&serde_json::Value| {
        ["passed", "invalid"].iter().any(|state| trial["outcome"]["state"] == *state)
    };
    let cells = list("trials")
        .iter()
        .filter(worked)
        .filter_map(|trial| list("cells").get(trial["cell"].as_u64()? as usize));
    let rows: BTreeSet<u64> = cells.filter_map(|cell| cell["row"].as_u64()).collect();
    let empty = list("rows").iter().zip(0..).filter(|(_, at)| !rows.contains(at));
    let named =
        empty.map(|(row, _)| format!("{} in {}: no trial did what it should", row["workload"], row["lane"]));
    let none = list("rows").is_empty().then(|| "the run has no rows".to_owned());
    named.chain(none).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use plimsoll_model::{
        Failure, FailureKind, LaneSpec, Outcome, Phase, Plan, Preparation, Preset, Purpose, Run, Site, Slug,
        Task, Trial,
    };

    use super::{empty, failures};

    fn failure(message: &str) -> Failure {
        Failure { phase: Phase::Start, kind: FailureKind::Other, message: message.to_owned(), diff: None }
    }

    fn prepared(row: u32, failure: Option<Failure>) -> Preparation {
        Preparation { row, failure, digests: BTreeMap::new(), samples: Vec::new() }
    }

    fn trial(cell: u32, outcome: Outcome) -> Trial {
        Trial {
            position: cell,
            round: 0,
            cell,
            purpose: Purpose::Measured,
            task: Task::Load,
            predecessor: None,
            began_ns: 0,
            held: None,
            outcome,
            spans: Vec::new(),
            samples: Vec::new(),
            histograms: Vec::new(),
        }
    }

    #[test]
    fn a_failed_trial_is_named_and_an_invalid_load_is_not() {
        let lanes = ["one", "two"].map(|slug| LaneSpec::plain(Slug::known(slug), Slug::known("made-up")));
        let plan = Plan::from_preset(Preset::Quick, vec![Slug::known("hello")], lanes.into(), 7);
        let began = serde_json::from_str("\"2026-11-21T01:32:00Z\"").unwrap();
        let mut run = Run::planned(Slug::known("failing"), began, plan, Site::default());
        assert_eq!((run.rows.len(), run.cells.len()), (2, 4));
        run.preparations = vec![prepared(0, Some(failure("no program"))), prepared(1, None)];
        run.trials = vec![
            trial(0, Outcome::Passed),
            trial(2, Outcome::Invalid { reason: "late".to_owned() }),
            trial(3, Outcome::Failed { failure: failure("gone") }),
        ];
        let named = ["\"hello\" in \"one\": \"no program\"", "\"hello\" in \"two\": \"gone\""];
        let told = serde_json::to_value(&run).unwrap();
        assert_eq!((failures(&told), empty(&told)), (named.map(str::to_owned).to_vec(), Vec::new()));
        run.trials.remove(1);
        let told = serde_json::to_value(&run).unwrap();
        assert_eq!(empty(&told), ["\"hello\" in \"two\": no trial did what it should"]);
        assert_eq!(empty(&serde_json::json!({})), ["the run has no rows"]);
    }
}
