//! What a window's screens ask, and what they get. Every number that a person reads is text here.

use plimsoll_chart::Theme;
use plimsoll_model::Slug;
use serde::{Deserialize, Serialize};

use super::compare::{ComparedView, Comparing};
use super::dropped::Dropped;
use super::filled::FilledForm;
use super::form::Saved;
use super::history::History;
use super::live::Live;
use super::offer::Offer;
use super::order::{Order, Weighed};
use super::own_form::{LookedAt, OwnForm};
use super::run_view::RunView;
use super::tried::TriedOut;
use super::words::Tone;
use crate::{Diagnosis, Error, Images};

/// One question or wish. A front end needs one command for all of them.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "ask", rename_all = "snake_case")]
pub enum Ask {
    /// What can be benched here.
    Offer,
    /// How long an order would take, and what is wrong with it.
    Weigh {
        /// The order.
        order: Order,
    },
    /// What a workload of the user's own would be. Nothing is started.
    Look {
        /// What is told of it.
        form: OwnForm,
    },
    /// One start of it in each lane that runs it. Answered when all are over.
    Try {
        /// What is told of it.
        form: OwnForm,
    },
    /// Stop what is being tried.
    StopTrying,
    /// Its answers are right: keep it among the user's own.
    Add {
        /// What is told of it, as it was tried.
        form: OwnForm,
    },
    /// What was dropped on the window: fills the form, adds a workload, or tells of a run.
    Drop {
        /// Where it lies, each a whole path.
        paths: Vec<String>,
        /// What the form tells by now.
        form: OwnForm,
    },
    /// A file or folder, named in the system's own dialog. Answered once the user has.
    Choose {
        /// What it is for, as the dialog's title.
        title: String,
        /// Whether it is a folder.
        folder: bool,
    },
    /// The images that can be chosen.
    Images,
    /// The form of one of the user's own.
    Edit {
        /// Its name.
        workload: Slug,
        /// Whether it is saved over it; else as a copy under another name.
        over: bool,
    },
    /// Show the folder of one of the user's own.
    RevealWorkload {
        /// Its name.
        workload: Slug,
    },
    /// Take one of the user's own out of the offer.
    Forget {
        /// Its name.
        workload: Slug,
    },
    /// Bring it back.
    Restore {
        /// What came when it was taken out or saved over.
        kept: String,
        /// Whether it was saved over: what is in its place is taken out.
        over: bool,
    },
    /// Begin a bench.
    Start {
        /// What to do.
        order: Order,
    },
    /// The bench that goes on, for a screen that comes back.
    Live,
    /// The last push was drawn.
    Drawn,
    /// Stop the bench that goes on, and keep what was measured.
    Cancel,
    /// Every run that was kept.
    History,
    /// A run.
    Open {
        /// Its identity, its file, or a capsule that holds it.
        run: String,
        /// The lane that others are set against; absent: the usual one.
        baseline: Option<Slug>,
    },
    /// Runs against a base run.
    Compare {
        /// Which.
        what: Comparing,
        /// The new run whose figures are wanted, by its identity; absent: the newest.
        shown: Option<String>,
    },
    /// Runs against a base run to the clipboard, as Markdown.
    CopyCompared {
        /// Which.
        what: Comparing,
    },
    /// A chart of runs against a base run to the clipboard.
    CopyComparedChart {
        /// Which runs.
        what: Comparing,
        /// The new run that is shown, by its identity; absent: the newest.
        shown: Option<String>,
        /// The workload.
        workload: Slug,
        /// The lane; absent: all together.
        lane: Option<Slug>,
        /// The chart's slug.
        chart: String,
        /// What to draw.
        format: Picture,
        /// On which ground.
        #[cfg_attr(feature = "typescript", ts(type = "\"light\" | \"dark\""))]
        theme: Theme,
    },
    /// A run into files in the folder for downloads.
    Export {
        /// Its identity or its file.
        run: String,
        /// The slug of one of its forms.
        form: String,
        /// The lane that others are set against; absent: the usual one.
        baseline: Option<Slug>,
    },
    /// Runs against a base run into a file in the folder for downloads.
    ExportCompared {
        /// Which.
        what: Comparing,
        /// The slug of one of its forms.
        form: String,
    },
    /// Show the folder of what was saved since the window was opened.
    RevealSaved {
        /// The number that came with it.
        saved: u32,
    },
    /// Call a run something; nothing: by its identity again.
    Rename {
        /// Its identity.
        run: String,
        /// The name.
        name: String,
    },
    /// Give a run these tags instead of those it has.
    Tag {
        /// Its identity.
        run: String,
        /// The tags.
        tags: Vec<String>,
    },
    /// Take a run out of the history.
    Delete {
        /// Its identity.
        run: String,
    },
    /// Bring a deleted run back.
    UndoDelete {
        /// Its identity.
        run: String,
    },
    /// What this machine can run and measure.
    Doctor,
    /// Show the folder that a run's file is in.
    Reveal {
        /// Its identity or its file.
        run: String,
    },
    /// A chart to the clipboard.
    CopyChart {
        /// The run's identity or its file.
        run: String,
        /// The workload.
        workload: Slug,
        /// The chart's slug.
        chart: String,
        /// What to draw.
        format: Picture,
        /// On which ground.
        #[cfg_attr(feature = "typescript", ts(type = "\"light\" | \"dark\""))]
        theme: Theme,
    },
    /// A workload's table to the clipboard, as Markdown.
    CopyTable {
        /// The run's identity or its file.
        run: String,
        /// The workload.
        workload: Slug,
        /// The lane that others are set against; absent: the usual one.
        baseline: Option<Slug>,
    },
    /// Words to the clipboard, e.g. a remedy.
    CopyText {
        /// The words.
        text: String,
    },
}

/// What a chart can be drawn as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Picture {
    /// Text that scales.
    Svg,
    /// Pixels.
    Png,
}

/// What comes back.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "answer", content = "is", rename_all = "snake_case")]
pub enum Answer {
    /// To [`Ask::Offer`].
    Offer(Offer),
    /// To [`Ask::Weigh`].
    Weighed(Weighed),
    /// To [`Ask::Look`].
    Looked(LookedAt),
    /// To [`Ask::Try`].
    Tried(TriedOut),
    /// To [`Ask::Add`] and [`Ask::Restore`].
    Added {
        /// The workload's name.
        #[cfg_attr(feature = "typescript", ts(type = "string"))]
        workload: Slug,
        /// What brings back the one that it was saved over.
        kept: Option<String>,
    },
    /// To [`Ask::Drop`].
    Dropped(Dropped),
    /// To [`Ask::Choose`].
    Chosen {
        /// Its whole path; absent when the user thought better of it.
        path: Option<String>,
    },
    /// To [`Ask::Images`].
    Images(Images),
    /// To [`Ask::Edit`].
    Filled(FilledForm),
    /// To [`Ask::Forget`].
    Forgotten {
        /// What brings it back.
        kept: String,
    },
    /// To [`Ask::Start`].
    Started {
        /// The number that its pushes carry.
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        epoch: u64,
    },
    /// To [`Ask::Live`]; nothing goes on when absent.
    Live(Option<Live>),
    /// To [`Ask::History`].
    History(History),
    /// To [`Ask::Open`].
    Run(Box<RunView>),
    /// To [`Ask::Compare`].
    Compared(Box<ComparedView>),
    /// To [`Ask::Doctor`].
    Doctor(DoctorView),
    /// To [`Ask::Export`] and [`Ask::ExportCompared`].
    Saved(Saved),
    /// It is done.
    Done,
}

/// What comes unasked.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "push", rename_all = "snake_case")]
pub enum Push {
    /// How the bench stands. Sent between timed phases only, at most ten a second.
    Live {
        /// Which bench.
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        epoch: u64,
        /// How it stands.
        live: Box<Live>,
    },
    /// The bench ended.
    Ended {
        /// Which bench.
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        epoch: u64,
        /// Its run, where something was kept.
        run: Option<String>,
        /// How.
        how: How,
        /// Why, when it failed.
        fault: Option<Error>,
    },
    /// Files or folders were dropped on the window.
    Dropped {
        /// Their paths.
        paths: Vec<String>,
    },
}

/// How a bench ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// As planned.
    Done,
    /// The user stopped it.
    Interrupted,
    /// It could not go on.
    Failed,
}

/// What this machine can run and measure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct DoctorView {
    /// The gravest tone among the checks.
    pub tone: Tone,
    /// All in a sentence.
    pub verdict: String,
    /// One for each thing that was looked at.
    pub checks: Vec<Examined>,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Examined {
    /// What was looked at.
    pub what: String,
    /// How it is.
    pub tone: Tone,
    /// What was found.
    pub finding: String,
    /// What can be done.
    pub remedy: Option<String>,
}

impl From<Diagnosis> for DoctorView {
    fn from(found: Diagnosis) -> Self {
        let count = |status| found.checks.iter().filter(|check| check.status == status).count();
        let (problems, warnings) = (count(crate::Status::Problem), count(crate::Status::Warning));
        let verdict = match (problems, warnings) {
            (0, 0) => "Everything can be run and measured here.".to_owned(),
            (0, warnings) => format!("Everything can be run here; {warnings} things make figures less sure."),
            (problems, 0) => format!("{problems} things can't be run or kept here."),
            (problems, warnings) => {
                format!("{problems} things can't be run or kept here, and {warnings} make figures less sure.")
            }
        };
        let tone = found.status.into();
        let checks = found.checks.into_iter().map(|check| Examined {
            what: check.what,
            tone: check.status.into(),
            finding: check.finding,
            remedy: check.remedy,
        });
        Self { tone, verdict, checks: checks.collect() }
    }
}
