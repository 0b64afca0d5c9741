use std::borrow::Cow;
use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use plimsoll_model::{ComparedBy, Direction, Metric, Phase, Reading, Tabled, Unit};
use plimsoll_runtime::{Figure, Footprint, Role};
use rustix::io::Errno;

use super::{Found, Kind, Moment, Probe};
use crate::proc_files::{field, reading};

const RSS: Metric = Metric::known(
    "rss",
    "Resident memory (RSS)",
    Unit::Bytes,
    Direction::LowerIsBetter,
    "Resident pages of the processes of this part, each counted whole even where other processes share it: of an \
     instance all that are in its control group at that moment.",
)
.short("RSS");

const PSS: Metric = Metric::known(
    "pss",
    "Proportional memory (PSS)",
    Unit::Bytes,
    Direction::LowerIsBetter,
    "Resident pages of the same processes, each divided by the number of processes that share it.",
)
.short("PSS")
.compared(ComparedBy::MedianOfPhase)
.table(Tabled::Placed);

const USS: Metric = Metric::known(
    "uss",
    "Unique memory (USS)",
    Unit::Bytes,
    Direction::LowerIsBetter,
    "Resident pages that no other process shares: what would be free if this one ended. A second instance of the \
     same file makes it smaller.",
)
.short("USS")
.compared(ComparedBy::MedianOfPhase)
.table(Tabled::Placed);

const RSS_PEAK: Metric = Metric::known(
    "rss_peak",
    "Peak resident memory",
    Unit::Bytes,
    Direction::LowerIsBetter,
    "The most that was resident since the process began its program (VmHWM), never ru_maxrss.",
);

pub(super) const PROBE: Kind = Kind { takes: &[RSS, PSS, USS, RSS_PEAK], begin: || Box::new(ProcessMemory) };

/// Memory of the instance's processes, of its shim and its proxy.
struct ProcessMemory;

impl Probe for ProcessMemory {
    fn look(&mut self, moment: &Moment<'_>, found: &mut Found) {
        let (phase, footprint) = match moment {
            Moment::Ready { footprint, .. } => (Phase::Ready, footprint),
            Moment::LoadEnded { footprint, .. } => (Phase::Serve, footprint),
            _ => return,
        };
        for role in [Role::Instance, Role::Shim, Role::Proxy] {
            let pids = footprint.processes.iter().filter(|process| process.role == role);
            let pids: Vec<u32> = pids.map(|process| process.pid).collect();
            if !pids.is_empty() || role == Role::Instance {
                look_at(role, phase, &pids, footprint, found);
            }
        }
    }
}

fn look_at(role: Role, phase: Phase, pids: &[u32], footprint: &Footprint, found: &mut Found) {
    let unseen = footprint.unseen.unwrap_or("there is no process to look at: it has ended");
    let sum = |file: &str, of: &dyn Fn(&str) -> Option<u64>| -> Reading {
        if pids.is_empty() {
            return Reading::unavailable(unseen);
        }
        // One that went since the group was read has nothing any more.
        let values: Result<Vec<Option<u64>>, _> = pids.iter().map(|pid| value(*pid, file, of)).collect();
        match values.map(|values| values.into_iter().flatten().reduce(u64::saturating_add)) {
            Ok(None) => Reading::unavailable("the process has ended and keeps no memory"),
            Ok(Some(sum)) => Reading::Value(sum),
            Err(reason) => reading(Err(reason)),
        }
    };
    let mut push = |metric, method, reading| {
        found.figures.push(Figure { metric, phase, subject: Some(role.subject()), method, reading });
    };
    let rollup = "smaps_rollup";
    push(RSS, rollup, sum(rollup, &|text| field(text, "Rss", 1_024)));
    push(PSS, rollup, sum(rollup, &|text| field(text, "Pss", 1_024)));
    push(USS, rollup, sum(rollup, &unique));
    push(RSS_PEAK, "status VmHWM", sum("status", &|text| field(text, "VmHWM", 1_024)));
}

fn unique(text: &str) -> Option<u64> {
    let private = ["Private_Clean", "Private_Dirty", "Private_Hugetlb"];
    private.iter().map(|key| field(text, key, 1_024)).sum()
}

/// `None` of one that has ended.
fn value(pid: u32, file: &str, of: &dyn Fn(&str) -> Option<u64>) -> Result<Option<u64>, Cow<'static, str>> {
    let path = PathBuf::from(format!("/proc/{pid}/{file}"));
    match fs::read_to_string(&path) {
        // Of one that has ended and was not waited for, the files are there and hold nothing.
        Ok(text) => Ok(of(&text)),
        Err(error) if error.raw_os_error() == Some(Errno::SRCH.raw_os_error()) => Ok(None),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("`{}` can't be read: {error}", path.display()).into()),
    }
}

#[cfg(test)]
mod tests {
    use plimsoll_runtime::Process;

    use super::*;

    fn figures(footprint: &Footprint) -> Vec<Figure> {
        let mut found = Found::default();
        let (spans, attendants) = (&[], &[]);
        ProcessMemory.look(&Moment::Ready { spans, ready_ns: 1, attendants, footprint }, &mut found);
        found.figures
    }

    #[test]
    fn the_memory_of_this_process_is_told_apart() {
        let processes = vec![Process { pid: std::process::id(), role: Role::Instance }];
        let figures = figures(&Footprint { processes, ..Footprint::default() });
        let [rss, pss, uss, peak] = [0, 1, 2, 3].map(|at| figures[at].reading.value().unwrap());
        assert!(uss <= pss && pss <= rss && rss <= peak, "{figures:?}");
    }

    #[test]
    fn one_that_has_gone_is_left_out_of_the_sum() {
        let mut gone = std::process::Command::new("true").spawn().unwrap();
        gone.wait().unwrap();
        let process = |pid| Process { pid, role: Role::Instance };
        let rss = |pids: &[u32]| {
            let processes = pids.iter().map(|pid| process(*pid)).collect();
            figures(&Footprint { processes, ..Footprint::default() })[0].reading.value()
        };
        assert!(rss(&[std::process::id(), gone.id()]).is_some());
        assert_eq!(rss(&[gone.id()]), None);
    }

    #[test]
    fn what_can_not_be_seen_says_why() {
        let figures = figures(&Footprint { unseen: Some("it runs elsewhere"), ..Footprint::default() });
        assert_eq!(figures[0].reading, Reading::unavailable("it runs elsewhere"));
    }
}
