use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use plimsoll_model::{
    Artifact, Availability, Doing, Form, Held, LaneRecord, LaneSpec, Limits, Listen, Workload,
};
use plimsoll_runtime::{
    BoxFuture, Conditions, Prepared, Runtime, RuntimeError, Unfit, artifact_file, artifact_of,
};

use crate::DockerError;
use crate::base::{self, SCRATCH};
use crate::begin::Begin;
use crate::by_hand;
use crate::describe::record;
use crate::engine::{Engine, OneTry};
use crate::lane::Lane;
use crate::network::Network;
use crate::prepared::{DockerPrepared, Making};

/// One lane on the engine that it shares with its family.
pub(crate) struct Docker {
    lane: Lane,
    engine: Arc<Engine>,
    images: AtomicU32,
    containers: Arc<AtomicU32>,
    /// The try of the engine by which this lane could not be used.
    refused: Mutex<Option<OneTry>>,
}

impl Docker {
    pub(crate) fn new(lane: Lane, engine: Arc<Engine>) -> Self {
        Self {
            lane,
            engine,
            images: AtomicU32::new(0),
            containers: Arc::default(),
            refused: Mutex::default(),
        }
    }

    fn refused(&self) -> MutexGuard<'_, Option<OneTry>> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sees that what its images are built on is here.
    async fn base(&self) -> Result<(), DockerError> {
        base::find(self.engine.daemon().await?, self.lane.base()).await.map(drop)
    }

    fn unavailable(&self, error: &DockerError) -> Availability {
        let remedy = error.remedy(self.lane.engine()).into_owned();
        Availability::Unavailable { problem: error.trouble(), remedy }
    }
}

impl Runtime for Docker {
    fn spec(&self) -> LaneSpec {
        self.lane.spec()
    }

    fn record(&self) -> LaneRecord {
        record(&self.lane, self.engine.found(self.lane.runtime()).get())
    }

    fn availability(&self) -> BoxFuture<'_, Availability> {
        Box::pin(async {
            let here = async {
                let here = self.engine.availability().await?;
                self.base().await?;
                Ok(here)
            };
            here.await.unwrap_or_else(|error: DockerError| self.unavailable(&error))
        })
    }

    fn tried(&self) -> BoxFuture<'_, Availability> {
        Box::pin(async {
            let mut available = match self.engine.availability().await {
                Ok(available) => available,
                Err(error) => return self.unavailable(&error),
            };
            let Availability::Available { detail } = &mut available else { return available };
            // The engine can be known where the image is missing.
            let base = self.base().await;
            let refused = self.refused().take();
            let found = match self.engine.tried(self.lane.runtime(), refused.as_ref()).await {
                Ok(found) => found,
                Err(error) => return self.unavailable(&error),
            };
            if let Err(error) = base {
                return self.unavailable(&error);
            }
            let network = self.lane.network();
            if let Some(findings) = found.get() {
                match findings.on(network) {
                    Ok(_) => findings.remarks(network).iter().for_each(|remark| {
                        detail.push_str("; ");
                        detail.push_str(remark);
                    }),
                    Err(hindrance) => {
                        let problem = format!("{detail}: {hindrance}");
                        let remedy = hindrance.remedy(self.lane.engine()).into_owned();
                        available = Availability::Unavailable { problem, remedy };
                        *self.refused() = Some(Arc::clone(&found));
                    }
                }
            }
            available
        })
    }

    fn versions(&self) -> BoxFuture<'_, BTreeMap<String, String>> {
        Box::pin(async { self.engine.versions().await.unwrap_or_default() })
    }

    fn held(&self) -> BoxFuture<'_, Option<Held>> {
        Box::pin(async { self.engine.held().await.ok().flatten() })
    }

    fn accepts<'w>(&self, workload: &'w Workload) -> Result<&'w Artifact, Unfit> {
        let other =
            |why| Unfit::OtherKind { workload: workload.name.clone(), lane: self.lane.spec().slug, why };
        if self.lane.begin() == Begin::Unpause && workload.job.listen().is_none() {
            return Err(other("a command has ended before it could be paused"));
        }
        let Some(image) = workload.artifact(Form::Image, std::env::consts::ARCH) else {
            return artifact_of(workload, Form::Binary).map_err(|_| Unfit::no_image(workload));
        };
        if self.lane.base() != SCRATCH {
            return Err(other("its image is its own, and nothing is built on another base"));
        }
        // Where all containers share one network, each must be told another port.
        let usual = workload.job.listen().is_some_and(Listen::is_usual);
        if usual && self.lane.network() == Network::Host { Err(Unfit::own_port(workload)) } else { Ok(image) }
    }

    fn prepare<'a>(
        &'a self,
        workload: &'a Workload,
        conditions: &'a Conditions,
    ) -> BoxFuture<'a, Result<Box<dyn Prepared>, RuntimeError>> {
        Box::pin(async {
            let artifact = self.accepts(workload)?;
            let making = Making {
                daemon: self.engine.daemon().await?.clone(),
                engine: Arc::clone(&self.engine),
                lane: &self.lane,
                workload,
                conditions,
                number: self.images.fetch_add(1, Ordering::Relaxed),
                numbers: Arc::clone(&self.containers),
            };
            let prepared = if artifact.form == Form::Image {
                DockerPrepared::of_image(making, artifact).await?
            } else {
                DockerPrepared::of_binary(making, artifact_file(workload, Form::Binary)?).await?
            };
            Ok(Box::new(prepared) as Box<dyn Prepared>)
        })
    }

    fn by_hand(&self, limits: &Limits) -> Vec<String> {
        by_hand::lines(&self.lane, limits)
    }

    fn doing(&self) -> Option<Doing> {
        self.engine.ongoing.told()
    }
}
