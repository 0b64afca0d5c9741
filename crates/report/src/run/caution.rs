//! What has to be known before the verdict is read: where most of what was to be measured gave nothing.

use plimsoll_analysis::{Advice, LaneSummary};
use plimsoll_format::plain;

use crate::Report;
use crate::document::{Block, Section};
use crate::list::counted;
use crate::places::Whereabouts;
use crate::titled::Titled;

const HEADING: &str = "Know this first";

/// What has to be known first; `None` where nothing of that kind is the matter.
pub(super) fn caution(report: &Report<'_>) -> Option<Section> {
    let lines: Vec<String> =
        [loads(report), trials(report), unprepared(report)].into_iter().flatten().collect();
    let banner = || Block::Banner(Titled { heading: HEADING.to_owned(), of: lines.clone() });
    (!lines.is_empty()).then(|| Section::new("caution", HEADING, vec![banner()]))
}

/// Loads of lanes in which half of them or more can't be trusted.
fn loads(report: &Report<'_>) -> Option<String> {
    let of = |lane: &LaneSummary| (lane.trials.invalid, lane.trials.loaded + lane.trials.invalid);
    let told = told(report, of)?;
    let why = first(report, |advice| match advice {
        Advice::Invalid { first, .. } => Some(first),
        _ => None,
    });
    Some(format!(
        "{} loads were invalid, in {}: what is said of serving there rests on the others, or is not said. The first: {}",
        told.share,
        told.places,
        why.unwrap_or_default()
    ))
}

/// Trials of lanes in which half of them or more failed.
fn trials(report: &Report<'_>) -> Option<String> {
    let of = |lane: &LaneSummary| {
        let trials = lane.trials;
        (trials.failed, trials.passed + trials.failed + trials.invalid + trials.interrupted)
    };
    let told = told(report, of)?;
    let why = first(report, |advice| match advice {
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
struct Told {
    share: String,
    places: Whereabouts,
}

/// The lanes in which at least half is lost, each with what was lost of how many.
fn told(report: &Report<'_>, of: impl Fn(&LaneSummary) -> (u32, u32)) -> Option<Told> {
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
    (!hit.is_empty()).then(|| Told { share, places: Whereabouts::of(hit.iter().copied()) })
}

fn first<'a>(report: &'a Report<'_>, of: impl Fn(&'a Advice) -> Option<&'a String>) -> Option<String> {
    report
        .warnings
        .iter()
        .find_map(|warning| of(&warning.advice))
        .map(|why| format!("{}.", plain(why).trim_end_matches('.')))
}
