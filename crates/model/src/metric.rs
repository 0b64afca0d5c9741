//! What can be measured, as data.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Slug;

/// The base unit in which a metric's values are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Nanoseconds of elapsed or CPU time.
    Nanoseconds,
    /// Bytes.
    Bytes,
    /// A bare count.
    Count,
    /// Thousandths of an event per second, so that rates below one survive as integers.
    MilliPerSecond,
}

/// Which way is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Less is better.
    LowerIsBetter,
    /// More is better.
    HigherIsBetter,
    /// Neither: a condition, not a result.
    Neutral,
}

/// What is measured: a declaration, stored with the run so that a reader needs nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Metric {
    /// Stable name, e.g. `cold_start`.
    pub slug: Slug,
    /// Name for people, e.g. `Cold start`.
    pub name: Cow<'static, str>,
    /// Unit of the stored values.
    pub unit: Unit,
    /// Which way is better.
    pub direction: Direction,
    /// What the number includes and how it is taken, in a sentence or two.
    pub help: Cow<'static, str>,
}

impl Metric {
    /// A metric declared in code.
    #[must_use]
    pub const fn known(
        slug: &'static str,
        name: &'static str,
        unit: Unit,
        direction: Direction,
        help: &'static str,
    ) -> Self {
        Self {
            slug: Slug::known(slug),
            name: Cow::Borrowed(name),
            unit,
            direction,
            help: Cow::Borrowed(help),
        }
    }
}
