//! A short difference of what was expected against what came, for people.

use std::hash::Hash;
use std::ops::Range;

use similar::{Algorithm, DiffOp, DiffTag, capture_diff_slices};

const LINES_AROUND: usize = 2;
const LINES_SHOWN: usize = 6;
const LONGEST_LINE: usize = 160;
const BYTES_SHOWN: usize = 32;
/// The most lines of a difference, beside those that tell how many more there are.
const MOST_SHOWN: usize = 60;
/// The most lines of either side between the first difference and the last that are held against each other one by
/// one: how long that takes grows with the product of both.
const MOST_COMPARED: usize = 1_000;
/// The most that such lines hold on either side, in bytes.
const MOST_BYTES: usize = 256 << 10;

/// The places where two outputs differ: as lines where both are text, else the first of them as bytes.
pub(crate) fn difference(expected: &[u8], received: &[u8]) -> String {
    match (std::str::from_utf8(expected), std::str::from_utf8(received)) {
        (Ok(expected), Ok(received)) if is_text(expected) && is_text(received) => lines(expected, received),
        _ => bytes(expected, received),
    }
}

fn is_text(text: &str) -> bool {
    text.chars().all(|sign| !sign.is_control() || sign.is_ascii_whitespace())
}

fn lines(expected: &str, received: &str) -> String {
    let (expected, received) =
        (expected.split('\n').collect::<Vec<_>>(), received.split('\n').collect::<Vec<_>>());
    let mut shown =
        Shown { expected: &expected, received: &received, text: String::new(), lines: 0, left_out: 0 };
    let mut last: Option<usize> = None;
    for change in changes(&expected, &received, |line| line.len()) {
        let begin = change.old_range().start;
        match last {
            Some(end) if begin - end <= 2 * LINES_AROUND => shown.alike(end..begin),
            _ => {
                last.iter().for_each(|end| shown.alike(*end..end + LINES_AROUND));
                shown.place(begin);
                shown.alike(begin.saturating_sub(LINES_AROUND)..begin);
            }
        }
        shown.change(&change);
        last = Some(change.old_range().end);
    }
    last.iter().for_each(|end| shown.alike(*end..end + LINES_AROUND));
    shown.done()
}

/// What changed from one side to the other, in order. Of more than can be held against each other in a moment: one
/// change, from the first line that differs to the last.
fn changes<T: Eq + Hash>(expected: &[T], received: &[T], bytes: impl Fn(&T) -> usize) -> Vec<DiffOp> {
    let begin = expected.iter().zip(received).take_while(|(a, b)| a == b).count();
    let (old, new) = (&expected[begin..], &received[begin..]);
    let end = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count();
    let (old, new) = (&old[..old.len() - end], &new[..new.len() - end]);
    let is_little =
        |lines: &[T]| lines.len() <= MOST_COMPARED && lines.iter().map(&bytes).sum::<usize>() <= MOST_BYTES;
    if !is_little(old) || !is_little(new) {
        let (old_len, new_len) = (old.len(), new.len());
        return vec![DiffOp::Replace { old_index: begin, old_len, new_index: begin, new_len }];
    }
    let mut found = capture_diff_slices(Algorithm::Myers, old, new);
    found.retain(|change| change.tag() != DiffTag::Equal);
    let moved = |change: DiffOp| {
        let (old, new) = (change.old_range(), change.new_range());
        let (old_index, new_index) = (begin + old.start, begin + new.start);
        DiffOp::Replace { old_index, old_len: old.len(), new_index, new_len: new.len() }
    };
    found.into_iter().map(moved).collect()
}

/// What is shown of two texts that differ.
struct Shown<'a> {
    expected: &'a [&'a str],
    received: &'a [&'a str],
    text: String,
    lines: usize,
    /// Lines that differ and are not shown, because enough are.
    left_out: usize,
}

impl Shown<'_> {
    fn is_full(&self) -> bool {
        self.lines >= MOST_SHOWN
    }

    fn place(&mut self, line: usize) {
        if !self.is_full() {
            self.text.push_str(&format!("@@ line {} @@\n", line + 1));
        }
    }

    /// Lines of both, without the empty one that stands for the end of the last.
    fn alike(&mut self, lines: Range<usize>) {
        let last =
            self.expected.len() - usize::from(self.expected.last().is_some_and(|line| line.is_empty()));
        for line in self.expected.get(lines.start..lines.end.min(last)).unwrap_or_default() {
            if !self.is_full() {
                push_line(&mut self.text, ' ', line, 0);
                self.lines += 1;
            }
        }
    }

    fn change(&mut self, change: &DiffOp) {
        let (old, new) = (change.old_range(), change.new_range());
        if self.is_full() {
            self.left_out += old.len().max(new.len());
            return;
        }
        let (gone, came) = (&self.expected[old.clone()], &self.received[new.clone()]);
        let ends = [(gone, old.start == self.expected.len()), (came, new.start == self.received.len())];
        for ((sign, other), (lines, is_end)) in [('-', came), ('+', gone)].into_iter().zip(ends) {
            if lines.is_empty() && is_end {
                self.text.push_str(&format!("{sign}(ends here)\n"));
            }
            for (at, line) in lines.iter().take(LINES_SHOWN).enumerate() {
                push_line(&mut self.text, sign, line, other.get(at).map_or(0, |other| skipped(line, other)));
                self.lines += 1;
            }
            if lines.len() > LINES_SHOWN {
                self.text.push_str(&format!("{sign}({} more lines)\n", lines.len() - LINES_SHOWN));
            }
        }
    }

    fn done(mut self) -> String {
        if self.left_out > 0 {
            self.text.push_str(&format!("@@ {} more lines differ @@\n", self.left_out));
        }
        self.text
    }
}

/// How much of a long line is left out that begins as another one does: it is shown from shortly before the difference.
fn skipped(line: &str, other: &str) -> usize {
    let alike = line.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
    if alike > LONGEST_LINE / 2 { alike - LONGEST_LINE / 4 } else { 0 }
}

fn push_line(text: &mut String, sign: char, line: &str, skipped: usize) {
    text.push(sign);
    if skipped > 0 {
        text.push('…');
    }
    let mut signs = line.chars().skip(skipped);
    text.extend(signs.by_ref().take(LONGEST_LINE));
    if signs.next().is_some() {
        text.push('…');
    }
    text.push('\n');
}

fn bytes(expected: &[u8], received: &[u8]) -> String {
    let at = expected.iter().zip(received).take_while(|(a, b)| a == b).count();
    let begin = at.saturating_sub(8);
    let shown = |output: &[u8]| -> String {
        let part = output.get(begin..).unwrap_or_default();
        part.iter().take(BYTES_SHOWN).map(|byte| format!("{byte:02x} ")).collect()
    };
    format!(
        "differs at byte {at} ({} bytes expected, {} received); from byte {begin}:\n-{}\n+{}\n",
        expected.len(),
        received.len(),
        shown(expected).trim_end(),
        shown(received).trim_end()
    )
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::hash::Hasher;

    use super::*;

    #[test]
    fn text_is_shown_by_lines_with_what_stands_around() {
        assert_eq!(difference(b"a\nb\nc\nd", b"a\nb\nX\nd"), "@@ line 3 @@\n a\n b\n-c\n+X\n d\n");
    }

    #[test]
    fn a_longer_output_shows_where_the_expected_one_ends() {
        assert_eq!(difference(b"a\n", b"a\nb\n"), "@@ line 2 @@\n a\n+b\n");
        assert_eq!(difference(b"a", b"a\nb"), "@@ line 2 @@\n a\n-(ends here)\n+b\n");
        assert_eq!(difference(b"a\nb", b"a"), "@@ line 2 @@\n a\n-b\n+(ends here)\n");
    }

    #[test]
    fn what_is_alike_between_two_places_is_not_marked() {
        let before: Vec<String> = (1..=40).map(|line| line.to_string()).collect();
        let mut after = before.clone();
        after[4] = "five".to_owned();
        after.remove(36);
        let told = difference(before.join("\n").as_bytes(), after.join("\n").as_bytes());
        assert_eq!(told, "@@ line 5 @@\n 3\n 4\n-5\n+five\n 6\n 7\n@@ line 37 @@\n 35\n 36\n-37\n 38\n 39\n");
        after[7] = "eight".to_owned();
        let told = difference(before.join("\n").as_bytes(), after.join("\n").as_bytes());
        assert!(told.starts_with("@@ line 5 @@\n 3\n 4\n-5\n+five\n 6\n 7\n-8\n+eight\n 9\n"), "{told}");
    }

    #[test]
    fn binary_is_shown_by_bytes() {
        let text = difference(&[0, 1, 2], &[0, 1, 3, 4]);
        assert_eq!(
            text,
            "differs at byte 2 (3 bytes expected, 4 received); from byte 0:\n-00 01 02\n+00 01 03 04\n"
        );
    }

    #[test]
    fn a_huge_difference_stays_short() {
        let expected = "x".repeat(1 << 20);
        let received = format!("{}y", "x".repeat(1 << 20));
        assert!(difference(expected.as_bytes(), received.as_bytes()).len() < 1_000);
        assert!(difference("a\n".repeat(10_000).as_bytes(), b"b").len() < 1_000);
        let every_second = |word: &str| -> String { (0..400).map(|at| format!("{at}\n{word}\n")).collect() };
        let told = difference(every_second("a").as_bytes(), every_second("b").as_bytes());
        assert!(told.lines().count() < MOST_SHOWN + 5, "{told}");
        assert!(told.ends_with(" more lines differ @@\n"), "{told}");
    }

    /// A line that counts how often it is held against another one.
    struct Counted<'a>(String, &'a Cell<usize>);

    impl PartialEq for Counted<'_> {
        fn eq(&self, other: &Self) -> bool {
            self.1.set(self.1.get() + 1);
            self.0 == other.0
        }
    }

    impl Eq for Counted<'_> {}

    impl Hash for Counted<'_> {
        fn hash<H: Hasher>(&self, state: &mut H) {
            self.0.hash(state);
        }
    }

    #[test]
    fn lines_are_held_against_each_other_a_bounded_number_of_times() {
        let count = Cell::new(0);
        let of = |begin: usize, lines: usize, width: usize| -> Vec<Counted<'_>> {
            (begin..begin + lines).map(|line| Counted(format!("{line:0width$}"), &count)).collect()
        };
        let compared = |lines: usize, width: usize| {
            count.set(0);
            let found = changes(&of(0, lines, width), &of(lines, lines, width), |line| line.0.len());
            assert_eq!(found.len(), 1);
            assert_eq!((found[0].old_range(), found[0].new_range()), (0..lines, 0..lines));
            count.get()
        };
        // 1 MB of short lines, and of a few long ones: one block, and nothing but both ends is looked at.
        assert_eq!(compared(100_000, 10), 2);
        assert_eq!(compared(100, 10_000), 2);
        let most = compared(MOST_COMPARED, 10);
        assert!(most > 2 && most <= 4 * MOST_COMPARED * MOST_COMPARED, "{most}");
    }
}
