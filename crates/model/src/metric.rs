//! What can be measured, as data.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Slug;

/// The base unit in which a metric's values are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Nanoseconds of elapsed or CPU time.
    Nanoseconds,
    /// Bytes.
    Bytes,
    /// A bare count.
    Count,
    /// Thousandths of an event per second, so that rates below one survive as integers.
    MilliPerSecond,
}

/// Which way is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Less is better.
    LowerIsBetter,
    /// More is better.
    HigherIsBetter,
    /// Neither: a condition, not a result.
    Neutral,
}

/// By what two measurements of a metric are set against each other, lanes or runs. What is compared can also be bounded by
/// a budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ComparedBy {
    /// By the median over trials, each of which has one value.
    Median,
    /// By the median over trials, apart for each phase in which a trial was looked at.
    MedianOfPhase,
    /// By percentiles of the distribution that each trial gives.
    Percentiles,
    /// By the one value that a preparation gives each time, which has no noise.
    Exact,
}

/// How a metric stands in the table of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Tabled {
    /// At a place that the table has for it, under a heading of the table's own.
    Placed,
    /// In a column of its own, under its short name.
    Column,
}

/// The chart that draws a metric beside its like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Charted {
    /// Every trial's value, in a chart of its own.
    Distribution,
    /// A bar among the sizes.
    Size,
}

/// What is measured: a declaration, stored with the run so that a reader needs nothing else. Tables, comparisons, budgets
/// and charts take whichever metrics say that they belong there.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Metric {
    /// Stable name, e.g. `cold_start`.
    pub slug: Slug,
    /// Name for people, e.g. `Cold start`.
    pub name: Cow<'static, str>,
    /// Name within a sentence and in a heading, e.g. `PSS`; absent: the name in lower case ([`Self::in_words`]).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub short: Option<Cow<'static, str>>,
    /// Unit of the stored values.
    pub unit: Unit,
    /// Which way is better.
    pub direction: Direction,
    /// What the number includes and how it is taken, in a sentence or two.
    pub help: Cow<'static, str>,
    /// By what it is compared; absent: it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compared: Option<ComparedBy>,
    /// How it stands in the table of a run; absent: it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<Tabled>,
    /// The chart that takes it for what it says here; absent: none does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chart: Option<Charted>,
}

impl Metric {
    /// A metric declared in code. It is kept and exported, and in no table, comparison, budget or chart until it says so.
    #[must_use]
    pub const fn known(
        slug: &'static str,
        name: &'static str,
        unit: Unit,
        direction: Direction,
        help: &'static str,
    ) -> Self {
        Self {
            slug: Slug::known(slug),
            name: Cow::Borrowed(name),
            short: None,
            unit,
            direction,
            help: Cow::Borrowed(help),
            compared: None,
            table: None,
            chart: None,
        }
    }

    /// The same with this name within sentences and in headings.
    #[must_use]
    pub const fn short(mut self, short: &'static str) -> Self {
        // An assignment would drop what was there, which a constant can't.
        std::mem::forget(self.short.replace(Cow::Borrowed(short)));
        self
    }

    /// The same, compared and open to budgets.
    #[must_use]
    pub const fn compared(mut self, by: ComparedBy) -> Self {
        self.compared = Some(by);
        self
    }

    /// The same in the table of a run.
    #[must_use]
    pub const fn table(mut self, place: Tabled) -> Self {
        self.table = Some(place);
        self
    }

    /// The same in a chart.
    #[must_use]
    pub const fn chart(mut self, chart: Charted) -> Self {
        self.chart = Some(chart);
        self
    }

    /// Its name within a sentence and in a heading: `cold start`, `PSS`.
    #[must_use]
    pub fn in_words(&self) -> Cow<'_, str> {
        match &self.short {
            Some(short) => Cow::Borrowed(short),
            None => Cow::Owned(self.name.to_lowercase()),
        }
    }

    /// Whether it is a time, which grows while others have the cores.
    #[must_use]
    pub fn is_time(&self) -> bool {
        self.unit == Unit::Nanoseconds
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Metric =
        Metric::known("stop_time", "Stop", Unit::Nanoseconds, Direction::LowerIsBetter, "Until the exit.");
    const FULL: Metric =
        Metric::known("pss", "Proportional", Unit::Bytes, Direction::LowerIsBetter, "Pages.")
            .short("PSS")
            .compared(ComparedBy::MedianOfPhase)
            .table(Tabled::Column)
            .chart(Charted::Distribution);

    #[test]
    fn a_short_name_stands_for_the_lower_case_one() {
        assert_eq!([PLAIN.in_words(), FULL.in_words()], ["stop", "PSS"]);
    }

    #[test]
    fn what_is_known_of_a_metric_is_stored_with_it() {
        for metric in [PLAIN, FULL] {
            let json = serde_json::to_string(&metric).unwrap();
            assert_eq!(serde_json::from_str::<Metric>(&json).unwrap(), metric);
        }
    }

    #[test]
    fn a_metric_that_says_no_more_is_in_no_table_comparison_or_chart() {
        let json = r#"{"slug":"a","name":"A","unit":"bytes","direction":"neutral","help":""}"#;
        let read: Metric = serde_json::from_str(json).unwrap();
        assert_eq!((read.compared, read.table, read.chart), (None, None, None));
        assert_eq!(serde_json::to_string(&read).unwrap(), json);
    }
}
