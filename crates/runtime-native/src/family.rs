use std::sync::Arc;

use plimsoll_model::{LaneSpec, Slug};
use plimsoll_process::Cgroups;
use plimsoll_runtime::{
    BoxFuture, Family, LaneError, LaneOffer, Runtime, RuntimeError, Standing, Swept, parameters_of, schema_of,
};
use serde_json::Value;

use crate::lane::{FAMILY, LANE, Parameters};
use crate::native::{Groups, Native};

/// Lanes of plain processes under limits. They share the control groups of this host.
#[derive(Debug, Default)]
pub struct NativeFamily {
    cgroups: Arc<Groups>,
}

impl NativeFamily {
    /// Control groups are looked for when they are first needed.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with control groups that were looked for elsewhere.
    #[must_use]
    pub fn with_cgroups(cgroups: Cgroups) -> Self {
        Self { cgroups: Arc::new(Groups::found(cgroups)) }
    }
}

impl Family for NativeFamily {
    fn slug(&self) -> Slug {
        FAMILY
    }

    fn parameters(&self) -> Value {
        schema_of::<Parameters>()
    }

    fn offers(&self) -> Vec<LaneOffer> {
        vec![LaneOffer::new(LaneSpec::plain(LANE, FAMILY), Standing::Fair)]
    }

    fn open(&self, lane: &LaneSpec) -> Result<Arc<dyn Runtime>, LaneError> {
        let Parameters {} = parameters_of(lane)?;
        let spec = LaneSpec::plain(lane.slug.clone(), FAMILY);
        Ok(Arc::new(Native::new(spec, Arc::clone(&self.cgroups))))
    }

    fn sweep(&self) -> BoxFuture<'_, Result<Swept, RuntimeError>> {
        Box::pin(async { Ok(self.cgroups.sweep()?) })
    }
}
