use std::sync::Arc;

use plimsoll_model::{LaneSpec, Slug};
use plimsoll_runtime::{
    BoxFuture, Family, LaneError, LaneOffer, Runtime, RuntimeError, Swept, schema_of, sweep_copies,
};
use serde_json::Value;

use super::lane::{FAMILY, Lane, Parameters};
use super::lanes::EngineLane;
use super::runtime::ProgramLane;
use crate::native::Groups;

/// Lanes of programs that run an artifact, under the limits of lane `native`.
#[derive(Debug, Default)]
pub struct ProgramFamily {
    cgroups: Arc<Groups>,
}

impl ProgramFamily {
    /// Programs and control groups are looked for when they are first needed.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl Family for ProgramFamily {
    fn slug(&self) -> Slug {
        FAMILY
    }

    fn parameters(&self) -> Value {
        schema_of::<Parameters>()
    }

    fn offers(&self) -> Vec<LaneOffer> {
        EngineLane::offers()
    }

    fn open(&self, lane: &LaneSpec) -> Result<Arc<dyn Runtime>, LaneError> {
        Ok(Arc::new(ProgramLane::new(Lane::of(lane)?, Arc::clone(&self.cgroups))))
    }

    fn sweep(&self) -> BoxFuture<'_, Result<Swept, RuntimeError>> {
        Box::pin(async {
            let mut swept = self.cgroups.sweep()?;
            sweep_copies(&mut swept)?;
            Ok(swept)
        })
    }
}
