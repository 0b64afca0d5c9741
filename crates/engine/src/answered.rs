//! What a wrong answer said, in the words that a message has room for.

use crate::http::Answer;

/// The most characters of an answer that a message tells.
const MOST: usize = 100;
/// The most bytes of it that are looked at for them.
const LOOKED_AT: usize = 1_000;

/// What an answer said, as the end of a sentence; of one that sends elsewhere, where to.
pub(crate) fn told(answer: &Answer) -> String {
    let location = answer.location().filter(|_| (300..400).contains(&answer.status()));
    match location {
        Some(location) => format!("; it sends to `{}` (`Location`)", shortened(location)),
        None => told_of_body(answer.body()),
    }
}

/// What its body said; nothing of an empty one.
pub(crate) fn told_of_body(body: &[u8]) -> String {
    let text = shortened(body);
    match (body.is_empty(), text.is_empty()) {
        (true, _) => String::new(),
        (false, true) => format!("; it answered {} bytes that are no text", body.len()),
        (false, false) => format!("; it answered: {text}"),
    }
}

/// The beginning of a text in one line, without control characters; empty where it is no text.
fn shortened(bytes: &[u8]) -> String {
    let begin = bytes.get(..LOOKED_AT).unwrap_or(bytes);
    let text = match std::str::from_utf8(begin) {
        Ok(text) => text,
        // A character that is cut at the end is no fault of the text.
        Err(error) if error.error_len().is_none() => begin
            .get(..error.valid_up_to())
            .and_then(|whole| std::str::from_utf8(whole).ok())
            .unwrap_or_default(),
        Err(_) => return String::new(),
    };
    let words: Vec<&str> = text.split(|sign: char| sign.is_whitespace() || sign.is_control()).collect();
    let words = words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    let shown: String = words.chars().take(MOST).collect();
    let more = if shown.len() < words.len() || begin.len() < bytes.len() { "…" } else { "" };
    format!("{shown}{more}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_told_in_one_short_line() {
        assert_eq!(told_of_body(b""), "");
        assert_eq!(told_of_body(b"{\"error\":\"nope\"}\n"), "; it answered: {\"error\":\"nope\"}");
        assert_eq!(told_of_body(b"a\r\n\x1b[31m b"), "; it answered: a [31m b");
        assert_eq!(told_of_body(&[0xff, 0xfe, 0]), "; it answered 3 bytes that are no text");
        let long = told_of_body("ü".repeat(5_000).as_bytes());
        assert!(long.ends_with("ü…") && long.chars().count() < 130, "{long}");
    }
}
