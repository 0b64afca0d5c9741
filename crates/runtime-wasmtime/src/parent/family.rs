use std::path::{Path, PathBuf};
use std::sync::Arc;

use plimsoll_model::{LaneSpec, Slug};
use plimsoll_runtime::{
    Asks, BoxFuture, Family, LaneError, LaneOffer, Runtime, RuntimeError, Swept, schema_of, sweep_copies,
};
use serde_json::Value;

use crate::WasmtimeError;
use crate::parent::ground::Ground;
use crate::parent::lane::{FAMILY, Lane, Parameters};
use crate::parent::runtime::WasmtimeRuntime;
use crate::parent::scratch;
use crate::worker;

/// Lanes of components in Wasmtime, in a worker process.
#[derive(Debug, Default)]
pub struct WasmtimeFamily {
    ground: Arc<Ground>,
}

impl WasmtimeFamily {
    /// Nothing is looked for until a lane is used.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With a worker that is neither beside this program nor named in `PLIMSOLL_WORKER`.
    #[must_use]
    pub fn with_worker(worker: PathBuf) -> Self {
        Self { ground: Arc::new(Ground::with_worker(worker)) }
    }
}

impl Family for WasmtimeFamily {
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
        Ok(Arc::new(WasmtimeRuntime::new(Lane::of(lane)?, Arc::clone(&self.ground))))
    }

    fn sweep(&self) -> BoxFuture<'_, Result<Swept, RuntimeError>> {
        Box::pin(async {
            // Groups first: a worker of a dead owner may still have its folder's file mapped.
            let mut swept = Swept::default();
            let named = |name: &str| format!("control group `plimsoll/{name}`");
            let groups = self.ground.cgroups();
            let removed =
                groups.sweep(|label| swept.may_go(label, || named(label))).map_err(WasmtimeError::from)?;
            swept.removed.extend(removed.iter().map(|name| named(name)));
            scratch::sweep(&std::env::temp_dir(), &mut swept)?;
            sweep_copies(&mut swept)?;
            Ok(swept)
        })
    }

    fn asks(&self, file: &Path) -> Result<Option<Asks>, RuntimeError> {
        Ok(Some(worker::asks(file)?))
    }
}
