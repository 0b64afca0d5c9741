//! The run that others are set against.

use std::fs;
use std::path::{Path, PathBuf};

use plimsoll_analysis::{NOISE_RUNS, RunNoise, other_host};
use plimsoll_engine::fingerprint;
use plimsoll_model::{EndReason, PageCache, Rate, Run};

use crate::{Bench, Error, LaneWish, Overrides, Places};

/// The most runs that are read from a folder, the newest by name.
const MOST_RUNS: usize = 50;

/// A baseline and what is known of the noise beside it.
#[derive(Clone, Debug)]
pub(super) struct Baseline {
    pub(super) run: Run,
    /// From the folder's other runs, where they are enough.
    pub(super) noise: Option<RunNoise>,
}

/// What was found where a baseline was looked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Looked {
    /// None: a folder that has none yet.
    pub(super) baseline: Option<Baseline>,
    /// What a reader should know, each in a sentence.
    pub(super) notes: Vec<String>,
}

impl Looked {
    /// Reads a run, or picks one from a folder, which need not be there yet.
    pub(super) fn at(path: &Path, places: &Places) -> Result<Self, Error> {
        if path.is_dir() {
            return Self::of_folder(path, places);
        }
        if names_a_folder(path) {
            return Ok(Self::none(path, 0, Vec::new()));
        }
        let opened = places.store()?.open(path)?;
        let notes = opened.notes.iter().map(ToString::to_string).collect();
        Ok(Self { baseline: Some(Baseline { run: opened.run, noise: None }), notes })
    }

    /// A folder of which nothing serves: the first run of a job makes what the next ones are set against.
    fn none(folder: &Path, read: usize, mut notes: Vec<String>) -> Self {
        let why = match read {
            0 => "holds no runs".to_owned(),
            1 => "holds one run, which is not complete or of another host".to_owned(),
            _ => format!("holds {read} runs, none of them complete and of this host"),
        };
        notes.push(format!("there is no baseline yet: `{}` {why}", folder.display()));
        Self { baseline: None, notes }
    }

    /// The newest complete run of this host; where the folder has enough of its kind, they tell the noise between runs.
    fn of_folder(folder: &Path, places: &Places) -> Result<Self, Error> {
        let store = places.store()?;
        let mut notes = Vec::new();
        let mut runs: Vec<Run> = Vec::new();
        let paths = run_files(folder)?;
        for path in &paths {
            match store.open(path) {
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
            return Ok(Self::none(folder, read, notes));
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
        Ok(Self { baseline: Some(Baseline { run, noise }), notes })
    }
}

/// Whether a path that is not there would be a folder's: neither a run's identity nor a file's name.
fn names_a_folder(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let is_run =
        name.strip_prefix('r').is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()));
    !path.exists() && path.extension().is_none() && !is_run
}

impl Baseline {
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
            workloads: if bench.workloads.is_empty() && !bench.own.is_told() {
                plan.workloads.clone()
            } else {
                bench.workloads
            },
            lanes: if bench.lanes.is_empty() {
                plan.lane_slugs().cloned().map(LaneWish::from).collect()
            } else {
                bench.lanes
            },
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
