//! Instances that have answered and may answer again.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};
use wasmtime::Store;

use crate::worker::guest::Guest;
use crate::worker::service::ServiceInstance;

/// How long an instance is kept that nobody asks, as long as by `wasmtime serve`.
const LIMIT: Duration = Duration::from_secs(1);

/// An instance that is asked or was, with all that is its own.
pub(super) struct Hosted {
    pub(super) store: Store<Guest>,
    pub(super) serving: ServiceInstance,
    /// How many requests it may answer, from the next or present one on.
    pub(super) left: u32,
    /// That of [`Idle`] in which it was made.
    pub(super) generation: u64,
}

/// Those that wait.
#[derive(Clone, Default)]
pub(super) struct Idle(Arc<Mutex<Waiting>>);

#[derive(Default)]
struct Waiting {
    /// The one that has waited longest first.
    instances: VecDeque<(Instant, Hosted)>,
    /// How often all were dropped: none comes back that was made before.
    generation: u64,
    /// Whether somebody drops those whose time is over.
    is_swept: bool,
}

impl Idle {
    /// The one that answered last: the kernel and the caches know it best.
    pub(super) fn take(&self) -> Option<Hosted> {
        self.lock().instances.pop_back().map(|(_, instance)| instance)
    }

    /// Keeps one that has answered, if it may answer again.
    pub(super) fn keep(&self, mut instance: Hosted) {
        instance.left = instance.left.saturating_sub(1);
        if instance.left == 0 {
            return;
        }
        let mut waiting = self.lock();
        if instance.generation != waiting.generation {
            return;
        }
        waiting.instances.push_back((Instant::now(), instance));
        if !std::mem::replace(&mut waiting.is_swept, true) {
            tokio::spawn(sweep(Arc::downgrade(&self.0)));
        }
    }

    /// Which instances may come back: those that are made from now on, until all are dropped again.
    pub(super) fn generation(&self) -> u64 {
        self.lock().generation
    }

    /// Drops all, and those too that are still at work when they have answered.
    pub(super) fn clear(&self) {
        let mut waiting = self.lock();
        waiting.generation += 1;
        let dropped = std::mem::take(&mut waiting.instances);
        drop(waiting);
        drop(dropped);
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        lock(&self.0)
    }
}

fn lock(waiting: &Mutex<Waiting>) -> MutexGuard<'_, Waiting> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Drops those whose time is over, until none waits.
async fn sweep(idle: Weak<Mutex<Waiting>>) {
    while let Some(over) = idle.upgrade().and_then(|waiting| drop_over(&waiting)) {
        sleep_until(over).await;
    }
}

/// Drops those whose time is over, and tells when that of the next is; `None` where none is left, and nobody sweeps.
fn drop_over(waiting: &Mutex<Waiting>) -> Option<Instant> {
    let now = Instant::now();
    let mut waiting = lock(waiting);
    let over = waiting.instances.iter().take_while(|(since, _)| *since + LIMIT <= now).count();
    let dropped: Vec<_> = waiting.instances.drain(..over).collect();
    let next = waiting.instances.front().map(|(since, _)| *since + LIMIT);
    waiting.is_swept = next.is_some();
    // Not while others wait for the lock: unmapping takes its time.
    drop(waiting);
    drop(dropped);
    next
}
