//! How far runs on this machine differ by themselves: measured by repeating one, kept by host.

use std::fs;
use std::io::Read;
use std::path::PathBuf;

use plimsoll_analysis::{NOISE_RUNS, NoiseError, RunNoise, other_host};
use plimsoll_engine::{Cancel, EventSink};
use plimsoll_model::{EndReason, Event, Host, Phase, Run, RunId};
use serde::{Deserialize, Serialize};

use crate::outfile::{self, Existing};
use crate::{Bench, Error, Places};

/// The largest file that is read, in bytes, and the most files.
const MOST_BYTES: u64 = 16 << 20;
const MOST_FILES: usize = 1_000;

/// Repeats a bench and keeps how far its runs differ by themselves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Noise {
    /// What is repeated. The runs are kept as any other.
    pub bench: Bench,
    /// How often; at least [`NOISE_RUNS`].
    pub runs: u32,
}

/// What repeated runs said, and where that is kept.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct KeptNoise {
    /// How far each figure differs.
    pub noise: RunNoise,
    /// The file.
    pub path: PathBuf,
}

impl Noise {
    /// Repeats the bench on the calling thread, as [`Bench::run`] does.
    ///
    /// # Errors
    /// With fewer runs than it takes; as [`Bench::run`]; and when a run was stopped.
    pub async fn run(&self, events: &dyn EventSink, cancel: &Cancel) -> Result<KeptNoise, Error> {
        if (self.runs as usize) < NOISE_RUNS {
            return Err(refused(&NoiseError::TooFewRuns { have: self.runs as usize }));
        }
        let mut runs: Vec<Run> = Vec::new();
        let mut bench = self.bench.clone();
        for at in 1..=self.runs {
            events.send(Event::Notice {
                phase: Phase::Prepare,
                message: format!("run {at} of {} for the noise between runs", self.runs),
            });
            let finished = bench.run(events, cancel).await?;
            if finished.run.end.as_ref().is_none_or(|end| end.reason != EndReason::Completed) {
                return Err(Error::interrupted_among(&finished.run.id));
            }
            // A rate that the first run found is not looked for again: it might come out as another one.
            bench.overrides.rates = finished.run.rates();
            runs.push(finished.run);
        }
        let noise = RunNoise::of(&runs.iter().collect::<Vec<_>>()).map_err(|error| refused(&error))?;
        keep(&self.bench.places, noise)
    }
}

/// Keeps what runs that are there already said, e.g. those of a month of CI.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoiseOf {
    /// The runs: identities, beginnings of them that only one run each has, or paths.
    pub runs: Vec<String>,
    /// Where runs are kept.
    #[serde(default)]
    pub places: Places,
}

impl NoiseOf {
    /// Reads them and keeps what they say.
    ///
    /// # Errors
    /// When one can't be opened, they are too few, or not of one plan on one host.
    pub fn run(&self) -> Result<KeptNoise, Error> {
        let store = self.places.store()?;
        let runs: Vec<Run> = store.open_all(&self.runs)?.into_iter().map(|opened| opened.run).collect();
        let noise = RunNoise::of(&runs.iter().collect::<Vec<_>>()).map_err(|error| refused(&error))?;
        keep(&self.places, noise)
    }
}

fn refused(error: &NoiseError) -> Error {
    Error::of(crate::Code::Usage, error)
}

fn keep(places: &Places, noise: RunNoise) -> Result<KeptNoise, Error> {
    let folder = folder(places)?;
    outfile::make_folder(&folder)?;
    let first = noise.runs.first().map_or("none", RunId::as_str);
    let path = folder.join(format!("{first}.json"));
    let text =
        serde_json::to_vec_pretty(&noise).map_err(|error| Error::of(crate::Code::Environment, &error))?;
    outfile::write(&path, &text, Existing::Replace)?;
    Ok(KeptNoise { noise, path })
}

/// What is known of the noise between runs on a host: of each figure what was measured last. `None` where nothing is.
pub(crate) fn known(places: &Places, host: &Host) -> Result<Option<RunNoise>, Error> {
    let mut kept: Vec<RunNoise> =
        read_all(places)?.into_iter().filter(|noise| other_host(&noise.host, host).is_empty()).collect();
    // Identities begin with the time.
    kept.sort_by(|a, b| b.runs.first().cmp(&a.runs.first()));
    Ok(kept.into_iter().reduce(|mut newer, older| {
        for figure in older.figures {
            let same = |known: &plimsoll_analysis::FigureNoise| {
                (&known.workload, &known.lane, &known.figure)
                    == (&figure.workload, &figure.lane, &figure.figure)
            };
            if !newer.figures.iter().any(same) {
                newer.figures.push(figure);
            }
        }
        newer.runs.extend(older.runs);
        newer
    }))
}

fn folder(places: &Places) -> Result<PathBuf, Error> {
    Ok(places.store()?.folder().with_file_name("noise"))
}

/// Every file that can be read; another's mistake in one must not take the others away.
fn read_all(places: &Places) -> Result<Vec<RunNoise>, Error> {
    let Ok(entries) = fs::read_dir(folder(places)?) else { return Ok(Vec::new()) };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "json") && path.is_file());
    paths.sort_unstable_by(|a, b| b.cmp(a));
    paths.truncate(MOST_FILES);
    let read = |path: PathBuf| {
        let mut text = Vec::new();
        fs::File::open(path).ok()?.take(MOST_BYTES).read_to_end(&mut text).ok()?;
        serde_json::from_slice(&text).ok()
    };
    Ok(paths.into_iter().filter_map(read).collect())
}
