//! Words that fit where they stand.

use plimsoll_format::plain;

use super::letters;

/// Most letters of one text.
const MOST_LETTERS: usize = 1_000;

/// Text in lines that are no wider than this; a word that is wider by itself is cut.
pub(super) fn wrapped(words: &str, em: f64, bold: bool, width: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    let fits = |line: &str| letters::width(line, em, bold) <= width;
    let words: String = plain(words).chars().take(MOST_LETTERS).collect();
    for word in words.split_whitespace() {
        let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if fits(&longer) {
            line = longer;
            continue;
        }
        lines.extend((!line.is_empty()).then(|| std::mem::take(&mut line)));
        line = word.chars().take(MOST_LETTERS / 4).collect();
        while !fits(&line) && line.pop().is_some() {}
    }
    lines.extend((!line.is_empty()).then_some(line));
    lines
}

/// Text in one line that is no wider than this: what is left out at its end is told by a dot.
pub(super) fn cut(words: &str, em: f64, bold: bool, width: f64) -> String {
    let words = plain(words);
    if letters::width(&words, em, bold) <= width {
        return words;
    }
    let mut room = width - letters::width("…", em, bold);
    let fits = |letter: &char| {
        room -= letters::width(letter.encode_utf8(&mut [0; 4]), em, bold);
        room >= 0.0
    };
    let kept: String = words.chars().take_while(fits).collect();
    if kept.is_empty() { kept } else { format!("{}…", kept.trim_end()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cut_is_as_wide_as_it_may_be_and_says_so() {
        assert_eq!(cut("9.43 MiB", 13.0, true, 90.0), "9.43 MiB");
        let name = "a-lane-with-a-very-long-name-of-forty-let";
        let short = cut(name, 13.0, false, 120.0);
        assert!(short.ends_with('…') && letters::width(&short, 13.0, false) <= 120.0, "{short}");
        assert_eq!(cut(name, 13.0, false, 3.0), "");
    }
}
