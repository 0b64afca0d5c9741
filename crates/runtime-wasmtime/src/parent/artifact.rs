use std::collections::BTreeMap;
use std::sync::Arc;

use plimsoll_runtime::{Artifact, BoxFuture, Figure, RuntimeError, Staged};

use crate::parent::fresh::Fresh;
use crate::parent::live::Live;
use crate::parent::prepared::Prepared;
use crate::parent::runtime::Start;
use crate::parent::scratch::Scratch;

/// A compiled component.
pub(super) struct Compiled {
    pub(super) start: Start,
    pub(super) prepared: Arc<Prepared>,
    pub(super) scratch: Scratch,
    pub(super) digests: BTreeMap<String, String>,
    pub(super) figures: Vec<Figure>,
}

impl Artifact for Compiled {
    fn digests(&self) -> BTreeMap<String, String> {
        self.digests.clone()
    }

    fn figures(&self) -> Vec<Figure> {
        self.figures.clone()
    }

    fn stage(&self) -> BoxFuture<'_, Result<Box<dyn Staged>, RuntimeError>> {
        Box::pin(async {
            Ok(match self.start {
                Start::NewInstance => Box::new(Live::stage(self.prepared.clone()).await?) as Box<dyn Staged>,
                Start::NewProcess => Box::new(Fresh::stage(self.prepared.clone())?),
            })
        })
    }

    fn discard(self: Box<Self>) -> BoxFuture<'static, Result<(), RuntimeError>> {
        Box::pin(async { Ok(self.scratch.remove()?) })
    }
}
