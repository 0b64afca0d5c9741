//! How far runs on this machine differ by themselves: measured by repeating one, kept by host.

mod folder;

use std::path::PathBuf;

use plimsoll_analysis::{NOISE_RUNS, NoiseError, RunNoise};
use plimsoll_engine::{Cancel, EventSink};
use plimsoll_model::{EndReason, Event, Phase, Run};
use serde::{Deserialize, Serialize};

pub(crate) use self::folder::{Known, known};
use self::folder::{keep, probe};
use crate::{Bench, Error, Places, Registry};

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
    #[serde(serialize_with = "plimsoll_files::portable::serialize")]
    pub path: PathBuf,
}

impl Noise {
    /// Repeats the bench on the calling thread, as [`Bench::run`] does.
    ///
    /// # Errors
    /// With fewer runs than it takes; as [`Bench::run`]; and when a run was stopped.
    pub async fn run(
        &self,
        registry: &Registry,
        events: &dyn EventSink,
        cancel: &Cancel,
    ) -> Result<KeptNoise, Error> {
        if (self.runs as usize) < NOISE_RUNS {
            return Err(refused(&NoiseError::TooFewRuns { have: self.runs as usize }));
        }
        probe(&self.bench.places)?;
        let mut runs: Vec<Run> = Vec::new();
        let mut bench = self.bench.clone();
        for at in 1..=self.runs {
            events.send(Event::Notice {
                phase: Phase::Prepare,
                message: format!("run {at} of {} for the noise between runs", self.runs),
            });
            let finished = bench.run(registry, events, cancel).await?;
            if finished.run.end.as_ref().is_none_or(|end| end.reason != EndReason::Completed) {
                return Err(Error::interrupted_among(&finished.run.id));
            }
            // A rate that the first run found is not looked for again: it might come out as another one.
            bench.overrides.rates = finished.run.rates();
            runs.push(finished.run);
        }
        let noise = RunNoise::of(&runs.iter().collect::<Vec<_>>()).map_err(|error| refused(&error))?;
        let path = keep(&self.bench.places, &noise)?;
        Ok(KeptNoise { noise, path })
    }
}

/// Keeps what runs that are there already said, e.g. those of a month of CI.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoiseOf {
    /// The runs: identities, beginnings of them that only one run each has, or paths.
    pub runs: Vec<PathBuf>,
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
        let path = keep(&self.places, &noise)?;
        Ok(KeptNoise { noise, path })
    }
}

fn refused(error: &NoiseError) -> Error {
    Error::of(crate::Code::Usage, error)
}
