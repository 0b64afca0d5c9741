//! The places that may spell a lane's or a metric's name, each with its reason.

use super::Place;

/// Names that one file may spell.
pub(super) struct Allowed {
    pub(super) file: &'static str,
    pub(super) slugs: &'static [&'static str],
    pub(super) reason: &'static str,
}

impl Allowed {
    pub(super) fn is(&self, place: &Place) -> bool {
        self.file == place.file && self.slugs.contains(&place.what.as_str())
    }
}

/// Shorter is better: whoever takes a name out of a file takes it off here.
pub(super) const ALLOWED: &[Allowed] = &[
    Allowed {
        file: "crates/store/src/schema/v1/step.rs",
        slugs: &["docker", "docker+hostnet", "native", "wasmtime", "wasmtime-process"],
        reason: "what format 1 did not tell of the lanes that it could name: a table that never grows",
    },
    Allowed {
        file: "crates/runtime-native/src/program/lanes.rs",
        slugs: &["wasmtime"],
        reason: "no lane: the command that goes by that name",
    },
    Allowed { file: "crates/app/src/own/mod.rs", slugs: &["native"], reason: BINARY },
    Allowed { file: "crates/app/src/own/text.rs", slugs: &["native"], reason: BINARY },
    Allowed { file: "crates/app/src/desk/own_form.rs", slugs: &["native"], reason: BINARY },
    Allowed { file: "crates/app/src/desk/dropped.rs", slugs: &["native"], reason: BINARY },
    Allowed { file: "crates/app/src/workloads/rewritten.rs", slugs: &["native"], reason: BINARY },
    Allowed { file: "ui/src/state/adding.svelte.ts", slugs: &["native"], reason: BINARY },
    Allowed { file: "ui/src/screens/bench/AddForm.svelte", slugs: &["native"], reason: BINARY },
];

const BINARY: &str = "no lane: the flag, key or field that names a native binary";

/// The same of metrics.
pub(super) const METRICS_ALLOWED: &[Allowed] = &[
    Allowed {
        file: "crates/app/src/desk/live.rs",
        slugs: &["latency"],
        reason: "no metric: the chart of that name",
    },
    Allowed {
        file: "crates/chart/src/latency.rs",
        slugs: &["latency"],
        reason: "no metric: the chart of that name, and its axis",
    },
    Allowed {
        file: "crates/chart/src/memory.rs",
        slugs: &["pss", "uss", "cgroup_anon", "cgroup_file", "cgroup_kernel"],
        reason: "two accounts of one memory, each of parts that add up: a metric more is no part of them",
    },
];

/// Names that types of several modules share, in each the module's own word. Shorter is better: whoever gives one its own
/// name takes it off here.
pub(super) const TWINS: &[&str] = &[
    "About",
    "Answer",
    "Axis",
    "Bench",
    "Capture",
    "Chunks",
    "Command",
    "Compare",
    "Compared",
    "Course",
    "Distribution",
    "Ending",
    "Fault",
    "Figure",
    "Form",
    "Ground",
    "Head",
    "Heard",
    "Held",
    "Image",
    "Keep",
    "Kept",
    "Known",
    "Lane",
    "Lap",
    "Layer",
    "Lines",
    "Live",
    "Mark",
    "Obstacle",
    "Opened",
    "Output",
    "Parameters",
    "Point",
    "Recipe",
    "Row",
    "Series",
    "Served",
    "Settings",
    "Side",
    "Step",
    "Terminal",
    "Told",
    "Trials",
    "Wanted",
    "Wish",
];
