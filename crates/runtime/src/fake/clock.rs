use std::sync::atomic::{AtomicU64, Ordering};

use crate::Clock;

/// A clock moved by hand. Every reading moves it by a fixed step as well, so that loops with a deadline end.
#[derive(Debug)]
pub struct ManualClock {
    now_ns: AtomicU64,
    step_ns: u64,
    oversleep_ns: AtomicU64,
}

impl ManualClock {
    /// A clock at `now_ns` that moves by `step_ns` whenever it is read.
    #[must_use]
    pub const fn new(now_ns: u64, step_ns: u64) -> Self {
        Self { now_ns: AtomicU64::new(now_ns), step_ns, oversleep_ns: AtomicU64::new(0) }
    }

    /// From now on every pause lasts so much longer than asked for.
    pub fn oversleep(&self, by_ns: u64) {
        self.oversleep_ns.store(by_ns, Ordering::Relaxed);
    }
}

impl Clock for ManualClock {
    fn now_ns(&self) -> u64 {
        self.now_ns.fetch_add(self.step_ns, Ordering::Relaxed)
    }

    fn pause(&self, ns: u64) {
        self.now_ns.fetch_add(ns + self.oversleep_ns.load(Ordering::Relaxed), Ordering::Relaxed);
    }
}
