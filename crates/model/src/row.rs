//! What a run is made of: cases, rows and cells.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};

use crate::{Slug, Variant};

/// A workload in one variant under one set of settings: what is raced in every lane, and what a table and a chart
/// set side by side.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Case {
    /// The workload.
    pub workload: Slug,
    /// Which version of it.
    #[serde(default = "new", skip_serializing_if = "is_new")]
    pub variant: Slug,
    /// Index into [`crate::Run::points`]: under which settings.
    #[serde(default, skip_serializing_if = "is_first")]
    pub point: u32,
}

impl Case {
    /// A workload as it is, under the plan's own settings.
    #[must_use]
    pub const fn of(workload: Slug) -> Self {
        Self { workload, variant: Variant::NEW, point: 0 }
    }

    /// Whether it is the version that the plan is about, not one that it is set against.
    #[must_use]
    pub fn is_new(&self) -> bool {
        is_new(&self.variant)
    }

    /// Whether it is the new version under the first settings, for which the workload's name alone stands.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.is_new() && is_first(&self.point)
    }

    /// Serialised as its title, for documents that know workloads by one name.
    ///
    /// # Errors
    /// The serialiser's own.
    pub fn as_title<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }

    /// The same under another variant.
    #[must_use]
    pub fn in_variant(&self, variant: Slug) -> Self {
        Self { variant, ..self.clone() }
    }
}

/// Its title: the workload's name, and the variant's where it is not the new one.
impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut title = self.workload.to_string();
        if !self.is_new() {
            title.push('-');
            title.push_str(self.variant.as_str());
        }
        if !is_first(&self.point) {
            title.push('#');
            title.push_str(&self.point.to_string());
        }
        f.pad(&title)
    }
}

/// A case in a lane: one row of a table, all arms together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Row {
    /// What is raced.
    #[serde(flatten)]
    pub case: Case,
    /// The lane.
    pub lane: Slug,
}

/// One arm of a row: what a trial is a trial of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Cell {
    /// Index into [`crate::Run::rows`].
    pub row: u32,
    /// Index into [`crate::Plan::arms`].
    pub arm: u32,
}

impl Cell {
    /// Every arm of every row, row by row.
    #[must_use]
    pub fn all(rows: u32, arms: u32) -> Vec<Self> {
        (0..rows).flat_map(|row| (0..arms).map(move |arm| Self { row, arm })).collect()
    }
}

pub(crate) fn new() -> Slug {
    Variant::NEW
}

pub(crate) fn is_new(variant: &Slug) -> bool {
    *variant == Variant::NEW
}

pub(crate) fn is_first(point: &u32) -> bool {
    *point == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_names_the_variant_and_the_point_only_where_they_are_not_the_usual_ones() {
        let case = Case::of(Slug::known("json-api"));
        assert_eq!(case.to_string(), "json-api");
        assert_eq!(case.in_variant(Variant::BEFORE).to_string(), "json-api-before");
        assert_eq!(Case { point: 2, ..case.clone() }.to_string(), "json-api#2");
        assert_eq!(serde_json::to_string(&case).unwrap(), r#"{"workload":"json-api"}"#);
    }

    #[test]
    fn a_row_reads_back_as_it_was_written() {
        let row = Row {
            case: Case::of(Slug::known("hello")).in_variant(Variant::BEFORE),
            lane: Slug::known("native"),
        };
        let text = serde_json::to_string(&row).unwrap();
        assert_eq!(text, r#"{"workload":"hello","variant":"before","lane":"native"}"#);
        assert_eq!(serde_json::from_str::<Row>(&text).unwrap(), row);
    }
}
