use std::env::consts::ARCH;
use std::path::{Path, PathBuf};
use std::process::Command;

use plimsoll_model::{Artifact, ExpectedOutput, Form, Invocation, Job, JobKind, Source, Workload};
use plimsoll_store::load_workload;
use tempfile::TempDir;

/// A workload of the repository, with its native binary built.
pub(crate) fn built(name: &str) -> Workload {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../workloads").join(name);
    let workload = load_workload(&folder).unwrap();
    let native = binary_of(&workload);
    assert!(
        native.is_file(),
        "`{}` is missing: build it with `cargo xtask workloads native`",
        native.display()
    );
    workload
}

pub(crate) fn binary_of(workload: &Workload) -> &Path {
    workload.artifact(Form::Binary, ARCH).and_then(Artifact::file).unwrap()
}

/// The same with another binary.
pub(crate) fn with_binary(mut workload: Workload, file: &Path) -> Workload {
    let (name, source) = ("native".to_owned(), Source::File(file.to_owned()));
    workload.artifacts = vec![Artifact { form: Form::Binary, name, source, arch: Some(ARCH.to_owned()) }];
    workload
}

/// A workload whose static binary is compiled from a few lines of Rust.
pub(crate) struct Compiled {
    pub(crate) workload: Workload,
    _folder: TempDir,
}

impl Compiled {
    pub(crate) fn new(kind: JobKind, body: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let native = compile(folder.path(), body);
        let workload = with_binary(built(if kind.serves() { "json-api" } else { "hello" }), &native);
        Self { workload, _folder: folder }
    }

    /// A command that must print this.
    pub(crate) fn printing(body: &str, arguments: &[&str], stdout: &str) -> Self {
        let mut compiled = Self::new(JobKind::Run, body);
        let expect = ExpectedOutput::exactly(0, stdout.as_bytes().into());
        let arguments = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        compiled.workload.job = Job::Run(Invocation::of(arguments, expect));
        compiled
    }

    /// A command that prints a variable it is granted.
    pub(crate) fn granted() -> Self {
        let mut compiled =
            Self::printing("println!(\"{}\", std::env::var(\"REGION\").unwrap());", &[], "eu-central\n");
        compiled.workload.grants.environment = [("REGION".to_owned(), "eu-central".to_owned())].into();
        compiled
    }
}

fn compile(folder: &Path, body: &str) -> PathBuf {
    let (source, program) = (folder.join("main.rs"), folder.join("program"));
    std::fs::write(&source, format!("fn main() {{ {body} }}")).unwrap();
    let compiler = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let done = Command::new(compiler)
        .args(["--edition", "2024", "-C", "target-feature=+crt-static", "-C", "panic=abort", "-o"])
        .args([&program, &source])
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    program
}
