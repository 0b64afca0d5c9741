/// A clock that never goes back, in nanoseconds.
pub trait Clock: Send + Sync {
    /// Nanoseconds since a fixed point in the past.
    fn now_ns(&self) -> u64;

    /// Lets at least this many nanoseconds pass, blocking the thread. A clock moved by hand moves instead.
    fn pause(&self, ns: u64) {
        std::thread::sleep(std::time::Duration::from_nanos(ns));
    }
}

/// The system's `CLOCK_MONOTONIC`: the same in every process of a host, so that marks from a worker can be
/// placed beside the observer's.
#[derive(Clone, Copy, Debug, Default)]
pub struct MonotonicClock;

impl Clock for MonotonicClock {
    #[inline]
    fn now_ns(&self) -> u64 {
        let now = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
        now.tv_sec as u64 * 1_000_000_000 + now.tv_nsec as u64
    }
}
