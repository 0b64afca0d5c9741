//! What came out, and how sure it is.

use maud::{Markup, html};
use plimsoll_report::document::{Block, Titled};
use plimsoll_report::{Headline, Sentence, Topic};

use super::words::sentence;

/// Verdicts and headlines, the first of the headlines over the others.
pub(super) fn all(blocks: &[Block]) -> Markup {
    html! {
        div.sentences {
            @for (at, block) in blocks.iter().enumerate() {
                @match block {
                    Block::Verdict(sentence) => (verdict(sentence)),
                    Block::Headline(Titled { heading, of }) => article {
                        @if !heading.is_empty() { p.against { (sentence(heading)) } }
                        (said(of, at == 0))
                    },
                    _ => {},
                }
            }
        }
    }
}

fn verdict(Sentence { title, clauses, .. }: &Sentence) -> Markup {
    html! {
        article {
            p.against { (sentence(title)) }
            @for clause in clauses { (said(&clause.said, clause.about == Topic::ColdStart)) }
        }
    }
}

/// A line that is read aloud, what it rests on, and how sure it is.
fn said(Headline { big, second, chip, .. }: &Headline, first: bool) -> Markup {
    html! {
        p.verdict[first].said[!first] { (sentence(big)) }
        p.beside { @if !second.is_empty() { (sentence(second)) " " } span.badge { (chip) } }
    }
}
