//! Whatever came out can be read aloud.

use std::sync::LazyLock;

use plimsoll_analysis::{Interval, TooFew, Verdict};
use plimsoll_model::Run;
use plimsoll_report::{Report, Topic, verdict_of};
use proptest::prelude::*;

use crate::made_up::run;

/// Most words of a line; of a command's, which names the workload and where it ran, and of memory both ways.
const MOST: usize = 9;
const MOST_OF_TWO: usize = 15;

static RUN: LazyLock<Run> = LazyLock::new(|| run(&["a", "b"]));
static REPORTS: LazyLock<[Report<'static>; 3]> = LazyLock::new(|| {
    ["docker", "native", "docker+hostnet"].map(|lane| Report::against(&RUN, Some(lane.parse().unwrap())))
});

/// What stands between backticks is one word.
fn words(line: &str) -> usize {
    let outside = |part: &str| part.split_whitespace().filter(|word| *word != "." && *word != ":").count();
    line.split('`').enumerate().map(|(at, part)| if at % 2 == 1 { 1 } else { outside(part) }).sum()
}

fn any_verdict() -> impl Strategy<Value = Verdict> {
    prop_oneof![
        Just(Verdict::TooFew),
        Just(Verdict::NoiseFloorNotMeasured),
        Just(Verdict::Equal),
        Just(Verdict::TooClose),
        Just(Verdict::TooNoisy),
        Just(Verdict::Better),
        Just(Verdict::Worse),
    ]
}

/// Logarithms of a ratio, of how far its interval reaches on either side, and of its floor.
fn any_figure() -> impl Strategy<Value = (f64, f64, f64, f64, Verdict)> {
    (-18.0..18.0_f64, 0.0..3.0_f64, 0.0..3.0_f64, 0.0..6.0_f64, any_verdict())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_line_is_short_and_without_brackets_and_ends(figures in prop::collection::vec(any_figure(), 24)) {
        for report in REPORTS.iter() {
            let (run, mut report) = (report.run, report.clone());
            for (found, made) in report.comparisons.iter_mut().zip(figures.iter().cycle()) {
                let (middle, below, above, floor, verdict) = *made;
                found.ratio = middle.exp();
                found.interval = match verdict {
                    Verdict::TooFew => Err(TooFew { have: 3, need: 10 }),
                    _ => Ok(Interval { low: (middle - below).exp(), high: (middle + above).exp() }),
                };
                found.floor = (verdict != Verdict::NoiseFloorNotMeasured).then(|| floor.exp());
                found.verdict = verdict;
            }
            let lanes: Vec<_> = run.lane_slugs().cloned().collect();
            for (case, lane) in run.cases().into_iter().flat_map(|case| lanes.iter().map(move |lane| (case, lane))) {
                for clause in verdict_of(&report, case, lane).into_iter().flat_map(|found| found.clauses) {
                    let (big, second) = (&clause.said.big, &clause.said.second);
                    let two = clause.about == Topic::ColdStart && big.contains(" finishes ") || big.starts_with("Alone,");
                    prop_assert!(words(big) <= if two { MOST_OF_TWO } else { MOST }, "{}: {big}", words(big));
                    prop_assert!(!big.contains(['(', ')', '[', ']']) && big.ends_with('.'), "{big}");
                    prop_assert!(!second.contains("NaN") && !second.contains("inf"), "{second}");
                    prop_assert!(!clause.said.chip.is_empty());
                }
            }
        }
    }
}
