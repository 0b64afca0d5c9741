use plimsoll_model::{Limits, RunId};

use crate::proc;

/// Under which conditions instances run; the same in every lane.
#[derive(Clone, Debug)]
pub struct Conditions {
    /// Limits on every instance.
    pub limits: Limits,
    /// CPUs that instances may use. Empty: any.
    pub instance_cpus: Vec<u32>,
    /// Who will have to clean up.
    pub owner: Owner,
}

/// The process that owns what a run makes. Everything made carries it as a label or in its name, so that a
/// later run can tell what a dead one left from what a living one uses.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Owner {
    /// The run.
    pub run: RunId,
    /// Process id of the command that runs it.
    pub pid: u32,
    /// That process's start in clock ticks since boot (`/proc/<pid>/stat`, field 22), so that a pid that was
    /// given out again is not taken for it. 0 where the system does not tell.
    pub started_ticks: u64,
}

impl Owner {
    /// The label's text: `<run>.<pid>.<ticks>`.
    #[must_use]
    pub fn label(&self) -> String {
        format!("{}.{}.{}", self.run, self.pid, self.started_ticks)
    }

    /// Reads a label's text back; `None` when it is not one of ours.
    #[must_use]
    pub fn from_label(text: &str) -> Option<Self> {
        let mut parts = text.rsplitn(3, '.');
        let started_ticks = parts.next()?.parse().ok()?;
        let pid = parts.next()?.parse().ok()?;
        let run = parts.next()?.parse().ok()?;
        Some(Self { run, pid, started_ticks })
    }

    /// This process as the owner of a run.
    #[must_use]
    pub fn current(run: RunId) -> Self {
        let pid = std::process::id();
        Self { run, pid, started_ticks: started_ticks(pid).unwrap_or(0) }
    }

    /// Whether the owning process still lives.
    #[must_use]
    pub fn is_alive(&self) -> bool {
        started_ticks(self.pid) == Some(self.started_ticks)
    }
}

fn started_ticks(pid: u32) -> Option<u64> {
    proc::Stat::of(pid).ok().map(|stat| stat.started_ticks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_is_alive_and_its_label_reads_back() {
        let owner = Owner::current("20261121-013200-7f3a".parse::<RunId>().unwrap_or(RunId::known("run")));
        assert!(owner.is_alive());
        assert_eq!(Owner::from_label(&owner.label()), Some(owner.clone()));
        let other = Owner { started_ticks: owner.started_ticks + 1, ..owner };
        assert!(!other.is_alive());
    }

    #[test]
    fn a_foreign_label_is_not_ours() {
        assert_eq!(Owner::from_label("web"), None);
        assert_eq!(Owner::from_label("a.b.c"), None);
    }
}
