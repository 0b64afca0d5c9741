//! What it would take to hold one value against a schema: a few lines that refer to each other may take for ever.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// The most parts of a schema that one value may be held against.
const MOST_PARTS: u64 = 100_000;
/// The most places of a schema that it may refer to.
const MOST_TARGETS: usize = 1_000;

/// Keywords whose schemas are held against the same value as the one that they stand in.
const SAME_VALUE: [&str; 8] = ["allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas"];
/// Keywords that refer to another place.
const REFERS: [&str; 2] = ["$ref", "$dynamicRef"];

/// Why a schema takes too much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TooMuch {
    Parts,
    Targets,
}

/// Refuses a schema that takes more than any that somebody means.
pub(super) fn check(schema: &Value) -> Result<(), TooMuch> {
    let mut targets = BTreeSet::new();
    collect(schema, &mut targets);
    if targets.len() > MOST_TARGETS {
        return Err(TooMuch::Targets);
    }
    let mut parts = Parts { schema, known: BTreeMap::new(), open: BTreeSet::new() };
    let heaviest = targets.iter().map(|target| parts.of_target(target)).max();
    let most = heaviest.unwrap_or(0).max(parts.of(schema));
    if most > MOST_PARTS { Err(TooMuch::Parts) } else { Ok(()) }
}

fn collect<'a>(value: &'a Value, targets: &mut BTreeSet<&'a str>) {
    match value {
        Value::Object(fields) => {
            let referred = REFERS.iter().filter_map(|key| fields.get(*key)?.as_str());
            targets.extend(referred);
            fields.values().for_each(|value| collect(value, targets));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, targets)),
        _ => {}
    }
}

struct Parts<'a> {
    schema: &'a Value,
    /// By target.
    known: BTreeMap<&'a str, u64>,
    /// Targets that are being counted: a circle is not gone round.
    open: BTreeSet<&'a str>,
}

impl<'a> Parts<'a> {
    fn of_target(&mut self, target: &'a str) -> u64 {
        if let Some(known) = self.known.get(target) {
            return *known;
        }
        let Some(value) = target.strip_prefix('#').and_then(|place| self.schema.pointer(place)) else {
            return 1;
        };
        if !self.open.insert(target) {
            return 1;
        }
        let parts = self.of(value);
        self.open.remove(target);
        self.known.insert(target, parts);
        parts
    }

    fn of(&mut self, value: &'a Value) -> u64 {
        let Value::Object(fields) = value else { return 1 };
        let mut parts: u64 = 1;
        for key in REFERS {
            if let Some(target) = fields.get(key).and_then(Value::as_str) {
                parts = parts.saturating_add(self.of_target(target));
            }
        }
        for inner in SAME_VALUE.iter().filter_map(|key| fields.get(*key)) {
            match inner {
                Value::Array(items) => {
                    items.iter().for_each(|item| parts = parts.saturating_add(self.of(item)));
                }
                Value::Object(named) => {
                    parts = parts.saturating_add(self.of(inner));
                    named.values().for_each(|value| parts = parts.saturating_add(self.of(value)));
                }
                _ => {}
            }
        }
        parts
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, json};

    use super::*;

    fn chain(links: usize, link: impl Fn(String) -> Value) -> Value {
        let mut places: Map<String, Value> =
            (0..links).map(|at| (format!("a{at}"), link(format!("#/$defs/a{}", at + 1)))).collect();
        places.insert(format!("a{links}"), json!({"type": "integer"}));
        json!({"$defs": places, "$ref": "#/$defs/a0"})
    }

    #[test]
    fn what_doubles_with_every_line_and_what_never_ends_is_refused() {
        let doubled = |to: String| json!({"allOf": [{"$ref": to}, {"$ref": to}]});
        assert_eq!(check(&chain(10, doubled)), Ok(()));
        assert_eq!(check(&chain(40, doubled)), Err(TooMuch::Parts));
        assert_eq!(check(&chain(5_000, |to| json!({"$ref": to}))), Err(TooMuch::Targets));
        assert_eq!(check(&json!({"$ref": "#"})), Ok(()));
    }

    #[test]
    fn the_longest_chain_that_is_allowed_is_walked() {
        for link in [
            |to: String| json!({"$ref": to}),
            |to: String| json!({"properties": {"a": {"$ref": to}}}),
            |to: String| json!({"anyOf": [{"not": {"$ref": to}}]}),
        ] {
            let schema = chain(MOST_TARGETS - 1, link);
            assert_eq!(check(&schema), Ok(()));
            let read = super::super::BodySchema::read(schema.to_string().into_bytes().into()).unwrap();
            let _ = read.judge(br#"{"a": {"a": 1}}"#);
        }
    }
}
