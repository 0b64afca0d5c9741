//! What failed, what could not be trusted, and what else to doubt.

use std::collections::HashMap;

use plimsoll_analysis::LaneSummary;
use plimsoll_model::{Outcome, Purpose, Trial};

use crate::Report;
use crate::alike::alike;
use crate::document::{Block, Section, WordCell, WordTable};
use crate::list::{counted, distinct, more};
use crate::notes;
use crate::places::named;

/// Most reasons that are listed, and most lines of a difference.
const MOST_REASONS: usize = 60;
const MOST_LINES: usize = 12;

/// Trials that ended for one reason, in whichever lanes.
struct Trouble<'run> {
    lanes: Vec<&'run LaneSummary>,
    /// `failed`, `invalid load`; with what the trial was for where it does not count anyway.
    how: String,
    /// In the words of the first one; the others' may have other numbers.
    why: &'run str,
    diff: Option<&'run str>,
    /// Its position in the schedule; absent of what was not tried.
    first: Option<u32>,
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
        columns: ["workload", "lane", "how", "trials", "first", "why"].map(str::to_owned).to_vec(),
        rows: troubles.iter().take(MOST_REASONS).map(row).collect(),
        more: (!left.is_empty()).then(rest),
    }
}

fn row(found: &Trouble<'_>) -> Vec<WordCell> {
    let of = |told: fn(&LaneSummary) -> String| match found.lanes.as_slice() {
        [] => "unknown".to_owned(),
        lanes => {
            let names = distinct(lanes.iter().map(|lane| told(lane)));
            named(names.iter().map(String::as_str))
        }
    };
    let tried = |told: String| if found.count == 0 { "—".to_owned() } else { told };
    vec![
        WordCell::new(of(|lane| lane.case.to_string())),
        WordCell::new(of(|lane| lane.lane.to_string())),
        WordCell::new(found.how.as_str()),
        WordCell::new(tried(counted(found.count))),
        WordCell::new(found.first.map_or("—".to_owned(), |first| first.to_string())),
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

/// Everything that is in no figure, by reason, in the order in which it first happened.
fn troubles<'run>(report: &'run Report<'_>) -> Vec<Trouble<'run>> {
    let run = report.run;
    let mut found = Found::default();
    for lane in &report.summaries {
        for failure in run.prepared(&lane.cells).into_iter().filter_map(|made| made.failure.as_ref()) {
            let how = format!("not prepared: {}", kind(failure.kind));
            found.of(how, &failure.message, failure.diff.as_deref()).meet(Some(lane));
        }
    }
    let place_of = report.places();
    for trial in &run.trials {
        let Some(why) = trial.outcome.trouble() else { continue };
        let (how, diff) = how(trial);
        let trouble = found.of(how, why, diff);
        trouble.meet(place_of(trial.cell).and_then(|place| report.summaries.get(place)));
        trouble.first.get_or_insert(trial.position);
        trouble.count += 1;
    }
    found.troubles
}

/// What was found, and where each reason stands in it.
#[derive(Default)]
struct Found<'run> {
    troubles: Vec<Trouble<'run>>,
    places: HashMap<(String, String), usize>,
}

impl<'run> Found<'run> {
    /// The trouble of this kind with such a message.
    fn of(&mut self, how: String, why: &'run str, diff: Option<&'run str>) -> &mut Trouble<'run> {
        let Self { troubles, places } = self;
        let at = *places.entry((how.clone(), alike(why))).or_insert(troubles.len());
        if at == troubles.len() {
            troubles.push(Trouble { lanes: Vec::new(), how, why, diff, first: None, count: 0 });
        }
        &mut troubles[at]
    }
}

impl<'run> Trouble<'run> {
    fn meet(&mut self, lane: Option<&'run LaneSummary>) {
        let known = |lane: &LaneSummary| self.lanes.iter().any(|known| std::ptr::eq(*known, lane));
        self.lanes.extend(lane.filter(|lane| !known(lane)));
    }
}

fn how(trial: &Trial) -> (String, Option<&str>) {
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
    (format!("{how}{aside}"), diff)
}

/// The kind of a failure as words, by its name in the run file.
fn kind(kind: plimsoll_model::FailureKind) -> String {
    let name = serde_json::to_value(kind).ok();
    name.as_ref().and_then(|name| name.as_str()).unwrap_or("other").replace('_', " ")
}
