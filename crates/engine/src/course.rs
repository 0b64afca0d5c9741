//! The course of a run: prepare, throw one start away, find the rate, go through the rounds.

mod preparing;
mod rating;
mod rounds;

use std::collections::BTreeMap;
use std::num::NonZeroU64;
use std::time::Duration;

use futures_util::future::join_all;
use jiff::SignedDuration;
use plimsoll_model::{
    End, EndReason, Event, Failure, Held, Kind, LaneDescription, Outcome, Phase, Record, Run, Trial,
    TrialKind, Workload,
};
use plimsoll_runtime::{Conditions, Prepared, Runtime};

use crate::ledger::Ledger;
use crate::probe::Found;
use crate::progress::Outlook;
use crate::schedule::Slot;
use crate::trial::{Attempt, Gained, Setting, Task};
use crate::{Enough, EventSink, RecordError};

const ASK_LIMIT: Duration = Duration::from_secs(3);
const DISCARD_LIMIT: Duration = Duration::from_secs(60);
/// After the user's wish to stop.
const QUICK_DISCARD_LIMIT: Duration = Duration::from_millis(1_600);

/// A lane of the plan and what stands for it.
pub(crate) struct Lane<'a> {
    pub(crate) runtime: &'a dyn Runtime,
    pub(crate) description: LaneDescription,
}

impl Lane<'_> {
    /// Versions of what takes part; none where nothing answers.
    pub(crate) async fn versions(&self) -> BTreeMap<String, String> {
        tokio::time::timeout(ASK_LIMIT, self.runtime.versions()).await.unwrap_or_default()
    }

    async fn held(&self) -> Option<Held> {
        tokio::time::timeout(ASK_LIMIT, self.runtime.held()).await.ok().flatten()
    }
}

/// Why a run goes no further.
#[derive(Debug)]
pub(crate) enum Stop {
    Cancelled,
    Record(RecordError),
}

impl From<RecordError> for Stop {
    fn from(error: RecordError) -> Self {
        Self::Record(error)
    }
}

/// A run under way.
pub(crate) struct Course<'a> {
    setting: Setting<'a>,
    conditions: Conditions,
    workloads: Vec<&'a Workload>,
    lanes: Vec<Lane<'a>>,
    cells: Vec<CellState>,
    /// By workload and lane, workload by workload: the arms of a lane share one.
    artifacts: Vec<Option<Box<dyn Prepared>>>,
    /// By workload: thousandths of a request per second.
    rates: Vec<Option<NonZeroU64>>,
    ledger: Ledger<'a>,
    events: &'a dyn EventSink,
    outlook: Outlook,
    origin_ns: u64,
    position: u32,
    predecessor: Option<u32>,
}

/// What is known of a cell while the run goes on.
struct CellState {
    workload: usize,
    lane: usize,
    kind: Kind,
    cold_starts_ns: Vec<u64>,
    failures_in_a_row: u32,
    loads: rounds::Loads,
}

impl<'a> Course<'a> {
    pub(crate) fn new(
        setting: Setting<'a>,
        conditions: Conditions,
        workloads: Vec<&'a Workload>,
        lanes: Vec<Lane<'a>>,
        ledger: Ledger<'a>,
        events: &'a dyn EventSink,
        origin_ns: u64,
    ) -> Self {
        let arms = ledger.run().plan.arms.len();
        let mut cells = Vec::new();
        for (at, workload) in workloads.iter().enumerate() {
            for lane in 0..lanes.len() {
                cells.extend((0..arms).map(|_| CellState {
                    workload: at,
                    lane,
                    kind: workload.kind(),
                    cold_starts_ns: Vec::new(),
                    failures_in_a_row: 0,
                    loads: rounds::Loads::default(),
                }));
            }
        }
        Self {
            rates: vec![None; workloads.len()],
            artifacts: (0..workloads.len() * lanes.len()).map(|_| None).collect(),
            cells,
            setting,
            conditions,
            workloads,
            lanes,
            ledger,
            events,
            outlook: Outlook::default(),
            origin_ns,
            position: 0,
            predecessor: None,
        }
    }

    pub(crate) fn tell_start(&self) {
        let run = self.ledger.run();
        self.events.send(Event::RunStarted { id: run.id.clone(), cells: run.cells.clone() });
    }

    pub(crate) async fn carry_out(&mut self, enough: &dyn Enough) -> Result<(), Stop> {
        self.prepare_all().await?;
        self.expect_trials();
        self.warm_up().await?;
        let first_round = self.find_rates().await?;
        self.go_through_rounds(first_round, enough).await
    }

    /// Removes everything that was prepared.
    pub(crate) async fn discard_all(&mut self) {
        let artifacts: Vec<_> = self.artifacts.iter_mut().filter_map(Option::take).collect();
        let in_haste = self.setting.cancel.is_cancelled();
        let limit = if in_haste { self.setting.cancel.left_of(QUICK_DISCARD_LIMIT) } else { DISCARD_LIMIT };
        let discards = artifacts.into_iter().map(|artifact| tokio::time::timeout(limit, artifact.discard()));
        for discarded in join_all(discards).await {
            let left = match discarded {
                Ok(Ok(())) => continue,
                Ok(Err(error)) => error.into_failure(Phase::Stop).message,
                Err(_) => format!("removal took longer than {} ms", limit.as_millis()),
            };
            let message = format!("something prepared is left, `plimsoll clean` removes it: {left}");
            self.events.send(Event::Notice { phase: Phase::Stop, message });
        }
    }

    /// Ends the run.
    pub(crate) fn end(mut self, reason: EndReason) -> Result<Run, RecordError> {
        let passed_ns = self.setting.clock.now_ns().saturating_sub(self.origin_ns);
        let started_at = self.ledger.run().started_at;
        let passed = SignedDuration::from_nanos(i64::try_from(passed_ns).unwrap_or(i64::MAX));
        let at = started_at.checked_add(passed).unwrap_or(started_at);
        let ended = self.ledger.add(Record::End(End { at, reason }));
        self.events.send(Event::RunEnded { reason });
        ended.map(|()| self.ledger.into_run())
    }

    fn artifact_at(&self, cell: &CellState) -> usize {
        cell.workload * self.lanes.len() + cell.lane
    }

    fn is_prepared(&self, cell: u32) -> bool {
        self.artifacts[self.artifact_at(&self.cells[cell as usize])].is_some()
    }

    fn cell_numbers(&self) -> std::ops::Range<u32> {
        0..self.cells.len() as u32
    }

    /// Makes one trial and keeps it. A cell that is not prepared is left out.
    async fn make_trial(&mut self, slot: Slot, round: u32, task: Task) -> Result<Option<Made>, Stop> {
        if self.setting.cancel.is_cancelled() {
            return Err(Stop::Cancelled);
        }
        let Slot { cell, kind } = slot;
        let state = &self.cells[cell as usize];
        let Some(artifact) = &self.artifacts[self.artifact_at(state)] else { return Ok(None) };
        self.events.send(Event::TrialStarted { cell, kind, progress: self.outlook.progress() });
        let held = self.lanes[state.lane].held().await;
        let began_ns = self.since_origin();
        let attempt = Attempt::new(self.setting, self.workloads[state.workload], artifact.as_ref(), task);
        let gained = attempt.make().await;
        self.outlook.ended(kind, cell, self.since_origin().saturating_sub(began_ns));
        self.keep(slot, round, began_ns, held, gained).map(Some)
    }

    fn keep(
        &mut self,
        Slot { cell, kind }: Slot,
        round: u32,
        began_ns: u64,
        held: Option<Held>,
        gained: Gained,
    ) -> Result<Made, Stop> {
        let Gained { outcome, spans, found, ready_ns, capacity_milli, notice } = gained;
        let (samples, histograms) = self.ledger.findings(found)?;
        let trial = Trial {
            position: self.position,
            round,
            cell,
            kind,
            predecessor: self.predecessor,
            began_ns,
            held,
            outcome: outcome.clone(),
            spans: spans.clone(),
            samples,
            histograms,
        };
        self.ledger.add(Record::Trial(Box::new(trial)))?;
        self.position += 1;
        self.predecessor = Some(cell);
        let started = matches!(outcome, Outcome::Passed | Outcome::Invalid { .. });
        let state = &mut self.cells[cell as usize];
        state.failures_in_a_row = if started { 0 } else { state.failures_in_a_row + 1 };
        if kind == TrialKind::Loaded {
            state.loads.ended(&outcome);
        }
        let cold_start_ns = ready_ns.filter(|_| started);
        if kind.counts() {
            state.cold_starts_ns.extend(cold_start_ns);
        }
        if let Some(message) = notice {
            self.events.send(Event::Notice { phase: Phase::Stop, message });
        }
        let progress = self.outlook.progress();
        let interrupted = outcome == Outcome::Interrupted;
        let failure = match &outcome {
            Outcome::Failed { failure } => Some(failure.message.clone()),
            _ => None,
        };
        self.events.send(Event::TrialEnded { cell, kind, outcome, spans, cold_start_ns, progress });
        if interrupted { Err(Stop::Cancelled) } else { Ok(Made { capacity_milli, failure }) }
    }

    /// Keeps a trial that could not even begin.
    fn keep_unmade(&mut self, cell: u32, failure: Failure) -> Result<(), Stop> {
        let slot = Slot { cell, kind: TrialKind::WarmUp };
        let gained = Gained {
            outcome: Outcome::Failed { failure },
            spans: Vec::new(),
            found: Found::default(),
            ready_ns: None,
            capacity_milli: None,
            notice: None,
        };
        self.outlook.ended(TrialKind::WarmUp, cell, 0);
        self.keep(slot, 0, self.since_origin(), None, gained).map(|_| ())
    }

    fn since_origin(&self) -> u64 {
        self.setting.clock.now_ns().saturating_sub(self.origin_ns)
    }
}

/// What the course of a run depends on in a trial.
struct Made {
    capacity_milli: Option<u64>,
    failure: Option<String>,
}
