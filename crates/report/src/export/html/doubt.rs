//! What failed, what could not be trusted, and what else to doubt.

use std::collections::HashMap;

use maud::{Markup, html};
use plimsoll_analysis::LaneSummary;
use plimsoll_model::{Aim, Outcome, Purpose, Trial};

use super::words::{MOST_LINES, counted, list, more, sentence, text};
use crate::Report;
use crate::notes::blocks;

/// Most positions of trials that are named for one reason.
const MOST_TRIALS: usize = 8;

/// Trials of one lane that ended for one reason.
struct Trouble<'run> {
    lane: Option<&'run LaneSummary>,
    /// `failed`, `invalid load`; with what the trial was for where it does not count anyway.
    how: String,
    why: &'run str,
    diff: Option<&'run str>,
    /// Positions of the first ones in the schedule.
    first: Vec<u32>,
    count: usize,
}

/// Failures and invalid loads with their reasons, then warnings.
pub(super) fn doubt(report: &Report<'_>) -> Markup {
    let troubles = troubles(report);
    html! {
        section #doubt {
            h2 { "What to doubt" }
            h3 { "Failures and invalid loads" }
            @if troubles.is_empty() {
                p { "No trial failed, and no load was invalid." }
            } @else {
                p { "Nothing of a trial that failed is in any figure, and nothing of an invalid load; the start before such a load is." }
                div.scroll {
                    table.plain {
                        thead { tr {
                            th scope="col" { "workload" } th scope="col" { "lane" } th scope="col" { "how" }
                            th scope="col" { "trials, by number" } th scope="col" { "why" }
                        } }
                        tbody { @for found in troubles.iter().take(MOST_LINES) { (row(found)) } }
                    }
                }
                @if troubles.len() > MOST_LINES { p.more { (rest(&troubles)) } }
            }
            @for block in blocks(report).iter().filter(|block| !block.standing) {
                h3 { (block.heading) }
                (list(&block.lines))
            }
        }
    }
}

fn row(found: &Trouble<'_>) -> Markup {
    let positions: Vec<String> = found.first.iter().map(u32::to_string).collect();
    let left = found.count.saturating_sub(positions.len());
    html! {
        tr {
            td { (found.lane.map_or("unknown".to_owned(), |lane| lane.case.to_string())) }
            td { (found.lane.map_or("unknown", |lane| lane.lane.as_str())) }
            td { (found.how) }
            td {
                @if positions.is_empty() { "—" } @else {
                    (positions.join(", "))
                    @if left > 0 { " " (more(left)) }
                }
            }
            td.why {
                (sentence(found.why))
                @if let Some(diff) = found.diff { pre { (lines(diff)) } }
            }
        }
    }
}

/// A difference keeps its lines.
fn lines(diff: &str) -> Markup {
    const MOST: usize = 12;
    let all = diff.lines().count();
    html! {
        @for line in diff.lines().take(MOST) { (text(line)) "\n" }
        @if all > MOST { (more(all - MOST)) " lines" }
    }
}

fn rest(troubles: &[Trouble<'_>]) -> String {
    let left = troubles.get(MOST_LINES..).unwrap_or_default();
    let trials: usize = left.iter().map(|found| found.count).sum();
    format!("{}, for {} other reasons", more(trials), counted(left.len()))
}

/// Everything that is in no figure, by lane and reason, in the order in which it first happened.
fn troubles<'run>(report: &'run Report<'_>) -> Vec<Trouble<'run>> {
    let run = report.run;
    let mut found: Vec<Trouble<'run>> = Vec::new();
    for lane in &report.summaries {
        for failure in run.prepared(&lane.cells).into_iter().filter_map(|made| made.failure.as_ref()) {
            found.push(Trouble {
                lane: Some(lane),
                how: format!("not prepared: {}", kind(failure.kind)),
                why: &failure.message,
                diff: failure.diff.as_deref(),
                first: Vec::new(),
                count: 0,
            });
        }
    }
    let place_of = report.places();
    let mut places: HashMap<(Option<usize>, Aim, bool, &str), usize> = HashMap::new();
    for trial in &run.trials {
        let Some(why) = trial.outcome.trouble() else { continue };
        let failed = matches!(trial.outcome, Outcome::Failed { .. });
        let place = place_of(trial.cell);
        let at = *places.entry((place, trial.aim(), failed, why)).or_insert_with(|| {
            let lane = place.and_then(|place| report.summaries.get(place));
            found.push(trouble(lane, trial, why));
            found.len() - 1
        });
        let Some(trouble) = found.get_mut(at) else { continue };
        trouble.count += 1;
        if trouble.first.len() < MOST_TRIALS {
            trouble.first.push(trial.position);
        }
    }
    found
}

fn trouble<'run>(lane: Option<&'run LaneSummary>, trial: &'run Trial, why: &'run str) -> Trouble<'run> {
    let (how, diff) = match &trial.outcome {
        Outcome::Failed { failure } => {
            (format!("failed in {}: {}", failure.phase, kind(failure.kind)), failure.diff.as_deref())
        }
        Outcome::Passed | Outcome::Invalid { .. } | Outcome::Interrupted => ("invalid load".to_owned(), None),
    };
    let aside = match trial.purpose {
        Purpose::WarmUp => " (warm-up, in no figure anyway)",
        Purpose::Capacity => " (burst for the capacity)",
        Purpose::Measured => "",
    };
    Trouble { lane, how: format!("{how}{aside}"), why, diff, first: Vec::new(), count: 0 }
}

/// The kind of a failure as words, by its name in the run file.
fn kind(kind: plimsoll_model::FailureKind) -> String {
    let name = serde_json::to_value(kind).ok();
    name.as_ref().and_then(|name| name.as_str()).unwrap_or("other").replace('_', " ")
}
