//! The changed checkout, built once and tried.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use super::example::{Example, Test};
use crate::{cargo, product};

/// What `plimsoll bench` needs.
const PRODUCT: [&str; 2] = ["plimsoll-cli", "plimsoll-runtime-wasmtime"];
/// Whatever can be tried is tried shortly.
const SHORT: [&str; 8] = ["--trials", "1", "--arms", "1", "--rate", "20", "--duration", "1s"];

/// Builds once what the examples need, runs their tests and benchmarks.
pub(super) fn check(examples: &[Example], tree: &Path, target: &Path) -> Result<()> {
    let packages = packages(examples);
    let cargo = |more: &[&str]| -> Result<Command> {
        let mut cargo =
            cargo::command(&["test", "--locked", "--no-fail-fast", "--lib", "--bins", "--tests"])?;
        cargo
            .args(packages.iter().flat_map(|package| ["--package", package]))
            .args(more)
            .current_dir(tree)
            .env("CARGO_TARGET_DIR", target);
        Ok(cargo)
    };
    let status = cargo(&["--no-run"])?.status().context("could not run `cargo`")?;
    if !status.success() {
        bail!("the examples together do not build: see above");
    }
    let tests: Vec<&Test> = examples.iter().flat_map(|example| &example.tests).collect();
    if !tests.is_empty() {
        let mut run = cargo(&["--", "--exact"])?;
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

/// The packages that are built, by name. Always the same for the same examples: another selection would unite other
/// features of what they import, and build all of it anew.
fn packages(examples: &[Example]) -> BTreeSet<&str> {
    let tested = examples.iter().flat_map(|example| &example.tests).map(|test| test.package.as_str());
    let run = examples.iter().any(|example| !example.bench.is_empty()).then_some(PRODUCT);
    tested.chain(run.into_iter().flatten()).collect()
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

    fn example(tests: &[&str], bench: &[&str]) -> Example {
        let test = |name: &&str| Test { package: "p".to_owned(), name: (*name).to_owned() };
        Example {
            name: "it".to_owned(),
            patch: PathBuf::new(),
            touched: Vec::new(),
            kind: String::new(),
            tests: tests.iter().map(test).collect(),
            bench: bench.iter().map(|word| (*word).to_owned()).collect(),
        }
    }

    #[test]
    fn a_test_that_failed_and_one_that_is_none_are_named() {
        let lines = ["running 2 tests", "test a::b ... ok", "test a::b::c ... FAILED"].map(str::to_owned);
        assert_eq!(faults(&[example(&["a::b"], &[])], &lines), Vec::<String>::new());
        let faults = faults(&[example(&["a::b::c", "a"], &[])], &lines);
        assert_eq!(faults[0], "`it`: its test `a::b::c` failed");
        assert!(faults[1].starts_with("`it`: `p` has no test `a`"), "{faults:?}");
    }

    #[test]
    fn the_product_is_built_where_it_is_run() {
        assert_eq!(packages(&[example(&["a"], &[])]), BTreeSet::from(["p"]));
        let with_product = BTreeSet::from(["p", "plimsoll-cli", "plimsoll-runtime-wasmtime"]);
        assert_eq!(packages(&[example(&["a"], &[]), example(&[], &["--lane", "a"])]), with_product);
    }
}
