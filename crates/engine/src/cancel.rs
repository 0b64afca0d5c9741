use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

/// The user's wish to stop. Clones share it; once made it stays.
///
/// The observer's thread is blocked for most of a trial, so [`Cancel::cancel`] has to be called from another
/// one: a task on the observer's own executor would not get its turn before the load is over.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<Wish>);

#[derive(Debug, Default)]
struct Wish {
    made: OnceLock<Instant>,
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
        self.0.made.get_or_init(Instant::now);
        self.0.told.notify_waiters();
    }

    /// Whether the run shall stop.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.made.get().is_some()
    }

    /// What is left of a time that began with the wish; all of it while there is none. What ends a run shares one
    /// deadline this way, however many steps it takes.
    #[must_use]
    pub fn left_of(&self, time: Duration) -> Duration {
        time.saturating_sub(self.0.made.get().map(Instant::elapsed).unwrap_or_default())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_to_end_runs_from_the_first_wish() {
        let cancel = Cancel::new();
        let hour = Duration::from_secs(3_600);
        assert_eq!(cancel.left_of(hour), hour);
        cancel.cancel();
        let left = cancel.left_of(hour);
        assert!(left < hour);
        cancel.cancel();
        assert!(cancel.left_of(hour) <= left);
        assert_eq!(cancel.left_of(Duration::ZERO), Duration::ZERO);
    }
}
