//! Real workloads as real containers of whichever OCI runtimes are installed.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that can not go on fails")]

mod awkward;
mod containers;
mod workload;

use std::path::Path;
use std::sync::Arc;

use plimsoll_model::{LaneSpec, Limits, Parameter, RunId, Slug, Workload};
use plimsoll_runtime::{Conditions, Family, Instance, Owner, Runtime};
use plimsoll_runtime_oci::OciFamily;

fn spec(runtime: &str) -> LaneSpec {
    let parameters = [(Slug::known("runtime"), Parameter::Text(runtime.to_owned()))].into();
    LaneSpec { parameters, ..LaneSpec::plain(Slug::known("mine"), Slug::known("oci")) }
}

/// The lane of another runtime.
fn lane_of(runtime: &str) -> Arc<dyn Runtime> {
    OciFamily::new().open(&spec(runtime)).unwrap()
}

/// The usual one.
fn lane() -> Arc<dyn Runtime> {
    lane_of("runc")
}

/// With a run of its own, so that what is left of it can be told from what other tests have.
fn conditions(run: &'static str) -> Conditions {
    let owner = Owner::current(RunId::known(run));
    Conditions { limits: Limits::default(), instance_cpus: vec![0], owner }
}

async fn start(lane: &dyn Runtime, workload: &Workload, conditions: &Conditions) -> Box<dyn Instance> {
    let prepared = lane.prepare(workload, conditions).await.unwrap();
    prepared.stage().await.unwrap().start().await.unwrap()
}

/// What lies in folders and control groups under a run's name.
fn left_of(run: &str) -> Vec<String> {
    let mut left = Vec::new();
    let mut look = |folder: &Path| {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with("plimsoll") && name.contains(run) {
                left.push(entry.path().display().to_string());
            }
        }
    };
    look(&std::env::temp_dir());
    look(Path::new("/sys/fs/cgroup"));
    for hierarchy in std::fs::read_dir("/sys/fs/cgroup").into_iter().flatten().flatten() {
        look(&hierarchy.path());
    }
    left
}

fn exists(pid: u32) -> bool {
    Path::new(&format!("/proc/{pid}")).exists()
}
