use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use plimsoll_runtime::{Clock, MonotonicClock};

use crate::protocol::Marks;

/// Takes the marks of one instance: the first after it was armed. To all others it costs one load.
#[derive(Debug)]
pub(crate) struct Stopwatch {
    armed: AtomicBool,
    asked_ns: AtomicU64,
    created_ns: AtomicU64,
    started_ns: AtomicU64,
    done_ns: AtomicU64,
}

impl Default for Stopwatch {
    fn default() -> Self {
        Self {
            armed: AtomicBool::new(true),
            asked_ns: AtomicU64::default(),
            created_ns: AtomicU64::default(),
            started_ns: AtomicU64::default(),
            done_ns: AtomicU64::default(),
        }
    }
}

/// Takes the moments of one instance, or nothing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lap<'watch>(Option<&'watch Stopwatch>);

impl Stopwatch {
    pub(crate) fn arm(&self) {
        for mark in [&self.asked_ns, &self.created_ns, &self.started_ns, &self.done_ns] {
            mark.store(0, Ordering::Relaxed);
        }
        self.armed.store(true, Ordering::Release);
    }

    /// Begins with a request that was read or a run that was ordered.
    pub(crate) fn asked(&self) -> Lap<'_> {
        if self.armed.load(Ordering::Relaxed) && self.armed.swap(false, Ordering::Acquire) {
            stamp(&self.asked_ns);
            return Lap(Some(self));
        }
        Lap(None)
    }

    pub(crate) fn marks(&self) -> Marks {
        Marks {
            asked_ns: self.asked_ns.load(Ordering::Relaxed),
            created_ns: self.created_ns.load(Ordering::Relaxed),
            started_ns: self.started_ns.load(Ordering::Relaxed),
            done_ns: self.done_ns.load(Ordering::Relaxed),
            ..Marks::default()
        }
    }
}

impl Lap<'_> {
    pub(crate) fn created(self) {
        self.take(|watch| &watch.created_ns);
    }

    pub(crate) fn started(self) {
        self.take(|watch| &watch.started_ns);
    }

    pub(crate) fn done(self) {
        self.take(|watch| &watch.done_ns);
    }

    fn take(self, mark: impl FnOnce(&Stopwatch) -> &AtomicU64) {
        if let Some(watch) = self.0 {
            stamp(mark(watch));
        }
    }
}

fn stamp(mark: &AtomicU64) {
    mark.store(MonotonicClock.now_ns(), Ordering::Relaxed);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_instance_after_arming_is_timed() {
        let watch = Stopwatch::default();
        watch.asked().created();
        let first = watch.marks();
        assert!(first.asked_ns > 0 && first.created_ns >= first.asked_ns && first.done_ns == 0);
        watch.asked().done();
        assert_eq!(watch.marks(), first);
        watch.arm();
        assert_eq!(watch.marks(), Marks::default());
        watch.asked().done();
        assert!(watch.marks().done_ns >= first.asked_ns);
    }
}
