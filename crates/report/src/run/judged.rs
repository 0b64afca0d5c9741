//! The verdict, and how far it can be trusted.

use plimsoll_model::{Case, EndReason, LaneSpec};

use crate::Report;
use crate::document::{Block, Section};
use crate::list::counted;
use crate::notes::warned;
use crate::titled::Titled;
use crate::verdict::{Headline, Sure, alone, noise_of_all, of_all, sentences_of};

/// What came out over all workloads; of a single one, its sentences.
pub(super) fn verdict(report: &Report<'_>) -> Section {
    let noise = noise_of_all(report).map(|of| Titled { heading: String::new(), of });
    let mut blocks: Vec<Block> = noise.into_iter().chain(of_all(report)).map(Block::Headline).collect();
    let cases = report.run.cases();
    if let [only] = cases.as_slice() {
        blocks.extend(of_workload(report, only));
    }
    if cases.first().is_none_or(|case| sentences_of(report, case).is_empty()) {
        let untitled = |of| Block::Headline(Titled { heading: String::new(), of });
        let alone: Vec<Headline> = match report.run.plan.lanes.as_slice() {
            [only] => cases.iter().filter_map(|case| alone(report, case, &only.slug)).collect(),
            _ => Vec::new(),
        };
        if alone.is_empty() {
            let (big, sure) = (nothing(report), Sure::NotMeasured);
            let of = Headline { big, second: String::new(), chip: sure.in_words().to_owned(), sure };
            blocks.push(untitled(of));
        }
        blocks.extend(alone.into_iter().map(untitled));
    }
    blocks.push(Block::Lead(trust(report)));
    Section::new("verdict", "Verdict", blocks)
}

/// What is said of one workload.
pub(super) fn of_workload(report: &Report<'_>, case: &Case) -> impl Iterator<Item = Block> {
    sentences_of(report, case).into_iter().map(Block::Verdict)
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
        counted(warned(report).len())
    )
}
