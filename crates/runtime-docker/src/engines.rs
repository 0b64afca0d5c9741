use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use plimsoll_runtime::{RuntimeError, Swept};

use crate::DockerError;
use crate::engine::Engine;
use crate::engine_choice::EngineChoice;
use crate::images::named;
use crate::named_by::NamedBy;

/// The engines that the family's lanes run their containers in, each made when it is first asked for.
#[derive(Default)]
pub(crate) struct Engines {
    /// Instead of the usual one.
    host: Option<String>,
    known: Mutex<BTreeMap<EngineChoice, Arc<Engine>>>,
}

impl Engines {
    pub(crate) fn at(host: String) -> Self {
        Self { host: Some(host), ..Self::default() }
    }

    pub(crate) fn of(&self, choice: &EngineChoice) -> Arc<Engine> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let make = || {
            Arc::new(match (choice, &self.host) {
                (EngineChoice::Usual, Some(host)) => {
                    Engine::of(EngineChoice::At(host.clone()), NamedBy::Host)
                }
                _ => Engine::of(choice.clone(), NamedBy::Lane),
            })
        };
        Arc::clone(known.entry(choice.clone()).or_insert_with(make))
    }

    /// Those that lanes are offered for, and those that one was opened for.
    fn all(&self) -> Vec<Arc<Engine>> {
        for choice in [EngineChoice::Usual, EngineChoice::Podman] {
            self.of(&choice);
        }
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.values().map(Arc::clone).collect()
    }

    /// Sweeps each that is there. One that refuses keeps none of the others from being swept.
    pub(crate) async fn sweep(&self) -> Result<Swept, RuntimeError> {
        let (mut all, mut refused) = (Swept::default(), None);
        for engine in self.all() {
            match engine.sweep().await {
                Ok(swept) => {
                    all.removed.extend(swept.removed);
                    let left = swept.left.into_iter().filter(|left| !all.left.contains(left));
                    let left: Vec<String> = left.collect();
                    all.left.extend(left);
                    all.unseen.extend(swept.unseen);
                }
                Err(error) => refused = refused.or(Some(error)),
            }
        }
        refused.map_or(Ok(all), Err)
    }

    /// The names of the images that they have. Where none answers, the usual one says why.
    pub(crate) async fn images(&self) -> Result<Vec<String>, DockerError> {
        let (mut names, mut why) = (BTreeSet::new(), None);
        for engine in self.all() {
            let found = async { named(engine.daemon().await?).await };
            match found.await {
                Ok(found) => names.extend(found),
                Err(error) => why = why.or(Some(error)),
            }
        }
        match why {
            Some(error) if names.is_empty() => Err(error),
            _ => Ok(names.into_iter().collect()),
        }
    }
}
