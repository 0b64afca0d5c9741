use std::sync::Arc;

use plimsoll_model::{LaneSpec, Slug};
use plimsoll_process::{GroupMaker, GroupsAbove};
use plimsoll_runtime::{
    BoxFuture, Family, LaneError, LaneOffer, Runtime, RuntimeError, Swept, schema_of, sweep_copies,
};
use serde_json::Value;

use crate::OciError;
use crate::groups::Mounted;
use crate::lane::{FAMILY, Lane, Parameters};
use crate::oci::Oci;

/// Lanes of containers that an OCI runtime runs alone.
#[derive(Debug, Default)]
pub struct OciFamily;

impl OciFamily {
    /// Runtimes are looked for when they are first needed.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

/// Processes and control groups of containers, then what lay above and beside them. No runtime is asked: what it knew of
/// its containers lies in folders of ours, and it may hang.
fn sweep() -> Result<Swept, OciError> {
    let mut swept = Swept::default();
    Mounted::here().sweep(&mut swept)?;
    if let Ok(above) = GroupsAbove::open(GroupMaker::Anyone) {
        let named = |name: &str| format!("control group `{name}`");
        let removed = above.sweep(|label| swept.may_go(label, || named(label)));
        swept.removed.extend(removed.iter().map(|name| named(name)));
    }
    sweep_copies(&mut swept)?;
    Ok(swept)
}

impl Family for OciFamily {
    fn slug(&self) -> Slug {
        FAMILY
    }

    fn parameters(&self) -> Value {
        schema_of::<Parameters>()
    }

    fn offers(&self) -> Vec<LaneOffer> {
        Lane::offers()
    }

    fn open(&self, lane: &LaneSpec) -> Result<Arc<dyn Runtime>, LaneError> {
        Ok(Arc::new(Oci::new(Lane::of(lane)?)))
    }

    fn sweep(&self) -> BoxFuture<'_, Result<Swept, RuntimeError>> {
        Box::pin(async { Ok(sweep()?) })
    }
}
