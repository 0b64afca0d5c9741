//! Progress on a terminal: one line for each workload in each lane, all arms together.

use std::cell::RefCell;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use plimsoll_app::{EventSink, format};
use plimsoll_model::{Cell, Event, Progress, Slug, TrialKind, Trials};

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
    rows: Vec<Row>,
    /// For each cell, its row: the arms of a lane have one.
    places: Vec<usize>,
}

struct Row {
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

    fn begin(&self, cells: &[Cell]) {
        let width = |name: fn(&Cell) -> &Slug| cells.iter().map(|cell| name(cell).as_str().len()).max();
        let workload_width = width(|cell| &cell.workload).unwrap_or(0);
        let lane_width = width(|cell| &cell.lane).unwrap_or(0);
        let bar = if self.colour { "{bar:20.cyan/dim}" } else { "{bar:20}" };
        let row_style = style(&format!("{{prefix}} {bar} {{pos:>3}}/{{len}}  {{msg}}")).progress_chars("━╸─");
        let mut lanes = self.lanes.borrow_mut();
        lanes.places = Cell::lanes(cells);
        let Lanes { rows, places } = &mut *lanes;
        for (cell, place) in cells.iter().zip(places.iter()) {
            match rows.get(*place) {
                Some(row) => row.bar.inc_length(self.trials.cold_starts.into()),
                None => {
                    let bar = ProgressBar::new(self.trials.cold_starts.into()).with_style(row_style.clone());
                    let bar = self.display.add(bar);
                    bar.set_prefix(format!("{:workload_width$}  {:lane_width$}", cell.workload, cell.lane));
                    rows.push(Row { name: format!("{} in {}", cell.workload, cell.lane), bar });
                }
            }
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

    fn with_row(&self, cell: u32, change: impl FnOnce(&Row)) {
        let lanes = self.lanes.borrow();
        let place = lanes.places.get(cell as usize);
        if let Some(row) = place.and_then(|place| lanes.rows.get(*place)) {
            change(row);
        }
    }

    fn started(&self, cell: u32, kind: TrialKind, progress: Progress) {
        let what = match kind {
            TrialKind::WarmUp => "first start, thrown away",
            TrialKind::Capacity => "finding out what it can serve",
            TrialKind::ColdStart => "cold start",
            TrialKind::Loaded => "cold start and load",
        };
        self.with_row(cell, |row| self.head(progress, &format!("{}: {what}", row.name)));
    }
}

impl EventSink for Live {
    fn send(&self, event: Event) {
        match event {
            Event::RunStarted { cells, .. } => self.begin(&cells),
            Event::PrepareStarted { cell } => self.with_row(cell, |row| {
                row.bar.set_message("preparing");
                self.head.set_message(format!("preparing {}", row.name));
            }),
            Event::PrepareEnded { cell, took_ns, failure } => self.with_row(cell, |row| match failure {
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
            Event::TrialStarted { cell, kind, progress } => self.started(cell, kind, progress),
            Event::TrialEnded { cell, kind, outcome, cold_start_ns, progress, .. } => {
                self.with_row(cell, |row| {
                    if let Some(trouble) = self.troubles.borrow_mut().line(&row.name, &outcome) {
                        self.line(&trouble);
                    }
                    if let Some(ns) = cold_start_ns {
                        row.bar.set_message(format!("last cold start {}", format::duration(ns as f64)));
                    }
                    if kind.counts() {
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
