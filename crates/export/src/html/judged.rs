//! What came out, and how sure it is.

use maud::{Markup, html};
use plimsoll_report::document::{Block, Spoken, Titled};
use plimsoll_report::{Sure, Topic};

use super::words::{clause, sentence};

/// Verdicts and headlines, the first of the headlines over the others.
pub(super) fn all(blocks: &[Block]) -> Markup {
    html! {
        div.sentences {
            @for (at, block) in blocks.iter().enumerate() {
                @match block {
                    Block::Verdict(spoken) => (verdict(spoken)),
                    Block::Headline(Titled { of, .. }) => article {
                        p.verdict[at == 0].beside[at > 0] { (sentence(&of.text)) }
                        p.sure { span.badge { (how_sure(of.sure)) } }
                    },
                    _ => {},
                }
            }
        }
    }
}

fn verdict(Spoken { sentence: found, sure }: &Spoken) -> Markup {
    let beside = found.clauses.iter().filter(|clause| matches!(clause.about, Topic::Memory | Topic::Size));
    html! {
        article {
            p.verdict { (sentence(&found.text)) }
            p.sure { @for (of, sure) in sure { span.badge { (of) ": " (how_sure(*sure)) } " " } }
            @for found in beside { p.beside { (clause(&found.text)) } }
        }
    }
}

const fn how_sure(sure: Sure) -> &'static str {
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
