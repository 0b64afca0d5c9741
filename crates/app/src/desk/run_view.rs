//! A run as a screen shows it.

use plimsoll_chart::{ChartSpec, LaneLook, charts};
use plimsoll_model::{Case, Run, Slug};
use plimsoll_report::notes::{blocks, of_case, origin};
use plimsoll_report::sheet::Sheet;
use plimsoll_report::{Report, Sentence, verdicts};
use plimsoll_store::Label;
use rayon::prelude::*;
use serde::Serialize;

use super::form::{Form, forms_of_run};
use super::history::{RowState, when};
use super::offer::{Card, lane_card};
use super::words::{Remark, Tone};
use crate::{Error, Places, Show, Shown};

/// Troubles that are listed one by one.
const MOST_TROUBLE: usize = 200;

/// A run.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RunView {
    /// Its identity.
    pub id: String,
    /// What the user calls it.
    pub name: Option<String>,
    /// The user's tags.
    pub tags: Vec<String>,
    /// Its file.
    pub path: String,
    /// Whether the user's own store keeps it: only there it can be named, tagged and deleted.
    pub own: bool,
    /// How far it came.
    pub state: RowState,
    /// When, where and how.
    pub facts: Vec<Fact>,
    /// What it says, a sentence for each workload.
    pub verdicts: Vec<Sentence>,
    /// Its lanes with their colours.
    pub lanes: Vec<Card>,
    /// Its workloads.
    pub workloads: Vec<WorkloadView>,
    /// Failed trials and invalid loads, and what else is to be doubted.
    pub trouble: Vec<Remark>,
    /// How many of them are not listed.
    pub more_trouble: Option<String>,
    /// What figures include, what is unequal, what is outside the limits.
    pub notes: Vec<NoteView>,
    /// The forms that it can be saved in.
    pub forms: Vec<Form>,
}

/// Something about a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Fact {
    /// What.
    pub title: String,
    /// How it is.
    pub text: String,
}

/// A workload of a run.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct WorkloadView {
    /// Its name.
    pub slug: String,
    /// Its figures.
    pub table: Sheet,
    /// What belongs to its figures.
    pub remarks: Vec<String>,
    /// Its charts.
    pub charts: Vec<ChartSpec>,
}

/// Sentences under a heading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct NoteView {
    /// The heading.
    pub heading: String,
    /// The sentences.
    pub lines: Vec<String>,
}

pub(super) fn open(name: &str, baseline: Option<&Slug>, places: &Places) -> Result<RunView, Error> {
    let shown = Show { run: name.to_owned(), places: places.clone() }.run()?;
    let run = &shown.run;
    // Charts need no report: of a long run both take a while.
    let (report, charts) = rayon::join(|| shown.report(baseline), || all_charts(run));
    let report = report?;
    let store = places.store()?;
    let own = is_own(&shown, places)?;
    // A label belongs to the user's own store: a file from elsewhere has none.
    let label = if own { store.label(run.id.as_str()).unwrap_or_default() } else { Label::default() };
    let mut trouble: Vec<Remark> =
        shown.notes.iter().map(|note| remark(Tone::Warning, note.clone())).collect();
    trouble.extend(report.warnings.iter().map(|warning| remark(Tone::Warning, warning.to_string())));
    let (failed, more_trouble) = failed(run);
    trouble.extend(failed);
    Ok(RunView {
        id: run.id.to_string(),
        name: label.name,
        tags: label.tags,
        path: shown.path.display().to_string(),
        own,
        state: shown.state.into(),
        facts: all_facts(&report),
        verdicts: verdicts(&report),
        lanes: LaneLook::all(&[run]).into_iter().map(lane_card).collect(),
        workloads: Sheet::all(&report)
            .into_iter()
            .zip(charts)
            .map(|(table, charts)| WorkloadView {
                slug: table.case.to_string(),
                remarks: of_case(&report, &table.case),
                charts,
                table,
            })
            .collect(),
        trouble,
        more_trouble,
        notes: blocks(&report)
            .into_iter()
            .filter(|block| block.standing)
            .map(|block| NoteView { heading: block.heading.to_owned(), lines: block.lines })
            .collect(),
        forms: forms_of_run(&shown),
    })
}

/// Whether the user's own store keeps it.
pub(super) fn is_own(shown: &Shown, places: &Places) -> Result<bool, Error> {
    // Without the ending: the journal of a run that goes on may become its file at any moment.
    let kept = places.store()?.locate(shown.run.id.as_str());
    Ok(kept.is_ok_and(|kept| kept.with_extension("") == shown.path.with_extension("")))
}

/// The charts of each case, in the run's order.
fn all_charts(run: &Run) -> Vec<Vec<ChartSpec>> {
    let of = |case: &&Case| charts().par_iter().map(|chart| chart.spec(run, case)).collect();
    run.cases().par_iter().map(of).collect()
}

fn all_facts(report: &Report<'_>) -> Vec<Fact> {
    let began = Fact { title: "Began".to_owned(), text: when(report.run.started_at) };
    let titles = ["Run", "Host", "Versions", "Plan"];
    let told =
        titles.into_iter().zip(origin(report)).map(|(title, text)| Fact { title: title.to_owned(), text });
    std::iter::once(began).chain(told).collect()
}

fn failed(run: &Run) -> (Vec<Remark>, Option<String>) {
    let all = run.trials.iter().filter_map(|trial| {
        let why = trial.outcome.trouble()?;
        let row = run.row_of(trial.cell)?;
        Some(format!("trial {} ({} in {}): {why}", trial.position, row.case, row.lane))
    });
    let mut listed: Vec<Remark> = Vec::new();
    let mut more = 0_usize;
    for text in all {
        if listed.len() < MOST_TROUBLE {
            listed.push(remark(Tone::Problem, text));
        } else {
            more += 1;
        }
    }
    (listed, (more > 0).then(|| format!("{more} more are in the run's file")))
}

fn remark(tone: Tone, text: String) -> Remark {
    Remark { tone, text, remedy: None }
}
