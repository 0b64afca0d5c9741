//! Every test of the repository, with one count at the end.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result};

use crate::cargo;
use crate::setup::readers;
use crate::workloads::{self, Action};

/// Runs every test. The last line is `N passed, N failed`.
pub(crate) fn run() -> Result<ExitCode> {
    workloads::run(Action::Native)?;
    let mut count = Count { python: readers::python()?, ..Count::default() };
    count.add("workspace", &["test", "--workspace", "--locked", "--no-fail-fast"])?;
    count.add(
        "workloads",
        &["test", "--manifest-path", "workloads/Cargo.toml", "--workspace", "--locked", "--no-fail-fast"],
    )?;
    count.check("window's pages", crate::window::test_pages());
    count.check("workloads verify", workloads::run(Action::Verify));
    println!("{} passed, {} failed", count.passed, count.failed);
    Ok(if count.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[derive(Default)]
struct Count {
    /// The Python that has the readers of what is exported.
    python: PathBuf,
    passed: u64,
    failed: u64,
}

impl Count {
    /// Runs `cargo test` and adds up its `test result:` lines. A run that fails without a failed test, because
    /// it did not compile or was killed, counts as one failure.
    fn add(&mut self, name: &str, arguments: &[&str]) -> Result<()> {
        println!("$ cargo {}", arguments.join(" "));
        let mut command = heeding_signals(&cargo::command(arguments)?);
        command.env("PLIMSOLL_PYTHON", &self.python).stdout(Stdio::piped());
        let mut child = command.spawn().context("could not run `cargo`")?;
        let output = child.stdout.take().context("cargo has no output")?;
        let failed_before = self.failed;
        for line in BufReader::new(output).lines() {
            let line = line.context("cargo's output can't be read")?;
            println!("{line}");
            if let Some((passed, failed)) = counts(&line) {
                self.passed += passed;
                self.failed += failed;
            }
        }
        let status = child.wait()?;
        if !status.success() && self.failed == failed_before {
            eprintln!("{name}: `cargo test` failed with {status} outside its tests");
            self.failed += 1;
        }
        Ok(())
    }

    fn check(&mut self, name: &str, outcome: Result<()>) {
        match outcome {
            Ok(()) => self.passed += 1,
            Err(error) => {
                eprintln!("{name}: {error:#}");
                self.failed += 1;
            }
        }
    }
}

/// The same, heeding an interruption however we were started: what runs behind a shell's back ignores it, and with it
/// every program that a test interrupts.
fn heeding_signals(command: &Command) -> Command {
    let mut heeding = Command::new("env");
    heeding.arg("--default-signal=INT").arg(command.get_program()).args(command.get_args());
    if let Some(folder) = command.get_current_dir() {
        heeding.current_dir(folder);
    }
    heeding
}

/// Reads `test result: ok. 7 passed; 0 failed; …`.
fn counts(line: &str) -> Option<(u64, u64)> {
    let rest = line.strip_prefix("test result: ")?;
    let number = |word: &str| {
        let before = rest.split(word).next()?;
        before.trim_end().rsplit(' ').next()?.parse().ok()
    };
    Some((number(" passed")?, number(" failed")?))
}

#[cfg(test)]
mod test {
    use std::process::Command;

    use super::{counts, heeding_signals};

    #[test]
    fn a_program_heeds_an_interruption_that_was_ignored_before_it() {
        let mut asked = Command::new("sh");
        asked.args(["-c", "kill -INT $$; echo heard nothing"]);
        let asked = heeding_signals(&asked);
        let mut ignoring = Command::new("sh");
        ignoring
            .args(["-c", "trap '' INT; exec \"$0\" \"$@\""])
            .arg(asked.get_program())
            .args(asked.get_args());
        let output = ignoring.output().unwrap();
        assert_eq!((output.status.code(), output.stdout), (None, Vec::new()));
    }

    #[test]
    fn a_result_line_is_counted_and_another_is_not() {
        let line = "test result: FAILED. 17 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s";
        assert_eq!(counts(line), Some((17, 2)));
        assert_eq!(counts("running 3 tests"), None);
    }
}
