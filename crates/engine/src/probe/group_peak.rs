use plimsoll_model::{ComparedBy, Direction, Metric, Phase, Tabled, Unit};
use plimsoll_runtime::{Figure, Peak, Role};

use super::{Found, Kind, Moment, Probe};

const GROUP_PEAK: Metric = Metric::known(
    "group_peak",
    "Peak memory of the control group",
    Unit::Bytes,
    Direction::LowerIsBetter,
    "The most memory that the instance's control group held at once, from its making to the instance's end: heap, stacks, \
     kernel memory, and page cache that it was the first to read. Known of what has ended too. Also in it is what ran in \
     the group before the workload did: what sets a container up, or a live worker's discarded first instance.",
)
.short("group peak")
.compared(ComparedBy::Median)
.table(Tabled::Column);

pub(super) const PROBE: Kind = Kind { takes: &[GROUP_PEAK], begin: || Box::new(GroupPeak) };

/// The peak of an instance's control group, told by its end.
struct GroupPeak;

impl Probe for GroupPeak {
    fn look(&mut self, moment: &Moment<'_>, found: &mut Found) {
        let Moment::Gone { stopped, .. } = moment else { return };
        let Some(Peak { method, reading }) = stopped.peak.clone() else { return };
        let subject = Some(Role::Instance.subject());
        found.figures.push(Figure { metric: GROUP_PEAK, phase: Phase::Stop, subject, method, reading });
    }
}
