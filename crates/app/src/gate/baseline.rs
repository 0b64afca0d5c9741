//! The run that others are set against.

use std::fs;
use std::path::{Path, PathBuf};

use plimsoll_analysis::{NOISE_RUNS, RunNoise, other_host};
use plimsoll_engine::fingerprint;
use plimsoll_model::{EndReason, PageCache, Rate, Run};

use crate::{Bench, Error, Overrides, Places};

/// The most runs that are read from a folder, the newest by name.
const MOST_RUNS: usize = 50;

/// A baseline and what is known of the noise beside it.
#[derive(Clone, Debug)]
pub(super) struct Baseline {
    pub(super) run: Run,
    /// From the folder's other runs, where they are enough.
    pub(super) noise: Option<RunNoise>,
    /// What a reader should know, each in a sentence.
    pub(super) notes: Vec<String>,
}

impl Baseline {
    /// Reads a run, or picks one from a folder.
    pub(super) fn read(named: &str, places: &Places) -> Result<Self, Error> {
        let path = Path::new(named);
        if path.is_dir() {
            return Self::of_folder(path, places);
        }
        let opened = places.store()?.open(named)?;
        let notes = opened.notes.iter().map(ToString::to_string).collect();
        Ok(Self { run: opened.run, noise: None, notes })
    }

    /// The newest complete run of this host; where the folder has enough of its kind, they tell the noise between runs.
    fn of_folder(folder: &Path, places: &Places) -> Result<Self, Error> {
        let store = places.store()?;
        let mut notes = Vec::new();
        let mut runs: Vec<Run> = Vec::new();
        let paths = run_files(folder)?;
        for path in &paths {
            match store.open(&path.to_string_lossy()) {
                Ok(opened) => runs.push(opened.run),
                Err(error) => notes.push(format!("`{}` is left out: {error}", path.display())),
            }
        }
        let host = fingerprint();
        let read = runs.len();
        runs.retain(|run| run.end.as_ref().is_some_and(|end| end.reason == EndReason::Completed));
        runs.retain(|run| other_host(&run.site.host, &host).is_empty());
        runs.sort_by_key(|run| std::cmp::Reverse(run.started_at));
        let Some(run) = runs.first().cloned() else {
            let mut error = Error::usage(format!("`{}` has no complete run of this host", folder.display()));
            error.causes = notes;
            let hint = format!(
                "of {read} runs in it none was made on a machine like this: name a run's file, or measure \
                                the version before the change in the same job with `--against`"
            );
            return Err(error.with_hint(hint));
        };
        notes.push(format!("the baseline is run {}, the newest of {} of this host", run.id, runs.len()));
        let alike: Vec<&Run> = runs.iter().filter(|other| is_alike(&run, other)).collect();
        let noise = (alike.len() >= NOISE_RUNS).then(|| RunNoise::of(&alike));
        let noise = match noise {
            Some(Ok(noise)) => Some(noise),
            Some(Err(error)) => {
                notes.push(format!("the folder's runs do not tell the noise between runs: {error}"));
                None
            }
            None => None,
        };
        Ok(Self { run, noise, notes })
    }

    /// The bench with this run's plan wherever none is asked for.
    pub(super) fn plan(&self, bench: Bench) -> Bench {
        let plan = &self.run.plan;
        let own = bench.overrides;
        // A rate of one's own holds for every workload.
        let rates = if own.rate_milli.is_some() { own.rates } else { self.run.rates() };
        let fixed = match plan.settings.load.rate {
            Rate::FixedMilliPerSecond(rate_milli) => Some(rate_milli),
            Rate::HalfOfSlowest => None,
        };
        let trials = own.trials.or(Some(plan.trials.cold_starts));
        let precision = plan.trials.precision;
        let overrides = Overrides {
            loaded: own.loaded.or_else(|| own.trials.is_none().then_some(plan.trials.loaded)),
            trials,
            precision_milli: own.precision_milli.or(precision.map(|precision| precision.half_width_milli)),
            max_trials: own.max_trials.or(precision.map(|precision| precision.cap)),
            rate_milli: own.rate_milli.or(fixed),
            rates,
            duration_ms: own.duration_ms.or(Some(plan.settings.load.duration_ms)),
            connections: own.connections.or(Some(plan.settings.load.connections)),
            cpu_milli: own.cpu_milli.or(Some(plan.settings.limits.cpu_milli)),
            memory_bytes: own.memory_bytes.or(Some(plan.settings.limits.memory_bytes)),
            arms: own.arms.or(Some(plan.arms.len() as u32)),
            cold_disk: own.cold_disk || plan.settings.page_cache == PageCache::ColdDisk,
            seed: own.seed,
        };
        Bench {
            workloads: if bench.workloads.is_empty() { plan.workloads.clone() } else { bench.workloads },
            lanes: if bench.lanes.is_empty() { plan.lane_slugs().cloned().collect() } else { bench.lanes },
            overrides,
            ..bench
        }
    }
}

/// Whether two runs carried out one plan, whatever the order of their trials.
fn is_alike(one: &Run, other: &Run) -> bool {
    let mut plan = other.plan.clone();
    plan.seed = one.plan.seed;
    plan.settings.load.rates.clone_from(&one.plan.settings.load.rates);
    plan == one.plan
}

fn run_files(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let entries = fs::read_dir(folder).map_err(|error| Error {
        causes: vec![error.to_string()],
        ..Error::usage(format!("could not read the folder `{}`", folder.display()))
    })?;
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.is_file() && path.extension().is_some_and(|ending| ending == "json"));
    files.sort_unstable_by(|a, b| b.cmp(a));
    files.truncate(MOST_RUNS);
    Ok(files)
}
