//! Workloads and lanes in a sentence.

use std::fmt;

use plimsoll_analysis::LaneSummary;

use crate::list::{each_once, more};

/// Most workloads, and most lanes of one, that are named.
const MOST: usize = 4;

/// Where something happened: ``json-api (docker, wasmtime), transform (docker)``.
pub(crate) struct Whereabouts(Vec<(String, Vec<String>)>);

impl Whereabouts {
    pub(crate) fn of<'a>(lanes: impl Iterator<Item = &'a LaneSummary>) -> Self {
        Self::named(lanes.map(|lane| (lane.case.to_string(), Some(lane.lane.to_string()))))
    }

    /// The same of what is not always of one lane.
    pub(crate) fn named(of: impl Iterator<Item = (String, Option<String>)>) -> Self {
        Self(each_once(of))
    }
}

impl fmt::Display for Whereabouts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = |(case, lanes): &(String, Vec<String>)| match lanes.as_slice() {
            [] => case.clone(),
            lanes => format!("{case} ({})", named(lanes.iter().map(String::as_str))),
        };
        let places = self.0.iter().map(place);
        let places: Vec<String> = places.collect();
        f.write_str(&named(places.iter().map(String::as_str)))
    }
}

/// The first names, and how many more there are.
pub(crate) fn named<'a>(names: impl ExactSizeIterator<Item = &'a str>) -> String {
    let left = names.len().saturating_sub(MOST);
    let first: Vec<&str> = names.take(MOST).collect();
    match left {
        0 => first.join(", "),
        left => format!("{} {}", first.join(", "), more(left)),
    }
}
