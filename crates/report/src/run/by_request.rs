//! Latency of each kind of request by itself: one and ten thousand events are not one distribution.

use plimsoll_analysis::{LaneSummary, LatencySummary, Percentile, TooFew, names};
use plimsoll_format as format;
use plimsoll_model::Case;

use crate::Report;
use crate::list::distinct;
use crate::sheet::LATENCY;
use crate::table::{Column, Table, TableEntry, TableRow};

/// Most kinds of requests with a column.
const MOST: usize = 6;

/// P50 and P99 of each kind of request in each lane; `None` where a workload has but one kind.
pub(super) fn by_request(report: &Report<'_>, case: &Case) -> Option<Table> {
    let lanes: Vec<&LaneSummary> = report.summaries.iter().filter(|lane| lane.case == *case).collect();
    let of_latency =
        lanes.iter().flat_map(|lane| &lane.latencies).filter(|found| found.metric == names::LATENCY);
    let requests = distinct(of_latency.filter_map(|found| found.request.as_ref()));
    if requests.len() < 2 {
        return None;
    }
    let shown = requests.get(..MOST).unwrap_or(&requests);
    let help = format!("{LATENCY} Of this kind of request alone.");
    let columns = shown.iter().map(|request| Column::of_figures([&format!("{request}, P50"), "P99", &help]));
    let row = |lane: &&LaneSummary| TableRow {
        lane: Some(lane.lane.clone()),
        run: None,
        called: false,
        entries: std::iter::once(TableEntry::new(lane.lane.as_str(), ""))
            .chain(shown.iter().map(|request| entry(lane.latency(&names::LATENCY, Some(request)))))
            .collect(),
    };
    Some(Table {
        heading: format!("{case}, by kind of request"),
        caption: format!("Latency of `{case}` by kind of request"),
        columns: std::iter::once(Column::of_figures(["lane", "", ""])).chain(columns).collect(),
        rows: lanes.iter().map(row).collect(),
        elsewhere: "they are in the CSV export".to_owned(),
        most: None,
    })
}

fn entry(found: Option<&LatencySummary>) -> TableEntry {
    let told = |percentile: &Result<Percentile, TooFew>| match percentile {
        Ok(found) => format::duration(found.value_ns as f64),
        Err(too_few) => format::too_few(*too_few),
    };
    found.map_or_else(TableEntry::absent, |found| TableEntry::new(told(&found.p50), told(&found.p99)))
}
