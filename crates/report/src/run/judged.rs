//! The verdict, and how far it can be trusted.

use plimsoll_model::{EndReason, LaneSpec};

use crate::document::{Block, Section, Spoken, Titled};
use crate::list::{counted, more};
use crate::verdict::{Headline, Sentence, Sure, Topic};
use crate::{Report, verdicts};

/// Most verdicts that are told.
const MOST: usize = 60;

/// One sentence for each workload.
pub(super) fn verdict(report: &Report<'_>) -> Section {
    let sentences = verdicts(report);
    let left = sentences.len().saturating_sub(MOST);
    let mut blocks: Vec<Block> = sentences.into_iter().take(MOST).map(spoken).collect();
    if blocks.is_empty() {
        let of = Headline { text: nothing(report), sure: Sure::NotMeasured };
        blocks.push(Block::Headline(Titled { heading: String::new(), of }));
    }
    if left > 0 {
        blocks.push(Block::More(format!("{} workloads", more(left))));
    }
    blocks.push(Block::Lead(trust(report)));
    Section { aside: true, ..Section::new("verdict", "Verdict", blocks) }
}

fn spoken(sentence: Sentence) -> Block {
    Block::Verdict(Spoken { sure: sureness(&sentence), sentence })
}

/// How sure the sentence is, part by part where its parts are not equally sure.
fn sureness(found: &Sentence) -> Vec<(String, Sure)> {
    let parts = || {
        found.clauses.iter().filter_map(|clause| match clause.about {
            Topic::ColdStart => Some(("cold start", clause.sure)),
            Topic::Serving => Some(("serving", clause.sure)),
            Topic::Memory | Topic::Size => None,
        })
    };
    if parts().all(|(_, sure)| sure == found.sure) {
        return vec![(found.case.to_string(), found.sure)];
    }
    parts().map(|(part, sure)| (format!("{}, {part}", found.case), sure)).collect()
}

/// Why there is no verdict.
fn nothing(report: &Report<'_>) -> String {
    let plan = &report.run.plan;
    match (plan.workloads.as_slice(), plan.lanes.as_slice()) {
        ([], _) => "The plan names no workload: nothing was measured.".to_owned(),
        (_, []) => "The plan names no lane: nothing was measured.".to_owned(),
        (_, [LaneSpec { slug: only, .. }]) => {
            format!("Only lane `{only}` was measured: there is nothing to compare it with.")
        }
        _ => "There is nothing to compare.".to_owned(),
    }
}

/// How many trials stand behind the figures, in a sentence.
fn trust(report: &Report<'_>) -> String {
    let counts = |of: fn(&plimsoll_analysis::TrialCounts) -> u32| {
        counted(report.summaries.iter().map(|lane| of(&lane.trials) as usize).sum())
    };
    let end = match report.run.end.as_ref().map(|end| end.reason) {
        Some(EndReason::Completed) => "The plan was carried out",
        Some(EndReason::Interrupted) => "The run was stopped by its user",
        Some(EndReason::Aborted) => "The run could not go on",
        None => "The run has no end",
    };
    format!(
        "{end}: {} trials passed, {} failed, {} had an invalid load. Warnings: {}.",
        counts(|trials| trials.passed),
        counts(|trials| trials.failed),
        counts(|trials| trials.invalid),
        counted(report.warnings.len())
    )
}
