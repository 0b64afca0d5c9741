//! Finding what a reader should know.

use plimsoll_model::{EndReason, Outcome, Phase, Purpose, Run, Slug, Trial};
use rayon::prelude::*;

use crate::capacity;
use crate::drift::rank_correlation;
use crate::trace::disturbed;
use crate::trials::Trials;
use crate::wanted::of_instance;
use crate::warning::{Advice, DriftWith, Warning};
use crate::{CONFIDENCE, Estimate, LaneSummary, TooFew, median_interval, names};

/// How often a whole run without any drift may be accused of it.
const FALSE_ALARMS: f64 = 0.01;
/// Load average per CPU above which a machine is called busy, in thousandths.
const BUSY_MILLI: u64 = 500;
/// Utilisation above which waiting in line becomes a large part of latency, in thousandths.
const HIGH_UTILISATION_MILLI: u64 = 700;

/// Everything worth knowing about a run, whose lanes are summarised already, the gravest first. What concerns a lane is said of all its arms together.
#[must_use]
pub fn warnings(run: &Run, summaries: &[LaneSummary]) -> Vec<Warning> {
    let lanes: Vec<&[u32]> = summaries.iter().map(|lane| lane.cells.as_slice()).collect();
    let trials = Trials::of(run);
    let mut found = whole_run(run);
    found.extend(per_lane(&trials, &lanes, not_prepared));
    found.extend(per_lane(&trials, &lanes, troubled));
    found.extend(per_lane(&trials, &lanes, unrated));
    found.extend(per_lane(&trials, &lanes, killed));
    found.extend(summaries.iter().filter_map(|lane| Some(about(run, &lane.cells, unread(lane)?))));
    found.extend(per_lane(&trials, &lanes, utilisation));
    let starts: Vec<Starts<'_>> = lanes.par_iter().map(|cells| Starts::of(&trials, cells)).collect();
    found.extend(of_starts(run, &starts, Starts::too_few));
    found.extend(conditions(run));
    found.extend(of_starts(run, &starts, Starts::first_slow));
    found.extend(drift(run, &starts));
    found.extend(machine(run));
    found
}

fn general(advice: Advice) -> Warning {
    Warning { case: None, lane: None, advice }
}

/// About the workload and the lane of these cells.
fn about(run: &Run, cells: &[u32], advice: Advice) -> Warning {
    let row = cells.first().and_then(|first| run.row_of(*first));
    Warning { case: row.map(|row| row.case.clone()), lane: row.map(|row| row.lane.clone()), advice }
}

fn per_lane(
    trials: &Trials<'_>,
    lanes: &[&[u32]],
    find: impl Fn(&Trials<'_>, &[u32]) -> Vec<Advice>,
) -> Vec<Warning> {
    let of_lane = |cells: &&[u32]| -> Vec<Warning> {
        find(trials, cells).into_iter().map(|advice| about(trials.run, cells, advice)).collect()
    };
    lanes.iter().flat_map(of_lane).collect()
}

fn whole_run(run: &Run) -> Vec<Warning> {
    let advice = match run.end.as_ref().map(|end| end.reason) {
        Some(EndReason::Completed) => None,
        Some(EndReason::Aborted) => Some(Advice::Aborted),
        Some(EndReason::Interrupted) => Some(Advice::Interrupted),
        None => Some(Advice::NoEnd {
            trials: run.trials.iter().filter(|trial| trial.aim().counts()).count() as u32,
            planned: (run.cells.len() as u32).saturating_mul(run.plan.trials.cold_starts),
        }),
    };
    advice.map(general).into_iter().collect()
}

fn not_prepared(trials: &Trials<'_>, cells: &[u32]) -> Vec<Advice> {
    let failures = trials.run.prepared(cells).into_iter().filter_map(|made| made.failure.as_ref());
    failures.map(|failure| Advice::NotPrepared { reason: failure.message.clone() }).collect()
}

fn troubled(trials: &Trials<'_>, cells: &[u32]) -> Vec<Advice> {
    let counting = trials.counting(cells);
    let of = counting.len() as u32;
    let loads = counting.iter().filter(|trial| trial.aim().is_loaded()).count() as u32;
    let mut failures = counting.iter().filter_map(|trial| match &trial.outcome {
        Outcome::Failed { failure } => Some(failure),
        _ => None,
    });
    let mut reasons = counting.iter().filter_map(|trial| match &trial.outcome {
        Outcome::Invalid { reason } => Some(reason),
        _ => None,
    });
    let failed = failures.next().map(|first| Advice::Failed {
        count: 1 + failures.count() as u32,
        of,
        phase: first.phase,
        first: first.message.clone(),
    });
    let invalid = reasons.next().map(|first| Advice::Invalid {
        count: 1 + reasons.count() as u32,
        of: loads,
        first: first.clone(),
    });
    failed.into_iter().chain(invalid).collect()
}

/// Where nothing else tells it: a lane whose every trial fails alike has said so.
fn unrated(trials: &Trials<'_>, cells: &[u32]) -> Vec<Advice> {
    let run = trials.run;
    let own = |trial: &&Trial| trial.purpose == Purpose::Capacity && cells.contains(&trial.cell);
    let failure = run.trials.iter().filter(own).find_map(|trial| match &trial.outcome {
        Outcome::Failed { failure } => Some(failure),
        _ => None,
    });
    let is_told = |phase: Phase| {
        let counting = trials.counting(cells);
        counting.iter().any(|it| matches!(&it.outcome, Outcome::Failed { failure } if failure.phase == phase))
    };
    let Some(failure) = failure.filter(|failure| !is_told(failure.phase)) else { return Vec::new() };
    let case = cells.first().and_then(|cell| run.row_of(*cell)).map(|row| &row.case);
    let loaded = case.is_some_and(|case| run.load(case).is_some());
    vec![Advice::Unrated { loaded, reason: failure.message.clone() }]
}

/// Of all trials: a stop is a stop, whatever it was the end of.
fn killed(trials: &Trials<'_>, cells: &[u32]) -> Vec<Advice> {
    let run = trials.run;
    let wanted = of_instance(run, &names::STOP_TIME, Phase::Stop);
    let own = run.trials.iter().filter(|trial| cells.contains(&trial.cell));
    let stops: Vec<_> = own.flat_map(|trial| &trial.samples).filter(|entry| wanted.has(entry)).collect();
    let reasons: Vec<&str> = stops.iter().filter_map(|entry| entry.1.reason()).collect();
    let (count, of) = (reasons.len() as u32, stops.len() as u32);
    let told = reasons.first().map(|first| Advice::Killed { count, of, first: (*first).to_owned() });
    told.into_iter().collect()
}

fn unread(lane: &LaneSummary) -> Option<Advice> {
    let together = lane.latencies.iter().filter(|found| found.request.is_none());
    let faults: Vec<&String> = together.flat_map(|found| &found.unreadable).collect();
    let first = (*faults.first()?).clone();
    Some(Advice::UnreadableHistogram { count: faults.len(), first })
}

fn utilisation(trials: &Trials<'_>, cells: &[u32]) -> Vec<Advice> {
    let loaded = trials.run.loads.iter().filter_map(|load| capacity::utilisation(load, cells)?.value());
    loaded
        .filter_map(|utilisation_milli| match utilisation_milli {
            1_001.. => Some(Advice::OverCapacity { utilisation_milli }),
            _ if utilisation_milli > HIGH_UTILISATION_MILLI => {
                Some(Advice::HighUtilisation { utilisation_milli })
            }
            _ => None,
        })
        .collect()
}

/// The trials of one lane whose cold starts count, in the order in which they ran.
struct Starts<'run> {
    cells: &'run [u32],
    tried: usize,
    trials: Vec<&'run Trial>,
    /// One for each trial, in nanoseconds.
    ns: Vec<f64>,
}

impl<'run> Starts<'run> {
    fn of(trials: &Trials<'run>, cells: &'run [u32]) -> Self {
        let ready = names::COLD_START;
        let wanted = of_instance(trials.run, &ready, Phase::Ready);
        let with_start = |trial: &'run Trial| {
            let entry = trial.samples.iter().find(|entry| wanted.has(entry))?;
            entry.1.value().map(|ns| (trial, ns as f64))
        };
        let told = trials.telling_of(cells, Phase::Ready);
        let (kept, ns) = told.into_iter().filter_map(with_start).unzip();
        Self { cells, tried: trials.counting(cells).len(), trials: kept, ns }
    }

    fn too_few(&self) -> Option<Advice> {
        match median_interval(&self.ns, CONFIDENCE) {
            Err(TooFew { have, need }) if self.tried > 0 => Some(Advice::TooFewTrials { have, need }),
            _ => None,
        }
    }

    fn first_slow(&self) -> Option<Advice> {
        let first = *self.ns.first()?;
        let values: Vec<_> = self.ns.iter().map(|ns| (None, *ns)).collect();
        let estimate = Estimate::of(&values)?;
        let is_slowest = first >= estimate.max && estimate.n > 5;
        // Twice as far out as the fence beyond which a value is an outlier at all.
        let far_out = first > estimate.median + 4.0 * estimate.iqr && first > 1.2 * estimate.median;
        (is_slowest && far_out)
            .then_some(Advice::FirstTrialSlow { first_ns: first as u64, median_ns: estimate.median as u64 })
    }
}

fn of_starts<'run>(
    run: &Run,
    starts: &[Starts<'run>],
    advise: fn(&Starts<'run>) -> Option<Advice>,
) -> Vec<Warning> {
    starts.iter().filter_map(|of| Some(about(run, of.cells, advise(of)?))).collect()
}

fn drift(run: &Run, lanes: &[Starts<'_>]) -> Vec<Warning> {
    let withs = [DriftWith::Position, DriftWith::ContainersHeld, DriftWith::ImagesHeld];
    let of_lane = |starts: &Starts<'_>| {
        withs.map(|with| {
            let with_ns = starts.trials.iter().zip(&starts.ns);
            let pairs: Vec<(f64, f64)> =
                with_ns.filter_map(|(trial, ns)| Some((with.read(trial)?, *ns))).collect();
            let (correlation, chance) = rank_correlation(&pairs)?;
            Some((chance, Advice::Drift { with, correlation, n: pairs.len() }))
        })
    };
    let found: Vec<_> = lanes.par_iter().map(of_lane).collect();
    let with_cells = lanes.iter().zip(found).flat_map(|(starts, found)| {
        found.into_iter().flatten().map(|(chance, advice)| (starts.cells, chance, advice))
    });
    let tests: Vec<_> = with_cells.collect();
    // Bonferroni: so many tests would accuse someone by chance.
    let level = FALSE_ALARMS / tests.len().max(1) as f64;
    let found = tests.into_iter().filter(|(_, chance, _)| *chance < level);
    found.map(|(cells, _, advice)| about(run, cells, advice)).collect()
}

impl DriftWith {
    fn read(self, trial: &Trial) -> Option<f64> {
        match self {
            Self::Position => Some(f64::from(trial.position)),
            Self::ContainersHeld => trial.held.map(|held| f64::from(held.containers)),
            Self::ImagesHeld => trial.held.map(|held| f64::from(held.images)),
        }
    }
}

fn conditions(run: &Run) -> Vec<Warning> {
    let of_lane = |lane: &Slug, reason: &String| Warning {
        lane: Some(lane.clone()),
        ..general(Advice::Unlimited { reason: reason.clone() })
    };
    let unlimited = run.lanes.iter().filter_map(|lane| Some(of_lane(lane.slug(), lane.unlimited.as_ref()?)));
    let shared =
        run.site.pinning.shared.iter().map(|reason| general(Advice::SharedCores { reason: reason.clone() }));
    unlimited.chain(shared).collect()
}

fn machine(run: &Run) -> Vec<Warning> {
    let host = &run.site.host;
    let busy = |load: &u32| u64::from(*load) > BUSY_MILLI * u64::from(host.cpus.max(1));
    let busy = host
        .load_1m_milli
        .filter(busy)
        .map(|load_1m_milli| Advice::BusyHost { load_1m_milli, cpus: host.cpus });
    let emulated = host.emulated.unwrap_or(false).then_some(Advice::Emulated);
    let virtualised = host.virtualised.as_ref().map(|by| Advice::Virtualised { by: by.clone() });
    let before = [emulated, busy].into_iter().flatten();
    before.chain(disturbed(run)).chain(virtualised).map(general).collect()
}
