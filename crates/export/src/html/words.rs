//! Words of a run on a page: escaped by the template, isolated from the words around them, cut where they are endless.

use maud::{Markup, html};

use plimsoll_format::plain;
use plimsoll_report::{counted, more};

/// Most letters of one text: a page is read, a dump is not.
const MOST_LETTERS: usize = 600;
/// Most sentences of one list.
pub(super) const MOST_LINES: usize = 60;

/// A name or a text, isolated: letters that run from right to left don't turn what stands beside them.
pub(super) fn text(words: &str) -> Markup {
    html! { bdi { (cut(words)) } }
}

/// A sentence, with what stands in backticks set as a name.
pub(super) fn sentence(words: &str) -> Markup {
    let words = cut(words);
    let pieces: Vec<&str> = words.split('`').collect();
    let paired = pieces.len() % 2 == 1;
    html! {
        bdi {
            @if paired {
                @for (at, piece) in pieces.iter().enumerate() {
                    @if at % 2 == 1 { code { bdi { (piece) } } } @else { (piece) }
                }
            } @else { (words) }
        }
    }
}

/// A text whose words, a flag or the name of a run, are broken only where a line is too short for one.
pub(super) fn unbroken(words: &str) -> Markup {
    html! {
        @for (at, word) in words.split(' ').enumerate() {
            @if at > 0 { " " }
            span.word { (word) }
        }
    }
}

/// A list of sentences; of an endless one the beginning, and how many more there are.
pub(super) fn list(lines: &[String]) -> Markup {
    html! {
        @if !lines.is_empty() {
            ul.lines {
                @for line in lines.iter().take(MOST_LINES) { li { (sentence(line)) } }
                @if lines.len() > MOST_LINES { li.more { (more(lines.len() - MOST_LINES)) } }
            }
        }
    }
}

/// Harmless text, at most so long; of a longer one the beginning, and how much more there is.
pub(super) fn cut(words: &str) -> String {
    let mut letters = words.char_indices();
    match letters.nth(MOST_LETTERS) {
        None => plain(words),
        Some((end, _)) => {
            let rest = letters.count() + 1;
            format!("{}… ({} letters more)", plain(words.get(..end).unwrap_or_default()), counted(rest))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_set_apart_and_a_stray_backtick_stays() {
        let name = sentence("lane `native` ran").into_string();
        assert_eq!(name, "<bdi>lane <code><bdi>native</bdi></code> ran</bdi>");
        assert_eq!(sentence("a ` b").into_string(), "<bdi>a ` b</bdi>");
    }

    #[test]
    fn an_endless_text_is_cut_between_letters_and_says_how_much_is_left() {
        assert_eq!(cut(&"é".repeat(MOST_LETTERS)).chars().count(), MOST_LETTERS);
        assert!(cut(&"é".repeat(MOST_LETTERS + 2_000)).ends_with("é… (2,000 letters more)"));
    }
}
