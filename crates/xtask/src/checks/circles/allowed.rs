//! The circles that stand, each with its reason.

use super::graph::Circle;

/// A circle that is known.
pub(super) struct Allowed {
    /// The crate, e.g. `store`.
    pub(super) of: &'static str,
    /// Its modules, by name.
    pub(super) modules: &'static [&'static str],
    pub(super) reason: &'static str,
}

impl Allowed {
    pub(super) fn is(&self, of: &str, circle: &Circle) -> bool {
        self.of == of && circle.modules.iter().eq(self.modules)
    }
}

/// Shorter is better: whoever breaks a circle takes its line off.
pub(super) const ALLOWED: &[Allowed] = &[
    Allowed {
        of: "cli/plimsoll",
        modules: &["command", "exit", "interrupt"],
        reason: "to be mended: `exit` notes its reason through `command`",
    },
    Allowed {
        of: "cli/plimsoll",
        modules: &["command::bench", "command::gate"],
        reason: "to be mended: `unable` belongs to neither",
    },
    Allowed {
        of: "process",
        modules: &["group", "hierarchy"],
        reason: "to be mended: `inherit` belongs to the settings of a group",
    },
    Allowed {
        of: "runtime",
        modules: &["fake::instance", "fake::runtime"],
        reason: "to be mended: what an instance counts is defined in the runtime that makes it",
    },
    Allowed {
        of: "runtime-wasmtime",
        modules: &["parent::fresh", "parent::running"],
        reason: "to be mended: `HeldPort` belongs into a module of its own",
    },
    Allowed {
        of: "runtime-wasmtime",
        modules: &["worker::guest", "worker::settings", "worker::world"],
        reason: "to be mended: what a world is called stands beside what is made for it",
    },
    Allowed {
        of: "runtime-wasmtime",
        modules: &["worker::answer", "worker::responder"],
        reason: "to be mended: `Work` belongs to the answer that drives it",
    },
];
