//! The verdict, and how far it can be trusted.

use maud::{Markup, html};
use plimsoll_model::{EndReason, LaneSpec};

use super::words::{MOST_LINES, clause, counted, more, sentence};
use crate::verdict::{About, Clause, Sentence, Sure};
use crate::{Report, verdicts};

/// One sentence for each workload.
pub(super) fn verdict(report: &Report<'_>) -> Markup {
    let sentences = verdicts(report);
    html! {
        section #verdict {
            h2 { "Verdict" }
            div.sentences { @for found in sentences.iter().take(MOST_LINES) { (spoken(found)) } }
            @if sentences.len() > MOST_LINES { p.more { (more(sentences.len() - MOST_LINES)) " workloads" } }
            @if sentences.is_empty() { p.verdict { (sentence(&nothing(report))) } }
            p.trust { (trust(report)) " " a href="#doubt" { "What to doubt" } }
        }
    }
}

fn spoken(found: &Sentence) -> Markup {
    let beside: Vec<&Clause> =
        found.clauses.iter().filter(|clause| matches!(clause.about, About::Memory | About::Size)).collect();
    html! {
        article {
            p.verdict { (sentence(&found.text)) }
            p.sure { @for (of, sure) in sureness(found) { span.badge { (of) ": " (how_sure(sure)) } " " } }
            @for found in beside { p.beside { (clause(&found.text)) } }
        }
    }
}

/// How sure the sentence is, part by part where its parts are not equally sure.
fn sureness(found: &Sentence) -> Vec<(String, Sure)> {
    let parts = || {
        found.clauses.iter().filter_map(|clause| match clause.about {
            About::ColdStart => Some(("cold start", clause.sure)),
            About::Serving => Some(("serving", clause.sure)),
            About::Memory | About::Size => None,
        })
    };
    if parts().all(|(_, sure)| sure == found.sure) {
        return vec![(found.case.to_string(), found.sure)];
    }
    parts().map(|(part, sure)| (format!("{}, {part}", found.case), sure)).collect()
}

pub(crate) const fn how_sure(sure: Sure) -> &'static str {
    match sure {
        Sure::Exact => "exact",
        Sure::Difference => "a difference beyond the noise of this host",
        Sure::NoDifference => "no difference",
        Sure::RunNoiseUnknown => "run-to-run noise unknown, so nothing is called a difference",
        Sure::NoiseFloorNotMeasured => "noise floor not measured, so nothing is called a difference",
        Sure::TooFew => "in part too few trials, so nothing is called a difference",
        Sure::NotMeasured => "not measured",
    }
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
