//! What failed, what could not be trusted, and what else to doubt.

use std::collections::HashMap;

use plimsoll_analysis::LaneSummary;
use plimsoll_model::{Aim, Outcome, Purpose, Trial};

use crate::Report;
use crate::document::{Block, Section, WordCell, WordTable};
use crate::list::{counted, more};
use crate::notes;

/// Most reasons that are listed, most positions of trials for one of them, and most lines of a difference.
const MOST_REASONS: usize = 60;
const MOST_TRIALS: usize = 8;
const MOST_LINES: usize = 12;

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
pub(super) fn doubt(report: &Report<'_>) -> Section {
    let mut blocks = vec![Block::Listing(listing(&troubles(report)))];
    blocks.extend(notes::of_run(report).into_iter().map(Block::Remarks));
    Section::new("doubt", "What to doubt", blocks)
}

fn listing(troubles: &[Trouble<'_>]) -> WordTable {
    let lead = match troubles {
        [] => "No trial failed, and no load was invalid.",
        _ => {
            "Nothing of a trial that failed is in any figure, and nothing of an invalid load; the start before such a load \
             is."
        }
    };
    let left = troubles.get(MOST_REASONS..).unwrap_or_default();
    let trials = left.iter().map(|found| found.count).sum();
    let rest = || format!("{}, for {} other reasons", more(trials), counted(left.len()));
    WordTable {
        heading: "Failures and invalid loads".to_owned(),
        lead: lead.to_owned(),
        columns: ["workload", "lane", "how", "trials, by number", "why"].map(str::to_owned).to_vec(),
        rows: troubles.iter().take(MOST_REASONS).map(row).collect(),
        more: (!left.is_empty()).then(rest),
    }
}

fn row(found: &Trouble<'_>) -> Vec<WordCell> {
    let positions: Vec<String> = found.first.iter().map(u32::to_string).collect();
    let trials = match (positions.join(", "), found.count.saturating_sub(positions.len())) {
        (none, _) if none.is_empty() => "—".to_owned(),
        (all, 0) => all,
        (first, left) => format!("{first} {}", more(left)),
    };
    let lane = |told: fn(&LaneSummary) -> String| found.lane.map_or("unknown".to_owned(), told);
    vec![
        WordCell::new(lane(|lane| lane.case.to_string())),
        WordCell::new(lane(|lane| lane.lane.to_string())),
        WordCell::new(found.how.as_str()),
        WordCell::new(trials),
        WordCell { below: found.diff.map(beginning), ..WordCell::new(found.why) },
    ]
}

/// The first lines of a difference, and how many more there are.
fn beginning(diff: &str) -> String {
    let mut lines: Vec<String> = diff.lines().take(MOST_LINES).map(str::to_owned).collect();
    let left = diff.lines().count().saturating_sub(lines.len());
    lines.extend((left > 0).then(|| format!("{} lines", more(left))));
    lines.join("\n")
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
