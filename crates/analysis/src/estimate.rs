//! A median with how sure it is and how far the values spread.

use schemars::JsonSchema;
use serde::Serialize;

use crate::{Interval, Known, TooFew, either, median_interval, quantile};

/// Level of every interval in a report.
pub const CONFIDENCE: f64 = 0.95;

/// What the values of one lane say about one figure. In the figure's base unit.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "Median")]
pub struct Estimate {
    /// How many values.
    pub n: usize,
    /// The median.
    pub median: f64,
    /// Its 95 % interval by order statistics.
    #[serde(serialize_with = "either")]
    #[schemars(with = "Known<Interval>")]
    pub interval: Result<Interval, TooFew>,
    /// Interquartile range: the spread of the middle half.
    pub iqr: f64,
    /// Median absolute deviation from the median, not scaled.
    pub mad: f64,
    /// Smallest value.
    pub min: f64,
    /// Largest value.
    pub max: f64,
    /// Values outside Tukey's fences (1.5 interquartile ranges beyond the quartiles). They are kept in
    /// everything above.
    pub outliers: Vec<Outlier>,
}

/// A value far from the others.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Outlier {
    /// Position of its trial in the schedule; absent for values taken while preparing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trial: Option<u32>,
    /// The value.
    pub value: f64,
}

impl Estimate {
    /// Estimates from values and the trials they come from; `None` when there are none.
    #[must_use]
    pub fn of(values: &[(Option<u32>, f64)]) -> Option<Self> {
        let mut sorted: Vec<f64> = values.iter().map(|(_, value)| *value).collect();
        sorted.sort_by(f64::total_cmp);
        let (min, max) = (*sorted.first()?, *sorted.last()?);
        let median = quantile(&sorted, 0.5)?;
        let (lower, upper) = (quantile(&sorted, 0.25)?, quantile(&sorted, 0.75)?);
        let iqr = upper - lower;
        let mut deviations: Vec<f64> = sorted.iter().map(|value| (value - median).abs()).collect();
        deviations.sort_by(f64::total_cmp);
        let fences = lower - 1.5 * iqr..=upper + 1.5 * iqr;
        Some(Self {
            n: sorted.len(),
            median,
            interval: median_interval(&sorted, CONFIDENCE),
            iqr,
            mad: quantile(&deviations, 0.5)?,
            min,
            max,
            outliers: values
                .iter()
                .filter(|(_, value)| !fences.contains(value))
                .map(|(trial, value)| Outlier { trial: *trial, value: *value })
                .collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outlier_is_marked_and_kept() {
        let values: Vec<_> =
            [10.0, 11.0, 12.0, 13.0, 14.0, 90.0].iter().zip(0..).map(|(v, at)| (Some(at), *v)).collect();
        let estimate = Estimate::of(&values).unwrap();
        assert_eq!(estimate.outliers, [Outlier { trial: Some(5), value: 90.0 }]);
        assert_eq!(estimate.n, 6);
        assert!((estimate.max - 90.0).abs() < f64::EPSILON && (estimate.median - 12.5).abs() < f64::EPSILON);
        assert!((estimate.mad - 1.5).abs() < f64::EPSILON);
    }

    #[test]
    fn no_values_give_no_estimate() {
        assert_eq!(Estimate::of(&[]), None);
    }

    #[test]
    fn few_values_have_a_median_but_no_interval() {
        let estimate = Estimate::of(&[(None, 3.0)]).unwrap();
        assert_eq!(estimate.interval, Err(TooFew { have: 1, need: 6 }));
    }
}
