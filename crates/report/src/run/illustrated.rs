//! The charts of a run.

use plimsoll_chart::charts_of;
use plimsoll_model::Case;
use rayon::prelude::*;

use crate::Report;
use crate::document::Illustration;

/// Every chart of a case of a run that has something to compare.
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
    let drawn = (0..charts.len()).into_par_iter().filter_map(of);
    drawn.filter(|chart| chart.spec.empty.is_none()).collect()
}
