//! How the lanes are laid out for who chooses.

use plimsoll_model::Side;
use serde::Serialize;

use crate::lanes::Lane;
use crate::{LaneWish, Registry};

/// Lanes that stand together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct LaneShelf {
    /// What they are; empty for those that most people choose.
    pub title: String,
    /// The family that they are of, where they are of one.
    pub family: Option<String>,
    /// Their names, in the order in which they are shown.
    pub lanes: Vec<String>,
}

/// Whether it is measured where nothing is chosen.
pub(super) fn is_usual(lane: &Lane) -> bool {
    LaneWish::USUAL.iter().any(|wish| wish.has(lane))
}

/// The usual ones first, then the others by what they are seen as and by their family, in the order of the lanes.
pub(super) fn shelves(registry: &Registry) -> Vec<LaneShelf> {
    let lanes = || registry.lanes().iter().zip(registry.records());
    let usual = lanes().filter(|(lane, _)| is_usual(lane)).map(|(lane, _)| lane.slug().to_string());
    let mut shelves = vec![LaneShelf { title: String::new(), family: None, lanes: usual.collect() }];
    for side in [Side::Container, Side::Wasm, Side::Control] {
        let first = shelves.len();
        for (lane, _) in lanes().filter(|(lane, record)| record.side == side && !is_usual(lane)) {
            let family = Some(lane.spec.family.to_string());
            let place = shelves[first..].iter().position(|shelf| shelf.family == family);
            let at = place.map_or(shelves.len(), |place| first + place);
            if at == shelves.len() {
                shelves.push(LaneShelf { title: title(side).to_owned(), family, lanes: Vec::new() });
            }
            shelves[at].lanes.push(lane.slug().to_string());
        }
    }
    shelves
}

const fn title(side: Side) -> &'static str {
    match side {
        Side::Container => "More containers",
        Side::Wasm => "More WebAssembly",
        Side::Control => "More controls",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_lane_stands_once_and_what_most_choose_stands_first() {
        let registry = Registry::built_in();
        let shelves = shelves(&registry);
        let mut laid: Vec<_> = shelves.iter().flat_map(|shelf| shelf.lanes.clone()).collect();
        let mut every: Vec<_> = registry.slugs().iter().map(ToString::to_string).collect();
        assert_eq!(laid.len(), every.len());
        laid.sort();
        every.sort();
        assert_eq!(laid, every);
        let [usual, further @ ..] = shelves.as_slice() else { panic!("no shelf") };
        assert_eq!((usual.title.as_str(), &usual.family), ("", &None));
        assert!(!further.is_empty() && further.iter().all(|shelf| shelf.family.is_some()));
        let mut heads: Vec<_> = further.iter().map(|shelf| (&shelf.title, &shelf.family)).collect();
        heads.dedup();
        assert_eq!(heads.len(), further.len());
    }
}
