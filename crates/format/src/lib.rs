//! Numbers for people, formatted in one place: three significant digits, binary units for bytes.

pub mod spoken;

use plimsoll_analysis::{Interval, TooFew};
use plimsoll_model::{Doing, Unit};

/// Steps of one kind of unit, ascending: the name and how many base units it has.
type Steps = &'static [(&'static str, f64)];

const TIME: Steps = &[("ns", 1.0), ("µs", 1e3), ("ms", 1e6), ("s", 1e9)];
const BYTES: Steps = &[
    ("B", 1.0),
    ("KiB", 1024.0),
    ("MiB", 1_048_576.0),
    ("GiB", 1_073_741_824.0),
    ("TiB", 1_099_511_627_776.0),
];

/// The steps of a unit; `None` of one that has none.
const fn steps(unit: Unit) -> Option<Steps> {
    match unit {
        Unit::Nanoseconds => Some(TIME),
        Unit::Bytes => Some(BYTES),
        Unit::Count | Unit::MilliPerSecond => None,
    }
}

/// A time in nanoseconds, e.g. `305 ms`.
#[must_use]
pub fn duration(ns: f64) -> String {
    with_step(ns, TIME)
}

/// A size in bytes, e.g. `1.34 MiB`: always binary units.
#[must_use]
pub fn bytes(bytes: f64) -> String {
    with_step(bytes, BYTES)
}

/// What takes long just now, with how far it has come: `pulling …: 12.0 MiB of 80.0 MiB`.
#[must_use]
pub fn doing(doing: &Doing) -> String {
    let Doing { what, done_bytes, whole_bytes } = doing;
    let size = |size: u64| bytes(size as f64);
    match (done_bytes, whole_bytes) {
        (None, _) => what.clone(),
        (Some(done), None) => format!("{what}: {}", size(*done)),
        (Some(done), Some(whole)) => format!("{what}: {} of {}", size(*done), size(*whole)),
    }
}

/// A rate in thousandths of an event per second, e.g. `500/s`.
#[must_use]
pub fn rate(milli: f64) -> String {
    format!("{}/s", digits(milli / 1_000.0))
}

/// A ratio, e.g. `61×`, `0.98×`, `0.0033×`.
#[must_use]
pub fn ratio(ratio: f64) -> String {
    format!("{}×", ratio_digits(ratio))
}

/// The interval of a ratio, e.g. `[0.97, 1.02]`.
#[must_use]
pub fn ratio_interval(interval: Result<Interval, TooFew>) -> String {
    match interval {
        Ok(Interval { low, high }) => format!("[{}, {}]", ratio_digits(low), ratio_digits(high)),
        Err(too_few) => self::too_few(too_few),
    }
}

/// A share in thousandths, e.g. `48 %`.
#[must_use]
pub fn percent(milli: u64) -> String {
    format!("{:.0} %", milli as f64 / 10.0)
}

/// A value of a metric in its base unit.
#[must_use]
pub fn value(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Nanoseconds => duration(value),
        Unit::Bytes => bytes(value),
        Unit::Count => digits(value),
        Unit::MilliPerSecond => rate(value),
    }
}

/// An interval of a metric in its base unit, both ends in the same unit, e.g. `[298, 312] ms`.
#[must_use]
pub fn interval(interval: Result<Interval, TooFew>, unit: Unit) -> String {
    let (Interval { low, high }, steps) = match (interval, unit) {
        (Err(too_few), _) => return self::too_few(too_few),
        (Ok(interval), Unit::Nanoseconds) => (interval, TIME),
        (Ok(interval), Unit::Bytes) => (interval, BYTES),
        (Ok(found), Unit::Count) => return format!("[{}, {}]", digits(found.low), digits(found.high)),
        (Ok(found), Unit::MilliPerSecond) => {
            return format!("[{}, {}]/s", digits(found.low / 1e3), digits(found.high / 1e3));
        }
    };
    let (name, size) = step(high, steps);
    format!("[{}, {}] {name}", digits(low / size), digits(high / size))
}

/// An interval that stands beside a value, in that value's unit, which is not said again: `[298, 312]`.
#[must_use]
pub fn interval_beside(interval: Result<Interval, TooFew>, value: f64, unit: Unit) -> String {
    let size = unit_size(value, unit);
    match interval {
        Ok(Interval { low, high }) => format!("[{}, {}]", digits(low / size), digits(high / size)),
        Err(too_few) => self::too_few(too_few),
    }
}

/// A round value at an axis, in the unit in which `like` is told, without digits that say nothing: `200 µs`.
#[must_use]
pub fn tick(value: f64, like: f64, unit: Unit) -> String {
    let (name, size) = match unit {
        Unit::Nanoseconds => step(like, TIME),
        Unit::Bytes => step(like, BYTES),
        Unit::Count => ("", 1.0),
        Unit::MilliPerSecond => ("/s", 1e3),
    };
    let digits = format!("{:.6}", value / size);
    let digits = digits.trim_end_matches('0').trim_end_matches('.');
    match unit {
        _ if value == 0.0 && unit == Unit::Bytes => "0 B".to_owned(),
        Unit::Count | Unit::MilliPerSecond => format!("{digits}{name}"),
        _ => format!("{digits} {name}"),
    }
}

/// The time left, from milliseconds, in steps that don't flicker.
#[must_use]
pub fn time_left(ms: u64) -> String {
    match ms.div_ceil(1_000) {
        seconds @ 0..60 => format!("{seconds} s left"),
        seconds => format!("{} min {:02} s left", seconds / 60, seconds % 60),
    }
}

/// How many base units the unit has in which a value is told.
#[must_use]
pub fn unit_size(value: f64, unit: Unit) -> f64 {
    match unit {
        Unit::Nanoseconds => step(value, TIME).1,
        Unit::Bytes => step(value, BYTES).1,
        Unit::Count => 1.0,
        Unit::MilliPerSecond => 1e3,
    }
}

/// The number that a value, a rate or a ratio was told from, in base units, as far as its digits go; `None` for
/// words. A rate is in events per second.
#[must_use]
pub fn number(told: &str) -> Option<f64> {
    let (sign, told) = match told.strip_prefix('−') {
        Some(rest) => (-1.0, rest),
        None => (1.0, told.strip_prefix('+').unwrap_or(told)),
    };
    let end = told.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(told.len());
    let (digits, rest) = told.split_at(end);
    let unit = rest.split_ascii_whitespace().next().unwrap_or_default();
    let size = TIME.iter().chain(BYTES).find(|(name, _)| *name == unit).map_or(1.0, |(_, size)| *size);
    Some(sign * digits.parse::<f64>().ok()? * size)
}

/// What stands where an interval or a percentile would.
#[must_use]
pub fn too_few(_: TooFew) -> String {
    "too few".to_owned()
}

/// The word for a unit in exports.
#[must_use]
pub const fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Nanoseconds => "ns",
        Unit::Bytes => "bytes",
        Unit::Count => "count",
        Unit::MilliPerSecond => "milli_per_second",
    }
}

/// Text from a file, which may be a stranger's: without control characters, so that it can't move the cursor,
/// recolour the terminal or reverse its direction. Line ends become blanks.
#[must_use]
pub fn plain(text: &str) -> String {
    let blank = |letter| if matches!(letter, '\n' | '\r' | '\t') { ' ' } else { letter };
    text.chars().map(blank).filter(|letter| !is_command(*letter)).collect()
}

/// Whether a letter tells a terminal to do something, or to turn the direction of its text.
#[must_use]
pub fn is_command(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// JSON with every character of its strings escaped that [`plain`] leaves out, so that a terminal shows it as it is.
#[must_use]
pub fn escaped_json(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for letter in json.chars() {
        // Line ends and tabs stand between its parts: within a string they are escaped already.
        if matches!(letter, '\n' | '\r' | '\t') || !is_command(letter) {
            escaped.push(letter);
        } else {
            escaped.push_str(&format!("\\u{:04x}", u32::from(letter)));
        }
    }
    escaped
}

fn with_step(value: f64, steps: Steps) -> String {
    let (name, size) = step(value, steps);
    format!("{} {name}", digits(value / size))
}

/// The largest step of which the value has at least one, after rounding.
fn step(value: f64, steps: Steps) -> (&'static str, f64) {
    let reaches = |(_, size): &&(&str, f64)| rounded(value / *size).abs() >= 1.0;
    steps.iter().rev().find(reaches).or(steps.first()).copied().unwrap_or(("", 1.0))
}

fn rounded(value: f64) -> f64 {
    (value * 1_000.0).round() / 1_000.0
}

/// Three significant digits, and no fewer than there are before the point.
fn digits(value: f64) -> String {
    let size = value.abs();
    if value == 0.0 || !value.is_finite() || size >= 99.95 {
        return format!("{value:.0}");
    }
    if size >= 9.995 {
        return format!("{value:.1}");
    }
    // What rounding lifts to the next power of ten has one zero less.
    let leading_zeros = (-(size * 1.000_5).log10().floor()).max(0.0) as usize;
    format!("{value:.*}", 2 + leading_zeros)
}

fn ratio_digits(ratio: f64) -> String {
    if ratio >= 99.95 || ratio == 0.0 {
        // Four digits are read as they are.
        let digits = format!("{ratio:.0}");
        return if ratio < 9_999.5 { digits } else { grouped(&digits) };
    }
    if ratio >= 9.995 {
        return format!("{ratio:.1}");
    }
    let leading_zeros = (-ratio.abs().log10().floor()).max(1.0) as usize;
    format!("{ratio:.*}", leading_zeros + 1)
}

/// Digits in groups of three from the right, e.g. `999,800`. What is no whole number stays as it is.
pub fn grouped(digits: &str) -> String {
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return digits.to_owned();
    }
    let mut apart = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            apart.push(',');
        }
        apart.push(digit);
    }
    apart
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_ratio_is_read_at_a_glance() {
        assert_eq!(
            [9.0, 1_286.4, 12_864.0, 1_234_567.0].map(ratio),
            ["9.00×", "1286×", "12,864×", "1,234,567×"]
        );
        assert_eq!(ratio(f64::INFINITY), "inf×");
    }

    #[test]
    fn the_time_left_is_told_in_seconds_and_minutes() {
        assert_eq!(time_left(1), "1 s left");
        assert_eq!(time_left(61_000), "1 min 01 s left");
    }

    #[test]
    fn times_have_three_digits_and_the_unit_that_fits() {
        let shown: Vec<String> =
            [0.0, 7.0, 999.0, 1_000.0, 12_345.0, 305_499_999.0, 999_999.9, 61e9].map(duration).to_vec();
        assert_eq!(shown, ["0 ns", "7.00 ns", "999 ns", "1.00 µs", "12.3 µs", "305 ms", "1.00 ms", "61.0 s"]);
    }

    #[test]
    fn sizes_are_in_binary_units_and_say_so() {
        let shown: Vec<String> = [512.0, 1_024.0, 1_400_000.0, 1_073_741_823.0, 5e12].map(bytes).to_vec();
        assert_eq!(shown, ["512 B", "1.00 KiB", "1.34 MiB", "1.00 GiB", "4.55 TiB"]);
    }

    #[test]
    fn ratios_are_short() {
        let shown: Vec<String> = [61.3, 0.984, 1.0, 0.0033, 1_234.0, 9.999, 0.0, 0.1].map(ratio).to_vec();
        assert_eq!(shown, ["61.3×", "0.98×", "1.00×", "0.0033×", "1234×", "10.0×", "0×", "0.10×"]);
    }

    #[test]
    fn ticks_have_only_the_digits_they_need() {
        let shown = [2e5, 1e9, 2.5e6].map(|value| tick(value, value, Unit::Nanoseconds));
        assert_eq!(shown, ["200 µs", "1 s", "2.5 ms"]);
        assert_eq!(tick(524_288.0, 3e6, Unit::Bytes), "0.5 MiB");
        assert_eq!(tick(0.0, 3e6, Unit::Bytes), "0 B");
    }

    #[test]
    fn what_was_told_can_be_put_in_order() {
        let told = [duration(254e3), bytes(2_048.0), ratio(0.5), rate(2e6), "3/15".to_owned()];
        assert_eq!(told.map(|told| number(&told)), [254e3, 2_048.0, 0.5, 2e3, 3.0].map(Some));
        assert_eq!(["61× better", "+0.50", "−0.50"].map(number), [61.0, 0.5, -0.5].map(Some));
        assert_eq!(["—", "too few", ""].map(number), [None; 3]);
    }

    #[test]
    fn both_ends_of_an_interval_share_a_unit() {
        let shown = interval(Ok(Interval { low: 998_000.0, high: 1_200_000.0 }), Unit::Nanoseconds);
        assert_eq!(shown, "[0.998, 1.20] ms");
        let interval_in_ms = interval_beside(Ok(Interval { low: 3e5, high: 2e6 }), 1e6, Unit::Nanoseconds);
        assert_eq!(interval_in_ms, "[0.300, 2.00]");
        assert_eq!(interval(Err(TooFew { have: 3, need: 6 }), Unit::Bytes), "too few");
    }

    #[test]
    fn a_strangers_text_can_not_steer_the_terminal() {
        assert_eq!(plain("a\u{1b}[31mred\u{7}\u{9b}2J\r\nb\u{202e}c"), "a[31mred2J  bc");
    }

    #[test]
    fn what_would_move_a_cursor_is_escaped_in_json_and_the_json_stays_the_same() {
        let text = "{\n  \"a\": \"x\u{9b}31m \u{202e}y\"\n}";
        assert_eq!(escaped_json(text), "{\n  \"a\": \"x\\u009b31m \\u202ey\"\n}");
    }
}
