//! Keeping the window out of the way of what is measured.

use plimsoll_engine::pinning;
use plimsoll_model::{Limits, Pinning};
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
    run_on(generator);
}

/// Lets the calling thread use the instances' CPUs too while no bench goes on, and no longer once one does.
pub(super) fn make_room(pinning: &Pinning, bench_goes_on: bool) {
    if pinning.generator_cpus.is_empty() {
        return;
    }
    let instances = if bench_goes_on { &[] } else { pinning.instance_cpus.as_slice() };
    run_on(pinning.generator_cpus.iter().chain(instances).copied());
}

fn run_on(cpus: impl IntoIterator<Item = u32>) {
    let mut set = CpuSet::new();
    cpus.into_iter().for_each(|cpu| set.set(cpu as usize));
    let _ = sched_setaffinity(None, &set);
}
