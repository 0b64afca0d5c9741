//! The course of a run: prepare, throw one start away, find the rate, go through the rounds.

mod preparing;
mod rating;
mod rounds;
mod streak;
mod telling;

use std::collections::BTreeMap;
use std::num::NonZeroU64;
use std::time::Duration;

use futures_util::future::join_all;
use jiff::SignedDuration;
use plimsoll_model::{
    Aim, Cell, End, EndReason, Event, Failure, Held, LaneRecord, Outcome, Phase, Record, Run, Settings,
    Trial, Workload,
};
use plimsoll_runtime::{Conditions, Prepared, Runtime};

use crate::ledger::Ledger;
use crate::pinning::PinnedObserver;
use crate::probe::Found;
use crate::progress::Outlook;
use crate::schedule::Slot;
use crate::trial::{Attempt, Gained, Kept, Serving, Setting};
use crate::{Enough, EventSink, RecordError};

const ASK_LIMIT: Duration = Duration::from_secs(3);
const DISCARD_LIMIT: Duration = Duration::from_secs(60);
/// After the user's wish to stop.
const QUICK_DISCARD_LIMIT: Duration = Duration::from_millis(1_600);

/// A lane of the plan and what stands for it.
pub(crate) struct Lane<'a> {
    pub(crate) runtime: &'a dyn Runtime,
    pub(crate) record: LaneRecord,
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

/// What stands for a row of the run.
#[derive(Clone, Copy)]
pub(crate) struct Entrant<'a> {
    pub(crate) workload: &'a Workload,
    /// Index into the lanes.
    pub(crate) lane: usize,
}

/// Who takes part, and under which settings.
pub(crate) struct Participants<'a> {
    /// By row.
    pub(crate) entrants: Vec<Entrant<'a>>,
    /// By the plan's lanes.
    pub(crate) lanes: Vec<Lane<'a>>,
    /// By point.
    pub(crate) settings: Vec<Settings>,
}

/// A run under way.
pub(crate) struct Course<'a> {
    setting: Setting<'a>,
    conditions: Conditions,
    lanes: Vec<Lane<'a>>,
    /// By lane.
    streaks: Vec<streak::Streak>,
    rows: Vec<RowState<'a>>,
    cells: Vec<CellState>,
    ledger: Ledger<'a>,
    events: &'a dyn EventSink,
    outlook: Outlook,
    origin_ns: u64,
    position: u32,
    predecessor: Option<u32>,
}

/// What is known of a row while the run goes on: its arms share it.
struct RowState<'a> {
    workload: &'a Workload,
    lane: usize,
    settings: Settings,
    /// Absent until it is prepared, and where it can't be.
    prepared: Option<Box<dyn Prepared>>,
    /// Thousandths of a request per second; absent where it is not loaded.
    rate_milli: Option<NonZeroU64>,
    /// What was told of it while it ran.
    told: Vec<String>,
}

/// What is known of a cell while the run goes on.
struct CellState {
    row: usize,
    cold_starts_ns: Vec<u64>,
    failures_in_a_row: u32,
    loads: rounds::Loads,
}

impl CellState {
    fn of(cell: &Cell) -> Self {
        Self {
            row: cell.row as usize,
            cold_starts_ns: Vec::new(),
            failures_in_a_row: 0,
            loads: rounds::Loads::default(),
        }
    }
}

impl<'a> Course<'a> {
    pub(crate) fn new(
        setting: Setting<'a>,
        conditions: Conditions,
        field: Participants<'a>,
        ledger: Ledger<'a>,
        events: &'a dyn EventSink,
        origin_ns: u64,
    ) -> Self {
        let Participants { entrants, lanes, settings } = field;
        let run = ledger.run();
        let rows = run.rows.iter().zip(entrants).map(|(row, entrant)| RowState {
            workload: entrant.workload,
            lane: entrant.lane,
            settings: settings.get(row.case.point as usize).unwrap_or(&run.plan.settings).clone(),
            prepared: None,
            rate_milli: None,
            told: Vec::new(),
        });
        Self {
            rows: rows.collect(),
            cells: run.cells.iter().map(CellState::of).collect(),
            setting,
            conditions,
            streaks: vec![streak::Streak::default(); lanes.len()],
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
        let (id, rows, cells) = (run.id.clone(), run.rows.clone(), run.cells.clone());
        self.events.send(Event::RunStarted { id, rows, arms: run.plan.arms.clone(), cells });
    }

    pub(crate) async fn carry_out(&mut self, enough: &dyn Enough) -> Result<(), Stop> {
        // What is prepared may use every CPU: what is compiled there inherits those of this thread.
        self.prepare_all().await?;
        let _pinned = PinnedObserver::pin(&self.ledger.run().site.pinning);
        self.expect_trials();
        self.warm_up().await?;
        let first_round = self.find_rates().await?;
        self.go_through_rounds(first_round, enough).await
    }

    /// Removes everything that was prepared.
    pub(crate) async fn discard_all(&mut self) {
        let artifacts: Vec<_> = self.rows.iter_mut().filter_map(|row| row.prepared.take()).collect();
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

    fn row(&self, cell: u32) -> &RowState<'a> {
        &self.rows[self.cells[cell as usize].row]
    }

    fn cell_numbers(&self) -> std::ops::Range<u32> {
        0..self.cells.len() as u32
    }

    /// Makes one trial and keeps it. A cell that is not prepared, or whose lane is given up, is left out.
    async fn make_trial(&mut self, slot: Slot, round: u32, serving: Serving) -> Result<Option<Made>, Stop> {
        if self.setting.cancel.is_cancelled() {
            return Err(Stop::Cancelled);
        }
        let Slot { cell, aim } = slot;
        let row = self.row(cell);
        let Some(prepared) = row.prepared.as_ref().filter(|_| self.is_tried(cell)) else { return Ok(None) };
        self.events.send(Event::TrialStarted { cell, aim, progress: self.outlook.progress() });
        let lane = row.lane;
        let held = self.lanes[lane].held().await;
        let began_ns = self.since_origin();
        let setting = self.setting.under(&row.settings);
        let gained = Attempt::new(setting, row.workload, prepared.as_ref(), serving).make().await;
        self.outlook.ended(aim, cell, self.since_origin().saturating_sub(began_ns));
        let (outcome, unreached) = (gained.outcome.clone(), gained.unreached);
        let made = self.keep(slot, round, began_ns, held, gained)?;
        self.judge_lane(lane, &outcome, unreached)?;
        Ok(Some(made))
    }

    fn keep(
        &mut self,
        Slot { cell, aim }: Slot,
        round: u32,
        began_ns: u64,
        held: Option<Held>,
        gained: Gained,
    ) -> Result<Made, Stop> {
        let Gained { outcome, spans, found, ready_ns, capacity_milli, notice, remarks, .. } = gained;
        let (samples, histograms) = self.ledger.findings(found)?;
        let trial = Trial {
            position: self.position,
            round,
            cell,
            purpose: aim.purpose,
            task: aim.task,
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
        if aim.is_loaded() {
            state.loads.ended(&outcome);
        }
        let cold_start_ns = ready_ns.filter(|_| started);
        if aim.counts() {
            state.cold_starts_ns.extend(cold_start_ns);
        }
        self.tell(cell, notice, remarks)?;
        let progress = self.outlook.progress();
        let interrupted = outcome == Outcome::Interrupted;
        let failure = match &outcome {
            Outcome::Failed { failure } => Some(failure.message.clone()),
            _ => None,
        };
        self.events.send(Event::TrialEnded { cell, aim, outcome, spans, cold_start_ns, progress });
        if interrupted { Err(Stop::Cancelled) } else { Ok(Made { capacity_milli, failure }) }
    }

    /// Keeps a trial that could not even begin.
    fn keep_unmade(&mut self, cell: u32, failure: Failure) -> Result<(), Stop> {
        let slot = Slot { cell, aim: Aim::WARM_UP };
        let gained = Gained {
            outcome: Outcome::Failed { failure },
            spans: Vec::new(),
            found: Found::default(),
            ready_ns: None,
            capacity_milli: None,
            notice: None,
            remarks: Vec::new(),
            heard: Kept::default(),
            unreached: false,
        };
        self.outlook.ended(Aim::WARM_UP, cell, 0);
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
