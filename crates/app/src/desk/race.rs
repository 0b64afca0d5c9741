//! The race of a workload: start-ups on one logarithmic track, from the quickest lane to the slowest.

use plimsoll_analysis::median;
use plimsoll_chart::spec::{Axis, Tick};
use plimsoll_format as format;
use plimsoll_model::{Outcome, Phase, Row, Slug, Span, Unit};
use serde::Serialize;

/// How far beyond the medians of the quickest and the slowest lane the track reaches, as a factor. What lies further is
/// an outlier, and would take the room of all the others.
const REACH: f64 = 1.5;
/// How long a start-up at the track's end takes to cross the screen, in milliseconds.
const SLOWEST_RUN_MS: f64 = 400.0;

/// The scale of a race.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Track {
    /// The workload, by its title.
    pub workload: String,
    /// What is marked on it, from 0, its beginning, to 1, its end.
    pub ticks: Vec<Tick>,
}

/// Which end of a track.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Edge {
    /// Its beginning: what is cut off there is quicker.
    Before,
    /// Its end: what is cut off there is slower.
    Beyond,
}

/// One start-up, for the race.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Lap {
    /// Counts from 0.
    pub number: u32,
    /// What is raced: a workload, by its title.
    pub workload: String,
    /// Its lane.
    pub lane: Slug,
    /// How it ended.
    pub outcome: LapOutcome,
    /// Its cold start.
    pub total: Option<String>,
    /// Its phases, as shares of it.
    pub spans: Vec<LapSpan>,
    /// Where it ends on the race's track, 0 to 1.
    pub end: f64,
    /// At which end of the track it is cut off; absent: it is not.
    pub clipped: Option<Edge>,
    /// How long it takes to cross the screen, in milliseconds, in proportion to the others.
    pub run_ms: f64,
    /// Why it failed.
    pub note: Option<String>,
}

/// How a start-up ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum LapOutcome {
    /// With the right answer.
    Passed,
    /// Without it.
    Failed,
    /// With the right answer, but its load can't be trusted.
    Invalid,
    /// The user stopped it.
    Interrupted,
}

/// A phase of a start-up.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct LapSpan {
    /// The phase.
    #[cfg_attr(feature = "typescript", ts(type = "\"create\" | \"start\" | \"ready\""))]
    pub phase: Phase,
    /// Where it begins, 0 to 1.
    pub begin: f64,
    /// Where it ends, 0 to 1.
    pub end: f64,
    /// How long it took.
    pub label: String,
}

/// A start-up with its times.
#[derive(Debug)]
pub(super) struct Timed {
    /// Not yet to any scale.
    pub(super) lap: Lap,
    spans: Vec<Span>,
    took_ns: u64,
}

impl Timed {
    /// Of a workload in a lane.
    pub(super) fn of(
        number: u32,
        (workload, lane): (&str, Slug),
        outcome: &Outcome,
        spans: &[Span],
        cold_start_ns: Option<u64>,
    ) -> Self {
        let is_start = |span: &&Span| Phase::COLD_START.contains(&span.phase);
        let spans: Vec<Span> = spans.iter().filter(is_start).copied().collect();
        let took_ns = spans.iter().map(|span| span.end_ns).max().unwrap_or(0);
        let lap = Lap {
            number,
            workload: workload.to_owned(),
            lane,
            outcome: outcome.into(),
            total: cold_start_ns.map(|ns| format::duration(ns as f64)),
            spans: Vec::new(),
            end: 0.0,
            clipped: None,
            run_ms: 0.0,
            note: outcome.trouble().map(str::to_owned),
        };
        Self { lap, spans, took_ns }
    }
}

/// The start-ups of one workload so far.
#[derive(Debug)]
pub(super) struct Race {
    workload: String,
    /// Of each lane, by the row of the run: how long the passed ones took in nanoseconds.
    took_ns: Vec<(usize, Vec<f64>)>,
    /// Round values, in nanoseconds.
    ends: [f64; 2],
    axis: Axis,
}

impl Race {
    /// One for each workload among these rows.
    pub(super) fn all(rows: &[Row]) -> Vec<Self> {
        let mut races: Vec<Self> = Vec::new();
        for (at, row) in rows.iter().enumerate() {
            let workload = row.case.to_string();
            match races.iter_mut().find(|race| race.is_of(&workload)) {
                Some(race) => race.took_ns.push((at, Vec::new())),
                None => races.push(Self::between(workload, at, [1e6, 1e8])),
            }
        }
        races
    }

    fn between(workload: String, row: usize, ends: [f64; 2]) -> Self {
        Self { workload, took_ns: vec![(row, Vec::new())], ends, axis: axis(ends) }
    }

    pub(super) fn is_of(&self, workload: &str) -> bool {
        self.workload == workload
    }

    /// Takes a start-up of this row; whether the scale is another one since.
    pub(super) fn take(&mut self, row: u32, timed: &Timed) -> bool {
        if timed.lap.outcome == LapOutcome::Passed && timed.took_ns > 0 {
            let own = self.took_ns.iter_mut().find(|(of, _)| *of == row as usize);
            own.into_iter().for_each(|(_, took)| took.push(timed.took_ns as f64));
        }
        let medians = self.took_ns.iter().filter_map(|(_, took)| median(took));
        let (low, high) =
            medians.fold((f64::INFINITY, 0.0_f64), |(low, high), ns| (low.min(ns), high.max(ns)));
        if low > high {
            return false;
        }
        let ends = [round(low / REACH, false), round(high * REACH, true)];
        let is_other = ends.map(f64::to_bits) != self.ends.map(f64::to_bits);
        if is_other {
            (self.ends, self.axis) = (ends, axis(ends));
        }
        is_other
    }

    pub(super) fn track(&self) -> Track {
        let ticks = self.axis.ticks.iter().map(|tick| Tick { at: self.share(tick.at), ..tick.clone() });
        Track { workload: self.workload.clone(), ticks: ticks.collect() }
    }

    /// A start-up as it stands on the track.
    pub(super) fn to_scale(&self, Timed { lap, spans, took_ns }: &Timed) -> Lap {
        let at = self.axis.place(*took_ns as f64);
        let clipped = match *took_ns {
            0 => None,
            _ if at < self.axis.min => Some(Edge::Before),
            _ if at > self.axis.max => Some(Edge::Beyond),
            _ => None,
        };
        let of_whole = |ns: u64| ns as f64 / (*took_ns).max(1) as f64;
        let span = |span: &Span| LapSpan {
            phase: span.phase,
            begin: of_whole(span.begin_ns),
            end: of_whole(span.end_ns),
            label: format::duration(span.end_ns.saturating_sub(span.begin_ns) as f64),
        };
        Lap {
            spans: spans.iter().map(span).collect(),
            end: self.share(at).clamp(0.0, 1.0),
            clipped,
            run_ms: (*took_ns as f64 / self.ends[1]).min(1.0) * SLOWEST_RUN_MS,
            ..lap.clone()
        }
    }

    fn share(&self, at: f64) -> f64 {
        (at - self.axis.min) / (self.axis.max - self.axis.min)
    }
}

fn axis(ends: [f64; 2]) -> Axis {
    Axis::log("", Unit::Nanoseconds, ends)
}

/// The next 1, 2 or 5 times a power of 10 at or below a value, or at or above it: the scale changes seldom.
fn round(ns: f64, up: bool) -> f64 {
    let power = 10_f64.powf(ns.max(1.0).log10().floor());
    let steps = [1.0, 2.0, 5.0, 10.0].map(|step| step * power);
    let below = steps.into_iter().rfind(|step| *step <= ns).unwrap_or(power);
    let above = steps.into_iter().find(|step| *step >= ns).unwrap_or(ns);
    if up { above } else { below }
}

impl From<&Outcome> for LapOutcome {
    fn from(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Passed => Self::Passed,
            Outcome::Failed { .. } => Self::Failed,
            Outcome::Invalid { .. } => Self::Invalid,
            Outcome::Interrupted => Self::Interrupted,
        }
    }
}

#[cfg(test)]
mod tests {
    use plimsoll_model::Case;

    use super::*;

    fn race() -> Race {
        let row = |lane: &str| Row { case: Case::of(Slug::known("hello")), lane: lane.parse().unwrap() };
        Race::all(&[row("docker"), row("wasmtime")]).pop().unwrap()
    }

    fn took(ns: u64) -> Timed {
        let spans = [
            Span { phase: Phase::Create, begin_ns: 0, end_ns: ns / 4 },
            Span { phase: Phase::Ready, begin_ns: ns / 4, end_ns: ns },
        ];
        Timed::of(0, ("hello", Slug::known("docker")), &Outcome::Passed, &spans, Some(ns))
    }

    #[test]
    fn a_start_up_a_thousand_times_quicker_is_still_seen() {
        let mut race = race();
        race.take(0, &took(300_000_000));
        race.take(1, &took(300_000));
        let [slow, quick] = [300_000_000, 300_000].map(|ns| race.to_scale(&took(ns)));
        assert!(quick.end > 0.04 && quick.clipped.is_none(), "{quick:?}");
        assert!(slow.end > 0.8 && slow.end < 1.0, "{slow:?}");
        let shares: Vec<[f64; 2]> = quick.spans.iter().map(|span| [span.begin, span.end]).collect();
        assert_eq!(shares, [[0.0, 0.25], [0.25, 1.0]]);
        assert!(race.track().ticks.iter().filter(|tick| !tick.label.is_empty()).count() >= 3);
    }

    #[test]
    fn one_outlier_does_not_take_the_room_of_the_others_and_is_marked() {
        let mut race = race();
        for _ in 0..5 {
            race.take(0, &took(300_000_000));
            race.take(1, &took(10_000_000));
        }
        let before = race.to_scale(&took(10_000_000));
        assert!(!race.take(0, &took(30_000_000_000)));
        assert_eq!(race.to_scale(&took(10_000_000)), before);
        let outlier = race.to_scale(&took(30_000_000_000));
        assert_eq!(
            (outlier.end, outlier.clipped, outlier.total.as_deref()),
            (1.0, Some(Edge::Beyond), Some("30.0 s"))
        );
        assert_eq!(race.to_scale(&took(1_000)).clipped, Some(Edge::Before));
    }

    #[test]
    fn the_scale_stays_while_lanes_wobble() {
        let mut race = race();
        assert!(race.take(0, &took(300_000_000)));
        let changes = (0..50_u64).filter(|at| race.take(0, &took(300_000_000 + at % 7 * 5_000_000))).count();
        assert_eq!(changes, 0);
    }
}
