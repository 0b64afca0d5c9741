use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

/// The user's wish to stop. Clones share it; once made it stays.
///
/// The observer's thread is blocked for most of a trial, so [`Cancel::cancel`] has to be called from another
/// one: a task on the observer's own executor would not get its turn before the load is over.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<Wish>);

#[derive(Debug, Default)]
struct Wish {
    made: AtomicBool,
    told: Notify,
}

impl Cancel {
    /// A wish not made yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks the run to stop. Noticed within about 100 ms.
    pub fn cancel(&self) {
        self.0.made.store(true, Ordering::Release);
        self.0.told.notify_waiters();
    }

    /// Whether the run shall stop.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.made.load(Ordering::Acquire)
    }

    /// Returns as soon as the run shall stop.
    pub async fn cancelled(&self) {
        let told = self.0.told.notified();
        tokio::pin!(told);
        // Enabled before the flag is read: a wish made in between is not missed.
        told.as_mut().enable();
        if !self.is_cancelled() {
            told.await;
        }
    }
}
