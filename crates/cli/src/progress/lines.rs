//! Progress without a terminal: a plain line now and then.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::time::{Duration, Instant};

use plimsoll_app::{EventSink, format};
use plimsoll_model::{Cell, Event, Progress, Row};

use super::Troubles;

/// Between two lines that only say how far it has come.
const PAUSE: Duration = Duration::from_secs(10);

pub(super) struct Lines(RefCell<State>);

#[derive(Default)]
struct State {
    rows: Vec<Row>,
    cells: Vec<Cell>,
    told: Option<Instant>,
    troubles: Troubles,
}

impl Lines {
    pub(super) fn new() -> Self {
        Self(RefCell::default())
    }
}

impl EventSink for Lines {
    fn send(&self, event: Event) {
        let mut state = self.0.borrow_mut();
        match event {
            Event::RunStarted { id, rows, arms, cells } => {
                let cases = rows.iter().map(|row| &row.case).collect::<BTreeSet<_>>().len();
                let lanes = rows.iter().map(|row| &row.lane).collect::<BTreeSet<_>>().len();
                line(&format!("run {id}: workloads {cases}, lanes {lanes}, arms of each {}", arms.len()));
                state.rows = rows;
                state.cells = cells;
            }
            Event::PrepareEnded { row, failure: Some(failure), .. } => {
                line(&format!("{}: could not be prepared: {failure}", state.name(row)));
            }
            Event::RateChosen { workload, rate_milli } => {
                line(&format!("{workload}: {} in every lane", format::rate(rate_milli as f64)));
            }
            Event::TrialEnded { cell, outcome, progress, .. } => {
                let row = state.cells.get(cell as usize).map(|cell| cell.row);
                let name = row.map(|row| state.name(row)).unwrap_or_default();
                if let Some(trouble) = state.troubles.line(&name, &outcome) {
                    line(&trouble);
                }
                state.tell(progress);
            }
            Event::Doing(doing) => {
                if state.is_time() {
                    line(&format::doing(&doing));
                }
            }
            Event::Notice { message, .. } => line(&message),
            Event::PrepareStarted { .. }
            | Event::PrepareEnded { .. }
            | Event::TrialStarted { .. }
            | Event::RunEnded { .. } => {}
        }
    }
}

impl State {
    fn name(&self, row: u32) -> String {
        let row = self.rows.get(row as usize);
        row.map(|row| format!("{} in {}", row.case, row.lane)).unwrap_or_default()
    }

    /// Whether a line may be told again that only says how far it has come; it then counts as told.
    fn is_time(&mut self) -> bool {
        let is_time = self.told.is_none_or(|told| told.elapsed() >= PAUSE);
        if is_time {
            self.told = Some(Instant::now());
        }
        is_time
    }

    fn tell(&mut self, progress: Progress) {
        if !self.is_time() {
            return;
        }
        let left = progress.left_ms.map(|ms| format!(", {}", format::time_left(ms))).unwrap_or_default();
        line(&format!("{} of {} trials{left}", progress.done, progress.planned));
    }
}

fn line(text: &str) {
    // Progress that nobody reads any more must not end the run.
    let _ = writeln!(io::stderr(), "{text}");
}
