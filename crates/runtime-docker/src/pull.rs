//! Pulling an image as its user would, and how long that took.

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bollard::errors::Error as ApiError;
use bollard::models::CreateImageInfo;
use bollard::query_parameters::CreateImageOptions;
use futures_util::{Stream, StreamExt};
use plimsoll_model::{Phase, Reading, RunId, Slug};
use plimsoll_registry::{Login, Reference, settings_file};
use plimsoll_runtime::{Clock, Figure, MonotonicClock, Ongoing, PREPARE_TIME, Telling};
use tokio::time::{Instant, timeout};

use crate::DockerError;
use crate::daemon::{Call, Daemon};
use crate::downloads::Downloads;
use crate::image_problem::ImageProblem;
use crate::shown::to_engine;

/// What the engine says of a layer that is here, packed.
const DOWNLOADED: &str = "Download complete";

/// How long a pull may go on.
#[derive(Clone, Copy, Debug)]
struct Patience {
    /// Without a word of the engine.
    silent: Duration,
    /// In all.
    whole: Duration,
}

const PATIENCE: Patience = Patience { silent: Duration::from_secs(60), whole: Duration::from_secs(600) };

/// What a pull took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pulled {
    /// Until the last layer was here; where every one was here already, until the engine's answer.
    pull_ns: u64,
    /// From then to the end; `None` where no layer came.
    unpack_ns: Option<u64>,
}

/// What was pulled in this process, by name: a workload is prepared several times, and pulled once.
#[derive(Default)]
pub(crate) struct Pulls {
    done: Mutex<BTreeMap<String, Pulled>>,
    /// What went wrong, and in which run: its other lanes are told so at once, and another run tries again.
    failed: Mutex<BTreeMap<String, (RunId, ImageProblem)>>,
}

impl Pulls {
    fn all(&self) -> MutexGuard<'_, BTreeMap<String, Pulled>> {
        self.done.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn failures(&self) -> MutexGuard<'_, BTreeMap<String, (RunId, ImageProblem)>> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Pulls an image, unless that has failed in this run.
    pub(crate) async fn pull(
        &self,
        daemon: &Daemon,
        ongoing: &Ongoing,
        name: &str,
        reference: &Reference<'_>,
        run: &RunId,
    ) -> Result<(), DockerError> {
        let failed = self.failures().get(name).filter(|(of, _)| of == run).cloned();
        if let Some((_, problem)) = failed {
            return Err(DockerError::Image { image: name.to_owned(), problem });
        }
        match pull(daemon, ongoing, name, reference).await {
            Ok(pulled) => {
                self.keep(name, pulled);
                Ok(())
            }
            Err(error) => {
                if let DockerError::Image { problem, .. } = &error {
                    self.failures().insert(name.to_owned(), (run.clone(), problem.clone()));
                }
                Err(error)
            }
        }
    }

    fn keep(&self, name: &str, pulled: Pulled) {
        self.all().insert(name.to_owned(), pulled);
    }

    pub(crate) fn of(&self, name: &str) -> Option<Pulled> {
        self.all().get(name).copied()
    }
}

/// Why a pull did not come to its end.
enum Broken {
    Silent,
    TooSlow,
    Said(String),
    Lost(ApiError),
}

impl Pulled {
    /// What it took, for those who tell it.
    pub(crate) fn figures(self) -> Vec<Figure> {
        let figure = |subject: &'static str, method, value| Figure {
            metric: PREPARE_TIME,
            phase: Phase::Prepare,
            subject: Some(Slug::known(subject)),
            method,
            reading: Reading::Value(value),
        };
        let Some(unpack_ns) = self.unpack_ns else {
            let method = "from the request to the end of the engine's answer; every layer was here already";
            return vec![figure("manifest", method, self.pull_ns)];
        };
        vec![
            figure(
                "pull",
                "from the request until the engine has told the last layer's download",
                self.pull_ns,
            ),
            figure("unpack", "from the last layer's download to the end of the engine's answer", unpack_ns),
        ]
    }
}

/// Pulls an image with the user's own login. It stays, as after `docker pull`.
async fn pull(
    daemon: &Daemon,
    ongoing: &Ongoing,
    name: &str,
    reference: &Reference<'_>,
) -> Result<Pulled, DockerError> {
    let registry = reference.registry();
    let Login { credentials, remark } = Login::at(registry, settings_file::folder().as_deref()).await;
    let options = CreateImageOptions {
        from_image: Some(reference.name.to_owned()),
        tag: Some(reference.tag.to_owned()),
        ..Default::default()
    };
    let lines = daemon.client.create_image(Some(options), None, credentials.map(to_engine));
    let step = ongoing.begin(format!("pulling `{name}`"));
    let problem = match watch(lines, &step, PATIENCE).await {
        Ok(pulled) => return Ok(pulled),
        Err(Broken::Lost(error)) => return Err(daemon.error(Call::PULL, error)),
        Err(Broken::Silent) => {
            ImageProblem::Silent { registry: registry.to_owned(), after_s: PATIENCE.silent.as_secs() }
        }
        Err(Broken::TooSlow) => {
            ImageProblem::TooSlow { registry: registry.to_owned(), after_s: PATIENCE.whole.as_secs() }
        }
        Err(Broken::Said(message)) => ImageProblem::of_pull(&message, name, registry, &remark),
    };
    Err(DockerError::Image { image: name.to_owned(), problem })
}

async fn watch(
    lines: impl Stream<Item = Result<CreateImageInfo, ApiError>>,
    step: &Telling<'_>,
    patience: Patience,
) -> Result<Pulled, Broken> {
    let mut lines = pin!(lines);
    let (began_ns, deadline) = (MonotonicClock.now_ns(), Instant::now() + patience.whole);
    let (mut downloaded_ns, mut downloads) = (None, Downloads::default());
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let Ok(line) = timeout(patience.silent.min(left), lines.next()).await else {
            return Err(if left < patience.silent { Broken::TooSlow } else { Broken::Silent });
        };
        match line {
            None => break,
            Some(Ok(line)) if line.status.as_deref() == Some(DOWNLOADED) => {
                downloaded_ns = Some(MonotonicClock.now_ns());
                downloads.here(line.id.as_ref());
            }
            Some(Ok(line)) => {
                if let Some((done, whole)) = downloads.take(&line) {
                    step.come(done, whole);
                }
            }
            Some(Err(ApiError::DockerStreamError { error })) => return Err(Broken::Said(error)),
            Some(Err(ApiError::DockerResponseServerError { message, .. })) => {
                return Err(Broken::Said(message));
            }
            Some(Err(error)) => return Err(Broken::Lost(error)),
        }
    }
    let ended_ns = MonotonicClock.now_ns();
    Ok(Pulled {
        pull_ns: downloaded_ns.unwrap_or(ended_ns) - began_ns,
        unpack_ns: downloaded_ns.map(|downloaded_ns| ended_ns - downloaded_ns),
    })
}

#[cfg(test)]
mod tests {
    use futures_util::stream;

    use super::*;

    const SHORT: Patience = Patience { silent: Duration::from_millis(50), whole: Duration::from_millis(200) };

    fn line(status: &str) -> Result<CreateImageInfo, ApiError> {
        Ok(CreateImageInfo { status: Some(status.to_owned()), ..Default::default() })
    }

    fn step_of(ongoing: &Ongoing) -> Telling<'_> {
        ongoing.begin("pulling".to_owned())
    }

    #[tokio::test]
    async fn a_pull_is_told_apart_from_unpacking() {
        let ongoing = Ongoing::default();
        let step = Duration::from_millis(20);
        let lines = stream::iter([DOWNLOADED, "Extracting", DOWNLOADED, "Extracting", "Pull complete"]).then(
            |status| async move {
                tokio::time::sleep(step).await;
                line(status)
            },
        );
        let patience = Patience { silent: Duration::from_secs(10), whole: Duration::from_secs(60) };
        let pulled = watch(lines, &step_of(&ongoing), patience).await.ok().unwrap();
        assert!(pulled.pull_ns >= 60_000_000 && pulled.unpack_ns >= Some(40_000_000), "{pulled:?}");
        let nothing =
            watch(stream::iter([line("Status: Image is up to date")]), &step_of(&ongoing), patience)
                .await
                .ok()
                .unwrap();
        assert_eq!(nothing.unpack_ns, None);
        let told: Vec<_> = nothing.figures().into_iter().filter_map(|figure| figure.subject).collect();
        assert_eq!(told, [Slug::known("manifest")]);
    }

    #[tokio::test]
    async fn a_silent_pull_and_one_that_goes_on_for_ever_end() {
        let ongoing = Ongoing::default();
        let silent = stream::iter([line("Downloading")]).chain(stream::pending());
        assert!(matches!(watch(silent, &step_of(&ongoing), SHORT).await, Err(Broken::Silent)));
        let busy = stream::repeat_with(|| ()).then(|()| async {
            tokio::time::sleep(Duration::from_millis(10)).await;
            line("Downloading")
        });
        assert!(matches!(watch(busy, &step_of(&ongoing), SHORT).await, Err(Broken::TooSlow)));
    }
}
