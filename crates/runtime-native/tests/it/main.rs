//! Real workloads as plain processes under real control groups.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that can not go on fails")]

mod bad;
mod given;
mod good;
mod program;
mod workload;

use std::path::Path;
use std::sync::Arc;

use plimsoll_model::{Limits, RunId};
use plimsoll_runtime::{Bed, Conditions, Family, Instance, Owner, Runtime};
use plimsoll_runtime_native::NativeFamily;

/// The one lane that the family offers.
fn lane() -> Arc<dyn Runtime> {
    lane_of(&NativeFamily::new())
}

fn lane_of(family: &NativeFamily) -> Arc<dyn Runtime> {
    family.open(&family.offers()[0].spec).unwrap()
}

fn conditions() -> Conditions {
    let owner = Owner::current(RunId::known("test-native"));
    Conditions { limits: Limits::default(), instance_cpus: vec![0], owner }
}

async fn stage(
    native: &dyn Runtime,
    workload: &plimsoll_model::Workload,
    conditions: &Conditions,
) -> Box<dyn Bed> {
    native.prepare(workload, conditions).await.unwrap().stage().await.unwrap()
}

async fn start(
    native: &dyn Runtime,
    workload: &plimsoll_model::Workload,
    conditions: &Conditions,
) -> Box<dyn Instance> {
    stage(native, workload, conditions).await.start().await.unwrap()
}

fn exists(pid: u32) -> bool {
    Path::new(&format!("/proc/{pid}")).exists()
}
