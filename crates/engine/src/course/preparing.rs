use std::collections::BTreeMap;
use std::time::Duration;

use plimsoll_model::{Event, Failure, Phase, Preparation, Reading, Record, TrialKind};
use plimsoll_runtime::{Figure, PREPARE_TIME, Prepared};

use super::{Course, Stop};
use crate::halt::Step;
use crate::schedule::Slot;
use crate::trial::Task;

const PREPARE_LIMIT: Duration = Duration::from_secs(300);
/// After the user's wish to stop.
const LAST_WORD: Duration = Duration::from_millis(900);

const PREPARE: Step = Step {
    phase: Phase::Prepare,
    name: "the prepared artifact",
    hint: "see whether the runtime answers with `plimsoll doctor`",
};

impl Course<'_> {
    /// Prepares each workload in each lane, once for all arms.
    pub(super) async fn prepare_all(&mut self) -> Result<(), Stop> {
        let arms = self.ledger.run().plan.arms.len() as u32;
        for at in 0..self.artifacts.len() {
            let first_cell = at as u32 * arms;
            if self.setting.cancel.is_cancelled() {
                return Err(Stop::Cancelled);
            }
            self.events.send(Event::PrepareStarted { cell: first_cell });
            let begin_ns = self.since_origin();
            let prepared = self.prepare(at).await?;
            let took_ns = self.since_origin().saturating_sub(begin_ns);
            let (artifact, failure) = match prepared {
                Ok(artifact) => (Some(artifact), None),
                Err(failure) => (None, Some(failure)),
            };
            // Kept at once: a journal that fails below must not leave it undiscarded.
            self.artifacts[at] = artifact;
            for cell in first_cell..first_cell + arms {
                self.keep_preparation(at, cell, took_ns, failure.clone())?;
            }
            let failure = failure.map(|failure| failure.message);
            self.events.send(Event::PrepareEnded { cell: first_cell, took_ns, failure });
        }
        Ok(())
    }

    async fn prepare(&mut self, at: usize) -> Result<Result<Box<dyn Prepared>, Failure>, Stop> {
        let workload = self.workloads[at / self.lanes.len()];
        let runtime = self.lanes[at % self.lanes.len()].runtime;
        let mut preparing = runtime.prepare(workload, &self.conditions);
        tokio::select! {
            biased;
            prepared = tokio::time::timeout(PREPARE_LIMIT, &mut preparing) => Ok(match prepared {
                Ok(prepared) => prepared.map_err(|error| error.into_failure(Phase::Prepare)),
                Err(_) => Err(PREPARE.timed_out(PREPARE_LIMIT)),
            }),
            () = self.setting.cancel.cancelled() => {
                // What is just being made can be discarded only once it is there.
                if let Ok(Ok(artifact)) = tokio::time::timeout(self.setting.cancel.left_of(LAST_WORD), preparing).await {
                    self.artifacts[at] = Some(artifact);
                }
                Err(Stop::Cancelled)
            }
        }
    }

    fn keep_preparation(
        &mut self,
        at: usize,
        cell: u32,
        took_ns: u64,
        failure: Option<Failure>,
    ) -> Result<(), Stop> {
        let mut figures = vec![Figure {
            metric: PREPARE_TIME,
            phase: Phase::Prepare,
            subject: None,
            method: "observer's CLOCK_MONOTONIC",
            reading: match &failure {
                None => Reading::Value(took_ns),
                Some(_) => Reading::unavailable("preparing failed"),
            },
        }];
        let mut digests = BTreeMap::new();
        if let Some(artifact) = &self.artifacts[at] {
            figures.extend(artifact.figures());
            digests = artifact.digests();
        }
        let samples = self.ledger.entries(figures)?;
        let record = Record::Preparation(Preparation { cell, failure, digests, samples });
        Ok(self.ledger.add(record)?)
    }

    /// Throws one start of each cell away: whatever only the first start after preparing pays for. A cell that
    /// could not be prepared gets its failure as its only trial.
    pub(super) async fn warm_up(&mut self) -> Result<(), Stop> {
        for cell in self.cell_numbers() {
            let prepared = self.ledger.run().preparations.iter().find(|made| made.cell == cell);
            if let Some(failure) = prepared.and_then(|made| made.failure.clone()) {
                self.keep_unmade(cell, failure)?;
                continue;
            }
            let slot = Slot { cell, kind: TrialKind::WarmUp };
            self.make_trial(slot, 0, Task::CheckAll).await?;
        }
        Ok(())
    }
}
