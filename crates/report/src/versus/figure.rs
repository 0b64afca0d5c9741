//! Figures in words.

use plimsoll_analysis::{Compared, Interval, RunComparison};
use plimsoll_format::{self as format, plain};
use plimsoll_model::{ComparedBy, Metric, Phase, Unit};

/// A ratio or a floor beyond which its digits say nothing any more.
const ENDLESS: f64 = 1e6;

/// What is compared: a name, and what the figure is of. `declared` is what the runs say of its metric.
pub(super) fn words(declared: Option<&Metric>, figure: &Compared) -> [String; 2] {
    let name = declared.map(|metric| short(&metric.in_words()));
    let name = name.unwrap_or_else(|| figure.metric.as_str().replace('_', " "));
    let of = match (figure.percentile_milli, figure.phase) {
        (Some(milli), _) => {
            return [format!("{name} P{}", f64::from(milli) / 10.0), "of all requests".to_owned()];
        }
        (None, Phase::Prepare) => "exact",
        (None, _) if declared.is_some_and(|metric| metric.compared == Some(ComparedBy::Median)) => "median",
        (None, Phase::Ready) => "when ready",
        (None, Phase::Serve) => "after the load",
        (None, phase) => return [name, format!("in {phase}")],
    };
    [name, of.to_owned()]
}

/// The same in a sentence: `the PSS when ready`.
pub(super) fn spoken([name, of]: [String; 2]) -> String {
    match of.as_str() {
        "exact" | "median" | "of all requests" => format!("the {name}"),
        _ => format!("the {name} {of}"),
    }
}

/// A value with its unit.
pub(super) fn value(point: Option<f64>, unit: Unit) -> String {
    point.map_or("—".to_owned(), |point| format::value(point, unit))
}

/// A ratio; nothing that no number bounds is written out.
pub(super) fn ratio(ratio: f64) -> String {
    if ratio.is_finite() && ratio < ENDLESS { format::ratio(ratio) } else { "over 1000000×".to_owned() }
}

/// The ratio's interval.
pub(super) fn interval(found: &RunComparison) -> String {
    match found.interval {
        Ok(Interval { low, high }) if found.ratio.is_some() => {
            format!("[{}, {}]", bare(low), bare(high))
        }
        _ => String::new(),
    }
}

/// A ratio with its interval as it stands in a sentence: `1.50× (1.45–1.55×)`.
pub(super) fn spoken_ratio(found: &RunComparison) -> String {
    let whole = found.ratio.map_or("—".to_owned(), ratio);
    match found.interval {
        Ok(Interval { low, high }) if !found.figure.is_exact() => {
            format!("{whole} ({}–{})", bare(low), ratio(high))
        }
        _ => whole,
    }
}

/// Cliff's delta with its sign.
pub(super) fn effect(effect: Option<f64>) -> String {
    effect.map_or("—".to_owned(), |effect| {
        let told = format!("{effect:+.2}");
        if effect.abs() < 0.005 { "0.00".to_owned() } else { told.replace('-', "−") }
    })
}

/// What stands for the noise floor.
pub(super) fn floor(found: &RunComparison) -> String {
    match found.floor {
        _ if found.figure.is_exact() => "none: exact".to_owned(),
        Some(floor) => ratio(floor),
        None => "unknown".to_owned(),
    }
}

fn bare(end: f64) -> String {
    ratio(end).trim_end_matches('×').to_owned()
}

/// A stranger's words, harmless and not endless.
pub(super) fn short(words: &str) -> String {
    const MOST: usize = 300;
    let words = plain(words);
    if words.chars().count() <= MOST { words } else { words.chars().take(MOST).chain(['…']).collect() }
}

#[cfg(test)]
mod tests {
    use plimsoll_model::{Direction, Slug};

    use super::*;

    fn told(by: Option<ComparedBy>, phase: Phase, percentile_milli: Option<u32>) -> String {
        let metric = Metric::known("page_faults", "Faults", Unit::Count, Direction::LowerIsBetter, "");
        let metric = by.map(|by| metric.short("faults").compared(by));
        let figure = Compared { metric: Slug::known("page_faults"), phase, percentile_milli };
        words(metric.as_ref(), &figure).join(", ")
    }

    #[test]
    fn a_figure_has_a_name_and_says_what_it_is_of() {
        let told = [
            told(Some(ComparedBy::Median), Phase::Ready, None),
            told(Some(ComparedBy::Percentiles), Phase::Serve, Some(990)),
            told(Some(ComparedBy::Percentiles), Phase::Serve, Some(999)),
            told(Some(ComparedBy::MedianOfPhase), Phase::Serve, None),
            told(Some(ComparedBy::Exact), Phase::Prepare, None),
            told(None, Phase::Start, None),
        ];
        assert_eq!(
            told,
            [
                "faults, median",
                "faults P99, of all requests",
                "faults P99.9, of all requests",
                "faults, after the load",
                "faults, exact",
                "page faults, in start"
            ]
        );
    }

    #[test]
    fn what_no_number_bounds_is_not_written_out() {
        assert_eq!([f64::INFINITY, f64::MAX, 1e6].map(ratio), ["over 1000000×"; 3].map(str::to_owned));
        assert_eq!(ratio(1.5), "1.50×");
        assert_eq!([-1.0, -0.001, 0.5].map(|delta| effect(Some(delta))), ["−1.00", "0.00", "+0.50"]);
    }
}
