use std::sync::{Arc, Mutex, PoisonError};

use plimsoll_engine::Runtime;
use plimsoll_model::{Availability, LaneRecord, LaneSpec, Slug};
use tokio::sync::OnceCell;

/// One lane, opened once.
pub(crate) struct Lane {
    pub(crate) spec: LaneSpec,
    pub(crate) runtime: Arc<dyn Runtime>,
    /// Whether a user wrote it down.
    pub(crate) is_own: bool,
    found: Mutex<Arc<OnceCell<Availability>>>,
}

impl Lane {
    pub(super) fn opened(runtime: Arc<dyn Runtime>, is_own: bool) -> Self {
        Self { spec: runtime.spec(), runtime, is_own, found: Mutex::default() }
    }

    pub(crate) fn slug(&self) -> &Slug {
        &self.spec.slug
    }

    pub(crate) fn record(&self) -> LaneRecord {
        self.runtime.record()
    }

    /// Whether it can be used here. It is asked once; whoever asks meanwhile waits for the same answer.
    pub(crate) async fn availability(&self) -> Availability {
        let found = Arc::clone(&self.found.lock().unwrap_or_else(PoisonError::into_inner));
        found.get_or_init(|| self.runtime.availability()).await.clone()
    }

    /// Asks once more, next time, what could not be used: somebody may have mended it meanwhile.
    pub(super) fn doubt(&self) {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(found.get(), Some(Availability::Unavailable { .. })) {
            *found = Arc::default();
        }
    }
}
