//! The changed checkout, built once and tried.

use std::collections::BTreeMap;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use cargo_metadata::{Message, MetadataCommand};

use super::example::Example;
use crate::{cargo, product};

/// What a target folder has of libraries: copied, they need not be built again.
const LIBRARIES: [&str; 3] = ["build", "deps", ".fingerprint"];
/// Whatever can be tried is tried shortly.
const SHORT: [&str; 8] = ["--trials", "1", "--arms", "1", "--rate", "20", "--duration", "1s"];

/// Builds once, then runs the examples' tests and benchmarks.
pub(super) fn check(examples: &[Example], tree: &Path, target: &Path) -> Result<()> {
    let programs = build(tree, target)?;
    let mut faults = Vec::new();
    for (package, tests) in by_package(examples) {
        let names: Vec<&str> = tests.iter().map(|(_, name)| *name).collect();
        let mut lines = Vec::new();
        for program in programs.iter().filter(|program| program.package == package) {
            lines.append(&mut program.run(&names, target)?);
        }
        let of_package = faults_of(package, &tests, &lines);
        if !of_package.is_empty() {
            println!("{}", lines.join("\n"));
        }
        faults.extend(of_package);
    }
    if !faults.is_empty() {
        bail!("{}", faults.join("\n"));
    }
    examples
        .iter()
        .filter(|example| !example.bench.is_empty())
        .try_for_each(|example| bench(example, tree, target))
}

/// A program of tests.
struct Program {
    package: String,
    file: PathBuf,
    /// Where cargo runs it.
    folder: PathBuf,
}

impl Program {
    /// Runs those of these tests that it has, and gives the lines that it printed.
    fn run(&self, tests: &[&str], target: &Path) -> Result<Vec<String>> {
        let mut run = Command::new(&self.file);
        run.args(tests).arg("--exact").current_dir(&self.folder);
        run.env("CARGO_MANIFEST_DIR", &self.folder).env("CARGO_TARGET_DIR", target);
        let output = run.output().with_context(|| format!("could not run `{}`", self.file.display()))?;
        Ok(String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect())
    }
}

/// Builds everything with its tests.
fn build(tree: &Path, target: &Path) -> Result<Vec<Program>> {
    // All packages, as everywhere: another selection would unite other features of what they import.
    let mut build = cargo::command(&["test", "--workspace", "--locked", "--lib", "--bins", "--tests"])?;
    build.args(["--no-run", "--message-format=json-render-diagnostics"]).stdout(Stdio::piped());
    build.current_dir(tree).env("CARGO_TARGET_DIR", target);
    let mut child = build.spawn().context("could not run `cargo`")?;
    let output = child.stdout.take().context("cargo has no output")?;
    let built = Message::parse_stream(BufReader::new(output)).collect::<Result<Vec<_>, _>>()?;
    if !child.wait()?.success() {
        bail!("the examples together do not build: see above");
    }
    let mut metadata = MetadataCommand::new();
    let packages = metadata.current_dir(tree).no_deps().exec().context("`cargo metadata` failed")?.packages;
    let of = |message: Message| -> Option<Program> {
        let Message::CompilerArtifact(artifact) = message else { return None };
        let file = artifact.executable.filter(|_| artifact.profile.test)?.into_std_path_buf();
        let package = packages.iter().find(|package| package.id == artifact.package_id)?;
        let folder = package.manifest_path.parent()?.as_std_path().to_owned();
        Some(Program { package: package.name.to_string(), file, folder })
    };
    Ok(built.into_iter().filter_map(of).collect())
}

/// Example and name of the tests of each package.
fn by_package(examples: &[Example]) -> BTreeMap<&str, Vec<(&str, &str)>> {
    let mut packages = BTreeMap::<&str, Vec<_>>::new();
    for example in examples {
        for test in &example.tests {
            packages.entry(&test.package).or_default().push((example.name.as_str(), test.name.as_str()));
        }
    }
    packages
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

/// Which of a package's tests failed or are none, by what its programs printed.
fn faults_of(package: &str, tests: &[(&str, &str)], lines: &[String]) -> Vec<String> {
    let outcome = |name: &str| {
        lines.iter().find_map(|line| line.strip_prefix("test ")?.strip_prefix(name)?.strip_prefix(" ... "))
    };
    let fault = |(example, name): &(&str, &str)| match outcome(name) {
        Some("ok") => None,
        Some(_) => Some(format!("`{example}`: its test `{name}` failed")),
        None => Some(format!("`{example}`: `{package}` has no test `{name}`, or it did not come to its end")),
    };
    tests.iter().filter_map(fault).collect()
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
    use super::*;

    #[test]
    fn a_test_that_failed_and_one_that_is_none_are_named() {
        let lines = ["running 2 tests", "test a::b ... ok", "test a::b::c ... FAILED"].map(str::to_owned);
        assert_eq!(faults_of("p", &[("it", "a::b")], &lines), Vec::<String>::new());
        let faults = faults_of("p", &[("it", "a::b::c"), ("it", "a")], &lines);
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
