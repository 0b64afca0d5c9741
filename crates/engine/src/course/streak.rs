//! When a lane is tried no further.

use plimsoll_model::{Event, Failure, FailureKind, LeftOut, Outcome, Phase, Record};

use super::{Course, Stop};

/// So many failures of a lane in a row, alike and none of them a workload's, and it is not tried again.
const ENOUGH: u32 = 3;

/// How the trials of a lane failed lately.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Streak {
    like: Option<(Phase, FailureKind)>,
    length: u32,
}

impl Streak {
    /// Takes in how a trial ended.
    fn go_on(&mut self, reason: Option<(Phase, FailureKind)>) {
        self.length = match reason {
            Some(_) if self.like == reason => self.length + 1,
            Some(_) => 1,
            None => 0,
        };
        self.like = reason;
    }

    /// Whether the lane is tried no further.
    pub(super) const fn is_hopeless(self) -> bool {
        self.length >= ENOUGH
    }
}

/// What tells a failure that lies in the machine or the lane's engine from others such; `None` for one that a workload
/// may cause itself.
fn of_the_environment(failure: &Failure, unreached: bool) -> Option<(Phase, FailureKind)> {
    let is = match failure.kind {
        FailureKind::RuntimeLost | FailureKind::Conflict => true,
        FailureKind::TimedOut => unreached || !matches!(failure.phase, Phase::Ready | Phase::Serve),
        _ => false,
    };
    is.then_some((failure.phase, failure.kind))
}

impl Course<'_> {
    /// Takes in how a trial in a lane ended, and gives the lane up where that was one too often.
    pub(super) fn judge_lane(&mut self, lane: usize, outcome: &Outcome, unreached: bool) -> Result<(), Stop> {
        let failure = match outcome {
            Outcome::Failed { failure } => Some(failure),
            _ => None,
        };
        let streak = &mut self.streaks[lane];
        streak.go_on(failure.and_then(|failure| of_the_environment(failure, unreached)));
        let Some(failure) = failure.filter(|_| streak.is_hopeless()) else { return Ok(()) };
        let cells = self.cell_numbers().filter(|cell| self.row(*cell).lane == lane);
        let cells: Vec<u32> = cells.collect();
        let unmade: u32 = cells.into_iter().map(|cell| self.outlook.forget(cell)).sum();
        let slug = self.lanes[lane].record.slug().clone();
        let why = format!(
            "{ENOUGH} trials in a row failed for one reason, which is none of a workload's, so the {unmade} that were \
             still planned were not made: {}",
            failure.message
        );
        let left = LeftOut { lane: slug, why };
        self.events.send(Event::Notice { phase: failure.phase, message: left.to_string() });
        Ok(self.ledger.add(Record::LeftOut(left))?)
    }

    /// Whether there is something to try in a cell, and sense in it.
    pub(super) fn is_tried(&self, cell: u32) -> bool {
        let row = self.row(cell);
        row.prepared.is_some() && !self.streaks[row.lane].is_hopeless()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(phase: Phase, kind: FailureKind) -> Failure {
        Failure { phase, kind, message: String::new(), diff: None }
    }

    #[test]
    fn three_alike_in_a_row_are_enough_and_anything_else_between_begins_anew() {
        let lost = Some((Phase::Start, FailureKind::RuntimeLost));
        let other = Some((Phase::Stop, FailureKind::RuntimeLost));
        for (ends, hopeless) in [
            (&[lost, lost, lost][..], true),
            (&[lost, lost, None, lost], false),
            (&[lost, other, lost, lost], false),
            (&[None, other, other, other], true),
        ] {
            let mut streak = Streak::default();
            ends.iter().for_each(|reason| streak.go_on(*reason));
            assert_eq!(streak.is_hopeless(), hopeless, "{ends:?}");
        }
    }

    #[test]
    fn what_a_workload_may_cause_itself_is_none_of_the_environment_s() {
        for kind in
            [FailureKind::WrongOutput, FailureKind::Exited, FailureKind::OutOfMemory, FailureKind::Other]
        {
            assert_eq!(of_the_environment(&failure(Phase::Ready, kind), false), None);
        }
        let late = |phase, unreached| {
            of_the_environment(&failure(phase, FailureKind::TimedOut), unreached).is_some()
        };
        assert_eq!(
            [late(Phase::Ready, false), late(Phase::Ready, true), late(Phase::Start, false)],
            [false, true, true]
        );
    }
}
