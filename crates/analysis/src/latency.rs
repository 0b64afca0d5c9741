//! Percentiles of latency, and how sure they are.

use plimsoll_model::Slug;
use serde::Serialize;

use crate::{Interval, TooFew, either};

/// What the distributions of one metric say, merged over the trials of a cell. In nanoseconds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LatencySummary {
    /// The metric, e.g. `latency`.
    pub metric: Slug,
    /// The manifest's name of the request; absent: all requests together.
    pub request: Option<Slug>,
    /// How it was taken.
    pub method: String,
    /// How many values.
    pub count: u64,
    /// How many trials they come from.
    pub trials: usize,
    /// Median.
    #[serde(serialize_with = "either")]
    pub p50: Result<Percentile, TooFew>,
    /// 99th percentile; needs 299 values.
    #[serde(serialize_with = "either")]
    pub p99: Result<Percentile, TooFew>,
    /// 99.9th percentile; needs 2,995 values.
    #[serde(serialize_with = "either")]
    pub p999: Result<Percentile, TooFew>,
    /// Largest value.
    pub max_ns: u64,
    /// Why distributions of some trials could not be read; empty when all could.
    pub unreadable: Vec<String>,
}

/// One percentile.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Percentile {
    /// The value in nanoseconds, as exact as the histogram: three digits.
    pub value_ns: u64,
    /// Its 95 % interval, by resampling trials; needs 3 of them.
    #[serde(serialize_with = "either")]
    pub interval: Result<Interval, TooFew>,
}
