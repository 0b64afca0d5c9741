//! Progress on a terminal: one line for each workload in each lane, all arms together.

use std::cell::RefCell;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use plimsoll_app::{EventSink, format};
use plimsoll_model::{Aim, Cell, Event, Progress, Purpose, Row, Task, Trials};

use super::Troubles;

/// Redraws at most this often, so that drawing a short trial never takes longer than the trial.
const REDRAWS_PER_SECOND: u8 = 10;

pub(super) struct Live {
    display: MultiProgress,
    head: ProgressBar,
    trials: Trials,
    colour: bool,
    lanes: RefCell<Lanes>,
    troubles: RefCell<Troubles>,
}

#[derive(Default)]
struct Lanes {
    rows: Vec<Shown>,
    cells: Vec<Cell>,
}

/// What is shown of a row.
struct Shown {
    name: String,
    bar: ProgressBar,
}

impl Live {
    pub(super) fn new(trials: Trials, colour: bool) -> Self {
        let target = ProgressDrawTarget::stderr_with_hz(REDRAWS_PER_SECOND);
        let display = MultiProgress::with_draw_target(target);
        let head = display.add(ProgressBar::new_spinner().with_style(style("{msg}")));
        head.set_message("looking at the machine");
        Self { display, head, trials, colour, lanes: RefCell::default(), troubles: RefCell::default() }
    }

    fn begin(&self, rows: &[Row], arms: usize, cells: Vec<Cell>) {
        let width = |name: fn(&Row) -> String| rows.iter().map(|row| name(row).len()).max();
        let case_width = width(|row| row.case.to_string()).unwrap_or(0);
        let lane_width = width(|row| row.lane.to_string()).unwrap_or(0);
        let starts = u64::from(self.trials.cold_starts) * arms as u64;
        let bar = if self.colour { "{bar:20.cyan/dim}" } else { "{bar:20}" };
        let row_style = style(&format!("{{prefix}} {bar} {{pos:>3}}/{{len}}  {{msg}}")).progress_chars("━╸─");
        let mut lanes = self.lanes.borrow_mut();
        lanes.cells = cells;
        for Row { case, lane } in rows {
            let bar = self.display.add(ProgressBar::new(starts).with_style(row_style.clone()));
            bar.set_prefix(format!("{case:case_width$}  {lane:lane_width$}"));
            lanes.rows.push(Shown { name: format!("{case} in {lane}"), bar });
        }
    }

    fn head(&self, progress: Progress, doing: &str) {
        let left = progress.left_ms.map(|ms| format!(" · {}", format::time_left(ms))).unwrap_or_default();
        self.head.set_message(format!("{} of {} trials{left} · {doing}", progress.done, progress.planned));
    }

    fn line(&self, text: &str) {
        // A terminal that is gone must not end the run.
        let _ = self.display.println(text);
    }

    fn with_row(&self, row: u32, change: impl FnOnce(&Shown)) {
        if let Some(row) = self.lanes.borrow().rows.get(row as usize) {
            change(row);
        }
    }

    fn with_row_of(&self, cell: u32, change: impl FnOnce(&Shown)) {
        let row = self.lanes.borrow().cells.get(cell as usize).map(|cell| cell.row);
        if let Some(row) = row {
            self.with_row(row, change);
        }
    }

    fn started(&self, cell: u32, aim: Aim, progress: Progress) {
        let what = match (aim.purpose, aim.task) {
            (Purpose::WarmUp, _) => "first start, thrown away",
            (Purpose::Capacity, _) => "finding out what it can serve",
            (Purpose::Measured, Task::Start) => "cold start",
            (Purpose::Measured, Task::Load) => "cold start and load",
        };
        self.with_row_of(cell, |row| self.head(progress, &format!("{}: {what}", row.name)));
    }
}

impl EventSink for Live {
    fn send(&self, event: Event) {
        match event {
            Event::RunStarted { rows, arms, cells, .. } => self.begin(&rows, arms.len(), cells),
            Event::PrepareStarted { row } => self.with_row(row, |row| {
                row.bar.set_message("preparing");
                self.head.set_message(format!("preparing {}", row.name));
            }),
            Event::Doing(doing) => self.head.set_message(format::doing(&doing)),
            Event::PrepareEnded { row, took_ns, failure } => self.with_row(row, |row| match failure {
                None => row.bar.set_message(format!("prepared in {}", format::duration(took_ns as f64))),
                Some(failure) => {
                    row.bar.abandon_with_message("could not be prepared");
                    self.line(&format!("{}: could not be prepared: {failure}", row.name));
                }
            }),
            Event::RateChosen { workload, rate_milli } => {
                self.head
                    .set_message(format!("{workload}: {} in every lane", format::rate(rate_milli as f64)));
            }
            Event::TrialStarted { cell, aim, progress } => self.started(cell, aim, progress),
            Event::TrialEnded { cell, aim, outcome, cold_start_ns, progress, .. } => {
                self.with_row_of(cell, |row| {
                    if let Some(trouble) = self.troubles.borrow_mut().line(&row.name, &outcome) {
                        self.line(&trouble);
                    }
                    if let Some(ns) = cold_start_ns {
                        row.bar.set_message(format!("last cold start {}", format::duration(ns as f64)));
                    }
                    if aim.counts() {
                        row.bar.inc(1);
                    }
                });
                self.head(progress, "between trials");
            }
            Event::Notice { message, .. } => self.line(&message),
            Event::RunEnded { .. } => {}
        }
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        let _ = self.display.clear();
    }
}

fn style(template: &str) -> ProgressStyle {
    // The templates are constants above: a wrong one would show as the plain bar.
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
