use std::sync::Arc;

use futures_util::future::join_all;
use plimsoll_model::{LaneSpec, Slug};
use plimsoll_runtime::{
    BoxFuture, Family, LaneError, LaneOffer, Runtime, RuntimeError, Standing, Swept, schema_of,
};
use serde_json::Value;

use crate::docker::Docker;
use crate::engine_choice::EngineChoice;
use crate::engines::Engines;
use crate::lane::{FAMILY, Lane, Parameters};

/// Lanes of containers that engines run: Docker's, Podman's, and others that speak as Docker's does.
#[derive(Default)]
pub struct DockerFamily {
    engines: Engines,
}

impl DockerFamily {
    /// Lanes that name no engine are of the one that `DOCKER_HOST` or the context of Docker's client names, or of the usual
    /// one. No engine is asked until a lane of it is used.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// They are of the engine at `host`, e.g. `unix:///run/docker.sock`, whatever the environment says.
    #[must_use]
    pub fn at(host: impl Into<String>) -> Self {
        Self { engines: Engines::at(host.into()) }
    }
}

impl Family for DockerFamily {
    fn slug(&self) -> Slug {
        FAMILY
    }

    fn parameters(&self) -> Value {
        schema_of::<Parameters>()
    }

    fn offers(&self) -> Vec<LaneOffer> {
        Lane::offers()
    }

    fn found(&self) -> BoxFuture<'_, Vec<LaneOffer>> {
        Box::pin(async move {
            let choices = [EngineChoice::Usual, EngineChoice::Podman];
            let asked = choices.map(|choice| async move {
                let runtimes = self.engines.of(&choice).runtimes().await.unwrap_or_default();
                let lanes = runtimes.iter().filter_map(|runtime| Lane::run_by(&choice, runtime));
                lanes.map(|lane| LaneOffer::new(lane.spec(), Standing::Aside)).collect::<Vec<_>>()
            });
            join_all(asked).await.concat()
        })
    }

    fn open(&self, lane: &LaneSpec) -> Result<Arc<dyn Runtime>, LaneError> {
        let lane = Lane::of(lane)?;
        let engine = self.engines.of(lane.engine());
        Ok(Arc::new(Docker::new(lane, engine)))
    }

    fn sweep(&self) -> BoxFuture<'_, Result<Swept, RuntimeError>> {
        Box::pin(self.engines.sweep())
    }

    fn images(&self) -> BoxFuture<'_, Result<Vec<String>, RuntimeError>> {
        Box::pin(async { Ok(self.engines.images().await?) })
    }
}
