//! Resampling.

use crate::{Interval, TooFew};

/// Resamples of every bootstrap.
pub const RESAMPLES: usize = 10_000;

/// The percentile-bootstrap interval of `median(a) ÷ median(b)`, each side resampled by itself
/// (Efron and Tibshirani 1993, chapter 13), from [`RESAMPLES`] resamples drawn by a ChaCha generator.
///
/// # Errors
/// With fewer than 10 values on a side.
pub fn median_ratio_interval(a: &[f64], b: &[f64], confidence: f64, seed: u64) -> Result<Interval, TooFew> {
    todo!("{a:?} {b:?} {confidence} {seed}")
}
