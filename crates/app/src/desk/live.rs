//! How a bench that goes on stands.

use plimsoll_chart::{Chart as _, LaneLook, charts};
use plimsoll_format as format;
use plimsoll_model::{Aim, Case, Cell, Event, Outcome, Progress, Purpose, Row, Run, Slug, Span, Task};
use serde::Serialize;

use super::race::{Lap, Race, Timed, Track};
use super::words::{Charts, Remark, Tone};

/// Charts that grow while a bench goes on.
const GROWING: [&str; 2] = ["distribution", "latency"];
/// Start-ups that are remembered for a screen that comes back.
const MOST_LAPS: usize = 60;
/// Notices that are remembered.
const MOST_NOTICES: usize = 50;

/// How a bench stands.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Live {
    /// What is being done.
    pub title: String,
    /// Trials done of those planned; empty until that is known.
    pub counter: String,
    /// The same as a share.
    pub fraction: f64,
    /// The time left.
    pub left: Option<String>,
    /// Whether the user's wish to stop is being carried out.
    pub stopping: bool,
    /// Every workload in every lane, all arms together.
    pub cells: Vec<LiveCell>,
    /// How the lanes look; empty until the run is kept.
    pub looks: Vec<LaneLook>,
    /// The scale of each workload's race.
    pub tracks: Vec<Track>,
    /// Start-ups that ended since the last push, after the newest ones of lanes whose scale has changed since; in an
    /// answer, the latest ones.
    pub laps: Vec<Lap>,
    /// Charts of the workloads that changed.
    pub charts: Vec<Charts>,
    /// What went wrong or should be known, the newest last.
    pub notices: Vec<Remark>,
}

/// How a workload in a lane stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct LiveCell {
    /// What is raced: a workload, by its title.
    pub workload: String,
    /// Its lane.
    pub lane: Slug,
    /// Cold starts that count, in all arms.
    pub done: u32,
    /// Cold starts planned, in all arms; with a precision there can be more.
    pub planned: u32,
    /// How far it is.
    pub state: CellState,
    /// The median of its cold starts so far.
    pub figure: Option<String>,
}

/// How far a workload in a lane is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum CellState {
    /// Not yet prepared.
    Waiting,
    /// Being prepared.
    Preparing,
    /// Prepared.
    Ready,
    /// It could not be prepared.
    Failed,
}

/// Folds what a bench tells.
#[derive(Debug, Default)]
pub(super) struct Course {
    /// Racers, in the order of `live`: the arms of a lane race as one.
    rows: Vec<Row>,
    cells: Vec<Cell>,
    live: Live,
    /// Every lap that is remembered; they are drawn to scale when they are sent.
    laps: Vec<Timed>,
    lap_number: u32,
    /// The first lap that was not pushed yet.
    unpushed: u32,
    /// Workloads whose scale is another one than at the last push.
    rescaled: Vec<String>,
    /// Those that count, by row.
    cold_starts_ns: Vec<Vec<u64>>,
    races: Vec<Race>,
    changed: Vec<Case>,
    run: Option<String>,
}

/// What a window shows once all of this has happened.
pub(crate) fn shown_after(events: impl Iterator<Item = Event>) -> Live {
    let mut course = Course::new("");
    for event in events {
        course.take(event);
        course.push(None);
    }
    course.whole(None)
}

impl Course {
    pub(super) fn new(title: &str) -> Self {
        Self { live: Live { title: title.to_owned(), ..Live::default() }, ..Self::default() }
    }

    /// The run's identity, once it has one.
    pub(super) fn run(&self) -> Option<&str> {
        self.run.as_deref()
    }

    pub(super) fn stop(&mut self) {
        self.live.stopping = true;
        self.live.title = "Stopping: what was measured is kept".to_owned();
    }

    pub(super) fn note(&mut self, tone: Tone, text: String) {
        self.live.notices.push(Remark { tone, text, remedy: None });
        let surplus = self.live.notices.len().saturating_sub(MOST_NOTICES);
        self.live.notices.drain(..surplus);
    }

    pub(super) fn take(&mut self, event: Event) {
        match event {
            Event::RunStarted { id, rows, cells, .. } => {
                self.run = Some(id.to_string());
                self.live.cells = rows.iter().map(waiting).collect();
                self.cold_starts_ns = vec![Vec::new(); rows.len()];
                self.races = Race::all(&rows);
                self.rows = rows;
                self.cells = cells;
            }
            Event::PrepareStarted { row } => {
                self.title(row, "preparing");
                self.set_state(row, CellState::Preparing);
            }
            Event::Doing(doing) => {
                if !self.live.stopping {
                    self.live.title = format::doing(&doing);
                }
            }
            Event::PrepareEnded { row, failure, .. } => {
                self.set_state(row, if failure.is_some() { CellState::Failed } else { CellState::Ready });
                if let (Some(why), Some(row)) = (failure, self.rows.get(row as usize)) {
                    let text = format!("{} in {} can't be prepared: {why}", row.case, row.lane);
                    self.note(Tone::Problem, text);
                }
            }
            Event::RateChosen { workload, rate_milli } => {
                let text =
                    format!("{workload} is loaded with {} in every lane", format::rate(rate_milli as f64));
                self.note(Tone::Plain, text);
            }
            Event::TrialStarted { cell, aim, progress } => {
                if let Some(row) = self.row_of(cell) {
                    self.title(row, aim_words(aim));
                }
                self.progress(progress);
            }
            Event::TrialEnded { cell, aim, outcome, spans, cold_start_ns, progress } => {
                self.progress(progress);
                self.lap(cell, aim, &outcome, &spans, cold_start_ns);
            }
            Event::Notice { message, .. } => self.note(Tone::Warning, message),
            Event::RunEnded { .. } => self.live.title = "Keeping the run".to_owned(),
        }
    }

    /// What a push holds. Charts are made from the run as far as it is kept.
    pub(super) fn push(&mut self, run: Option<&Run>) -> Live {
        let changed = std::mem::take(&mut self.changed);
        let charts = run.map(|run| changed.iter().map(|case| growing(run, case)).collect());
        let rescaled = std::mem::take(&mut self.rescaled);
        let unpushed = std::mem::replace(&mut self.unpushed, self.lap_number);
        let is_sent = |(at, timed): &(usize, &Timed)| {
            timed.lap.number >= unpushed || (rescaled.contains(&timed.lap.workload) && self.is_newest(*at))
        };
        let laps = self.laps.iter().enumerate().filter(is_sent).map(|(_, lap)| self.to_scale(lap)).collect();
        Live { laps, tracks: self.tracks(), charts: charts.unwrap_or_default(), ..self.live.clone() }
    }

    /// What a screen gets that comes back: everything that is remembered.
    pub(super) fn whole(&self, run: Option<&Run>) -> Live {
        let workloads = run.map(|run| run.cases().into_iter().map(|case| growing(run, case)).collect());
        let laps = self.laps.iter().map(|lap| self.to_scale(lap)).collect();
        Live { laps, tracks: self.tracks(), charts: workloads.unwrap_or_default(), ..self.live.clone() }
    }

    fn tracks(&self) -> Vec<Track> {
        self.races.iter().map(Race::track).collect()
    }

    /// Whether no later lap of the same lane is remembered.
    fn is_newest(&self, at: usize) -> bool {
        let key = |timed: &Timed| (timed.lap.workload.clone(), timed.lap.lane.clone());
        let own = self.laps.get(at).map(key);
        self.laps.iter().skip(at + 1).all(|later| Some(key(later)) != own)
    }

    /// On its race's scale by now, so that all that are seen side by side have one.
    fn to_scale(&self, timed: &Timed) -> Lap {
        let race = self.races.iter().find(|race| race.is_of(&timed.lap.workload));
        race.map_or_else(|| timed.lap.clone(), |race| race.to_scale(timed))
    }

    fn title(&mut self, row: u32, what: &str) {
        if let Some(row) = self.rows.get(row as usize).filter(|_| !self.live.stopping) {
            self.live.title = format!("{} in {}: {what}", row.case, row.lane);
        }
    }

    fn set_state(&mut self, row: u32, state: CellState) {
        if let Some(live) = self.live.cells.get_mut(row as usize) {
            live.state = state;
        }
    }

    fn row_of(&self, cell: u32) -> Option<u32> {
        self.cells.get(cell as usize).map(|cell| cell.row)
    }

    fn progress(&mut self, progress: Progress) {
        let Progress { done, planned, left_ms } = progress;
        self.live.counter = format!("{done} of {planned} trials");
        self.live.fraction = f64::from(done) / f64::from(planned.max(1));
        self.live.left = left_ms.map(format::time_left);
    }

    fn lap(&mut self, cell: u32, aim: Aim, outcome: &Outcome, spans: &[Span], cold_start_ns: Option<u64>) {
        let Some(at) = self.row_of(cell) else { return };
        let Some(Row { case, lane }) = self.rows.get(at as usize).cloned() else { return };
        let workload = case.to_string();
        let note = outcome.trouble().map(str::to_owned);
        if let Some(why) = &note {
            self.note(Tone::Problem, format!("{workload} in {lane}: {why}"));
        }
        if !self.changed.contains(&case) {
            self.changed.push(case);
        }
        if let (true, Some(ns)) = (aim.counts(), cold_start_ns) {
            self.count(at as usize, ns);
        }
        let timed = Timed::of(self.lap_number, (&workload, lane), outcome, spans, cold_start_ns);
        if let Some(race) = self.races.iter_mut().find(|race| race.is_of(&workload))
            && race.take(at, &timed)
        {
            self.rescaled.push(workload);
        }
        self.lap_number += 1;
        self.laps.push(timed);
        let surplus = self.laps.len().saturating_sub(MOST_LAPS);
        self.laps.drain(..surplus);
    }

    fn count(&mut self, row: usize, ns: u64) {
        let (Some(all), Some(live)) = (self.cold_starts_ns.get_mut(row), self.live.cells.get_mut(row)) else {
            return;
        };
        all.push(ns);
        live.done += 1;
        let values: Vec<f64> = all.iter().map(|ns| *ns as f64).collect();
        live.figure = plimsoll_analysis::median(&values).map(format::duration);
    }

    pub(super) fn plan(&mut self, run: &Run) {
        let arms = u32::try_from(run.plan.arms.len()).unwrap_or(u32::MAX);
        let planned = run.plan.trials.cold_starts.saturating_mul(arms);
        for live in &mut self.live.cells {
            live.planned = planned.max(live.done);
        }
        self.live.looks = LaneLook::all(&[run]);
    }
}

fn waiting(row: &Row) -> LiveCell {
    LiveCell {
        workload: row.case.to_string(),
        lane: row.lane.clone(),
        done: 0,
        planned: 0,
        state: CellState::Waiting,
        figure: None,
    }
}

fn growing(run: &Run, case: &Case) -> Charts {
    let of_those = charts().iter().filter(|chart| GROWING.contains(&chart.slug()) && chart.suits(run, case));
    Charts { workload: case.to_string(), charts: of_those.map(|chart| chart.spec(run, case)).collect() }
}

fn aim_words(aim: Aim) -> &'static str {
    match (aim.purpose, aim.task) {
        (Purpose::WarmUp, _) => "a start to warm up",
        (Purpose::Capacity, _) => "looking for a rate that every lane can serve",
        (Purpose::Measured, Task::Start) => "cold start",
        (Purpose::Measured, Task::Load) => "cold start, then load",
    }
}

#[cfg(test)]
mod tests {
    use plimsoll_model::{Arm, Phase};

    use super::*;

    /// Of `hello` in these lanes, each in these arms.
    fn course(lanes: &[&str], arms: &[&str]) -> Course {
        let row = |lane: &&str| Row { case: Case::of(Slug::known("hello")), lane: lane.parse().unwrap() };
        let rows: Vec<Row> = lanes.iter().map(row).collect();
        let cells = Cell::all(rows.len() as u32, arms.len() as u32);
        let arms = arms.iter().map(|arm| Arm { slug: arm.parse().unwrap() }).collect();
        let mut course = Course::new("Looking");
        let id = "r20261121-013200-7f3a".parse().unwrap();
        course.take(Event::RunStarted { id, rows, arms, cells });
        course
    }

    fn ended_after(cell: u32, took_ns: u64) -> Event {
        Event::TrialEnded {
            cell,
            aim: Aim::START,
            outcome: Outcome::Passed,
            spans: vec![Span { phase: Phase::Ready, begin_ns: 0, end_ns: took_ns }],
            cold_start_ns: Some(took_ns),
            progress: Progress { done: 1, planned: 4, left_ms: None },
        }
    }

    #[test]
    fn two_arms_of_one_lane_are_one_racer() {
        let mut course = course(&["docker", "native"], &["a", "b"]);
        course.take(Event::PrepareStarted { row: 1 });
        course.take(ended_after(0, 3_000_000));
        course.take(ended_after(1, 5_000_000));
        course.take(ended_after(3, 1_000_000));
        let live = course.push(None);
        let told: Vec<_> =
            live.cells.iter().map(|cell| (cell.lane.as_str(), cell.done, cell.figure.as_deref())).collect();
        assert_eq!(told, [("docker", 2, Some("4.00 ms")), ("native", 1, Some("1.00 ms"))]);
        assert_eq!([live.cells[0].state, live.cells[1].state], [CellState::Waiting, CellState::Preparing]);
        let laps: Vec<&str> = live.laps.iter().map(|lap| lap.lane.as_str()).collect();
        assert_eq!(laps, ["docker", "docker", "native"]);
        // Once the scale changes, one start-up of each lane is drawn anew.
        course.take(ended_after(2, 100_000));
        let again: Vec<u32> = course.push(None).laps.iter().map(|lap| lap.number).collect();
        assert_eq!(again, [1, 3]);
    }

    #[test]
    fn trials_are_counted() {
        let mut course = course(&["docker"], &["a"]);
        course.take(ended_after(0, 5_000_000));
        assert_eq!(course.push(None).counter, "1 of 4 trials");
    }

    #[test]
    fn before_the_first_trial_nothing_is_counted() {
        assert_eq!(course(&["docker"], &["a"]).push(None).counter, "");
    }
}
