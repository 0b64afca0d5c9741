use plimsoll_model::{Limits, Pinning};

/// Splits the CPUs this process may use: the last ones, as many as the limits grant, for the instances; the
/// others for the load generator and the observer. Says why where that can't be done.
#[must_use]
pub fn pinning(limits: &Limits) -> Pinning {
    split(&usable_cpus(), limits)
}

/// The calling thread, the observer, pinned to the load generator's CPUs until this is dropped: another run in the same
/// process then finds every CPU that this one found.
#[derive(Debug)]
#[must_use = "the thread is set free when this is dropped"]
pub(crate) struct PinnedObserver {
    before: Vec<u32>,
}

impl PinnedObserver {
    /// Does nothing where nothing is split.
    pub(crate) fn pin(pinning: &Pinning) -> Self {
        let before = if pinning.generator_cpus.is_empty() { Vec::new() } else { usable_cpus() };
        set_affinity(&pinning.generator_cpus);
        Self { before }
    }
}

impl Drop for PinnedObserver {
    fn drop(&mut self) {
        set_affinity(&self.before);
    }
}

fn split(usable: &[u32], limits: &Limits) -> Pinning {
    let wanted = limits.cpu_milli.div_ceil(1_000) as usize;
    if usable.is_empty() {
        return shared("this system does not tell which CPUs may be used, so nothing is pinned".to_owned());
    }
    if wanted >= usable.len() {
        let cpus = limits.cpu_milli as f64 / 1_000.0;
        return shared(format!(
            "instances may use {cpus} CPUs and this host has {}, so the load generator shares cores with them",
            usable.len()
        ));
    }
    let (generator, instance) = usable.split_at(usable.len() - wanted);
    Pinning { instance_cpus: instance.to_vec(), generator_cpus: generator.to_vec(), shared: None }
}

fn shared(why: String) -> Pinning {
    Pinning { shared: Some(why), ..Pinning::default() }
}

/// The CPUs that the calling thread may run on; none where this system does not tell.
#[cfg(target_os = "linux")]
pub(crate) fn usable_cpus() -> Vec<u32> {
    use rustix::thread::{CpuSet, sched_getaffinity};
    match sched_getaffinity(None) {
        Ok(set) => (0..CpuSet::MAX_CPU).filter(|cpu| set.is_set(*cpu)).map(|cpu| cpu as u32).collect(),
        Err(_) => Vec::new(),
    }
}

#[cfg(target_os = "linux")]
fn set_affinity(cpus: &[u32]) {
    use rustix::thread::{CpuSet, sched_setaffinity};
    if cpus.is_empty() {
        return;
    }
    let mut set = CpuSet::new();
    for cpu in cpus {
        set.set(*cpu as usize);
    }
    // A CPU taken offline since the split leaves the thread where it was, which the lag histogram shows.
    let _ = sched_setaffinity(None, &set);
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn usable_cpus() -> Vec<u32> {
    Vec::new()
}

#[cfg(not(target_os = "linux"))]
fn set_affinity(_: &[u32]) {}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(cpu_milli: u32) -> Limits {
        Limits { cpu_milli, ..Limits::default() }
    }

    #[test]
    fn the_last_cores_go_to_the_instances_and_the_rest_to_the_generator() {
        let split = split(&[0, 1, 2, 3], &limits(1_500));
        assert_eq!(split.generator_cpus, [0, 1]);
        assert_eq!(split.instance_cpus, [2, 3]);
        assert_eq!(split.shared, None);
    }

    #[test]
    fn an_observer_that_was_pinned_has_its_cpus_back_afterwards() {
        let before = usable_cpus();
        let first = before.first().copied().into_iter().collect::<Vec<_>>();
        let pinned = PinnedObserver::pin(&Pinning { generator_cpus: first.clone(), ..Pinning::default() });
        assert_eq!(usable_cpus(), first);
        drop(pinned);
        assert_eq!(usable_cpus(), before);
    }

    #[test]
    fn where_more_is_asked_than_can_be_pinned_apart_it_says_so() {
        let split = split(&[0, 1], &limits(2_000));
        assert!(split.instance_cpus.is_empty() && split.generator_cpus.is_empty());
        assert!(split.shared.is_some_and(|why| why.contains("shares cores")));
    }
}
