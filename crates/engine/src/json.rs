//! Bodies compared as JSON, with places that are left out.

use std::collections::BTreeSet;

use serde_json::Value;

/// Any key or index of a place.
const ANY: &str = "*";
/// The most places in which two answers may differ and still be taken for one answer.
const MOST_PLACES: usize = 50;

/// What a body must be, read once.
#[derive(Debug)]
pub(crate) struct Expected {
    value: Value,
    left_out: Vec<String>,
}

/// Why a body is not the expected one.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Different {
    #[error("can't be compared as JSON, since the expected body is none: {0}")]
    Expected(String),
    #[error("is no JSON: {0}")]
    Received(String),
    #[error("is not the expected one")]
    Value { expected: String, received: String },
}

impl Expected {
    pub(crate) fn read(body: &[u8], left_out: &[String]) -> Result<Self, Different> {
        let mut value: Value =
            serde_json::from_slice(body).map_err(|error| Different::Expected(error.to_string()))?;
        left_out.iter().for_each(|place| leave_out(&mut value, place));
        Ok(Self { value, left_out: left_out.to_vec() })
    }

    pub(crate) fn compare(&self, received: &[u8]) -> Result<(), Different> {
        let mut value: Value =
            serde_json::from_slice(received).map_err(|error| Different::Received(error.to_string()))?;
        self.left_out.iter().for_each(|place| leave_out(&mut value, place));
        if value == self.value {
            return Ok(());
        }
        let pretty = |value: &Value| serde_json::to_string_pretty(value).unwrap_or_default();
        Err(Different::Value { expected: pretty(&self.value), received: pretty(&value) })
    }
}

/// Whether two bodies are JSON of the same value, whatever their white space and the order of their keys.
pub(crate) fn is_same(one: &[u8], other: &[u8]) -> bool {
    let read = |body| serde_json::from_slice::<Value>(body).ok();
    matches!((read(one), read(other)), (Some(one), Some(other)) if one == other)
}

/// Whether a body is a JSON object or array.
pub(crate) fn is_structured(body: &[u8]) -> bool {
    matches!(serde_json::from_slice(body), Ok(Value::Object(_) | Value::Array(_)))
}

/// Where two bodies differ, as places to leave out; `None` where they are no JSON, or as wholes not the same.
pub(crate) fn places(one: &[u8], other: &[u8]) -> Option<Vec<String>> {
    let (one, other) = (serde_json::from_slice(one).ok()?, serde_json::from_slice(other).ok()?);
    let mut places = BTreeSet::new();
    differ(&one, &other, String::new(), &mut places);
    let told = !places.contains("") && places.len() <= MOST_PLACES;
    told.then(|| places.into_iter().collect())
}

fn differ(one: &Value, other: &Value, place: String, places: &mut BTreeSet<String>) {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            for key in one.keys().chain(other.keys()).collect::<BTreeSet<_>>() {
                let place = format!("{place}/{}", key.replace('~', "~0").replace('/', "~1"));
                match (one.get(key), other.get(key)) {
                    (Some(one), Some(other)) => differ(one, other, place, places),
                    _ => drop(places.insert(place)),
                }
            }
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            for (one, other) in one.iter().zip(other) {
                differ(one, other, format!("{place}/{ANY}"), places);
            }
        }
        (one, other) if one == other => {}
        _ => drop(places.insert(place)),
    }
}

fn leave_out(value: &mut Value, place: &str) {
    let mut tokens: Vec<String> =
        place.split('/').skip(1).map(|token| token.replace("~1", "/").replace("~0", "~")).collect();
    let Some(last) = tokens.pop() else { return };
    take(value, &tokens, &last);
}

fn take(value: &mut Value, way: &[String], last: &str) {
    let Some((next, rest)) = way.split_first() else { return take_last(value, last) };
    match value {
        Value::Object(fields) if next == ANY => fields.values_mut().for_each(|value| take(value, rest, last)),
        Value::Array(items) if next == ANY => items.iter_mut().for_each(|value| take(value, rest, last)),
        Value::Object(fields) => fields.get_mut(next).into_iter().for_each(|value| take(value, rest, last)),
        Value::Array(items) => {
            let item = next.parse().ok().and_then(|at: usize| items.get_mut(at));
            item.into_iter().for_each(|value| take(value, rest, last));
        }
        _ => {}
    }
}

fn take_last(value: &mut Value, last: &str) {
    match value {
        Value::Object(fields) if last == ANY => fields.clear(),
        Value::Array(items) if last == ANY => items.clear(),
        Value::Object(fields) => drop(fields.remove(last)),
        // The others keep their places.
        Value::Array(items) => {
            let item = last.parse().ok().and_then(|at: usize| items.get_mut(at));
            item.into_iter().for_each(|item| *item = Value::Null);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn compared(expected: &str, received: &str, left_out: &[&str]) -> Result<(), Different> {
        let left_out: Vec<String> = left_out.iter().map(|&place| place.to_owned()).collect();
        Expected::read(expected.as_bytes(), &left_out)?.compare(received.as_bytes())
    }

    #[test]
    fn white_space_and_the_order_of_keys_do_not_count_and_the_order_of_items_does() {
        assert_eq!(compared(r#"{"a":1,"b":[1,2]}"#, "{ \"b\": [1, 2],\n\"a\": 1 }\n", &[]), Ok(()));
        assert!(matches!(compared("[1,2]", "[2,1]", &[]), Err(Different::Value { .. })));
        assert!(matches!(compared("[1]", "[1", &[]), Err(Different::Received(_))));
        assert!(matches!(compared("hello", "[1]", &[]), Err(Different::Expected(_))));
    }

    #[test]
    fn what_is_left_out_is_not_compared_and_all_else_is() {
        let (one, other) = (r#"{"at":1,"items":[{"id":1,"n":2}]}"#, r#"{"at":2,"items":[{"id":3,"n":2}]}"#);
        assert_eq!(compared(one, other, &["/at", "/items/*/id"]), Ok(()));
        assert!(compared(one, other, &["/at"]).is_err());
        assert_eq!(compared("[1,2]", "[1,3]", &["/1"]), Ok(()));
        assert_eq!(compared(r#"{"a/b":1}"#, r#"{"a/b":2}"#, &["/a~1b"]), Ok(()));
        // Present in one of them alone.
        assert_eq!(compared(r#"{"a":1}"#, r#"{"a":1,"b":2}"#, &["/b"]), Ok(()));
        for anything in ["/", "/*", "/items", "/items/*", "/items/0/id/x", "/nowhere/1"] {
            let _ = compared(one, other, &[anything]);
        }
    }

    #[test]
    fn places_are_found_once_each_and_a_whole_that_differs_has_none() {
        let (one, other) =
            (r#"{"at":1,"items":[{"id":1},{"id":2}]}"#, r#"{"at":2,"items":[{"id":3},{"id":4}]}"#);
        assert_eq!(places(one.as_bytes(), other.as_bytes()).unwrap(), ["/at", "/items/*/id"]);
        assert_eq!(places(b"1", b"2"), None);
        assert_eq!(places(b"{}", b"<html>"), None);
        assert_eq!(places(b"[1]", b"[1,2]"), None);
        let many: Vec<String> = (0..100).map(|at| format!("\"{at}\":{{}}")).collect();
        let many = |value: &str| format!("{{{}}}", many.join(",").replace("{}", value));
        assert_eq!(places(many("1").as_bytes(), many("2").as_bytes()), None);
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf =
            prop_oneof![Just(Value::Null), any::<bool>().prop_map(Value::Bool), (0..5).prop_map(Value::from)];
        leaf.prop_recursive(4, 32, 4, |inner| {
            let fields = prop::collection::btree_map("[ab/~*]{1,2}", inner.clone(), 0..4);
            prop_oneof![
                prop::collection::vec(inner, 0..4).prop_map(Value::Array),
                fields.prop_map(|fields| Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn two_answers_are_the_same_once_their_places_are_left_out(one in any_value(), other in any_value()) {
            let (one, other) = (one.to_string(), other.to_string());
            if let Some(found) = places(one.as_bytes(), other.as_bytes()) {
                let expected = Expected::read(one.as_bytes(), &found).unwrap();
                prop_assert!(expected.compare(other.as_bytes()).is_ok(), "{one} {other} {found:?}");
            }
        }
    }
}
