//! A JSON Schema that the bodies of answers are held against. It is read once and reaches for nothing beside itself.

mod effort;

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use jsonschema::error::ValidationErrorKind;
use jsonschema::{PatternOptions, ReferencingError, Retrieve, Uri, ValidationError, Validator};
use serde_json::{Map, Value};

use self::effort::TooMuch;

/// The largest schema that is read, in bytes.
const LARGEST: usize = 4 << 20;
/// The most memory that one regular expression may take once it is made ready, in bytes.
const REGEX_BYTES: usize = 1 << 20;
/// The most places of one answer that are told.
const MOST_TOLD: usize = 3;

/// A JSON Schema, ready to judge.
#[derive(Clone)]
pub struct BodySchema {
    text: Arc<[u8]>,
    compiled: Arc<Compiled>,
}

struct Compiled {
    value: Value,
    validator: Validator,
}

/// Why a file is no schema that can be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BodySchemaError {
    /// It is larger than any that is read.
    #[error("it has {bytes} bytes, and a schema has at most {LARGEST}: keep what these answers need of it")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// It is no JSON.
    #[error("it is no JSON at line {line}, column {column}: correct it there")]
    NoJson {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// It refers to another file or host.
    #[error(
        "it refers to `{to}`, and nothing is fetched: put that under `$defs` of the same file, and refer to it there"
    )]
    Elsewhere {
        /// Where to.
        to: String,
    },
    /// It refers to itself in too many places.
    #[error("it refers to more than 1,000 places of its own: keep what these answers need of it")]
    TooManyTargets,
    /// One value would be held against too many parts of it.
    #[error(
        "it holds one value against more than 100,000 of its parts: its `$ref`s multiply each other, refer to each place once"
    )]
    TooMuchEffort,
    /// It is JSON, and no schema.
    #[error("it is wrong {place}: {why}")]
    Wrong {
        /// Where in it.
        place: String,
        /// What is wrong there.
        why: String,
    },
}

/// A place in JSON, a JSON Pointer, in words.
fn spot(pointer: &str) -> String {
    if pointer.is_empty() { "as a whole".to_owned() } else { format!("at `{pointer}`") }
}

/// How a body does not fit, as the end of a sentence about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Misfit {
    /// It is no JSON.
    #[error("is no JSON: {0}")]
    NoJson(String),
    /// It is JSON of another kind.
    #[error("does not fit its schema {told}")]
    Value {
        /// The first places, and what is expected at each.
        told: String,
        /// What the schema says of the first place.
        expected: String,
        /// What stands there.
        received: String,
    },
}

/// Refuses what lies elsewhere.
struct Nowhere;

#[derive(Debug, thiserror::Error)]
#[error("nothing is fetched")]
struct NotFetched;

impl Retrieve for Nowhere {
    fn retrieve(&self, _: &Uri<String>) -> Result<Value, Box<dyn Error + Send + Sync>> {
        Err(Box::new(NotFetched))
    }
}

impl BodySchema {
    /// Makes a schema ready. Without `$schema` it is of draft 2020-12; `format` is not held against.
    ///
    /// # Errors
    /// When it is no schema, or not whole in itself.
    pub fn read(text: Arc<[u8]>) -> Result<Self, BodySchemaError> {
        if text.len() > LARGEST {
            return Err(BodySchemaError::TooLarge { bytes: text.len() });
        }
        let value: Value = serde_json::from_slice(&text)
            .map_err(|error| BodySchemaError::NoJson { line: error.line(), column: error.column() })?;
        effort::check(&value).map_err(|too_much| match too_much {
            TooMuch::Parts => BodySchemaError::TooMuchEffort,
            TooMuch::Targets => BodySchemaError::TooManyTargets,
        })?;
        // An engine that never steps back: no pattern makes an answer take for ever.
        let patterns = PatternOptions::regex().size_limit(REGEX_BYTES).dfa_size_limit(REGEX_BYTES);
        let validator = jsonschema::options()
            .with_pattern_options(patterns)
            .with_retriever(Nowhere)
            .should_validate_formats(false)
            .build(&value)
            .map_err(|error| refused(&error))?;
        Ok(Self { text, compiled: Arc::new(Compiled { value, validator }) })
    }

    /// As it was read.
    #[must_use]
    pub fn text(&self) -> &Arc<[u8]> {
        &self.text
    }

    /// Whether a body fits.
    ///
    /// # Errors
    /// With the places where it does not.
    pub fn judge(&self, body: &[u8]) -> Result<(), Misfit> {
        let value: Value = serde_json::from_slice(body).map_err(|error| Misfit::NoJson(error.to_string()))?;
        let mut wrong = self.compiled.validator.iter_errors(&value);
        let Some(first) = wrong.next() else { return Ok(()) };
        let (expected, received) = (self.says(&first), pretty(first.instance()));
        let mut told = told(&first);
        for other in wrong.by_ref().take(MOST_TOLD - 1) {
            told = format!("{told}; {}", self::told(&other));
        }
        if wrong.next().is_some() {
            told.push_str("; and elsewhere");
        }
        Err(Misfit::Value { told, expected, received })
    }

    /// What the schema says where an answer does not fit it.
    fn says(&self, wrong: &ValidationError<'_>) -> String {
        let path = wrong.schema_path().as_str();
        let said = self.compiled.value.pointer(path);
        match (path.rsplit('/').next(), said) {
            (Some(keyword), Some(said)) if !keyword.is_empty() => {
                pretty(&Value::Object(Map::from_iter([(keyword.to_owned(), said.clone())])))
            }
            (_, Some(said)) => pretty(said),
            _ => path.to_owned(),
        }
    }
}

impl fmt::Debug for BodySchema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("BodySchema").field(&String::from_utf8_lossy(&self.text)).finish()
    }
}

impl PartialEq for BodySchema {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for BodySchema {}

fn refused(error: &ValidationError<'_>) -> BodySchemaError {
    if let ValidationErrorKind::Referencing(ReferencingError::Unretrievable { uri: to, .. }) = error.kind() {
        return BodySchemaError::Elsewhere { to: to.clone() };
    }
    BodySchemaError::Wrong {
        place: spot(error.instance_path().as_str()),
        why: error.masked_with("what stands there").to_string(),
    }
}

/// A place and what is expected there, without what came: that may be long.
fn told(wrong: &ValidationError<'_>) -> String {
    let place = spot(wrong.instance_path().as_str());
    format!("{place}: {}", wrong.masked_with("it"))
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema(text: &str) -> Result<BodySchema, BodySchemaError> {
        BodySchema::read(text.as_bytes().into())
    }

    #[test]
    fn what_does_not_fit_is_told_by_its_place_and_by_what_is_expected_there() {
        let cart = schema(
            r##"{"type": "object", "required": ["items"],
                "properties": {"items": {"type": "array", "items": {"$ref": "#/$defs/item"}}},
                "$defs": {"item": {"properties": {"price": {"type": "number", "minimum": 0}}}}}"##,
        )
        .unwrap();
        assert_eq!(cart.judge(br#"{"items": [{"price": 1.5}]}"#), Ok(()));
        let Err(Misfit::Value { told, expected, received }) =
            cart.judge(br#"{"items": [{"price": 1}, {"price": "secret"}]}"#)
        else {
            panic!()
        };
        assert_eq!(told, "at `/items/1/price`: it is not of type \"number\"");
        assert!(expected.contains("\"number\"") && received == "\"secret\"", "{expected} {received}");
        let missing = cart.judge(b"{}").unwrap_err().to_string();
        assert_eq!(missing, "does not fit its schema as a whole: \"items\" is a required property");
        assert!(cart.judge(b"<html>").unwrap_err().to_string().starts_with("is no JSON"));
        let many =
            cart.judge(br#"{"items": [1, {"price": -1}, {"price": ""}, {"price": -2}, {"price": -3}]}"#);
        assert!(many.unwrap_err().to_string().ends_with("; and elsewhere"));
        assert!(schema("false").unwrap().judge(b"1").is_err());
    }

    #[test]
    fn what_is_no_schema_is_told_with_its_place_and_nothing_is_fetched() {
        let place = |text: &str| match schema(text).unwrap_err() {
            BodySchemaError::Wrong { place, .. } => place,
            other => other.to_string(),
        };
        assert_eq!(place(r#"{"type": "nope"}"#), "at `/type`");
        assert_eq!(place(r#"{"properties": {"a": {"pattern": "(a)\\1"}}}"#), "at `/properties/a/pattern`");
        assert_eq!(place(r#"{"pattern": "((a{1000}){1000}){1000}"}"#), "at `/pattern`");
        assert_eq!(place("5"), "as a whole");
        assert!(place("{").contains("line 1, column 1"));
        for there in ["http://127.0.0.1:1/y.json", "file:///etc/hostname", "other.json", "other.json#/a"] {
            let refused = schema(&format!(r#"{{"$ref": "{there}"}}"#)).unwrap_err();
            let BodySchemaError::Elsewhere { to } = refused else { panic!("{there}: {refused}") };
            assert!(there.starts_with(&to), "{to}");
        }
        assert!(place(r##"{"$ref": "#/nowhere"}"##).contains("whole"));
        assert!(place(r#"{"$schema": "http://127.0.0.1:1/"}"#).contains("whole"));
    }

    #[test]
    fn what_refers_to_itself_ends() {
        let circles = [
            r##"{"$ref": "#"}"##,
            r##"{"allOf": [{"$ref": "#"}]}"##,
            r##"{"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"anyOf": [{"$ref": "#/$defs/a"}]}}, "$ref": "#/$defs/a"}"##,
            r##"{"properties": {"next": {"$ref": "#"}}}"##,
            r##"{"not": {"$ref": "#"}}"##,
        ];
        for circle in circles {
            if let Ok(schema) = schema(circle) {
                let _ = schema.judge(br#"{"next": {"next": 1}}"#);
            }
        }
    }
}
