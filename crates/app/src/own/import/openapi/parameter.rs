//! Parameters of an operation, written into its request.

use serde_json::Value;
use url::form_urlencoded::Serializer;

use super::document::{Contract, shortened, text_of};
use super::example;

/// What parameters make of a request.
#[derive(Debug, Default)]
pub(super) struct Filled {
    /// Path with query.
    pub(super) path: String,
    pub(super) headers: Vec<(String, String)>,
}

/// Signs of a path that stand for themselves (RFC 3986, unreserved).
const PLAIN: &[u8] = b"-._~";
/// Headers of which a document says nothing by parameters.
const NOT_BY_PARAMETER: [&str; 3] = ["accept", "content-type", "authorization"];

/// Fills a path's template from examples. Else: what is missing, each as a part of a sentence.
pub(super) fn fill(
    contract: &Contract,
    template: &str,
    parameters: &[&Value],
) -> Result<Filled, Vec<String>> {
    let mut missing = Vec::new();
    let mut filled = Filled { path: template.to_owned(), headers: Vec::new() };
    let mut query = Serializer::new(String::new());
    for parameter in parameters {
        let name = parameter.get("name").and_then(Value::as_str).unwrap_or_default();
        let place = parameter.get("in").and_then(Value::as_str).unwrap_or_default();
        let is_required = place == "path" || parameter.get("required") == Some(&Value::Bool(true));
        let is_made =
            place == "header" && NOT_BY_PARAMETER.iter().any(|made| made.eq_ignore_ascii_case(name));
        if !is_required || is_made {
            continue;
        }
        let told = || format!("its {place} parameter `{}`", shortened(name));
        let value = match of_parameter(contract, parameter) {
            Ok(value) => value,
            Err(why) => {
                missing.push(format!("{} {why}", told()));
                continue;
            }
        };
        let is_written = match place {
            "path" => in_path(&mut filled.path, name, parameter, &value),
            "query" => in_query(&mut query, name, parameter, &value),
            "header" => simple(&value).map(|text| filled.headers.push((name.to_owned(), text))).is_some(),
            _ => false,
        };
        if !is_written {
            missing.push(format!("{} can't be written into a request", told()));
        }
    }
    if let Some(open) = filled.path.split('{').nth(1).filter(|_| missing.is_empty()) {
        let name = open.split('}').next().unwrap_or(open);
        missing.push(format!("its path names `{}`, of which nothing is told", shortened(name)));
    }
    let query = query.finish();
    if !query.is_empty() {
        filled.path = format!("{}?{query}", filled.path);
    }
    if missing.is_empty() { Ok(filled) } else { Err(missing) }
}

fn of_parameter(contract: &Contract, parameter: &Value) -> Result<Value, example::NoExample> {
    let content = parameter.get("content").and_then(Value::as_object);
    match content.and_then(|types| types.values().next()) {
        Some(media) => {
            // As a text of its type, which is JSON wherever it is anything.
            let value = example::of_bearer(contract, media)?;
            Ok(Value::String(text_of(&value)))
        }
        None => example::of_bearer(contract, parameter),
    }
}

fn style(parameter: &Value) -> Option<&str> {
    parameter.get("style").and_then(Value::as_str)
}

fn in_path(path: &mut String, name: &str, parameter: &Value, value: &Value) -> bool {
    let sign = format!("{{{name}}}");
    let (Some("simple") | None, Some(text), true) = (style(parameter), simple(value), path.contains(&sign))
    else {
        return false;
    };
    // An empty one would ask for another path.
    if text.is_empty() {
        return false;
    }
    *path = path.replace(&sign, &encoded(&text));
    true
}

fn in_query(query: &mut Serializer<'_, String>, name: &str, parameter: &Value, value: &Value) -> bool {
    let explodes = parameter.get("explode") != Some(&Value::Bool(false));
    let scalar = |value: &Value| (!value.is_object() && !value.is_array()).then(|| text_of(value));
    match (style(parameter).unwrap_or("form"), value) {
        ("form", Value::Array(items)) if explodes => {
            items.iter().all(|item| scalar(item).map(|text| query.append_pair(name, &text)).is_some())
        }
        ("form", Value::Object(fields)) if explodes => fields
            .iter()
            .all(|(key, value)| scalar(value).map(|text| query.append_pair(key, &text)).is_some()),
        ("deepObject", Value::Object(fields)) => fields.iter().all(|(key, value)| {
            scalar(value).map(|text| query.append_pair(&format!("{name}[{key}]"), &text)).is_some()
        }),
        ("form", value) => simple(value).map(|text| query.append_pair(name, &text)).is_some(),
        _ => false,
    }
}

/// A scalar, or a list of them with commas between; nothing that lies deeper.
fn simple(value: &Value) -> Option<String> {
    let scalar = |value: &Value| (!value.is_object() && !value.is_array()).then(|| text_of(value));
    match value {
        Value::Array(items) => Some(items.iter().map(scalar).collect::<Option<Vec<_>>>()?.join(",")),
        Value::Object(fields) => {
            let pairs = fields.iter().map(|(key, value)| Some(format!("{key},{}", scalar(value)?)));
            Some(pairs.collect::<Option<Vec<_>>>()?.join(","))
        }
        other => scalar(other),
    }
}

/// A text as a part of a path.
fn encoded(text: &str) -> String {
    let mut part = String::new();
    for byte in text.bytes() {
        match byte.is_ascii_alphanumeric() || PLAIN.contains(&byte) {
            true => part.push(char::from(byte)),
            false => part.push_str(&format!("%{byte:02X}")),
        }
    }
    part
}
