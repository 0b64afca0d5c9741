//! Values, and the table of what they are values of.

use std::borrow::Cow;
use std::fmt;

use schemars::JsonSchema;
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::{Phase, Row, Slug};

/// A value, or the reason why there is none. Never 0 for "unknown", never a bare null.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Reading {
    /// The value in the metric's base unit.
    Value(u64),
    /// The value can't be had here.
    Unavailable {
        /// Why, in words a reader can act on.
        #[serde(rename = "unavailable")]
        reason: Cow<'static, str>,
    },
}

impl Reading {
    /// A reading that can't be had, and why.
    pub fn unavailable(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::Unavailable { reason: reason.into() }
    }

    /// The value, if there is one.
    #[must_use]
    pub fn value(&self) -> Option<u64> {
        match self {
            Self::Value(value) => Some(*value),
            Self::Unavailable { .. } => None,
        }
    }

    /// Why it can't be had, where that is so.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Value(_) => None,
            Self::Unavailable { reason } => Some(reason),
        }
    }
}

/// By what stands there. Serde's own way with untagged enums copies each value before it looks: a run has a million.
impl<'de> Deserialize<'de> for Reading {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ReadingVisitor)
    }
}

struct ReadingVisitor;

impl<'de> Visitor<'de> for ReadingVisitor {
    type Value = Reading;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number, or an object with `unavailable` and the reason")
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Reading, E> {
        Ok(Reading::Value(value))
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<Reading, A::Error> {
        #[derive(Deserialize)]
        struct Unavailable {
            unavailable: Cow<'static, str>,
        }
        let found = Unavailable::deserialize(MapAccessDeserializer::new(fields))?;
        Ok(Reading::Unavailable { reason: found.unavailable })
    }
}

/// What a value is a value of. Stored once in the run's table; trials refer to it by index.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Series {
    /// Slug of the metric, which stands in the run's table of metrics.
    pub metric: Slug,
    /// The phase in which, or after which, it was taken.
    pub phase: Phase,
    /// Whose value it is where an instance has several parts: `instance`, `shim`, `proxy`, `daemon`, `layer-0`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<Slug>,
    /// The manifest's name of the request, where a value belongs to one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<Slug>,
    /// How it was taken, e.g. `smaps_rollup`, `cgroup v1 memory.stat`.
    pub method: Cow<'static, str>,
}

/// One stored value: `[index into the run's series, value]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Entry(
    /// Index into [`crate::Run::series`].
    pub u32,
    /// The value, or why there is none.
    pub Reading,
);

/// One long row: a value with everything that names it. This is the form in memory and in CSV.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample<'run> {
    /// What was raced, and in which lane.
    pub row: &'run Row,
    /// The arm.
    pub arm: &'run Slug,
    /// Position of the trial in the schedule; absent for values taken while preparing.
    pub trial: Option<u32>,
    /// What the value is a value of.
    pub series: &'run Series,
    /// The value, or why there is none.
    pub reading: &'run Reading,
}
