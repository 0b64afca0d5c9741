//! What a command gave, held against what it must give.

use plimsoll_model::Compare;

use crate::difference::difference;
use crate::json::{Different, Expected};
use crate::shot::Mismatch;

/// Whether bytes of this name are those that are expected, byte for byte or as JSON.
pub(crate) fn judge(
    what: &str,
    (compare, left_out): (Compare, &[String]),
    expected: &[u8],
    received: &[u8],
) -> Result<(), Mismatch> {
    if *expected == *received {
        return Ok(());
    }
    if compare != Compare::Json {
        let message = format!("{what} is not the expected one");
        return Err(Mismatch { message, diff: Some(difference(expected, received)) });
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

#[cfg(test)]
mod tests {
    use super::*;

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
        assert!(wrong.diff.unwrap().contains("-a\n-\n+b"));
    }
}
