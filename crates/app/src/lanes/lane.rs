use std::sync::{Arc, Mutex, PoisonError};

use plimsoll_engine::{Runtime, Standing};
use plimsoll_model::{Availability, LaneRecord, LaneSpec, Slug};
use tokio::sync::OnceCell;

/// One lane, opened once.
pub(crate) struct Lane {
    pub(crate) spec: LaneSpec,
    pub(crate) runtime: Arc<dyn Runtime>,
    /// Whom its family offers it for; `None` where a user wrote it down.
    pub(super) standing: Option<Standing>,
    answers: Mutex<Arc<OnceCell<Availability>>>,
    found: Mutex<Arc<OnceCell<Availability>>>,
}

impl Lane {
    pub(super) fn opened(runtime: Arc<dyn Runtime>, standing: Option<Standing>) -> Self {
        Self { spec: runtime.spec(), runtime, standing, answers: Mutex::default(), found: Mutex::default() }
    }

    /// Whether a user wrote it down.
    pub(crate) fn is_own(&self) -> bool {
        self.standing.is_none()
    }

    pub(crate) fn slug(&self) -> &Slug {
        &self.spec.slug
    }

    pub(crate) fn record(&self) -> LaneRecord {
        self.runtime.record()
    }

    /// Whether what it needs is here and answers. It is asked once.
    pub(crate) async fn answers(&self) -> Availability {
        let answers = Arc::clone(&self.answers.lock().unwrap_or_else(PoisonError::into_inner));
        answers.get_or_init(|| self.runtime.availability()).await.clone()
    }

    /// Whether it can be used here. It is tried once; whoever asks meanwhile waits for the same answer.
    pub(crate) async fn availability(&self) -> Availability {
        let found = Arc::clone(&self.found.lock().unwrap_or_else(PoisonError::into_inner));
        found.get_or_init(|| self.runtime.tried()).await.clone()
    }

    /// Asks once more, next time, what could not be used: somebody may have mended it meanwhile.
    pub(super) fn doubt(&self) {
        for told in [&self.answers, &self.found] {
            let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
            if matches!(told.get(), Some(Availability::Unavailable { .. })) {
                *told = Arc::default();
            }
        }
    }
}
