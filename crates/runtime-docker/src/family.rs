use std::sync::Arc;

use plimsoll_model::{LaneSpec, Slug};
use plimsoll_runtime::{
    BoxFuture, Family, LaneError, LaneOffer, Runtime, RuntimeError, Standing, Swept, schema_of,
};
use serde_json::Value;

use crate::docker::Docker;
use crate::engine::Engine;
use crate::images::named;
use crate::lane::{FAMILY, Lane, Parameters};

/// Lanes of containers that one Docker engine runs.
#[derive(Default)]
pub struct DockerFamily {
    engine: Arc<Engine>,
}

impl DockerFamily {
    /// The engine that `DOCKER_HOST` or the context of Docker's client names, or the usual one. It is not asked until a
    /// lane is used.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The engine at `host`, e.g. `unix:///run/docker.sock`, whatever the environment says.
    #[must_use]
    pub fn at(host: impl Into<String>) -> Self {
        Self { engine: Arc::new(Engine::at(Some(host.into()))) }
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
        Box::pin(async {
            let runtimes = self.engine.runtimes().await.unwrap_or_default();
            let lanes = runtimes.iter().filter_map(|runtime| Lane::run_by(runtime));
            lanes.map(|lane| LaneOffer::new(lane.spec(), Standing::Aside)).collect()
        })
    }

    fn open(&self, lane: &LaneSpec) -> Result<Arc<dyn Runtime>, LaneError> {
        Ok(Arc::new(Docker::new(Lane::of(lane)?, Arc::clone(&self.engine))))
    }

    fn sweep(&self) -> BoxFuture<'_, Result<Swept, RuntimeError>> {
        Box::pin(self.engine.sweep())
    }

    fn images(&self) -> BoxFuture<'_, Result<Vec<String>, RuntimeError>> {
        Box::pin(async { Ok(named(self.engine.daemon().await?).await?) })
    }
}
