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
        of: "analysis",
        modules: &["comparison", "floor", "side"],
        reason: "to be mended: `Compared` belongs into a module of its own",
    },
    Allowed {
        of: "analysis",
        modules: &["trace", "trials"],
        reason: "to be mended: `trials` remembers what `trace` sums up over the same trials",
    },
    Allowed {
        of: "app",
        modules: &["capsule", "show"],
        reason: "to be mended: `Shown` is defined where runs are opened, which also opens capsules",
    },
    Allowed {
        of: "app",
        modules: &["desk::ask", "desk::compare", "desk::live", "desk::offer", "desk::run_view", "desk::save"],
        reason: "to be mended: the words of all answers are defined beside the questions",
    },
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
        of: "report",
        modules: &["chart::draw::frame", "chart::draw::marks"],
        reason: "to be mended: the size of small text is defined in `frame`",
    },
    Allowed {
        of: "report",
        modules: &["export", "notes", "sheet"],
        reason: "to be mended: `sheet` draws its tables with an exporter's function",
    },
    Allowed {
        of: "runtime",
        modules: &["fake::instance", "fake::runtime"],
        reason: "to be mended: what an instance counts is defined in the runtime that makes it",
    },
    Allowed {
        of: "runtime-docker",
        modules: &["artifact", "container", "docker", "image", "instance", "leftover", "stage", "sweep"],
        reason: "to be mended: `OWNER_LABEL` is defined at the top, in `docker`",
    },
    Allowed {
        of: "runtime-docker",
        modules: &["endpoint", "error"],
        reason: "an endpoint can't be had for a reason, and the reasons name the endpoint",
    },
    Allowed {
        of: "runtime-native",
        modules: &["artifact", "staged"],
        reason: "to be mended: `Recipe` belongs into a module of its own",
    },
    Allowed {
        of: "runtime-wasmtime",
        modules: &["parent::artifact", "parent::describe", "parent::runtime"],
        reason: "to be mended: `Start` belongs into a module of its own",
    },
    Allowed {
        of: "runtime-wasmtime",
        modules: &["parent::fresh", "parent::running"],
        reason: "to be mended: `HeldPort` belongs into a module of its own",
    },
    Allowed {
        of: "runtime-wasmtime",
        modules: &["worker::answer", "worker::responder"],
        reason: "to be mended: `Work` belongs to the answer that drives it",
    },
    Allowed {
        of: "store",
        modules: &["beside", "follow", "journal", "label", "listing", "open", "origin", "schema", "store"],
        reason: "to be mended: names of files, limits and reading belong into modules at the bottom",
    },
];
