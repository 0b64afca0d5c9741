//! A short difference of what was expected against what came, for people.

const LINES_AROUND: usize = 2;
const LINES_SHOWN: usize = 6;
const LONGEST_LINE: usize = 160;
const BYTES_SHOWN: usize = 32;

/// The first place where two outputs differ: as lines where both are text, else as bytes.
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
    let same = expected.split('\n').zip(received.split('\n')).take_while(|(a, b)| a == b).count();
    let mut text = format!("@@ line {} @@\n", same + 1);
    let first = same.saturating_sub(LINES_AROUND);
    for line in expected.split('\n').skip(first).take(same - first) {
        push_line(&mut text, ' ', line, 0);
    }
    let mut pair = [expected, received].map(|output| output.split('\n').nth(same).unwrap_or_default());
    // Long lines that begin alike are shown from shortly before the difference.
    let alike = pair[0].chars().zip(pair[1].chars()).take_while(|(a, b)| a == b).count();
    let skipped = if alike > LONGEST_LINE / 2 { alike - LONGEST_LINE / 4 } else { 0 };
    for (sign, output) in [('-', expected), ('+', received)] {
        let mut rest = output.split('\n').skip(same);
        if rest.next().is_none() {
            text.push_str(&format!("{sign}(ends here)\n"));
            continue;
        }
        let shown = if sign == '-' { std::mem::take(&mut pair[0]) } else { std::mem::take(&mut pair[1]) };
        push_line(&mut text, sign, shown, skipped);
        for line in rest.by_ref().take(LINES_SHOWN - 1) {
            push_line(&mut text, sign, line, 0);
        }
        let more = rest.count();
        if more > 0 {
            text.push_str(&format!("{sign}({more} more lines)\n"));
        }
    }
    text
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
    use super::*;

    #[test]
    fn text_is_shown_by_lines_with_what_stands_before() {
        assert_eq!(difference(b"a\nb\nc\nd", b"a\nb\nX\nd"), "@@ line 3 @@\n a\n b\n-c\n-d\n+X\n+d\n");
    }

    #[test]
    fn a_longer_output_shows_where_the_expected_one_ends() {
        assert_eq!(difference(b"a\n", b"a\nb\n"), "@@ line 2 @@\n a\n-\n+b\n+\n");
        assert_eq!(difference(b"a", b"a\nb"), "@@ line 2 @@\n a\n-(ends here)\n+b\n");
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
    }
}
