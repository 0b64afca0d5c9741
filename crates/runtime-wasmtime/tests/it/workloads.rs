//! Workloads as the store reads them from their folders, and ones made of a test's component.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use plimsoll_model::{
    Answer, Artifact, Container, Exchange, ExpectedOutput, Form, Grants, Invocation, Job, JobKind, Limits,
    Listen, Origin, RunId, Service, Slug, Source, Workload,
};
use plimsoll_runtime::{Conditions, Owner};
use plimsoll_store::load_workload;

use crate::components;

/// One of the repository's workloads.
pub(crate) fn shipped(name: &str) -> Workload {
    load_workload(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../workloads").join(name)).unwrap()
}

/// A workload of a component that a test wrote.
pub(crate) fn of(folder: &Path, kind: JobKind, wasm: &[u8]) -> Workload {
    of_form(Form::Component, folder, kind, wasm)
}

/// A workload of a component or a module that a test wrote.
pub(crate) fn of_form(form: Form, folder: &Path, kind: JobKind, wasm: &[u8]) -> Workload {
    let name = "guest.wasm".to_owned();
    let component = folder.join(&name);
    std::fs::write(&component, wasm).unwrap();
    Workload {
        name: Slug::known("guest"),
        summary: "A guest.".to_owned(),
        job: job(kind),
        artifacts: vec![Artifact { form, name, source: Source::File(component), arch: None }],
        container: Container::default(),
        grants: Grants { stdout: true, ..Grants::default() },
        origin: Origin::Folder(folder.to_owned()),
        digests: BTreeMap::new(),
        remarks: Vec::new(),
    }
}

/// A command that prints the variable that it is granted.
pub(crate) fn granted(folder: &Path) -> Workload {
    granted_of(Form::Component, folder, &components::prints_first_variable())
}

/// A command of a form that prints the variable that it is granted.
pub(crate) fn granted_of(form: Form, folder: &Path, wasm: &[u8]) -> Workload {
    let mut workload = of_form(form, folder, JobKind::Run, wasm);
    workload.grants.environment = [("REGION".to_owned(), "eu-central".to_owned())].into();
    let expect = ExpectedOutput::exactly(0, b"eu-central".as_slice().into());
    workload.job = Job::Run(Invocation::of(Vec::new(), expect));
    workload
}

fn job(kind: JobKind) -> Job {
    if !kind.serves() {
        let expect = ExpectedOutput::exactly(0, Arc::default());
        return Job::Run(Invocation::of(Vec::new(), expect));
    }
    let ready = Exchange {
        name: Slug::known("any"),
        method: "GET".to_owned(),
        path: "/".to_owned(),
        headers: Vec::new(),
        content_type: None,
        body: Arc::default(),
        weight: 1,
        expect: Answer::exactly(200, Arc::default()),
    };
    Job::Serve(Service { listen: Listen::default(), ready, others: Vec::new() })
}

/// Conditions with short limits.
pub(crate) fn conditions() -> Conditions {
    let limits = Limits { ready_timeout_ms: 20_000, stop_timeout_ms: 5_000, ..Limits::default() };
    Conditions { limits, instance_cpus: Vec::new(), owner: Owner::current(RunId::known("wasmtime-test")) }
}

/// The worker of this build.
pub(crate) fn worker() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_plimsoll-worker"))
}
