use std::fmt;
use std::fs;

use plimsoll_runtime::proc::Schedstat;

use crate::pinning::usable_cpus;
use crate::proc_files::stolen_ns;

/// What kept the load generator's thread from its core during a load, in nanoseconds. `None` where this system
/// does not tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Disturbance {
    /// It could have run, and other threads had the core: `/proc/thread-self/schedstat`.
    pub waited_ns: Option<u64>,
    /// Neighbours of this virtual machine had the generator's cores, all together: `steal` in `/proc/stat`, in
    /// clock ticks.
    pub stolen_ns: Option<u64>,
    /// Likewise of the cores that the generator may not run on. `None` too where it may run on all.
    pub stolen_elsewhere_ns: Option<u64>,
}

impl fmt::Display for Disturbance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = |ns: Option<u64>| {
            ns.map_or_else(|| "an untold time".to_owned(), |ns| format!("{} ms", ns / 1_000_000))
        };
        write!(
            f,
            "meanwhile other threads had its core for {} and the virtual machine's neighbours for {}",
            ms(self.waited_ns),
            ms(self.stolen_ns)
        )
    }
}

/// What was taken from this thread since it, and this system, began.
pub(super) struct Taken {
    waited_ns: Option<u64>,
    stolen_ns: Option<u64>,
    stolen_elsewhere_ns: Option<u64>,
}

impl Taken {
    /// Reads it for the calling thread.
    pub(super) fn so_far() -> Self {
        let stat = fs::read_to_string("/proc/stat").unwrap_or_default();
        let own = usable_cpus();
        let elsewhere = |cpu: u32| !own.contains(&cpu);
        Self {
            waited_ns: Schedstat::own().map(|own| own.waited_ns),
            stolen_ns: stolen_ns(&stat, |cpu| own.contains(&cpu)),
            stolen_elsewhere_ns: stolen_ns(&stat, elsewhere),
        }
    }

    /// What was taken from `before` until now.
    pub(super) fn since(&self, before: &Self) -> Disturbance {
        let between = |before: Option<u64>, after: Option<u64>| Some(after?.saturating_sub(before?));
        Disturbance {
            waited_ns: between(before.waited_ns, self.waited_ns),
            stolen_ns: between(before.stolen_ns, self.stolen_ns),
            stolen_elsewhere_ns: between(before.stolen_elsewhere_ns, self.stolen_elsewhere_ns),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_happened_meanwhile_counts() {
        let before = Taken { waited_ns: Some(5), stolen_ns: None, stolen_elsewhere_ns: Some(1) };
        let after = Taken { waited_ns: Some(7), stolen_ns: Some(3), stolen_elsewhere_ns: Some(1) };
        let disturbance = after.since(&before);
        let expected = Disturbance { waited_ns: Some(2), stolen_ns: None, stolen_elsewhere_ns: Some(0) };
        assert_eq!(disturbance, expected);
        assert!(disturbance.to_string().contains("an untold time"));
    }
}
