use plimsoll_model::JobKind;
use wasmtime::Result;
use wasmtime::component::InstancePre;

use crate::Wasi;
use crate::worker::command;
use crate::worker::guest::Guest;
use crate::worker::service::BoundService;

/// What a kind of job asks of a component.
pub(crate) struct World {
    /// The word for the kind in a manifest.
    pub(crate) kind: &'static str,
    /// The exports of which the component must have one, without their versions.
    entries: [(&'static str, Wasi); 2],
    /// Those in words.
    pub(crate) wanted: &'static str,
    /// Whether a component that was bound to the host has that export with the right type.
    pub(crate) check: fn(InstancePre<Guest>) -> Result<()>,
}

impl World {
    /// Of a service.
    pub(crate) const SERVICE: Self = Self {
        kind: "http",
        entries: [("wasi:http/incoming-handler", Wasi::Preview2), ("wasi:http/handler", Wasi::Preview3)],
        wanted: "`wasi:http/incoming-handler@0.2` or `wasi:http/handler@0.3`",
        check: |bound| BoundService::new(bound).map(drop),
    };

    /// Of a command.
    pub(crate) const COMMAND: Self = Self {
        kind: "command",
        entries: [("wasi:cli/run", Wasi::Preview2), ("wasi:cli/run", Wasi::Preview3)],
        wanted: "`wasi:cli/run@0.2` or `wasi:cli/run@0.3`",
        check: |bound| command::Bound::new(bound).map(drop),
    };

    /// Of a kind of job.
    pub(crate) const fn of(kind: JobKind) -> Self {
        match kind {
            JobKind::Serve => Self::SERVICE,
            JobKind::Run => Self::COMMAND,
        }
    }

    /// Whether an export is what this world begins with.
    pub(crate) fn begins_with(&self, export: &str) -> bool {
        let interface = export.split_once('@').map_or(export, |(interface, _)| interface);
        let wasi = Wasi::of_interface(export);
        self.entries.iter().any(|(entry, of)| *entry == interface && wasi == Some(*of))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_world_begins_with_its_export_of_either_wasi() {
        for export in ["wasi:http/incoming-handler@0.2.8", "wasi:http/handler@0.3.0"] {
            assert!(World::SERVICE.begins_with(export) && !World::COMMAND.begins_with(export), "{export}");
        }
        for export in ["wasi:cli/run@0.2.0", "wasi:cli/run@0.3.0"] {
            assert!(World::COMMAND.begins_with(export), "{export}");
        }
        for export in [
            "wasi:http/handler@0.2.0",
            "wasi:http/handler@0.3.0-rc-2025-09-16",
            "wasi:cli/run@0.4.0",
            "wasi:cli/run",
            "run",
        ] {
            assert!(!World::SERVICE.begins_with(export) && !World::COMMAND.begins_with(export), "{export}");
        }
    }
}
