//! `plimsoll.toml`.

use plimsoll_analysis::Compared;
use plimsoll_model::written::{self, Flaw, Written as Read};
use plimsoll_model::{Case, ComparedBy, Faults, Metric, Phase, Place, Slug};
use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::Amount;
use crate::bounded::Bounded;

/// The version of the budget format that this build reads.
pub const BUDGET_VERSION: u32 = 1;

/// A whole file of budgets.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Budgets {
    /// The budgets, in the file's order.
    pub budgets: Vec<Budget>,
}

/// What one figure may come to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Budget {
    /// Where it stands.
    pub place: Place,
    /// The workload; absent: each.
    pub workload: Option<Slug>,
    /// The lane; absent: each.
    pub lane: Option<Slug>,
    /// The metric.
    pub metric: Slug,
    /// The phase it was taken in; absent: each.
    pub phase: Option<Phase>,
    /// Thousandths, of a latency: 500 or 990. Absent for others.
    pub percentile_milli: Option<u32>,
    /// The bound.
    pub than: Than,
    /// What it names of a run, and where.
    #[serde(skip)]
    pub names: Vec<Named>,
}

/// Something of a run that a budget names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Of what kind.
    pub part: Part,
    /// Its name.
    pub slug: Slug,
    /// Where it is named.
    pub place: Place,
}

/// What a budget can name of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A workload.
    Workload,
    /// A lane.
    Lane,
}

/// What a figure is held against.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Than {
    /// An amount: at most this.
    Amount(Amount),
    /// The same figure of the baseline: at most this many times as much, 1.1 for `+10 %`.
    Baseline(f64),
    /// The same figure of another lane in the same run: at least this many times smaller.
    Lane {
        /// The lane.
        lane: Slug,
        /// How many times.
        times: f64,
    },
}

/// Why a file of budgets is refused.
#[derive(Debug, thiserror::Error)]
#[error("the budget is wrong at {0}")]
pub struct BudgetError(pub Faults);

/// Every key of the format.
const SAMPLE: &str = r#"budget_version = 1
[[budget]]
workload = "sample"
lane = "sample"
metric = "sample"
phase = "ready"
percentile = "p50"
at_most = "1 ms"
at_most_over_baseline = "+10 %"
smaller_than = { lane = "other", times = 2.0 }
"#;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    budget_version: Spanned<u32>,
    #[serde(default, rename = "budget")]
    budgets: Vec<Spanned<Written>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    workload: Option<Spanned<Slug>>,
    lane: Option<Spanned<Slug>>,
    metric: Spanned<Slug>,
    phase: Option<Spanned<Phase>>,
    percentile: Option<Spanned<String>>,
    at_most: Option<Spanned<String>>,
    at_most_over_baseline: Option<Spanned<String>>,
    smaller_than: Option<Spanned<Smaller>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Smaller {
    lane: Spanned<Slug>,
    times: f64,
}

impl Budgets {
    /// The longest file that is read, in bytes.
    pub const LONGEST: usize = 256 << 10;
    /// The most budgets in a file.
    pub const MOST: usize = 1_000;

    /// Reads budgets of those among these metrics that are compared.
    ///
    /// # Errors
    /// With line and column of all that is wrong: it is not TOML, a key is unknown or missing, a value can't be, or there is
    /// more than the bounds above allow.
    pub fn parse(text: &str, metrics: &[Metric]) -> Result<Self, BudgetError> {
        let bounded = Bounded::among(metrics);
        let alone = |offset, problem| BudgetError(Faults::one(text, Flaw::new(offset, problem)));
        if text.len() > Self::LONGEST {
            let message = format!("it has {} bytes, and at most {} are read", text.len(), Self::LONGEST);
            return Err(alone(0, message));
        }
        let mut written: Read<File> = written::read(text, SAMPLE);
        let mut found = std::mem::take(&mut written.found);
        let mut read = Self::default();
        if let Some(file) = written.read.take() {
            if *file.budget_version.get_ref() != BUDGET_VERSION {
                let message =
                    format!("`budget_version` is not one that this build reads: it reads {BUDGET_VERSION}");
                return Err(alone(file.budget_version.span().start, message));
            }
            if let Some(beyond) = file.budgets.get(Self::MOST) {
                let message =
                    format!("there are {} budgets, and at most {} are read", file.budgets.len(), Self::MOST);
                return Err(alone(beyond.span().start, message));
            }
            for budget in file.budgets {
                let start = budget.span().start;
                read.budgets.extend(budget.into_inner().check(&bounded, start, text, &mut found));
            }
            found.retain(|found| written.is_written(found.offset));
        }
        Faults::of(text, found).map_or(Ok(read), |faults| Err(BudgetError(faults)))
    }
}

impl Written {
    /// The budget, with all that can't be in `found`.
    fn check(self, bounded: &Bounded<'_>, start: usize, text: &str, found: &mut Vec<Flaw>) -> Option<Budget> {
        let mut kept = |fault: Flaw| found.push(fault);
        let metric = self.metric(bounded).map_err(&mut kept).ok();
        let percentile = metric.map(|metric| self.percentile(metric).map_err(&mut kept));
        let phase = metric.map(|metric| self.phase(metric).map_err(&mut kept));
        let than = self.than(metric, start).map_err(&mut kept).ok().flatten();
        let (percentile_milli, Ok(()), than) = (percentile?.ok()?, phase?, than?) else { return None };
        let other = self.smaller_than.as_ref().map(|than| &than.get_ref().lane);
        let names = [(Part::Workload, &self.workload), (Part::Lane, &self.lane)];
        let names = names.into_iter().filter_map(|(part, name)| Some((part, name.as_ref()?)));
        let names = names.chain(other.map(|lane| (Part::Lane, lane))).map(|(part, name)| Named {
            part,
            slug: name.get_ref().clone(),
            place: Place::at(text, name.span().start),
        });
        Some(Budget {
            place: Place::at(text, start),
            names: names.collect(),
            workload: self.workload.map(Spanned::into_inner),
            lane: self.lane.map(Spanned::into_inner),
            metric: self.metric.into_inner(),
            phase: self.phase.map(Spanned::into_inner),
            percentile_milli,
            than,
        })
    }

    /// What the figure is held against; `None` where that takes the metric, and there is no such.
    fn than(&self, metric: Option<&Metric>, start: usize) -> Result<Option<Than>, Flaw> {
        match (&self.at_most, &self.at_most_over_baseline, &self.smaller_than) {
            (Some(text), None, None) => {
                metric.map(|metric| amount(metric, text).map(Than::Amount)).transpose()
            }
            (None, Some(text), None) => Ok(Some(Than::Baseline(growth(text)?))),
            (None, None, Some(than)) => {
                let Smaller { lane, times } = than.get_ref();
                if !times.is_finite() || *times <= 0.0 {
                    let message = format!("`times` is {times}: use a number above 0");
                    return Err(Flaw::new(than.span().start, message));
                }
                if self.lane.as_ref().is_some_and(|own| own.get_ref() == lane.get_ref()) {
                    let message = format!("`{}` is the budget's own lane: name another", lane.get_ref());
                    return Err(Flaw::new(lane.span().start, message));
                }
                Ok(Some(Than::Lane { lane: lane.get_ref().clone(), times: *times }))
            }
            _ => {
                let message =
                    "a budget has exactly one of `at_most`, `at_most_over_baseline` and `smaller_than`";
                Err(Flaw::new(start, message))
            }
        }
    }

    fn metric<'all>(&self, bounded: &Bounded<'all>) -> Result<&'all Metric, Flaw> {
        let slug = self.metric.get_ref();
        bounded.find(slug).ok_or_else(|| {
            let message = format!("`metric` is `{slug}`: use {}", bounded.in_words());
            Flaw::new(self.metric.span().start, message)
        })
    }

    fn phase(&self, metric: &Metric) -> Result<(), Flaw> {
        let Some(written) = &self.phase else { return Ok(()) };
        let (phase, possible) = (written.get_ref(), Bounded::phases(metric));
        if possible.contains(phase) {
            return Ok(());
        }
        let message = format!("`{}` is not taken in the phase `{phase}`: leave `phase` out", metric.slug);
        Err(Flaw::new(written.span().start, message))
    }

    fn percentile(&self, metric: &Metric) -> Result<Option<u32>, Flaw> {
        let slug = &metric.slug;
        let of_requests = metric.compared == Some(ComparedBy::Percentiles);
        match self.percentile.as_ref().map(|written| (written.get_ref().as_str(), written.span().start)) {
            Some(("p50", _)) if of_requests => Ok(Some(500)),
            Some(("p99", _)) if of_requests => Ok(Some(990)),
            Some(("p50", _)) | None if !of_requests => Ok(None),
            Some((_, at)) if !of_requests => {
                Err(Flaw::new(at, format!("`percentile` of `{slug}` can only be `p50`")))
            }
            Some((_, at)) => Err(Flaw::new(at, "`percentile` must be `p50` or `p99`")),
            None => {
                let message = format!("`{slug}` needs a `percentile`, `p50` or `p99`");
                Err(Flaw::new(self.metric.span().start, message))
            }
        }
    }
}

fn amount(metric: &Metric, text: &Spanned<String>) -> Result<Amount, Flaw> {
    let amount = Amount::parse(text.get_ref(), metric.unit)
        .map_err(|error| Flaw::new(text.span().start, format!("`at_most` {error}")))?;
    if amount.unit() != metric.unit {
        let words = if metric.is_time() { "a time" } else { "a number of bytes" };
        let message = format!("`at_most` is `{amount}`, but `{}` is {words}", metric.slug);
        return Err(Flaw::new(text.span().start, message));
    }
    Ok(amount)
}

/// `+10 %` as 1.1.
fn growth(text: &Spanned<String>) -> Result<f64, Flaw> {
    let number = text.get_ref().trim().trim_start_matches('+').strip_suffix('%').map(str::trim);
    match number.and_then(|number| number.parse::<f64>().ok()) {
        Some(percent) if percent.is_finite() && percent >= 0.0 => Ok(1.0 + percent / 100.0),
        _ => Err(Flaw::new(
            text.span().start,
            format!("`at_most_over_baseline` is `{}`: write a percentage such as `+10 %`", text.get_ref()),
        )),
    }
}

impl Budget {
    /// Whether it is about this figure.
    #[must_use]
    pub fn concerns(&self, case: &Case, lane: &Slug, figure: &Compared) -> bool {
        self.workload.as_ref().is_none_or(|own| *own == case.workload)
            && self.lane.as_ref().is_none_or(|own| own == lane)
            && self.metric == figure.metric
            && self.phase.is_none_or(|phase| phase == figure.phase)
            && self.percentile_milli == figure.percentile_milli
    }
}
