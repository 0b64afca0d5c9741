//! An OpenAPI document as it was read, and what its references lead to.

use serde_json::Value;

use crate::own::import::ImportError;

/// The most references that are followed one after the other.
const MOST_STEPS: usize = 32;

/// Which of the two ways to write a schema the document has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    /// OpenAPI 3.0: nearly JSON Schema, draft 4, with `nullable`.
    Old,
    /// OpenAPI 3.1 and later: JSON Schema, draft 2020-12.
    New,
}

/// A whole document.
#[derive(Debug)]
pub(super) struct Contract {
    pub(super) root: Value,
    pub(super) dialect: Dialect,
}

/// Why a reference leads to nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum LostReference {
    #[error("`{0}` lies elsewhere, and nothing is fetched")]
    Elsewhere(String),
    #[error("`{0}` is not there")]
    Nowhere(String),
    #[error("`{0}` leads back to itself, or too far")]
    Circle(String),
}

impl Contract {
    /// Reads JSON where it begins like it, else YAML.
    pub(super) fn read(bytes: &[u8], file: &str) -> Result<Self, ImportError> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let root = match bytes.trim_ascii_start().first() {
            Some(b'{') => json(bytes, file)?,
            _ => yaml(bytes, file)?,
        };
        let version = root.get("openapi").map(text_of);
        match version.as_deref() {
            Some(version) if version == "3.0" || version.starts_with("3.0.") => {
                Ok(Self { root, dialect: Dialect::Old })
            }
            Some(version) if version.starts_with("3.") => Ok(Self { root, dialect: Dialect::New }),
            _ if root.get("swagger").is_some() => Err(ImportError::Swagger { file: file.to_owned() }),
            Some(version) => {
                let found = format!("`openapi: {}`", shortened(version).escape_debug());
                Err(ImportError::NoOpenApi { file: file.to_owned(), found })
            }
            None => Err(ImportError::NoOpenApi { file: file.to_owned(), found: "no `openapi`".to_owned() }),
        }
    }

    /// What a value is once its references are followed.
    pub(super) fn follow<'a>(&'a self, value: &'a Value) -> Result<&'a Value, LostReference> {
        let mut value = value;
        let mut last = "";
        for _ in 0..MOST_STEPS {
            let Some(to) = value.get("$ref").and_then(Value::as_str) else { return Ok(value) };
            value = self.at(to)?;
            last = to;
        }
        Err(LostReference::Circle(shortened(last)))
    }

    /// What a reference leads to.
    pub(super) fn at(&self, to: &str) -> Result<&Value, LostReference> {
        let Some(place) = to.strip_prefix('#') else { return Err(LostReference::Elsewhere(shortened(to))) };
        self.root.pointer(&decoded(place)).ok_or_else(|| LostReference::Nowhere(shortened(to)))
    }
}

/// A pointer as it is, of one that is written in a URI.
pub(super) fn decoded(place: &str) -> String {
    if !place.contains('%') {
        return place.to_owned();
    }
    // A form's rules, but for its blanks: a plus is one of its own here.
    let guarded = format!("={}", place.replace('+', "%2B").replace('&', "%26"));
    url::form_urlencoded::parse(guarded.as_bytes()).map(|(_, value)| value.into_owned()).collect()
}

/// A scalar as text: versions and keys are numbers in YAML where nobody quotes them.
pub(super) fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// As much of a text as a sentence bears.
pub(super) fn shortened(text: &str) -> String {
    text.chars().take(120).collect()
}

fn json(bytes: &[u8], file: &str) -> Result<Value, ImportError> {
    serde_json::from_slice(bytes).map_err(|error| ImportError::NoDocument {
        file: file.to_owned(),
        form: "JSON",
        line: error.line() as u64,
        column: error.column() as u64,
        why: error.to_string(),
    })
}

fn yaml(bytes: &[u8], file: &str) -> Result<Value, ImportError> {
    // Within the bounds that the reader sets by itself: of nodes, depth, and of what anchors repeat.
    serde_saphyr::from_slice(bytes).map_err(|error| {
        let why = error.without_snippet().to_string();
        let why = shortened(why.lines().next().unwrap_or_default());
        let file = file.to_owned();
        if why.contains("budget breached") || why.contains("alias") {
            return ImportError::TooMuch { file, why };
        }
        let (line, column) = error.location().map_or((0, 0), |place| (place.line(), place.column()));
        ImportError::NoDocument { file, form: "YAML", line, column, why }
    })
}
