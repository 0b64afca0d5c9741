//! What is said of a workload where one lane was measured: there is no other to set it against.

use plimsoll_format::plain;
use plimsoll_model::{Case, Slug, Unit};

use super::{Headline, Sure};
use crate::Report;

/// Its cold start in the only lane; `None` where it has none.
pub(crate) fn alone(report: &Report<'_>, case: &Case, lane: &Slug) -> Option<Headline> {
    let summary = report.summaries.iter().find(|lane| lane.case == *case)?;
    let found = summary.cold_start()?;
    let serves = report.run.workload(case).is_none_or(|record| record.job.serves());
    let does = if serves { "starts" } else { "finishes" };
    let name = plain(case.workload.as_str());
    let time = plimsoll_format::duration(found.median);
    let interval = plimsoll_format::interval(found.interval, Unit::Nanoseconds);
    Some(Headline {
        big: format!("`{name}` {does} in {time}."),
        second: format!("median, 95 % {interval} · lane `{lane}` alone: there is nothing to compare it with"),
        chip: "one lane".to_owned(),
        sure: Sure::NotMeasured,
    })
}
