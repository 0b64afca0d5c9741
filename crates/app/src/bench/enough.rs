//! When a cell has been repeated often enough.

use plimsoll_analysis::{CONFIDENCE, median, median_interval};
use plimsoll_engine::Enough;
use plimsoll_model::Precision;

/// Enough when half the width of the median's interval is within the precision.
pub(super) struct NarrowEnough(Option<Precision>);

impl NarrowEnough {
    pub(super) fn new(precision: Option<Precision>) -> Self {
        Self(precision)
    }
}

impl Enough for NarrowEnough {
    fn enough(&self, cold_starts_ns: &[u64]) -> bool {
        let Some(precision) = self.0 else {
            return true;
        };
        let values: Vec<f64> = cold_starts_ns.iter().map(|ns| *ns as f64).collect();
        let (Some(middle), Ok(interval)) = (median(&values), median_interval(&values, CONFIDENCE)) else {
            return false;
        };
        (interval.high - interval.low) / 2.0 <= middle * f64::from(precision.half_width_milli) / 1_000.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn within_5_percent() -> NarrowEnough {
        NarrowEnough::new(Some(Precision { half_width_milli: 50, cap: 100 }))
    }

    #[test]
    fn five_values_are_never_enough_because_they_have_no_interval() {
        assert!(!within_5_percent().enough(&[100, 100, 100, 100, 100]));
    }

    #[test]
    fn close_values_are_enough_and_scattered_ones_are_not() {
        assert!(within_5_percent().enough(&[100, 101, 99, 100, 102, 98]));
        assert!(!within_5_percent().enough(&[100, 200, 50, 100, 400, 98]));
    }
}
