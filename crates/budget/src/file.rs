//! `plimsoll.toml`.

use plimsoll_analysis::Compared;
use plimsoll_model::{Case, ComparedBy, Metric, Phase, Place, Slug};
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
#[error("the budget is wrong at {place}: {message}")]
pub struct BudgetError {
    /// Where.
    pub place: Place,
    /// What, and what would be right.
    pub message: String,
}

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

/// What is wrong, and the byte where.
type Fault = (usize, String);

impl Budgets {
    /// The longest file that is read, in bytes.
    pub const LONGEST: usize = 256 << 10;
    /// The most budgets in a file.
    pub const MOST: usize = 1_000;

    /// Reads budgets of those among these metrics that are compared.
    ///
    /// # Errors
    /// With line and column: when it is not TOML, a key is unknown or missing, a value can't be, or there is more than the
    /// bounds above allow.
    pub fn parse(text: &str, metrics: &[Metric]) -> Result<Self, BudgetError> {
        let bounded = Bounded::among(metrics);
        let at = |(offset, message)| BudgetError { place: Place::at(text, offset), message };
        if text.len() > Self::LONGEST {
            let message = format!("it has {} bytes, and at most {} are read", text.len(), Self::LONGEST);
            return Err(at((0, message)));
        }
        let file: File = toml::from_str(text)
            .map_err(|error| at((error.span().map_or(0, |span| span.start), error.message().to_owned())))?;
        if *file.budget_version.get_ref() != BUDGET_VERSION {
            let message =
                format!("`budget_version` is not one that this build reads: it reads {BUDGET_VERSION}");
            return Err(at((file.budget_version.span().start, message)));
        }
        if let Some(beyond) = file.budgets.get(Self::MOST) {
            let message =
                format!("there are {} budgets, and at most {} are read", file.budgets.len(), Self::MOST);
            return Err(at((beyond.span().start, message)));
        }
        let budget = |written: Spanned<Written>| {
            let start = written.span().start;
            written.into_inner().check(&bounded, start, text).map_err(at)
        };
        Ok(Self { budgets: file.budgets.into_iter().map(budget).collect::<Result<_, _>>()? })
    }
}

impl Written {
    fn check(self, bounded: &Bounded<'_>, start: usize, text: &str) -> Result<Budget, Fault> {
        let metric = self.metric(bounded)?;
        let percentile_milli = self.percentile(metric)?;
        self.phase(metric)?;
        let than = match (&self.at_most, &self.at_most_over_baseline, &self.smaller_than) {
            (Some(text), None, None) => Than::Amount(amount(metric, text)?),
            (None, Some(text), None) => Than::Baseline(growth(text)?),
            (None, None, Some(than)) => {
                let Smaller { lane, times } = than.get_ref();
                if !times.is_finite() || *times <= 0.0 {
                    return Err((than.span().start, format!("`times` is {times}: use a number above 0")));
                }
                if self.lane.as_ref().is_some_and(|own| own.get_ref() == lane.get_ref()) {
                    let message = format!("`{}` is the budget's own lane: name another", lane.get_ref());
                    return Err((lane.span().start, message));
                }
                Than::Lane { lane: lane.get_ref().clone(), times: *times }
            }
            _ => {
                let message =
                    "a budget has exactly one of `at_most`, `at_most_over_baseline` and `smaller_than`";
                return Err((start, message.to_owned()));
            }
        };
        let other = self.smaller_than.as_ref().map(|than| &than.get_ref().lane);
        let names = [(Part::Workload, &self.workload), (Part::Lane, &self.lane)];
        let names = names.into_iter().filter_map(|(part, name)| Some((part, name.as_ref()?)));
        let names = names.chain(other.map(|lane| (Part::Lane, lane))).map(|(part, name)| Named {
            part,
            slug: name.get_ref().clone(),
            place: Place::at(text, name.span().start),
        });
        Ok(Budget {
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

    fn metric<'all>(&self, bounded: &Bounded<'all>) -> Result<&'all Metric, Fault> {
        let slug = self.metric.get_ref();
        bounded.find(slug).ok_or_else(|| {
            (self.metric.span().start, format!("`metric` is `{slug}`: use {}", bounded.in_words()))
        })
    }

    fn phase(&self, metric: &Metric) -> Result<(), Fault> {
        let Some(written) = &self.phase else { return Ok(()) };
        let (phase, possible) = (written.get_ref(), Bounded::phases(metric));
        if possible.contains(phase) {
            return Ok(());
        }
        let message = format!("`{}` is not taken in the phase `{phase}`: leave `phase` out", metric.slug);
        Err((written.span().start, message))
    }

    fn percentile(&self, metric: &Metric) -> Result<Option<u32>, Fault> {
        let slug = &metric.slug;
        let of_requests = metric.compared == Some(ComparedBy::Percentiles);
        match self.percentile.as_ref().map(|written| (written.get_ref().as_str(), written.span().start)) {
            Some(("p50", _)) if of_requests => Ok(Some(500)),
            Some(("p99", _)) if of_requests => Ok(Some(990)),
            Some(("p50", _)) | None if !of_requests => Ok(None),
            Some((_, at)) if !of_requests => Err((at, format!("`percentile` of `{slug}` can only be `p50`"))),
            Some((_, at)) => Err((at, "`percentile` must be `p50` or `p99`".to_owned())),
            None => Err((self.metric.span().start, format!("`{slug}` needs a `percentile`, `p50` or `p99`"))),
        }
    }
}

fn amount(metric: &Metric, text: &Spanned<String>) -> Result<Amount, Fault> {
    let amount = Amount::parse(text.get_ref(), metric.unit)
        .map_err(|error| (text.span().start, format!("`at_most` {error}")))?;
    if amount.unit() != metric.unit {
        let words = if metric.is_time() { "a time" } else { "a number of bytes" };
        return Err((
            text.span().start,
            format!("`at_most` is `{amount}`, but `{}` is {words}", metric.slug),
        ));
    }
    Ok(amount)
}

/// `+10 %` as 1.1.
fn growth(text: &Spanned<String>) -> Result<f64, Fault> {
    let number = text.get_ref().trim().trim_start_matches('+').strip_suffix('%').map(str::trim);
    match number.and_then(|number| number.parse::<f64>().ok()) {
        Some(percent) if percent.is_finite() && percent >= 0.0 => Ok(1.0 + percent / 100.0),
        _ => Err((
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
