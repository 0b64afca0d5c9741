use plimsoll_model::JobKind;
use wasmtime::Result;
use wasmtime::component::InstancePre;
use wasmtime_wasi::p2::bindings::CommandPre;
use wasmtime_wasi_http::p2::bindings::ProxyPre;

use crate::worker::guest::Guest;

/// What a kind of job asks of a component.
pub(crate) struct World {
    /// The word for the kind in a manifest.
    pub(crate) kind: &'static str,
    /// The export that the component must have, without its patch version.
    pub(crate) entry: &'static str,
    /// Whether a component that was bound to the host has that export with the right type.
    pub(crate) check: fn(InstancePre<Guest>) -> Result<()>,
}

impl World {
    /// Of a service.
    pub(crate) const SERVICE: Self = Self {
        kind: "http",
        entry: "wasi:http/incoming-handler@0.2",
        check: |bound| ProxyPre::new(bound).map(drop),
    };

    /// Of a command.
    pub(crate) const COMMAND: Self =
        Self { kind: "command", entry: "wasi:cli/run@0.2", check: |bound| CommandPre::new(bound).map(drop) };

    /// Of a kind of job.
    pub(crate) const fn of(kind: JobKind) -> Self {
        match kind {
            JobKind::Serve => Self::SERVICE,
            JobKind::Run => Self::COMMAND,
        }
    }
}
