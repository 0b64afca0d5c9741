//! What the tests stand on: the built programs, a data folder of their own, one machine for all.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

pub(crate) const PLIMSOLL: &str = env!("CARGO_BIN_EXE_plimsoll");

/// A data folder that goes away with the test.
pub(crate) struct Ground {
    folder: TempDir,
}

/// How a call ended.
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ground {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn data_folder(&self) -> &Path {
        self.folder.path()
    }

    /// A call of `plimsoll` that sees this data folder and the repository's workloads, and no terminal.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(PLIMSOLL);
        command.args(arguments).current_dir(repository()).env("COLUMNS", "100");
        command.env("XDG_DATA_HOME", self.data_folder()).env("HOME", self.data_folder());
        let inherited =
            ["PLIMSOLL_DATA_DIR", "PLIMSOLL_WORKLOADS", "PLIMSOLL_LANES", "XDG_CONFIG_HOME", "DOCKER_HOST", "DOCKER_CONTEXT"];
        for variable in inherited.into_iter().chain(["NO_COLOR", "CLICOLOR_FORCE"]) {
            command.env_remove(variable);
        }
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        Ended::of(self.command(arguments).output().unwrap())
    }

    /// The runs in the data folder, as JSON, by name.
    pub(crate) fn runs(&self) -> Vec<Value> {
        let folder = self.data_folder().join("plimsoll/runs");
        let mut files: Vec<PathBuf> =
            std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path()).collect();
        files.sort_unstable();
        files.into_iter().map(|file| serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap()).collect()
    }

    /// The only one.
    pub(crate) fn only_run(&self) -> Value {
        let mut runs = self.runs();
        assert_eq!(runs.len(), 1, "not one run");
        runs.remove(0)
    }
}

impl Ended {
    pub(crate) fn of(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self}"))
    }

    #[track_caller]
    pub(crate) fn assert_code(&self, code: i32) {
        assert_eq!(self.code, Some(code), "{self}");
    }
}

impl std::fmt::Display for Ended {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "exit code {:?}\nstdout:\n{}\nstderr:\n{}", self.code, self.stdout, self.stderr)
    }
}

/// Gives a command the folder and the environment of another one.
pub(crate) fn like(of: &Command, command: &mut Command) {
    command.current_dir(of.get_current_dir().expect("a call of `plimsoll` has a folder"));
    for (name, value) in of.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
}

/// Holds the machine for a test that measures, so that no other one runs beside it, in this process or another,
/// and sees to it that the worker is there.
pub(crate) fn machine() -> File {
    let lock = File::create(Path::new(env!("CARGO_TARGET_TMPDIR")).join("machine.lock")).unwrap();
    lock.lock().unwrap();
    assert_worker();
    lock
}

/// The repository's root, where `workloads` is found.
pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_path_buf()
}

/// Cargo builds a package's own programs for its tests but not another's: `cargo test --workspace` builds the
/// worker for its own package's tests, beside `plimsoll`, before any test runs.
fn assert_worker() {
    let worker = Path::new(PLIMSOLL).with_file_name("plimsoll-worker");
    let way_out = "run `cargo test --workspace`, or first `cargo build --bin plimsoll-worker`";
    assert!(worker.is_file(), "`{}` is not built: {way_out}", worker.display());
}
