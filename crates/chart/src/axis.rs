//! Axes with ticks at round values.

use plimsoll_format as format;
use plimsoll_model::Unit;

use super::rows::Row;
use super::spec::{Axis, Scale, Tick};

/// Ticks with words that an axis has at most, so that none is hidden where a chart is half a window wide, and how many
/// are enough.
const MOST_LABELS: usize = 8;
const ENOUGH_LABELS: usize = 4;
/// Ticks of a linear axis at most: more would come of a figure beyond sense.
const MOST_TICKS: f64 = 100.0;
/// No float is a higher power of 2, or a lower one.
const MOST_POWER: f64 = 1_100.0;

impl Axis {
    /// A logarithmic axis that holds all these values, with a little room at either end. Values that are not
    /// above 0 have no place on it and are left out.
    #[must_use]
    pub fn log(title: &str, unit: Unit, values: impl IntoIterator<Item = f64>) -> Self {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in values.into_iter().filter(|value| *value > 0.0 && value.is_finite()) {
            (low, high) = (low.min(value), high.max(value));
        }
        if low > high {
            (low, high) = (1.0, 1_000.0);
        }
        // At least half a decade, so that noise in one value doesn't look like a landscape.
        let spare = (0.5 - (high / low).log10()).max(0.0) / 2.0;
        let (min, max) = (log(low) - spare, log(high) + spare);
        let room = (max - min) * 0.04;
        Self::between_logs(title, unit, min - room, max + room)
    }

    /// The same axis with this share of its length added at the right, for text that stands behind marks.
    pub(super) fn with_room(self, unit: Unit, share: f64) -> Self {
        let max = self.max + (self.max - self.min) * share;
        match self.scale {
            Scale::Log => Self::between_logs(&self.title, unit, self.min, max),
            _ => Self { max, ..self },
        }
    }

    fn between_logs(title: &str, unit: Unit, min: f64, max: f64) -> Self {
        let ticks = match unit {
            Unit::Bytes => log_ticks(min, max, unit, &binary_values(min, max)),
            _ => log_ticks(min, max, unit, &decimal_values(min, max)),
        };
        Self::over(title.to_owned(), Scale::Log, [min, max], ticks)
    }

    /// One scale between these ends.
    pub(super) fn over(title: String, scale: Scale, [min, max]: [f64; 2], ticks: Vec<Tick>) -> Self {
        Self { title, scale, min, max, ticks, parts: Vec::new() }
    }

    /// A linear axis from 0 to a little more than the largest value.
    pub(super) fn from_zero(title: &str, unit: Unit, values: impl IntoIterator<Item = f64>) -> Self {
        let high = values.into_iter().filter(|value| value.is_finite()).fold(0.0, f64::max);
        let high = if high > 0.0 { high } else { 1.0 };
        let step = linear_step(high, unit);
        let count = (high * 1.02 / step).floor().clamp(0.0, MOST_TICKS) as usize;
        let ticks = (0..=count).map(|at| {
            let at = at as f64 * step;
            Tick { at, label: format::tick(at, high, unit), lane: None }
        });
        let ticks = ticks.collect();
        Self::over(title.to_owned(), Scale::Linear, [0.0, high * 1.02], ticks)
    }

    /// Shares of a whole, 0 to 1.
    pub(super) fn share(title: &str) -> Self {
        let tick =
            |percent: u32| Tick { at: f64::from(percent) / 100.0, label: format!("{percent} %"), lane: None };
        let ticks = [0, 25, 50, 75, 100].map(tick).to_vec();
        Self::over(title.to_owned(), Scale::Linear, [0.0, 1.0], ticks)
    }

    /// Percentiles as HdrHistogram draws them, up to the last that this many values can tell.
    pub(super) fn percentiles(title: &str, count: u64) -> Self {
        let max = percentile_place(1.0 - 1.0 / (count.max(2) as f64)).max(1.0);
        let known: [(f64, &str); 8] = [
            (0.0, "0 %"),
            (0.5, "50 %"),
            (0.9, "90 %"),
            (0.99, "99 %"),
            (0.999, "99.9 %"),
            (0.999_9, "99.99 %"),
            (0.999_99, "99.999 %"),
            (0.999_999, "99.9999 %"),
        ];
        let ticks = known.map(|(share, label)| Tick {
            at: percentile_place(share),
            label: label.to_owned(),
            lane: None,
        });
        let ticks = ticks.into_iter().filter(|tick| tick.at <= max).collect();
        Self::over(title.to_owned(), Scale::Percentile, [0.0, max * 1.02], ticks)
    }

    /// Rows from top to bottom: the first has its middle at `rows − ½`, the last at ½.
    pub(super) fn rows(rows: &[Row<'_>]) -> Self {
        let tick =
            |row: &Row<'_>| Tick { at: row.middle, label: row.label.clone(), lane: Some(row.lane.clone()) };
        let ticks = rows.iter().rev().map(tick).collect();
        Self::over(String::new(), Scale::Category, [0.0, (rows.len() as f64).max(1.0)], ticks)
    }

    /// The position of a value; on a logarithmic axis, what is not above 0 stands at the axis's beginning.
    #[must_use]
    pub fn place(&self, value: f64) -> f64 {
        match self.scale {
            Scale::Log if value > 0.0 => log(value),
            Scale::Log => self.min,
            Scale::Percentile => percentile_place(value),
            Scale::Linear | Scale::Category => value,
        }
    }
}

/// log₁₀ (1 ÷ (1 − p)), as far as there is one.
pub(super) fn percentile_place(share: f64) -> f64 {
    // Of more values than a fraction can tell apart the last share rounds to 1, which has no place.
    (1.0 / (1.0 - share).max(f64::EPSILON)).log10()
}

fn log(value: f64) -> f64 {
    value.log10()
}

/// The whole power at or below this one.
fn whole(power: f64) -> i32 {
    power.floor().clamp(-MOST_POWER, MOST_POWER) as i32
}

/// 1, 2 and 5 times powers of 10, and what lies between: the value, and how important it is.
fn decimal_values(min: f64, max: f64) -> Vec<(f64, u8)> {
    let powers = whole(min)..=-whole(-max);
    let steps = [(1.0, 0), (2.0, 1), (3.0, 2), (4.0, 2), (5.0, 1), (6.0, 2), (7.0, 2), (8.0, 2), (9.0, 2)];
    powers.flat_map(|power| steps.map(|(step, rank)| (step * 10_f64.powi(power), rank))).collect()
}

/// Powers of 2: those that are powers of 1,024 first, then those of 32, 4 and 2.
fn binary_values(min: f64, max: f64) -> Vec<(f64, u8)> {
    let per_doubling = std::f64::consts::LOG10_2;
    let powers = whole(min / per_doubling)..=-whole(-max / per_doubling);
    let rank = |power: i32| match power {
        _ if power % 10 == 0 => 0,
        _ if power % 2 == 0 => 1,
        _ => 2,
    };
    powers.filter(|power| *power >= 0).map(|power| (2_f64.powi(power), rank(power))).collect()
}

/// Ticks within the axis: words at 1, 2 and 5 where these are neither too many nor too few, small marks at the
/// others.
fn log_ticks(min: f64, max: f64, unit: Unit, values: &[(f64, u8)]) -> Vec<Tick> {
    let inside: Vec<_> = values.iter().filter(|(value, _)| (min..=max).contains(&log(*value))).collect();
    let labelled = |rank: u8| inside.iter().filter(|(_, of)| *of <= rank).count();
    let fits = |rank: &u8| labelled(*rank) <= MOST_LABELS;
    let enough = (0..=1).rev().filter(fits).find(|rank| labelled(*rank) >= ENOUGH_LABELS);
    let rank = enough.or_else(|| (0..=2).rev().find(fits)).unwrap_or(0);
    // So many decades that even they are too many: every second or third of them.
    let every = labelled(rank).div_ceil(MOST_LABELS).max(1);
    let mut seen = 0;
    let mut tick = |(value, of): &(f64, u8)| {
        let worded = *of <= rank && {
            seen += 1;
            (seen - 1) % every == 0
        };
        let label = if worded { format::tick(*value, *value, unit) } else { String::new() };
        Tick { at: log(*value), label, lane: None }
    };
    inside.into_iter().map(&mut tick).collect()
}

/// 1, 2 or 5 times a power of 10, in the unit in which the largest value is told; in bytes a power of 2 below
/// the unit.
fn linear_step(high: f64, unit: Unit) -> f64 {
    let size = format::unit_size(high, unit);
    let wanted = high / size / 5.0;
    if unit == Unit::Bytes && wanted < 1.0 {
        return size * 2_f64.powf(wanted.log2().ceil());
    }
    let power = 10_f64.powf(wanted.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().find(|step| step * power >= wanted * 0.999);
    size * power * step.unwrap_or(10.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn labels(axis: &Axis) -> Vec<&str> {
        axis.ticks.iter().map(|tick| tick.label.as_str()).filter(|label| !label.is_empty()).collect()
    }

    #[test]
    fn every_share_has_a_place_and_the_last_one_is_not_without_end() {
        assert!((percentile_place(0.99) - 2.0).abs() < 1e-9);
        assert!(percentile_place(1.0 - 1e-15) < percentile_place(1.0));
        assert!(percentile_place(1.0) < 16.0);
    }

    #[test]
    fn a_log_axis_over_decades_is_worded_at_decades() {
        let axis = Axis::log("", Unit::Nanoseconds, [3e5, 3e8]);
        assert_eq!(labels(&axis), ["1 ms", "10 ms", "100 ms"]);
        let narrower = Axis::log("", Unit::Nanoseconds, [3e5, 3e7]);
        assert_eq!(labels(&narrower), ["500 µs", "1 ms", "2 ms", "5 ms", "10 ms", "20 ms"]);
        assert_eq!(labels(&Axis::log("", Unit::Nanoseconds, [3e3, 3e9])).first(), Some(&"10 µs"));
    }

    #[test]
    fn a_log_axis_over_less_than_a_decade_still_has_words() {
        let axis = Axis::log("", Unit::Nanoseconds, [3.1e8, 3.2e8]);
        assert!(labels(&axis).len() >= 3, "{:?}", labels(&axis));
    }

    #[test]
    fn sizes_are_worded_at_powers_of_two() {
        let axis = Axis::log("", Unit::Bytes, [3e4, 3e6]);
        assert_eq!(labels(&axis), ["32 KiB", "64 KiB", "128 KiB", "256 KiB", "512 KiB", "1 MiB", "2 MiB"]);
        assert_eq!(labels(&Axis::from_zero("", Unit::Bytes, [17e6])), ["0 B", "5 MiB", "10 MiB", "15 MiB"]);
    }

    #[test]
    fn percentiles_are_marked_as_far_as_there_are_values() {
        let axis = Axis::percentiles("", 1_000);
        assert_eq!(labels(&axis), ["0 %", "50 %", "90 %", "99 %", "99.9 %"]);
    }

    #[test]
    fn more_values_than_a_float_can_tell_apart_still_have_an_axis() {
        for count in [0, 1, 1 << 52, 1 << 53, 1 << 56, u64::MAX] {
            let axis = Axis::percentiles("", count);
            assert!(axis.max.is_finite() && axis.ticks.len() <= 8, "{count}: {}", axis.max);
        }
        assert!((15.0..16.0).contains(&percentile_place(1.0)));
    }

    #[test]
    fn values_at_the_ends_of_what_a_float_holds_have_few_ticks() {
        for value in [f64::MIN_POSITIVE, 5e-324, 1e300, f64::MAX] {
            for unit in [Unit::Bytes, Unit::Nanoseconds] {
                let axes = [Axis::log("", unit, [value]), Axis::from_zero("", unit, [value])];
                assert!(axes.iter().all(|axis| axis.ticks.len() <= 101), "{value}");
            }
        }
    }

    proptest! {
        #[test]
        fn ticks_lie_inside_the_axis_and_ascend(
            values in prop::collection::vec(-10.0_f64..1e13, 0..20), bytes in any::<bool>(),
        ) {
            let unit = if bytes { Unit::Bytes } else { Unit::Nanoseconds };
            for axis in [Axis::log("", unit, values.clone()), Axis::from_zero("", unit, values.clone())] {
                prop_assert!(axis.min < axis.max && axis.min.is_finite() && axis.max.is_finite());
                prop_assert!(axis.ticks.iter().all(|tick| (axis.min..=axis.max).contains(&tick.at)));
                prop_assert!(axis.ticks.windows(2).all(|pair| pair[0].at < pair[1].at));
                let found = labels(&axis);
                prop_assert!((1..=MOST_LABELS + 2).contains(&found.len()), "{:?}", found);
                prop_assert!(values.iter().all(|value| axis.place(*value).is_finite()));
            }
        }
    }
}
