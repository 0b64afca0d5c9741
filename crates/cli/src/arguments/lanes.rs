//! What the command line says of lanes, and where a user's own are.

use std::path::PathBuf;

use clap::ValueHint;
use plimsoll_app::{Places, Registry};

/// The user's own lanes.
#[derive(Clone, clap::Args)]
pub(crate) struct OwnLanes {
    /// File of lanes of your own [default: the one in `PLIMSOLL_LANES`, else `plimsoll/lanes.toml` in the XDG config
    /// folder].
    #[arg(long = "lanes-file", value_name = "FILE", value_hint = ValueHint::FilePath)]
    file: Option<PathBuf>,
}

impl OwnLanes {
    pub(crate) fn places(self, places: Places) -> Places {
        Places { lanes_file: self.file, ..places }
    }
}

/// The lanes of this build: help is the same on every machine.
pub(super) fn lane_help() -> String {
    let lanes: Vec<String> = Registry::built_in().slugs().iter().map(ToString::to_string).collect();
    format!(
        "Lane to measure; may be given more than once: {} [default: all that this machine can run]",
        lanes.join(", ")
    )
}

pub(super) fn baseline_help() -> String {
    let usual =
        Registry::built_in().baseline().map_or_else(String::new, |lane| format!(" [default: {lane}]"));
    format!("Lane that the others are set against{usual}")
}

pub(super) fn trust_help() -> String {
    let reach = |record: plimsoll_model::LaneRecord| {
        let reach = record.reach?;
        Some(format!("`{}` ({reach})", record.spec.slug))
    };
    let lanes: Vec<String> = Registry::built_in().records().into_iter().filter_map(reach).collect();
    format!(
        "Run it also in lanes that do not shut it off from this machine: {}; and let the engine build images whose \
         `Dockerfile` runs or fetches something",
        lanes.join(", ")
    )
}
