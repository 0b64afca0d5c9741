//! What the command line says of lanes, and where a user's own are.

use std::path::PathBuf;

use clap::ValueHint;
use plimsoll_app::{LaneSet, LaneWish, Opposing, Places, Registry};
use plimsoll_model::Slug;

use super::Machine;

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

/// The arguments of `plimsoll lanes`.
#[derive(clap::Args)]
pub(crate) struct LanesArguments {
    /// Which: names, patterns (`docker+*`) or sets (`@ladder`) [default: every one].
    #[arg(value_name = "LANE")]
    pub(crate) lanes: Vec<LaneWish>,

    /// Show what one lane stands for: its parameters, what is unequal in it, and the commands that do the same by hand.
    #[arg(long, value_name = "LANE", conflicts_with = "lanes")]
    pub(crate) explain: Option<Slug>,

    #[command(flatten)]
    pub(crate) own: OwnLanes,

    #[command(flatten)]
    pub(crate) machine: Machine,
}

/// Which lanes of a run are set against which.
#[derive(clap::Args)]
pub(crate) struct OpposingArguments {
    #[arg(long, value_name = "LANE", help = baseline_help())]
    baseline: Option<Slug>,

    /// Lane that the sentences set against the baseline; may be given more than once [default: a lane of WebAssembly that
    /// starts a process of its own, then one that starts none]
    #[arg(long = "versus", value_name = "LANE")]
    lanes: Vec<Slug>,
}

impl From<OpposingArguments> for Opposing {
    fn from(OpposingArguments { baseline, lanes }: OpposingArguments) -> Self {
        Self { baseline, lanes }
    }
}

/// Names are of lanes of this build: help is the same on every machine.
pub(super) fn lane_help() -> String {
    let sets: Vec<String> = LaneSet::EVERY.into_iter().map(|set| format!("{set} ({})", set.told())).collect();
    format!(
        "Lanes to measure, by name, pattern (`docker+*`) or set; may be given more than once. `plimsoll lanes` lists \
         them; sets are {} [default: @fair and @own, as far as this machine can run them]",
        sets.join(", ")
    )
}

fn baseline_help() -> String {
    let usual =
        Registry::built_in().baseline().map_or_else(String::new, |lane| format!(" [default: {lane}]"));
    format!("Lane that the others are set against{usual}")
}

pub(super) fn trust_help() -> String {
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for record in Registry::built_in().records() {
        let Some(reach) = record.reach else { continue };
        let slug = format!("`{}`", record.spec.slug);
        match groups.iter_mut().find(|(known, _)| *known == reach) {
            Some((_, slugs)) => slugs.push(slug),
            None => groups.push((reach, vec![slug])),
        }
    }
    let lanes: Vec<String> =
        groups.into_iter().map(|(reach, slugs)| format!("{} ({reach})", slugs.join(", "))).collect();
    format!(
        "Run it also in lanes that do not shut it off from this machine: {}; and let the engine build images whose \
         `Dockerfile` runs or fetches something",
        lanes.join(", ")
    )
}
