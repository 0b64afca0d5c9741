//! Every lane there is.

use plimsoll_engine::Runtime;
use plimsoll_model::Slug;
use plimsoll_runtime_docker::Docker;
use plimsoll_runtime_native::Native;
use plimsoll_runtime_wasmtime::{Start, WasmtimeRuntime};

pub(crate) struct Lane {
    pub(crate) slug: Slug,
    pub(crate) runtime: fn() -> Box<dyn Runtime>,
}

const fn lane(slug: &'static str, runtime: fn() -> Box<dyn Runtime>) -> Lane {
    Lane { slug: Slug::known(slug), runtime }
}

/// One line for each lane, in the order in which they are shown.
pub(crate) static LANES: &[Lane] = &[
    lane("docker", || Box::new(Docker::bridge())),
    lane("docker+hostnet", || Box::new(Docker::hostnet())),
    lane("wasmtime", || Box::new(WasmtimeRuntime::new(Start::NewInstance))),
    lane("wasmtime-process", || Box::new(WasmtimeRuntime::new(Start::NewProcess))),
    lane("native", || Box::new(Native::new())),
];

/// The lanes of this build.
#[must_use]
pub fn lane_slugs() -> Vec<Slug> {
    LANES.iter().map(|lane| lane.slug.clone()).collect()
}
