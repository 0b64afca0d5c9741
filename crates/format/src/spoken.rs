//! Numbers as one says them: rounded, in words that stand in a sentence.

use plimsoll_model::Unit;

use crate::{Steps, digits, grouped, ratio_digits, step, steps};

/// A ratio beyond which nobody says a number.
const ENDLESS: f64 = 1e6;
/// Up to here a share is said, and from here on a multiple.
const SHARES: f64 = 1.45;
/// From here on a multiple is round, and said to be.
const ROUND: f64 = 99.5;

/// How far a ratio is from 1, as it is said before `faster` or `slower`: `18 %`, `1.8 times`, `11 times`,
/// `about 1,100 times`. A ratio below 1 is turned.
#[must_use]
pub fn times(ratio: f64) -> String {
    let ratio = turned(ratio);
    let about = if (ROUND..ENDLESS).contains(&ratio) { "about " } else { "" };
    format!("{about}{}", multiple(ratio))
}

/// The same without saying that it is round: `1,100 times`.
#[must_use]
pub fn multiple(ratio: f64) -> String {
    match turned(ratio) {
        ratio if ratio < SHARES => percent(ratio - 1.0),
        ENDLESS.. => "millions of times".to_owned(),
        ratio => format!("{} times", number(ratio)),
    }
}

/// Several factors in one manner, each as a multiple where one of them is so far from 1 and the others are more than 5 %
/// from it: `1.2 times` beside `4.7 times`.
#[must_use]
pub fn alike<const N: usize>(ratios: [f64; N]) -> [String; N] {
    let far = ratios.iter().any(|ratio| turned(*ratio) >= SHARES);
    ratios.map(|ratio| match turned(ratio) {
        close @ ..SHARES if far && close >= 1.05 => format!("{} times", near(close)),
        _ => multiple(ratio),
    })
}

/// As it stands before `smaller` or `less`: `30 %`, `11 times`. Of 4 that are 3, a quarter is less.
#[must_use]
pub fn times_smaller(ratio: f64) -> String {
    match turned(ratio) {
        ratio if ratio < SHARES => percent(1.0 - 1.0 / ratio),
        ratio => times(ratio),
    }
}

/// The number alone: `1.8`, `18`, `1,100`; `18 %` where it is a share.
#[must_use]
pub fn bare_times(ratio: f64) -> String {
    match turned(ratio) {
        ratio if ratio < SHARES => percent(ratio - 1.0),
        ratio => number(ratio),
    }
}

/// How much more or less one is than the other, as one says it without a unit: `a third less`, `half as much`,
/// `6 times more`, `18 % more`.
#[must_use]
pub fn more_or_less(ratio: f64) -> String {
    const PARTS: [(f64, &str); 3] = [(0.25, "a quarter"), (1.0 / 3.0, "a third"), (2.0 / 3.0, "two thirds")];
    let part = |share: f64| PARTS.iter().find(|(part, _)| (share / part - 1.0).abs() < 0.08);
    if ratio >= 1.0 {
        return match part(ratio - 1.0).filter(|_| ratio < SHARES) {
            Some((_, part)) => format!("{part} more"),
            None => format!("{} more", times(ratio)),
        };
    }
    match part(1.0 - ratio) {
        Some((_, part)) => format!("{part} less"),
        None if (ratio - 0.5).abs() < 0.03 => "half as much".to_owned(),
        None if ratio > 0.5 => format!("{} less", percent(1.0 - ratio)),
        None => format!("{} less", times(ratio)),
    }
}

/// Both ends of a ratio's interval: `1,066–1,193 times`, `0.81–4.71 times`.
#[must_use]
pub fn between_times(low: f64, high: f64) -> String {
    let end =
        |end: f64| if end >= ENDLESS { "over a million".to_owned() } else { grouped(&ratio_digits(end)) };
    format!("{}–{} times", end(low), end(high))
}

/// Several factors, from the least to the most, in one unit: `6 to 3,100 times`, `12 to 40 %`, `1.1 to 3 times`.
#[must_use]
pub fn range_of_times(factors: &[f64]) -> String {
    let turned: Vec<f64> = factors.iter().map(|factor| turned(*factor)).collect();
    let least = turned.iter().copied().fold(f64::INFINITY, f64::min);
    let most = turned.iter().copied().fold(1.0, f64::max);
    let [low, high] = [least, most].map(bare_times);
    match (low == high, most < SHARES, least < SHARES) {
        (true, ..) => multiple(most),
        (_, true, _) => format!("{} to {high}", low.trim_end_matches(" %")),
        (_, _, true) => format!("{} to {}", near(least), multiple(most)),
        _ => format!("{low} to {high} times"),
    }
}

/// Two values with a word between them, the unit said once where both have it: `30.3 against 53.2 ms`.
#[must_use]
pub fn pair(one: f64, word: &str, other: f64, unit: Unit) -> String {
    let Some(steps) = steps(unit) else {
        return format!("{} {word} {}", crate::value(one, unit), crate::value(other, unit));
    };
    let own = |value: f64, steps: Steps| {
        let (name, size) = step(value, steps);
        (name, digits(value / size))
    };
    let ((name, one), (other_name, other)) = (own(one, steps), own(other, steps));
    if name == other_name {
        format!("{one} {word} {other} {name}")
    } else {
        format!("{one} {name} {word} {other} {other_name}")
    }
}

/// A time as one says it: `47 ms`, `1.8 ms`, `295 µs`.
#[must_use]
pub fn short_duration(ns: f64) -> String {
    let (name, size) = step(ns, crate::TIME);
    let value = ns / size;
    let told = if value < 9.95 { two_digits(value) } else { format!("{value:.0}") };
    format!("{told} {name}")
}

/// A small count in a word: `one`, `two`, then figures.
#[must_use]
pub fn count(count: usize) -> String {
    const WORDS: [&str; 10] =
        ["none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
    WORDS.get(count).map_or_else(|| grouped(&count.to_string()), |word| (*word).to_owned())
}

fn turned(ratio: f64) -> f64 {
    if ratio.is_nan() { f64::INFINITY } else { ratio.max(1.0 / ratio) }
}

/// Two digits that count, and no zero after the point.
fn number(ratio: f64) -> String {
    if ratio >= ENDLESS { "over a million".to_owned() } else { grouped(&two_digits(ratio)) }
}

fn two_digits(value: f64) -> String {
    if value < 9.95 {
        return format!("{value:.1}").trim_end_matches(".0").to_owned();
    }
    let size = 10_f64.powf(value.log10().floor() - 1.0);
    let rounded = (value / size).round() * size;
    format!("{rounded:.0}")
}

/// The number of a factor that is said as a share elsewhere, with the digits that tell it from 1.
fn near(ratio: f64) -> String {
    if ratio < 1.05 { format!("{ratio:.2}") } else { two_digits(ratio) }
}

fn percent(share: f64) -> String {
    match share * 100.0 {
        percent if percent >= 0.95 => format!("{percent:.0} %"),
        percent if percent >= 0.05 => format!("{percent:.1} %"),
        _ => "under 0.1 %".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_is_rounded_as_one_speaks() {
        let said = [1_108.0, 3_081.0, 11.4, 18.3, 3.02, 1.76, 1.18, 1.004, 99.6, 2e6, 1.0 / 6.19].map(times);
        let expected = [
            "about 1,100 times",
            "about 3,100 times",
            "11 times",
            "18 times",
            "3 times",
            "1.8 times",
            "18 %",
            "0.4 %",
            "about 100 times",
            "millions of times",
            "6.2 times",
        ];
        assert_eq!(said, expected);
        // What would be rounded to the same is said in the same unit.
        assert_eq!([1.53, 1.49, 1.44].map(times), ["1.5 times", "1.5 times", "44 %"]);
        assert_eq!([1_108.0, 1.18].map(multiple), ["1,100 times", "18 %"]);
        assert_eq!(alike([1.0 / 0.81, 1.0 / 4.71]), ["1.2 times", "4.7 times"]);
        assert_eq!(alike([1.23, 1.02]), ["23 %", "2 %"]);
        assert_eq!(alike([4.7, 1.02]), ["4.7 times", "2 %"]);
    }

    #[test]
    fn less_is_a_part_of_what_is_more() {
        assert_eq!([0.75, 1.25, 0.09].map(times_smaller), ["25 %", "20 %", "11 times"]);
        let said = [10.4 / 16.1, 0.75, 0.49, 0.9, 0.2, 6.0, 1.34, 1.18].map(more_or_less);
        let expected = [
            "a third less",
            "a quarter less",
            "half as much",
            "10 % less",
            "5 times less",
            "6 times more",
            "a third more",
            "18 % more",
        ];
        assert_eq!(said, expected);
    }

    #[test]
    fn an_interval_and_a_range_say_their_unit_once() {
        assert_eq!(between_times(1_066.2, 1_193.0), "1,066–1,193 times");
        assert_eq!(between_times(0.81, 4.71), "0.81–4.71 times");
        assert_eq!(range_of_times(&[6.0, 3_081.0, 1.0 / 40.0]), "6 to 3,100 times");
        assert_eq!(range_of_times(&[1.12, 1.4]), "12 to 40 %");
        assert_eq!(range_of_times(&[1.12, 3.0]), "1.1 to 3 times");
        assert_eq!(range_of_times(&[1.49, 1.92]), "1.5 to 1.9 times");
        assert_eq!(range_of_times(&[1.02, 9.0]), "1.02 to 9 times");
        assert_eq!(range_of_times(&[1.8]), "1.8 times");
    }

    #[test]
    fn two_values_share_a_unit_where_they_have_the_same() {
        assert_eq!(pair(30.3e6, "against", 53.2e6, Unit::Nanoseconds), "30.3 against 53.2 ms");
        assert_eq!(pair(295e3, "against", 327e6, Unit::Nanoseconds), "295 µs against 327 ms");
        assert_eq!(
            pair(68.3 * 1_024.0, "instead of", 778.0 * 1_024.0, Unit::Bytes),
            "68.3 instead of 778 KiB"
        );
    }

    #[test]
    fn a_time_alone_is_short() {
        assert_eq!(
            [47.2e6, 1.84e6, 295e3, 353.4e6].map(short_duration),
            ["47 ms", "1.8 ms", "295 µs", "353 ms"]
        );
        assert_eq!([1, 9, 12].map(count), ["one", "nine", "12"]);
    }
}
