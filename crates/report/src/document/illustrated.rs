//! The charts of a document.

use plimsoll_chart::{ChartSpec, charts_of};
use plimsoll_model::{Case, Slug};
use rayon::prelude::*;
use serde::Serialize;

use crate::Report;

/// Which charts a document has. Of a long run they take a while, and a text shows none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Illustrated {
    /// None.
    Left,
    /// Of all lanes together; where runs are compared, also of each lane in which a difference is called.
    Page,
    /// Of all lanes together; where runs are compared, also of each lane.
    Window,
}

/// A chart at its place.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Illustration {
    /// Once in a document.
    pub id: String,
    /// What it shows, in a few words.
    pub title: String,
    /// The lane it is of; absent: all together.
    pub lane: Option<Slug>,
    /// The chart.
    pub spec: ChartSpec,
}

/// Every chart of a case of a run.
pub(super) fn of_case(report: &Report<'_>, case: &Case) -> Vec<Illustration> {
    let charts = charts_of(report.run);
    let of = |at: usize| {
        charts.get(at).map(|chart| Illustration {
            id: format!("{case}--{}", chart.slug()),
            title: chart.title().to_owned(),
            lane: None,
            spec: chart.spec(report.run, case),
        })
    };
    (0..charts.len()).into_par_iter().filter_map(of).collect()
}
