//! What a command gave, held against what it must give.

use std::borrow::Cow;

use plimsoll_model::{Compare, line_at, line_place};

use crate::difference::difference;
use crate::json::{self, Different, Expected};
use crate::shot::Mismatch;

/// The most lines that are left out: of output of which more change, nothing is compared.
const MOST_LINES: usize = 100;
/// In the place of a line that is not compared.
const LEFT_OUT: &[u8] = b"(left out)";

/// Whether bytes of this name are those that are expected, byte for byte or as JSON.
pub(crate) fn judge(
    what: &str,
    (compare, left_out): (Compare, &[String]),
    expected: &[u8],
    received: &[u8],
) -> Result<(), Mismatch> {
    if *expected == *received || compare == Compare::Status {
        return Ok(());
    }
    if compare != Compare::Json {
        let [expected, received] = [expected, received].map(|output| without_lines(left_out, output));
        if expected == received {
            return Ok(());
        }
        let message = format!("{what} is not the expected one");
        return Err(Mismatch { message, diff: Some(difference(&expected, &received)) });
    }
    Expected::read(expected, left_out).and_then(|json| json.compare(received)).map_err(|different| {
        let message = format!("{what} {different}");
        let diff = match different {
            Different::Value { expected, received } => {
                Some(difference(expected.as_bytes(), received.as_bytes()))
            }
            Different::Received(_) => Some(difference(expected, received)),
            Different::Expected(_) => None,
        };
        Mismatch { message, diff }
    })
}

/// An output whose lines that are not compared say so: none is shown that was not printed.
fn without_lines<'o>(left_out: &[String], output: &'o [u8]) -> Cow<'o, [u8]> {
    let numbers: Vec<usize> = left_out.iter().filter_map(|place| line_at(place)).collect();
    if numbers.is_empty() {
        return Cow::Borrowed(output);
    }
    let lines: Vec<&[u8]> = (1..)
        .zip(lines(output))
        .map(|(number, line)| if numbers.contains(&number) { LEFT_OUT } else { line })
        .collect();
    Cow::Owned(lines.join(&b'\n'))
}

fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split(|byte| *byte == b'\n')
}

/// How output that came twice can be compared with another lane's, and what of it is left out.
pub(crate) fn comparison(first: &[u8], second: &[u8]) -> (Compare, Vec<String>) {
    if json::is_structured(first) {
        return match json::places(first, second) {
            Some(places) => (Compare::Json, places),
            None => (Compare::Status, Vec::new()),
        };
    }
    if lines(first).count() != lines(second).count() {
        return (Compare::Status, Vec::new());
    }
    let pairs = lines(first).zip(lines(second)).enumerate();
    let changed = pairs.filter(|(_, (first, second))| first != second).take(MOST_LINES + 1);
    let changed: Vec<String> = changed.map(|(at, _)| line_place(at + 1)).collect();
    if changed.len() > MOST_LINES { (Compare::Status, Vec::new()) } else { (Compare::Bytes, changed) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_output_that_comes_twice_what_changes_is_left_out() {
        let (compare, left_out) = comparison(b"a\ntook 3 ms\nb\n", b"a\ntook 4 ms\nb\n");
        assert_eq!((compare, left_out.as_slice()), (Compare::Bytes, ["line 2".to_owned()].as_slice()));
        let judged = |received: &[u8]| {
            judge("the output", (compare, &left_out), b"a\ntook 3 ms\nb\n", received).map_err(|it| it.diff)
        };
        assert_eq!(judged(b"a\ntook 12 ms\nb\n"), Ok(()));
        assert!(judged(b"a\ntook 12 ms\nc\n").unwrap_err().is_some_and(|diff| !diff.contains("12")));
        assert!(judged(b"a\n").is_err());
        assert_eq!(comparison(b"a\n", b"a\n"), (Compare::Bytes, Vec::new()));
        assert_eq!(comparison(b"a\n", b"a\nb\n").0, Compare::Status);
        assert_eq!(comparison(b"{\"a\":1}", b"{\"a\":2}"), (Compare::Json, vec!["/a".to_owned()]));
        assert_eq!(judge("the output", (Compare::Status, &[]), b"a", b"b"), Ok(()));
    }

    #[test]
    fn no_line_is_shown_that_was_not_printed() {
        let left_out = ["line 2".to_owned()];
        let judged = |received: &[u8]| {
            let how = (Compare::Bytes, left_out.as_slice());
            judge("the output", how, b"a\nHOSTNAME=one\nc\n", received).unwrap_err().diff.unwrap()
        };
        let other = judged(b"a\nsecret\nd\n");
        assert!(!other.contains("HOSTNAME") && !other.contains("secret"), "{other}");
        assert!(other.contains("(left out)") && other.contains("-c") && other.contains("+d"), "{other}");
        let shorter = judged(b"a");
        assert!(!shorter.contains("HOSTNAME") && !shorter.contains("+(left out)"), "{shorter}");
    }

    #[test]
    fn output_is_held_against_bytes_or_json_without_what_is_left_out() {
        let json = |received: &str, left_out: &[String]| {
            judge("the output", (Compare::Json, left_out), b"{\"a\":1,\"at\":1}", received.as_bytes())
        };
        let left_out = ["/at".to_owned()];
        assert_eq!(json("{\"at\": 2, \"a\": 1}\n", &left_out), Ok(()));
        let wrong = json("{\"at\": 2, \"a\": 2}", &left_out).unwrap_err();
        assert_eq!(wrong.message, "the output is not the expected one");
        assert!(wrong.diff.unwrap().contains("+  \"a\": 2"));
        assert!(json("hello", &left_out).unwrap_err().message.contains("is no JSON"));
        let wrong = judge("the output", (Compare::Bytes, &[]), b"a\n", b"b\n").unwrap_err();
        assert!(wrong.diff.unwrap().contains("-a\n+b"));
    }
}
