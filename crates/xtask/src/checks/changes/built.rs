//! The changed checkout, built once and tried.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use super::example::{Example, Test};
use crate::{cargo, product};

/// What a target folder has of libraries: copied, they need not be built again.
const LIBRARIES: [&str; 3] = ["build", "deps", ".fingerprint"];
/// Whatever can be tried is tried shortly.
const SHORT: [&str; 8] = ["--trials", "1", "--arms", "1", "--rate", "20", "--duration", "1s"];

/// Builds once, then runs the examples' tests and benchmarks.
pub(super) fn check(examples: &[Example], tree: &Path, target: &Path) -> Result<()> {
    // All packages, as everywhere: another selection would unite other features of what they import.
    let cargo = |more: &[&str]| -> Result<Command> {
        let mut cargo = cargo::command(&["test", "--workspace", "--locked", "--lib", "--bins", "--tests"])?;
        cargo.args(more).current_dir(tree).env("CARGO_TARGET_DIR", target);
        Ok(cargo)
    };
    let status = cargo(&["--no-run"])?.status().context("could not run `cargo`")?;
    if !status.success() {
        bail!("the examples together do not build: see above");
    }
    let tests: Vec<&Test> = examples.iter().flat_map(|example| &example.tests).collect();
    if !tests.is_empty() {
        let mut run = cargo(&["--no-fail-fast", "--", "--exact"])?;
        run.args(tests.iter().map(|test| &test.name)).stdout(Stdio::piped());
        let mut child = run.spawn().context("could not run `cargo`")?;
        let output = child.stdout.take().context("cargo has no output")?;
        let lines = BufReader::new(output).lines().collect::<Result<Vec<_>, _>>()?;
        child.wait()?;
        let faults = faults(examples, &lines);
        if !faults.is_empty() {
            bail!("{}\n{}", lines.join("\n"), faults.join("\n"));
        }
    }
    examples
        .iter()
        .filter(|example| !example.bench.is_empty())
        .try_for_each(|example| bench(example, tree, target))
}

/// Gives a target folder that is not there yet the libraries of another one.
pub(super) fn warm(target: &Path, from: &Path) -> Result<()> {
    let (debug, from) = (target.join("debug"), from.join("debug"));
    if debug.exists() {
        return Ok(());
    }
    std::fs::create_dir_all(&debug).with_context(|| format!("could not make `{}`", debug.display()))?;
    for name in LIBRARIES.iter().map(|name| from.join(name)).filter(|folder| folder.exists()) {
        // With their times, by which cargo tells what is older than what it was built from.
        let status = Command::new("cp").args(["-a", "--reflink=auto"]).arg(&name).arg(&debug).status();
        if !status.context("could not run `cp`")?.success() {
            bail!("could not copy `{}`", name.display());
        }
    }
    Ok(())
}

/// Tests of these examples that failed or are none, by what `cargo test` printed.
fn faults(examples: &[Example], lines: &[String]) -> Vec<String> {
    let outcome = |name: &str| {
        lines.iter().find_map(|line| line.strip_prefix("test ")?.strip_prefix(name)?.strip_prefix(" ... "))
    };
    let mut faults = Vec::new();
    for example in examples {
        for test in &example.tests {
            match outcome(&test.name) {
                Some("ok") => {}
                Some(_) => faults.push(format!("`{}`: its test `{}` failed", example.name, test.name)),
                None => faults.push(format!(
                    "`{}`: `{}` has no test `{}`, or it did not come to its end",
                    example.name, test.package, test.name
                )),
            }
        }
    }
    faults
}

fn bench(example: &Example, tree: &Path, target: &Path) -> Result<()> {
    let plimsoll = target.join("debug/plimsoll");
    let run = tree.join("run.json");
    let mut bench = Command::new(&plimsoll);
    bench.current_dir(tree).arg("bench").args(&example.bench).args(SHORT);
    bench.arg("--data-dir").arg(tree.join("data")).arg("--output").arg(&run).arg("--force");
    // Its exit code also tells of invalid loads, which say nothing of the change: the run's failures do.
    let done = bench.output().with_context(|| format!("could not run `{}`", plimsoll.display()))?;
    product::no_failures(&run)
        .with_context(|| format!("`{}`: {}", example.name, String::from_utf8_lossy(&done.stderr)))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn example(tests: &[&str]) -> Example {
        let test = |name: &&str| Test { package: "p".to_owned(), name: (*name).to_owned() };
        Example {
            name: "it".to_owned(),
            patch: PathBuf::new(),
            touched: Vec::new(),
            kind: String::new(),
            tests: tests.iter().map(test).collect(),
            bench: Vec::new(),
        }
    }

    #[test]
    fn a_test_that_failed_and_one_that_is_none_are_named() {
        let lines = ["running 2 tests", "test a::b ... ok", "test a::b::c ... FAILED"].map(str::to_owned);
        assert_eq!(faults(&[example(&["a::b"])], &lines), Vec::<String>::new());
        let faults = faults(&[example(&["a::b::c", "a"])], &lines);
        assert_eq!(faults[0], "`it`: its test `a::b::c` failed");
        assert!(faults[1].starts_with("`it`: `p` has no test `a`"), "{faults:?}");
    }

    #[test]
    fn only_a_new_target_folder_is_given_libraries() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        let file = |of: &Path, name: &str| of.join("debug").join(name);
        crate::checks::source::made_up::write(&from, &[("debug/deps/a", "a"), ("debug/plimsoll", "")]);
        warm(&to, &from).unwrap();
        assert!(file(&to, "deps/a").exists() && !file(&to, "plimsoll").exists());
        std::fs::remove_file(file(&to, "deps/a")).unwrap();
        warm(&to, &from).unwrap();
        assert!(!file(&to, "deps/a").exists());
    }
}
