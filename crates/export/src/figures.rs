//! Every figure of a report in one list, for formats that have a row for each.

use std::collections::HashMap;

use plimsoll_analysis::{
    Compared, Comparison, Estimate, FigureOutcome, Interval, LaneSummary, LatencySummary, Percentile, TooFew,
    names,
};
use plimsoll_format::plain;
use plimsoll_model::{Case, Direction, Phase, Slug, Unit};
use plimsoll_report::Report;

static COLD_START: Slug = names::COLD_START;
/// How long a phase took on the observer's clock.
static PHASE_DURATION: Slug = Slug::known("phase_duration");

/// One figure of one lane, or of one of its arms.
pub(crate) struct Figure<'a> {
    /// What it is a figure of.
    pub(crate) of: &'a LaneSummary,
    pub(crate) metric: &'a Slug,
    pub(crate) phase: Phase,
    /// Whose figure it is where an instance has several parts.
    pub(crate) subject: Option<&'a Slug>,
    /// The request it is a figure of; absent: all of them.
    pub(crate) request: Option<&'a Slug>,
    /// Thousandths; absent for a median over trials.
    pub(crate) percentile_milli: Option<u32>,
    /// How it was taken.
    pub(crate) method: String,
    pub(crate) unit: Unit,
    pub(crate) direction: Direction,
    /// How many values it comes from: trials, or requests for a percentile.
    pub(crate) n: u64,
    /// In base units; or why there is none.
    pub(crate) value: Result<f64, String>,
    /// 95 %, in base units; or why there is none.
    pub(crate) interval: Result<Interval, String>,
    /// Set against the baseline lane: all arms together, only where it is compared.
    pub(crate) against: Option<&'a Comparison>,
}

impl Figure<'_> {
    /// `p50`, `p99`, `p99_9`; absent for a median over trials.
    pub(crate) fn percentile(&self) -> Option<String> {
        self.percentile_milli.map(percentile)
    }

    /// The ends of its interval, where both are numbers.
    pub(crate) fn ends(&self) -> Option<Interval> {
        self.interval.as_ref().ok().copied().filter(|ends| ends.low.is_finite() && ends.high.is_finite())
    }
}

/// `p50`, `p99`, `p99_9`.
pub(crate) fn percentile(milli: u32) -> String {
    match milli % 10 {
        0 => format!("p{}", milli / 10),
        rest => format!("p{}_{rest}", milli / 10),
    }
}

/// Every figure of these summaries, in their order. One without a cold start has a figure that says why.
pub(crate) fn figures<'a>(report: &'a Report<'_>, summaries: &'a [LaneSummary]) -> Vec<Figure<'a>> {
    let comparisons =
        report.comparisons.iter().map(|found| ((&found.case, &found.lane, &found.figure), found)).collect();
    let list = List { report, comparisons };
    summaries.iter().flat_map(|lane| list.of(lane)).collect()
}

struct List<'a> {
    report: &'a Report<'a>,
    comparisons: HashMap<(&'a Case, &'a Slug, &'a Compared), &'a Comparison>,
}

impl<'a> List<'a> {
    fn of(&self, lane: &'a LaneSummary) -> Vec<Figure<'a>> {
        let mut figures = Vec::new();
        if lane.figure(&names::COLD_START, None, None).is_none() {
            let why = match &lane.prepare_failure {
                Some(message) => format!("not prepared: {}", plain(message)),
                None => "no trial that counts has passed".to_owned(),
            };
            figures.push(self.absent(lane, &why));
        }
        for phase in &lane.phases {
            let own = Figure {
                method: "the observer's clock".to_owned(),
                unit: Unit::Nanoseconds,
                ..self.blank(lane, &PHASE_DURATION, phase.phase)
            };
            figures.push(estimated(own, &phase.duration));
        }
        for found in &lane.figures {
            let series = &found.series;
            let own = Figure {
                subject: series.subject.as_ref(),
                request: series.request.as_ref(),
                method: plain(&series.method),
                unit: found.unit,
                ..self.blank(lane, &series.metric, series.phase)
            };
            figures.push(match &found.outcome {
                FigureOutcome::Measured(estimate) => self.compared(estimated(own, estimate)),
                FigureOutcome::Unavailable(why) => without(own, &plain(why)),
            });
        }
        figures.extend(lane.latencies.iter().flat_map(|found| self.percentiles(lane, found)));
        figures
    }

    fn percentiles(&self, lane: &'a LaneSummary, found: &'a LatencySummary) -> [Figure<'a>; 3] {
        [(500, &found.p50), (990, &found.p99), (999, &found.p999)].map(|(milli, level)| {
            let own = Figure {
                request: found.request.as_ref(),
                percentile_milli: Some(milli),
                method: "HdrHistogram over all trials".to_owned(),
                unit: Unit::Nanoseconds,
                n: found.count,
                ..self.blank(lane, &found.metric, Phase::Serve)
            };
            match (level, found.unreadable.first()) {
                (Ok(Percentile { value_ns, interval }), _) => self.compared(Figure {
                    value: Ok(*value_ns as f64),
                    interval: interval.map_err(|few| few.to_string()),
                    ..own
                }),
                (Err(_), Some(why)) => without(own, &plain(why)),
                (Err(few), None) => without(own, &few.to_string()),
            }
        })
    }

    fn absent(&self, lane: &'a LaneSummary, why: &str) -> Figure<'a> {
        let own = Figure { unit: Unit::Nanoseconds, ..self.blank(lane, &COLD_START, Phase::Ready) };
        without(own, why)
    }

    fn blank(&self, lane: &'a LaneSummary, metric: &'a Slug, phase: Phase) -> Figure<'a> {
        let declared = self.report.run.metrics.iter().find(|declared| declared.slug == *metric);
        Figure {
            of: lane,
            metric,
            phase,
            subject: None,
            request: None,
            percentile_milli: None,
            method: String::new(),
            unit: Unit::Count,
            direction: declared.map_or(Direction::Neutral, |declared| declared.direction),
            n: 0,
            value: Err(String::new()),
            interval: Err(String::new()),
            against: None,
        }
    }

    /// What is compared is the whole instance over all requests.
    fn compared(&self, own: Figure<'a>) -> Figure<'a> {
        let whole = own.request.is_none() && own.subject.is_none_or(|subject| *subject == names::INSTANCE);
        let figure =
            Compared { metric: own.metric.clone(), phase: own.phase, percentile_milli: own.percentile_milli };
        let against = self.comparisons.get(&(&own.of.case, &own.of.lane, &figure)).copied();
        Figure { against: against.filter(|_| whole), ..own }
    }
}

fn estimated<'a>(own: Figure<'a>, estimate: &Estimate) -> Figure<'a> {
    Figure {
        n: estimate.n as u64,
        value: Ok(estimate.median),
        interval: estimate.interval.map_err(|few: TooFew| few.to_string()),
        ..own
    }
}

fn without<'a>(own: Figure<'a>, why: &str) -> Figure<'a> {
    Figure { value: Err(why.to_owned()), interval: Err(why.to_owned()), ..own }
}
