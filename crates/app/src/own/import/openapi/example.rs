//! Values that a document gives as examples.

use serde_json::{Map, Value};

use super::document::{Contract, LostReference};

/// How deep examples are put together.
const DEEPEST: usize = 16;
/// The most parts that one example is put together of.
const MOST_PARTS: usize = 10_000;

/// Why there is no example.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum NoExample {
    #[error("has no example{}", at(.0))]
    Untold(String),
    #[error("has no example that is in the document: {0}")]
    Lost(#[from] LostReference),
}

fn at(place: &str) -> String {
    if place.is_empty() { String::new() } else { format!(" of `{place}`") }
}

/// Of a parameter or a media type: its own example, else its schema's.
pub(super) fn of_bearer(contract: &Contract, bearer: &Value) -> Result<Value, NoExample> {
    if let Some(example) = bearer.get("example") {
        return Ok(example.clone());
    }
    for example in bearer.get("examples").and_then(Value::as_object).into_iter().flat_map(Map::values) {
        if let Some(value) = contract.follow(example)?.get("value") {
            return Ok(value.clone());
        }
    }
    match bearer.get("schema") {
        Some(schema) => {
            let mut left = MOST_PARTS;
            of_schema(contract, schema, "", DEEPEST, &mut left)
        }
        None => Err(NoExample::Untold(String::new())),
    }
}

/// A schema's own example, else one that is put together of its properties'.
fn of_schema(
    contract: &Contract,
    schema: &Value,
    place: &str,
    depth: usize,
    left: &mut usize,
) -> Result<Value, NoExample> {
    let untold = || NoExample::Untold(place.to_owned());
    *left = left.checked_sub(1).ok_or_else(untold)?;
    let depth = depth.checked_sub(1).ok_or_else(untold)?;
    let schema = contract.follow(schema)?;
    if let Some(own) = own(schema) {
        return Ok(own.clone());
    }
    if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
        let required = schema.get("required").and_then(Value::as_array);
        let is_required =
            |name: &str| required.is_some_and(|all| all.iter().any(|one| one.as_str() == Some(name)));
        let mut fields = Map::new();
        for (name, property) in properties {
            if property.get("readOnly") == Some(&Value::Bool(true)) {
                continue;
            }
            // What need not be there is not put together: a schema may hold itself.
            let value = match is_required(name) {
                true => Some(of_schema(contract, property, &format!("{place}/{name}"), depth, left)?),
                false => contract.follow(property).ok().and_then(own).cloned(),
            };
            fields.extend(value.map(|value| (name.clone(), value)));
        }
        return if fields.is_empty() { Err(untold()) } else { Ok(Value::Object(fields)) };
    }
    match schema.get("items") {
        Some(items) => {
            Ok(Value::Array(vec![of_schema(contract, items, &format!("{place}/0"), depth, left)?]))
        }
        None => Err(untold()),
    }
}

fn own(schema: &Value) -> Option<&Value> {
    let first = schema.get("examples").and_then(|all| all.get(0));
    schema.get("example").or(first).or_else(|| schema.get("default")).or_else(|| schema.get("const"))
}
