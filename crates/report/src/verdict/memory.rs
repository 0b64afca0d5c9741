//! Memory in words, alone and with what is started for each instance.

use plimsoll_analysis::{Comparison, Interval, LaneSummary, Verdict, names};
use plimsoll_format::spoken::{bare_times, more_or_less, pair, times, times_smaller};
use plimsoll_model::{Phase, Slug, Unit};

use super::chip::chip;
use super::lines::{MOST_WORDS_OF_TWO, capital, fitting, fitting_in};
use super::named::{CalledLane, Form};
use super::pair::{TwoLanes, ends};
use super::race::{farther, looked};
use super::{Headline, Sure};
use crate::list::distinct;

/// Memory with helpers: processes that are started for each instance and are not its own.
struct Whole {
    bytes: f64,
    /// From the sum of all lower ends to that of all upper ones, where each has an interval.
    ends: Option<Interval>,
    helpers: Vec<Slug>,
}

/// Memory with helpers, of which the other lane has less than it has alone.
pub(crate) struct TurnedRound {
    /// The lane's ÷ the baseline's.
    pub(crate) ratio: f64,
    /// The helpers, by name.
    pub(crate) helpers: String,
}

impl TwoLanes<'_> {
    pub(super) fn memory(&self) -> Option<Headline> {
        let found = self.comparison(&names::PSS, None)?;
        let phase = found.figure.phase;
        let whole = self.wholes(phase);
        let seems = is_seen(found);
        let flip = whole.as_ref().filter(|whole| (found.verdict.is_called() || seems) && flips(found, whole));
        let big = match (flip, found.verdict) {
            (Some(whole), _) => self.both_ways(found, whole),
            (None, verdict) if verdict.is_called() => self.uses(found),
            (None, Verdict::Equal) => self
                .of_both(|[own, base]| format!("{} and {} use equally much memory.", own.words, base.words)),
            (None, Verdict::TooNoisy) => "Memory: this machine was too noisy to say.".to_owned(),
            (None, Verdict::TooFew) => "Not enough trials to say for memory.".to_owned(),
            _ if seems => self.seems(found),
            _ => "Memory is too close to call.".to_owned(),
        };
        let second = self.values(found, phase, whole.as_ref());
        Some(Headline { big, second, chip: chip(found, "trials"), sure: Sure::of(found.verdict) })
    }

    /// What becomes of memory that is called once helpers are counted, where that turns it round.
    pub(crate) fn turned_round(&self, found: &Comparison) -> Option<TurnedRound> {
        let whole = self.wholes(found.figure.phase).filter(|whole| {
            found.figure.metric == names::PSS && found.verdict.is_called() && flips(found, whole)
        });
        let [own, base] = whole?;
        Some(TurnedRound { ratio: own.bytes / base.bytes, helpers: named(&[&own, &base]) })
    }

    /// Whether either lane's group had a lower peak than its processes hold at the least.
    pub(crate) fn is_uncharged(&self) -> bool {
        [self.lane, self.baseline].into_iter().filter_map(|lane| self.summary(lane)).any(is_uncharged)
    }

    /// Of both, where one of them has helpers.
    fn wholes(&self, phase: Phase) -> Option<[Whole; 2]> {
        let (own, base) = self.whole(self.lane, phase).zip(self.whole(self.baseline, phase))?;
        (!(own.helpers.is_empty() && base.helpers.is_empty())).then_some([own, base])
    }

    /// `Wasm uses 6 times more memory than the container.`
    fn uses(&self, found: &Comparison) -> String {
        fitting([&self.own, &self.base], &[of_memory(found.ratio)], |[own, base], more| {
            format!("{} {} {more} than {}.", own.words, own.verb("uses", "use"), base.words)
        })
    }

    fn seems(&self, found: &Comparison) -> String {
        fitting([&self.own, &self.base], &[of_memory(found.ratio)], |[own, _], more| {
            format!("{} {} to use {more}.", own.words, own.verb("seems", "seem"))
        })
    }

    /// `Alone, Wasm uses 6 times more; counting Docker's helpers, a third less.`
    fn both_ways(&self, found: &Comparison, [own, base]: &[Whole; 2]) -> String {
        let whose = match (own.helpers.is_empty(), base.helpers.is_empty()) {
            (true, false) => format!("{} helpers", self.owner(self.baseline)),
            (false, true) => format!("{} helpers", self.owner(self.lane)),
            _ => "all helpers".to_owned(),
        };
        let [alone, whole] = [found.ratio, own.bytes / base.bytes].map(more_or_less);
        let uses = if is_seen(found) { ["seems to use", "seem to use"] } else { ["uses", "use"] };
        let said = |form: &Form, whose: &str| {
            let (who, uses) = (&form.words, form.verb(uses[0], uses[1]));
            format!("Alone, {who} {uses} {alone}; counting {whose}, {whole}.")
        };
        let CalledLane { one, slug, .. } = &self.own;
        let all = [(one, whose.as_str()), (one, "helpers"), (slug, &whose), (slug, "helpers")];
        fitting_in(MOST_WORDS_OF_TWO, all.into_iter().map(|(form, whose)| said(form, whose)))
    }

    /// Whose helpers they are: of the lane's family, as `Docker's`.
    fn owner(&self, lane: &Slug) -> String {
        let family = self.report.run.lane(lane).map_or(lane, |record| &record.spec.family);
        format!("{}'s", capital(family.as_str()))
    }

    fn values(&self, found: &Comparison, phase: Phase, whole: Option<&[Whole; 2]>) -> String {
        if found.verdict == Verdict::TooNoisy {
            return looked(found, |_| more_or_less(found.ratio));
        }
        let mut told = Vec::new();
        let when = if phase == Phase::Serve { "after the load" } else { "when ready" };
        let alone = self.both(|lane| alone(lane, phase));
        told.extend(alone.map(|[own, base]| format!("{} {when}", pair(own, "against", base, Unit::Bytes))));
        match (found.verdict, found.interval) {
            (Verdict::Equal, Ok(interval)) => {
                told.push(format!("within {} of each other", bare_times(farther(interval))));
            }
            (Verdict::TooFew, Err(few)) => told.push(format!("{} of the {} needed", few.have, few.need)),
            _ => told.extend(ends(found)),
        }
        told.extend(whole.map(|[own, base]| {
            format!("with {}, {}", named(&[own, base]), pair(own.bytes, "against", base.bytes, Unit::Bytes))
        }));
        told.join("; ")
    }

    /// What an instance of a lane and its helpers hold together: the sum of the medians.
    fn whole(&self, lane: &Slug, phase: Phase) -> Option<Whole> {
        let summary = self.summary(lane)?;
        let of_phase = |metric: &Slug, at: Phase| *metric == names::PSS && at == phase;
        let parts =
            summary.figures.iter().filter(|figure| of_phase(&figure.series.metric, figure.series.phase));
        let parts: Vec<_> =
            parts.filter_map(|figure| Some((figure.series.subject.as_ref(), figure.estimate()?))).collect();
        let is_own = |subject: Option<&Slug>| subject.is_none_or(|subject| *subject == names::INSTANCE);
        parts.iter().any(|(subject, _)| is_own(*subject)).then(|| {
            let ends = parts.iter().try_fold(Interval { low: 0.0, high: 0.0 }, |sum, (_, found)| {
                let own = found.interval.ok()?;
                Some(Interval { low: sum.low + own.low, high: sum.high + own.high })
            });
            Whole {
                bytes: parts.iter().map(|(_, found)| found.median).sum(),
                ends,
                helpers: parts
                    .iter()
                    .filter_map(|(subject, _)| *subject)
                    .filter(|own| !is_own(Some(*own)))
                    .cloned()
                    .collect(),
            }
        })
    }
}

/// Whether a lane's group had a lower peak than its processes hold at the least.
pub(crate) fn is_uncharged(lane: &LaneSummary) -> bool {
    let value = |metric: &Slug| Some(lane.figure(metric, None, Some(&names::INSTANCE))?.estimate()?.median);
    let peak = lane.figure(&names::GROUP_PEAK, None, None).and_then(|found| found.estimate());
    peak.zip(value(&names::USS)).is_some_and(|(peak, uss)| peak.median < uss)
}

/// Whose helpers are counted.
fn named(wholes: &[&Whole; 2]) -> String {
    let helpers = wholes.iter().flat_map(|whole| &whole.helpers).map(Slug::as_str);
    distinct(helpers).join(" and ")
}

fn alone(lane: &LaneSummary, phase: Phase) -> Option<f64> {
    let found = lane.figure(&names::PSS, Some(phase), Some(&names::INSTANCE));
    found.or_else(|| lane.figure(&names::PSS, Some(phase), None))?.estimate().map(|found| found.median)
}

/// Whether there is a difference of which nothing tells whether noise reaches as far.
fn is_seen(found: &Comparison) -> bool {
    matches!(found.verdict, Verdict::NoiseFloorNotMeasured | Verdict::RunNoiseUnknown)
        && found.interval.is_ok_and(|interval| !interval.contains(1.0))
}

/// Whether the other one uses more once helpers are counted: beyond what their intervals leave open.
fn flips(found: &Comparison, [own, base]: &[Whole; 2]) -> bool {
    let (Some(own), Some(base)) = (own.ends, base.ends) else { return false };
    if found.ratio > 1.0 { own.high < base.low } else { own.low > base.high }
}

/// `6 times more memory`, `18 % less memory`.
fn of_memory(ratio: f64) -> String {
    if ratio < 1.0 {
        format!("{} less memory", times_smaller(ratio))
    } else {
        format!("{} more memory", times(ratio))
    }
}
