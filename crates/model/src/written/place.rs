//! Where something stands in a text of TOML.

use serde::Serialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A place in a text, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// Line.
    pub line: usize,
    /// Column, in characters.
    pub column: usize,
}

impl Place {
    /// The place of a byte.
    #[must_use]
    pub fn at(text: &str, offset: usize) -> Self {
        let before = text.get(..offset).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Self {
            line: before.bytes().filter(|byte| *byte == b'\n').count() + 1,
            column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
        }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// A text of TOML, and where its keys stand.
pub(crate) struct Keys<'text> {
    /// None: it is no TOML.
    root: Option<Spanned<DeValue<'text>>>,
}

impl<'text> Keys<'text> {
    pub(crate) fn of(text: &'text str) -> Self {
        let root = |table: Spanned<DeTable<'text>>| {
            let whole = table.span();
            Spanned::new(whole, DeValue::Table(table.into_inner()))
        };
        Self { root: DeTable::parse(text).ok().map(root) }
    }

    /// The byte where a key's value begins, e.g. of `request.2.expect.status`; of one that is missing, that of the nearest table
    /// around it. Tables of an array are counted from 0.
    pub(crate) fn offset(&self, key: &str) -> usize {
        self.root.as_ref().map_or(0, |root| offset(root, key))
    }
}

fn offset(root: &Spanned<DeValue<'_>>, key: &str) -> usize {
    let mut found = root;
    for part in key.split('.') {
        let inner = match part.parse::<usize>() {
            Ok(at) => found.get_ref().get(at),
            Err(_) => found.get_ref().get(part),
        };
        let Some(inner) = inner else { break };
        found = inner;
    }
    if std::ptr::eq(found, root) { 0 } else { found.span().start }
}
