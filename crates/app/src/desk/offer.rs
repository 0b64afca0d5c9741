//! What can be benched here.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use plimsoll_chart::LaneLook;
use plimsoll_model::{Availability, Preset, Side, Slug};
use serde::Serialize;

use super::last_choice::LastChoice;
use super::order::{Field, Order, fields, usual};
use super::shelf::{LaneShelf, is_usual, shelves};
use super::words::{Remark, Tone};
use crate::error::listed;
use crate::lanes::Lane;
use crate::own::{METHODS, MOST_REQUESTS};
use crate::workloads::Yours;
use crate::{Code, Concern, Diagnosis, Doctor, Error, Places, Registry, Status, WorkloadEntry, Workloads};

/// What the first screen shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Offer {
    /// Every workload, those that can't be used too.
    pub workloads: Vec<Card>,
    /// Those that the user added, by name: they can be removed.
    pub yours: Vec<String>,
    /// Every lane, those that can't be used too.
    pub lanes: Vec<Card>,
    /// How they are laid out: each of them once.
    pub shelves: Vec<LaneShelf>,
    /// Where a plan can begin from.
    pub presets: Vec<PresetCard>,
    /// The fields of the plan.
    pub fields: Vec<Field>,
    /// What makes figures less sure here.
    pub warnings: Vec<Remark>,
    /// What is chosen at first.
    pub order: Order,
    /// What a service of the user's own can be asked.
    pub asking: Asking,
}

/// What a service of the user's own can be asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Asking {
    /// The methods that there are.
    pub methods: Vec<&'static str>,
    /// The most requests.
    pub most: usize,
}

/// A workload or a lane.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Card {
    /// Stable name.
    pub slug: String,
    /// What it is called.
    pub title: String,
    /// What it is.
    pub summary: String,
    /// Kind or version.
    pub detail: String,
    /// A lane's colour, the same everywhere.
    pub colour: Option<Colours>,
    /// Whether it can be chosen.
    pub available: bool,
    /// Why not, or what is less than it could be.
    pub problem: Option<Obstacle>,
}

/// What stands in the way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Obstacle {
    /// What is wrong.
    pub what: String,
    /// What can be done.
    pub remedy: Option<String>,
}

/// A colour on either ground, `#rrggbb`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Colours {
    /// On light.
    pub light: String,
    /// On dark.
    pub dark: String,
}

/// Where a plan can begin from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PresetCard {
    /// Stable name.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub slug: Preset,
    /// What it is called.
    pub title: &'static str,
    /// How much it is.
    pub summary: String,
    /// What stands in a field that is empty, by the field's slug.
    pub usual: BTreeMap<&'static str, String>,
}

pub(super) async fn offer(places: &Places, registry: &Registry, doctor: &Doctor) -> Result<Offer, Error> {
    let controls = listed(&registry.slugs_on(Side::Control));
    let found = found(places)?;
    let own = Yours::of(places)?;
    let (mut yours, mut workloads) = (Vec::new(), Vec::new());
    for entry in found {
        let is_own = own.has(&entry.folder);
        let card = workload_card(entry, &controls);
        yours.extend(is_own.then(|| card.slug.clone()));
        workloads.push(card);
    }
    let mut lanes = Vec::new();
    let tried = join_all(registry.lanes().iter().map(tried)).await;
    // After they were tried: until then less is known of them.
    let records = registry.records();
    let looks = LaneLook::of(&records);
    let mut usual = Vec::new();
    let shelves = shelves(registry);
    for (((lane, described), look), found) in registry.lanes().iter().zip(records).zip(looks).zip(tried) {
        if is_usual(lane) && matches!(found, Availability::Available { .. }) {
            usual.push(lane.slug().clone());
        }
        let (available, detail, problem) = match found {
            Availability::Available { detail } => {
                let obstacle =
                    |why| Obstacle { what: format!("its limits can't be set: {why}"), remedy: None };
                (true, detail, described.unlimited.map(obstacle))
            }
            Availability::Unavailable { problem, remedy } => {
                (false, String::new(), Some(Obstacle { what: problem, remedy: Some(remedy) }))
            }
        };
        lanes.push(Card { summary: described.summary, detail, available, problem, ..lane_card(look) });
    }
    let chosen = |cards: &[Card]| -> Vec<Slug> {
        cards.iter().filter(|card| card.available).filter_map(|card| card.slug.parse().ok()).collect()
    };
    let order =
        Order { workloads: chosen(&workloads), lanes: usual, preset: Preset::Quick, fields: BTreeMap::new() };
    let mut warnings = preflight(doctor.run(registry).await);
    let order = match LastChoice::read(places) {
        Ok(Some(last)) => last.within(order, &chosen(&lanes)),
        Ok(None) => order,
        Err(text) => {
            warnings.push(Remark { tone: Tone::Plain, text, remedy: None });
            order
        }
    };
    let presets = Preset::ALL.into_iter().map(preset_card).collect();
    let asking = Asking { methods: METHODS.to_vec(), most: MOST_REQUESTS };
    Ok(Offer { workloads, yours, lanes, shelves, presets, fields: fields(), warnings, order, asking })
}

/// Whether it can be used here: what most people choose is tried, and of the others it is asked whether they answer. A
/// window does not start thirty lanes, nor wait for one that hangs, before anybody has chosen it.
async fn tried(lane: &Lane) -> Availability {
    if is_usual(lane) { lane.availability().await } else { lane.answers().await }
}

/// Every workload. Where there is no folder of them, one can still be added.
fn found(places: &Places) -> Result<Vec<WorkloadEntry>, Error> {
    match places.workloads() {
        Err(error) if error.code == Code::Environment => Ok(Vec::new()),
        _ => Workloads { places: places.clone() }.run(),
    }
}

/// A lane by its name and colour alone.
pub(super) fn lane_card(LaneLook { lane, light, dark, .. }: LaneLook) -> Card {
    Card {
        slug: lane.to_string(),
        title: lane.to_string(),
        summary: String::new(),
        detail: String::new(),
        colour: Some(Colours { light, dark }),
        available: true,
        problem: None,
    }
}

fn workload_card(entry: WorkloadEntry, controls: &str) -> Card {
    let folder_name = entry.folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let card = Card {
        slug: folder_name.clone(),
        title: folder_name,
        summary: String::new(),
        detail: String::new(),
        colour: None,
        available: false,
        problem: None,
    };
    match (entry.workload, entry.error) {
        (Some(workload), _) => {
            let unbuilt = Obstacle {
                what: format!(
                    "its native binary is not built: the lanes of containers and {controls} can't run it"
                ),
                remedy: Some("cargo xtask workloads native".to_owned()),
            };
            Card {
                slug: workload.name.to_string(),
                title: workload.name.to_string(),
                summary: workload.summary,
                detail: match workload.requests {
                    0 => "a command".to_owned(),
                    1 => "a service, 1 request".to_owned(),
                    requests => format!("a service, {requests} requests"),
                },
                available: true,
                problem: (workload.native.is_some() && !workload.native_built).then_some(unbuilt),
                ..card
            }
        }
        (None, error) => {
            let obstacle = |error: Error| Obstacle {
                what: std::iter::once(error.message).chain(error.causes).collect::<Vec<_>>().join(": "),
                remedy: error.hint,
            };
            Card { problem: error.map(obstacle), ..card }
        }
    }
}

fn preset_card(preset: Preset) -> PresetCard {
    let (trials, load) = (preset.trials(), preset.load());
    let title = match preset {
        Preset::Glance => "Glance",
        Preset::Quick => "Quick",
        Preset::Standard => "Standard",
        Preset::Rigorous => "Rigorous",
    };
    let seconds = load.duration_ms as f64 / 1e3;
    let summary = format!(
        "{} cold starts in {} of a lane, {} of them loaded for {seconds} s",
        trials.cold_starts,
        match preset.arms() {
            1 => "one arm".to_owned(),
            arms => format!("each of {arms} arms"),
        },
        trials.loaded
    );
    PresetCard { slug: preset, title, summary, usual: usual(preset) }
}

fn preflight(found: Diagnosis) -> Vec<Remark> {
    // What is said of a lane stands on its card.
    let doubtful = found
        .checks
        .into_iter()
        .filter(|check| check.status > Status::Good && !matches!(check.about, Concern::Lane(_)));
    doubtful
        .map(|check| Remark {
            tone: Tone::from(check.status),
            text: format!("{}: {}", check.what, check.finding),
            remedy: check.remedy,
        })
        .collect()
}
