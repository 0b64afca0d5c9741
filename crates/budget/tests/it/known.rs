//! Metrics as the product defines them.

use plimsoll_budget::{BudgetError, Budgets};
use plimsoll_model::{ComparedBy, Direction, Metric, Unit};

pub(crate) fn metrics() -> Vec<Metric> {
    let metric = |slug, unit, by| Metric::known(slug, slug, unit, Direction::LowerIsBetter, "").compared(by);
    vec![
        metric("wire_size", Unit::Bytes, ComparedBy::Exact),
        metric("latency", Unit::Nanoseconds, ComparedBy::Percentiles),
        metric("cold_start", Unit::Nanoseconds, ComparedBy::Median),
        metric("pss", Unit::Bytes, ComparedBy::MedianOfPhase),
        metric("threads", Unit::Count, ComparedBy::MedianOfPhase),
        Metric::known("stop_time", "Stop", Unit::Nanoseconds, Direction::LowerIsBetter, ""),
    ]
}

pub(crate) fn parse(text: &str) -> Result<Budgets, BudgetError> {
    Budgets::parse(text, &metrics())
}
