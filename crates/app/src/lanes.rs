//! Every lane there is.

use plimsoll_engine::Runtime;
use plimsoll_model::Slug;
use plimsoll_runtime_docker::Docker;
use plimsoll_runtime_native::Native;
use plimsoll_runtime_wasmtime::{Start, WasmtimeRuntime};

pub(crate) struct Lane {
    pub(crate) slug: Slug,
    pub(crate) runtime: fn() -> Box<dyn Runtime>,
    /// What an instance can reach of this machine that a stranger's code should not; absent where it is shut off.
    pub(crate) open: Option<&'static str>,
    /// Whether it runs the native binary, in a container or by itself; else the component.
    pub(crate) native: bool,
}

/// A lane of components.
const fn wasm(slug: &'static str, runtime: fn() -> Box<dyn Runtime>) -> Lane {
    Lane { slug: Slug::known(slug), runtime, open: None, native: false }
}

/// A lane of native binaries.
const fn native(slug: &'static str, runtime: fn() -> Box<dyn Runtime>, open: Option<&'static str>) -> Lane {
    Lane { slug: Slug::known(slug), runtime, open, native: true }
}

/// One line for each lane, in the order in which they are shown.
pub(crate) static LANES: &[Lane] = &[
    native("docker", || Box::new(Docker::bridge()), None),
    native(
        "docker+hostnet",
        || Box::new(Docker::hostnet()),
        Some("its container is in this machine's network"),
    ),
    wasm("wasmtime", || Box::new(WasmtimeRuntime::new(Start::NewInstance))),
    wasm("wasmtime-process", || Box::new(WasmtimeRuntime::new(Start::NewProcess))),
    native(
        "native",
        || Box::new(Native::new()),
        Some("it is a process of this machine, outside any sandbox"),
    ),
];

/// The lanes of this build.
#[must_use]
pub fn lane_slugs() -> Vec<Slug> {
    LANES.iter().map(|lane| lane.slug.clone()).collect()
}
