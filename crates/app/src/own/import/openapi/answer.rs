//! What an operation must answer: its status, and the schema of its JSON made whole in itself.

use std::collections::BTreeSet;

use plimsoll_model::BodySchema;
use serde_json::{Map, Value, json};

use super::document::{Contract, Dialect, LostReference, decoded};
use crate::own::import::ToldAnswer;

/// The most places of a document that one schema may need.
const MOST_PLACES: usize = 1_000;
/// The largest schema that is made, in bytes.
const LARGEST: usize = 4 << 20;

/// What is told of an operation's answer, and why it is not judged by a schema though it has one.
pub(super) fn of_operation(contract: &Contract, operation: &Value) -> (ToldAnswer, Option<String>) {
    let Some((status, response)) = response(operation) else { return (ToldAnswer::default(), None) };
    let mut told = ToldAnswer { status, schema: None };
    let schema = match contract.follow(response) {
        Ok(response) => json_schema(response),
        Err(why) => return (told, Some(why.to_string())),
    };
    let made = schema.map(|schema| whole(contract, schema));
    match made {
        None => (told, None),
        Some(Err(why)) => (told, Some(why)),
        Some(Ok(schema)) => {
            told.schema = Some(schema);
            (told, None)
        }
    }
}

/// The first answer that means success, with its status where that is one.
fn response(operation: &Value) -> Option<(Option<u16>, &Value)> {
    let responses = operation.get("responses").and_then(Value::as_object)?;
    let mut told: Vec<(u16, &Value)> = responses
        .iter()
        .filter_map(|(key, response)| Some((key.parse().ok()?, response)))
        .filter(|(status, _)| (200..300).contains(status))
        .collect();
    told.sort_unstable_by_key(|(status, _)| *status);
    let exact = told.first().map(|(status, response)| (Some(*status), *response));
    let any = || responses.get("2XX").or_else(|| responses.get("default")).map(|response| (None, response));
    exact.or_else(any)
}

fn json_schema(response: &Value) -> Option<&Value> {
    let types = response.get("content").and_then(Value::as_object)?;
    let is_json = |kind: &str| {
        let kind = kind.split(';').next().unwrap_or(kind).trim().to_ascii_lowercase();
        kind == "application/json" || kind.ends_with("+json")
    };
    types.iter().find(|(kind, _)| is_json(kind)).and_then(|(_, media)| media.get("schema"))
}

/// A schema with all that it refers to beside it.
fn whole(contract: &Contract, schema: &Value) -> Result<BodySchema, String> {
    let mut root = Map::new();
    let dialect = match contract.dialect {
        Dialect::Old => "http://json-schema.org/draft-04/schema#",
        Dialect::New => "https://json-schema.org/draft/2020-12/schema",
    };
    root.insert("$schema".to_owned(), json!(dialect));
    root.insert("allOf".to_owned(), json!([adapted(contract.dialect, schema)]));
    let mut root = Value::Object(root);
    let mut open: Vec<String> = referred(schema)?;
    let mut placed: BTreeSet<String> = BTreeSet::new();
    while let Some(to) = open.pop() {
        let place = decoded(to.trim_start_matches('#'));
        if placed.contains(&place) {
            continue;
        }
        if placed.len() == MOST_PLACES {
            return Err(format!("it needs more than {MOST_PLACES} places of the document"));
        }
        let target = contract.at(&to).map_err(|lost| lost.to_string())?;
        open.extend(referred(target)?);
        placed.insert(place.clone());
        if place.is_empty() || !put(&mut root, &place, adapted(contract.dialect, target)) {
            return Err(format!("`{to}` is no place that a schema can have"));
        }
    }
    let text = serde_json::to_vec_pretty(&root).unwrap_or_default();
    if text.len() > LARGEST {
        return Err(format!(
            "it has {} bytes with all that it refers to, and at most {LARGEST} are taken",
            text.len()
        ));
    }
    BodySchema::read(text.into()).map_err(|why| why.to_string())
}

/// All that a schema refers to; each has to lie in the document.
fn referred(schema: &Value) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    let mut open = vec![schema];
    while let Some(value) = open.pop() {
        match value {
            Value::Object(fields) => {
                if let Some(to) = fields.get("$ref").and_then(Value::as_str) {
                    if !to.starts_with('#') {
                        return Err(LostReference::Elsewhere(super::document::shortened(to)).to_string());
                    }
                    found.push(to.to_owned());
                }
                open.extend(fields.values());
            }
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
    Ok(found)
}

/// Puts a value at a pointer, within objects alone: a pointer finds the key `0` as it finds the first item.
fn put(root: &mut Value, place: &str, value: Value) -> bool {
    let mut here = root;
    for token in place.split('/').skip(1) {
        let token = token.replace("~1", "/").replace("~0", "~");
        here = match here {
            Value::Object(fields) => fields.entry(token).or_insert_with(|| Value::Object(Map::new())),
            // Part of what was put here before.
            Value::Array(items) => match token.parse().ok().and_then(|at: usize| items.get_mut(at)) {
                Some(item) => item,
                None => return false,
            },
            _ => return false,
        };
    }
    *here = value;
    true
}

/// A schema as its dialect of JSON Schema has it.
fn adapted(dialect: Dialect, schema: &Value) -> Value {
    match schema {
        Value::Object(fields) => {
            let mut fields: Map<String, Value> =
                fields.iter().map(|(key, value)| (key.clone(), adapted(dialect, value))).collect();
            without_write_only(&mut fields);
            match dialect {
                Dialect::Old if fields.get("nullable") == Some(&Value::Bool(true)) => nullable(fields),
                _ => Value::Object(fields),
            }
        }
        Value::Array(items) => Value::Array(items.iter().map(|item| adapted(dialect, item)).collect()),
        other => other.clone(),
    }
}

/// What OpenAPI 3.0 writes as `nullable`.
fn nullable(mut fields: Map<String, Value>) -> Value {
    fields.remove("nullable");
    json!({"anyOf": [{"enum": [null]}, fields]})
}

/// What is only ever sent is not required of an answer.
fn without_write_only(fields: &mut Map<String, Value>) {
    let is_only_sent = |property: &Value| property.get("writeOnly") == Some(&Value::Bool(true));
    let sent: Vec<String> = fields
        .get("properties")
        .and_then(Value::as_object)
        .map(|all| all.iter().filter(|(_, one)| is_only_sent(one)).map(|(name, _)| name.clone()).collect())
        .unwrap_or_default();
    let Some(Value::Array(required)) = fields.get_mut("required") else { return };
    required.retain(|name| !sent.iter().any(|sent| name.as_str() == Some(sent)));
    // Draft 4 knows no empty list here.
    if required.is_empty() {
        fields.remove("required");
    }
}
