//! Holding figures against budgets.

use plimsoll_analysis::{
    Compared, Comparison, Interval, Measured, RunComparison, TooFew, Verdict, compare, measured,
};
use plimsoll_model::{Case, Run, Slug};

use crate::{Amount, Budget, Budgets, Decision, Ruling, Than};

/// Decides each budget for every figure it is about, but for versions before a change. `against` is this run compared
/// with its baseline; empty where there is none.
#[must_use]
pub fn judge(budgets: &Budgets, run: &Run, against: &[RunComparison]) -> Vec<Decision> {
    let figures: Vec<Measured> = measured(run).into_iter().filter(|it| it.case.is_new()).collect();
    let mut decisions = Vec::new();
    for budget in &budgets.budgets {
        let mut found: Vec<Decision> = match &budget.than {
            Than::Amount(most) => {
                let concerned = figures.iter().filter(|it| budget.concerns(&it.case, &it.lane, &it.figure));
                concerned.map(|it| absolute(budget, *most, it)).collect()
            }
            Than::Baseline(most) => {
                let of_run = against.iter().filter(|it| it.new == run.id);
                let concerned = of_run.filter(|it| budget.concerns(&it.case, &it.lane, &it.figure));
                concerned.map(|it| relative(budget, *most, it)).collect()
            }
            Than::Lane { lane, times } => {
                let all = compare(run, lane);
                let own = all.iter().filter(|it| it.case.is_new());
                let concerned = own.filter(|it| budget.concerns(&it.case, &it.lane, &it.figure));
                concerned.map(|it| between(budget, *times, it)).collect()
            }
        };
        if found.is_empty() {
            let is_first = matches!(budget.than, Than::Baseline(_)) && against.is_empty();
            let (outcome, why) = if is_first {
                (Ruling::Undecided, "there is no baseline to set the run against")
            } else {
                (Ruling::Unanswered, "nothing that was measured or compared here is what it is about")
            };
            let why = why.to_owned();
            found.push(Decision {
                budget: budget.clone(),
                workload: None,
                lane: None,
                figure: None,
                outcome,
                why,
                below_floor: None,
            });
        }
        decisions.append(&mut found);
    }
    decisions
}

fn absolute(budget: &Budget, most: Amount, found: &Measured) -> Decision {
    let told = |interval: Interval| {
        let [point, low, high] = [found.point, interval.low, interval.high].map(|value| most.alike(value));
        format!("at most {most}, found {point} ({low} to {high})")
    };
    let (outcome, why) = over(found.interval, found.floor, most.value, &told, "noise floor not measured");
    decision(budget, &found.case, &found.lane, &found.figure, outcome, why)
}

fn relative(budget: &Budget, most: f64, found: &RunComparison) -> Decision {
    let told = |interval: Interval| {
        format!("at most {most:.3}× the baseline, found {}", ratio(found.ratio.unwrap_or(f64::NAN), interval))
    };
    let (outcome, why) = match found.verdict {
        Verdict::NotComparable => {
            let reasons: Vec<String> = found.obstacles.iter().map(ToString::to_string).collect();
            (Ruling::Undecided, format!("not comparable with the baseline: {}", reasons.join("; ")))
        }
        // Beyond the noise floor by itself, and beyond the budget besides.
        _ => {
            let within_one_run = found.base == found.new;
            let unknown =
                if within_one_run { "noise floor not measured" } else { "run-to-run noise unknown" };
            over_both(found.interval, found.floor, found.verdict, most, &told, unknown)
        }
    };
    let below_floor = found.floor.filter(|floor| most < *floor);
    Decision { below_floor, ..decision(budget, &found.case, &found.lane, &found.figure, outcome, why) }
}

fn between(budget: &Budget, times: f64, found: &Comparison) -> Decision {
    let told = |interval: Interval| {
        let most = 1.0 / times;
        format!(
            "at most {most:.4}× of `{}` ({times} times smaller), found {}",
            found.baseline,
            ratio(found.ratio, interval)
        )
    };
    let (outcome, why) = over(found.interval, found.floor, 1.0 / times, &told, "noise floor not measured");
    decision(budget, &found.case, &found.lane, &found.figure, outcome, why)
}

/// Broken where the whole interval lies above the bound by more than the noise floor.
fn over(
    interval: Result<Interval, TooFew>,
    floor: Option<f64>,
    most: f64,
    told: &dyn Fn(Interval) -> String,
    unknown: &str,
) -> (Ruling, String) {
    let interval = match interval {
        Ok(interval) => interval,
        Err(too_few) => return (Ruling::Undecided, format!("trials are {too_few}")),
    };
    let told = told(interval);
    if interval.low <= most {
        let words =
            if interval.high <= most { "within the budget" } else { "the interval reaches below the budget" };
        return (Ruling::Kept, format!("{told}: {words}"));
    }
    match floor {
        None => (Ruling::Undecided, format!("{told}: beyond the budget, but {unknown}")),
        Some(floor) if interval.low <= most * floor => (
            Ruling::Kept,
            format!("{told}: beyond the budget by no more than the noise floor of {floor:.3}×"),
        ),
        Some(floor) => (
            Ruling::Broken,
            format!("{told}: the whole interval lies beyond the budget and the noise floor of {floor:.3}×"),
        ),
    }
}

/// Broken where a difference was called and the whole interval lies above the bound and above the noise floor.
fn over_both(
    interval: Result<Interval, TooFew>,
    floor: Option<f64>,
    verdict: Verdict,
    most: f64,
    told: &dyn Fn(Interval) -> String,
    unknown: &str,
) -> (Ruling, String) {
    let bound = most.max(floor.unwrap_or(1.0));
    let (outcome, why) = over(interval, floor.map(|_| 1.0), bound, told, unknown);
    match (outcome, floor) {
        (Ruling::Broken, Some(floor)) if matches!(verdict, Verdict::Worse | Verdict::Different) => {
            let told = interval.map_or_else(|too_few| too_few.to_string(), told);
            (
                outcome,
                format!(
                    "{told}: the whole interval lies beyond the budget and the noise floor of {floor:.3}×"
                ),
            )
        }
        (Ruling::Broken, _) => {
            let told = interval.map_or_else(|too_few| too_few.to_string(), told);
            (
                Ruling::Kept,
                format!(
                    "{told}: beyond the budget, but corrected for all that was compared it may be chance"
                ),
            )
        }
        _ => (outcome, why),
    }
}

fn ratio(point: f64, interval: Interval) -> String {
    format!("{point:.4}× ({:.4} to {:.4})", interval.low, interval.high)
}

fn decision(
    budget: &Budget,
    case: &Case,
    lane: &Slug,
    figure: &Compared,
    outcome: Ruling,
    why: String,
) -> Decision {
    Decision {
        budget: budget.clone(),
        workload: Some(case.workload.clone()),
        lane: Some(lane.clone()),
        figure: Some(figure.clone()),
        outcome,
        why,
        below_floor: None,
    }
}
