//! Lines of which the first that is short enough is said.

use super::named::{CalledLane, Form};

/// Most words of a big line.
pub(super) const MOST_WORDS: usize = 9;
/// Most words of a big line that says two things.
pub(super) const MOST_WORDS_OF_TWO: usize = 15;

/// How many words are read aloud; what stands between backticks is one.
pub(super) fn words(line: &str) -> usize {
    let parts = line.split('`').enumerate();
    parts.map(|(at, part)| if at % 2 == 1 { 1 } else { outside(part) }).sum()
}

fn outside(part: &str) -> usize {
    part.split_whitespace()
        .filter(|word| word.chars().any(|letter| letter.is_alphanumeric() || letter == '%'))
        .count()
}

/// A line about two lanes and how far they are apart, with the longest names that leave it short enough: `factors` are
/// ways to say how far, the better one first.
pub(super) fn fitting(
    [one, other]: [&CalledLane; 2],
    factors: &[String],
    line: impl Fn([&Form; 2], &str) -> String,
) -> String {
    let names = [
        [&one.one, &other.one],
        [&one.many, &other.many],
        [&one.slug, &other.one],
        [&one.slug, &other.many],
        [&one.one, &other.slug],
        [&one.many, &other.slug],
        [&one.slug, &other.slug],
    ];
    let by_names = |names: [&Form; 2], factor: &String| capital(&line(names, factor));
    let (proper, by_slug) = names.split_at(2);
    let mut all = Vec::new();
    for names in [proper, by_slug] {
        all.extend(factors.iter().flat_map(|factor| names.iter().map(move |names| (*names, factor))));
    }
    fitting_in(MOST_WORDS, all.into_iter().map(|(names, factor)| by_names(names, factor)))
}

/// The first line of at most so many words, or the last of all.
pub(super) fn fitting_in(most: usize, mut lines: impl Iterator<Item = String>) -> String {
    let mut last = String::new();
    lines
        .find(|line| {
            last.clone_from(line);
            words(line) <= most
        })
        .unwrap_or(last)
}

/// With its first letter as a sentence begins.
pub(crate) fn capital(line: &str) -> String {
    let mut letters = line.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_backticks_is_one_word_and_a_sign_none() {
        assert_eq!(words("`a b c` finishes 18 % sooner."), 5);
        assert_eq!(words("Wasm starts about 1,100 times faster than the container."), 9);
        assert_eq!(words("A plain process beats both: 47 ms."), 7);
    }

    #[test]
    fn long_names_give_way_to_shorter_ones() {
        let form = |words: &str, many| Form { words: words.to_owned(), many };
        let process = CalledLane {
            one: form("the Wasm process", false),
            many: form("Wasm processes", true),
            slug: form("`w`", false),
            place: String::new(),
            bare: String::new(),
        };
        let container = CalledLane {
            one: form("the container", false),
            many: form("containers", true),
            slug: form("`c`", false),
            place: String::new(),
            bare: String::new(),
        };
        let line = |[one, other]: [&Form; 2], factor: &str| {
            format!("{} {} {factor} faster than {}.", one.words, one.verb("starts", "start"), other.words)
        };
        let said = |factor: &str| fitting([&process, &container], &[factor.to_owned()], line);
        assert_eq!(said("17 times"), "Wasm processes start 17 times faster than containers.");
        assert_eq!(said("about a great many times"), "`w` starts about a great many times faster than `c`.");
    }
}
