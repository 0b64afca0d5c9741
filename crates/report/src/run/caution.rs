//! What has to be known before the verdict is read: where much of what was to be measured gave nothing.

use plimsoll_analysis::{Advice, LaneSummary};
use plimsoll_format::plain;
use plimsoll_model::{Case, Outcome, Slug};

use crate::Report;
use crate::document::{Block, Section};
use crate::list::counted;
use crate::places::{Whereabouts, named};
use crate::titled::Titled;

/// One in so many loads of a workload is much.
const MUCH: u32 = 4;
const HEADING: &str = "Know this first";

/// What has to be known first; `None` where nothing of that kind is the matter.
pub(super) fn caution(report: &Report<'_>) -> Option<Section> {
    let failed: Vec<String> = [trials(report), unrated(report)].into_iter().flatten().collect();
    let aside = aside(report).filter(|_| !failed.is_empty());
    let lines: Vec<String> =
        loads(report).into_iter().chain(failed).chain(aside).chain(unprepared(report)).collect();
    let banner = || Block::Banner(Titled { heading: HEADING.to_owned(), of: lines.clone() });
    (!lines.is_empty()).then(|| Section::new("caution", HEADING, vec![banner()]))
}

/// Loads of workloads of which a quarter or more can't be trusted, or half in one lane.
fn loads(report: &Report<'_>) -> Option<String> {
    let hit: Vec<LostLoads> =
        report.run.cases().into_iter().filter_map(|case| LostLoads::of(report, case)).collect();
    let sum = |of: fn(&LostLoads) -> u32| counted(hit.iter().map(|lost| of(lost) as usize).sum());
    let (invalid, all) = (sum(|lost| lost.invalid), sum(|lost| lost.all));
    let places = match hit.as_slice() {
        [] => return None,
        [only] => only.place(false),
        all => all.iter().map(|lost| lost.place(true)).collect::<Vec<_>>().join(", "),
    };
    let listed: Vec<&Case> = hit.iter().map(|lost| lost.of).collect();
    let why = first(report, &listed, |advice| match advice {
        Advice::Invalid { first, .. } => Some(first),
        _ => None,
    });
    Some(format!(
        "{invalid} of {all} loads were invalid, in {places}: what is said of serving there rests on the others, or is \
         not said. The first: {}",
        why.unwrap_or_default()
    ))
}

/// Loads of one workload that can't be trusted.
struct LostLoads<'run> {
    of: &'run Case,
    invalid: u32,
    all: u32,
    /// Lanes that lost half of theirs or more: all of them, or how many each lost.
    lanes: Vec<String>,
}

impl<'run> LostLoads<'run> {
    /// `None` where few were lost.
    fn of(report: &Report<'_>, case: &'run Case) -> Option<Self> {
        let lanes = || report.summaries.iter().filter(|lane| lane.case == *case);
        let of = |lane: &LaneSummary| (lane.trials.invalid, lane.trials.loaded + lane.trials.invalid);
        let (invalid, all) =
            lanes().map(of).fold((0, 0), |(invalid, all), (lost, of)| (invalid + lost, all + of));
        let hit = lanes().filter(|lane| {
            let (lost, all) = of(lane);
            lost > 0 && lost * 2 >= all
        });
        let told = |lane: &LaneSummary| match of(lane) {
            (lost, all) if lost == all => lane.lane.to_string(),
            (lost, all) => format!("{} {lost} of {all}", lane.lane),
        };
        let lanes: Vec<String> = hit.map(told).collect();
        let is_much = invalid > 0 && invalid * MUCH >= all;
        (is_much || !lanes.is_empty()).then_some(Self { of: case, invalid, all, lanes })
    }

    /// `json-api (docker 35 of 36)`, with its own count where there are several.
    fn place(&self, counted: bool) -> String {
        let own = counted.then(|| format!("{} of {}", self.invalid, self.all));
        let lanes = (!self.lanes.is_empty()).then(|| named(self.lanes.iter().map(String::as_str)));
        let beside: Vec<String> = own.into_iter().chain(lanes).collect();
        if beside.is_empty() { self.of.to_string() } else { format!("{} ({})", self.of, beside.join("; ")) }
    }
}

/// Trials of lanes in which half of them or more failed.
fn trials(report: &Report<'_>) -> Option<String> {
    let of = |lane: &LaneSummary| {
        let trials = lane.trials;
        (trials.failed, trials.passed + trials.failed + trials.invalid + trials.interrupted)
    };
    let told = told(report, of)?;
    let why = first(report, &told.cases, |advice| match advice {
        Advice::Failed { first, .. } => Some(first),
        _ => None,
    });
    Some(format!(
        "{} trials failed, in {}: nothing of them is in any figure. The first: {}",
        told.share,
        told.places,
        why.unwrap_or_default()
    ))
}

/// How many failed of all that were made, where that is another number than the table has.
fn aside(report: &Report<'_>) -> Option<String> {
    let failed = || report.run.trials.iter().filter(|trial| matches!(trial.outcome, Outcome::Failed { .. }));
    failed().any(|trial| !trial.aim().counts()).then(|| {
        format!(
            "With warm-ups and the trials that seek a rate, which are in no table, {} of {} trials failed.",
            counted(failed().count()),
            counted(report.run.trials.len())
        )
    })
}

/// Workloads of which nothing is said of serving, because what seeks their rate failed.
fn unrated(report: &Report<'_>) -> Option<String> {
    let found = || {
        report.warnings.iter().filter_map(|warning| match &warning.advice {
            Advice::Unrated { loaded: false, reason } => Some((warning, reason)),
            _ => None,
        })
    };
    let (_, why) = found().next()?;
    let places = Whereabouts::named(found().filter_map(|(warning, _)| {
        Some((warning.case.as_ref()?.to_string(), warning.lane.as_ref().map(Slug::to_string)))
    }));
    Some(format!(
        "Under load the service failed, in {places}: the trial that seeks its rate did not pass, so that it was not loaded \
         and nothing is said of how it serves. The first: {}.",
        plain(why).trim_end_matches('.')
    ))
}

/// Lanes that gave nothing, because they could not be prepared.
fn unprepared(report: &Report<'_>) -> Option<String> {
    let lanes = || report.summaries.iter().filter(|lane| lane.prepare_failure.is_some());
    let why = lanes().find_map(|lane| lane.prepare_failure.as_deref())?;
    Some(format!(
        "Not prepared, and so not measured: {}. The first: {}",
        Whereabouts::of(lanes()),
        plain(why)
    ))
}

/// Of how many, and where.
struct Told<'run> {
    share: String,
    cases: Vec<&'run Case>,
    places: Whereabouts,
}

/// The lanes in which at least half is lost, each with what was lost of how many.
fn told<'run>(report: &'run Report<'_>, of: impl Fn(&LaneSummary) -> (u32, u32)) -> Option<Told<'run>> {
    let hit: Vec<&LaneSummary> = report
        .summaries
        .iter()
        .filter(|lane| {
            let (lost, all) = of(lane);
            lost > 0 && lost * 2 >= all
        })
        .collect();
    let sum = |at: fn((u32, u32)) -> u32| hit.iter().map(|lane| at(of(lane)) as usize).sum::<usize>();
    let (lost, all) = (sum(|(lost, _)| lost), sum(|(_, all)| all));
    let share = format!("{} of {}", counted(lost), counted(all));
    (!hit.is_empty()).then(|| Told {
        share,
        cases: hit.iter().map(|lane| &lane.case).collect(),
        places: Whereabouts::of(hit.iter().copied()),
    })
}

/// The first of these cases.
fn first<'a>(
    report: &'a Report<'_>,
    cases: &[&Case],
    of: impl Fn(&'a Advice) -> Option<&'a String>,
) -> Option<String> {
    let warnings = report
        .warnings
        .iter()
        .filter(|warning| warning.case.as_ref().is_none_or(|case| cases.contains(&case)));
    warnings
        .into_iter()
        .find_map(|warning| of(&warning.advice))
        .map(|why| format!("{}.", plain(why).trim_end_matches('.')))
}
