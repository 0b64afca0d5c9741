//! Keeping the window out of the way of what is measured.

use plimsoll_engine::pinning;
use plimsoll_model::Limits;
use rustix::process::nice;
use rustix::thread::{CpuSet, sched_setaffinity};

/// The lowest priority there is.
const LOWEST: i32 = 19;

/// Gives the calling thread, and every thread and process that it starts from now on, the lowest priority, and takes it
/// off the instances' CPUs. What the system refuses stays as it is: the doctor tells of one that is too small.
pub fn step_back() {
    let _ = nice(LOWEST);
    let generator = pinning(&Limits::default()).generator_cpus;
    if generator.is_empty() {
        return;
    }
    let mut cpus = CpuSet::new();
    generator.iter().for_each(|cpu| cpus.set(*cpu as usize));
    let _ = sched_setaffinity(None, &cpus);
}
