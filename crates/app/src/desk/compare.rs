//! Runs set against a base run, as a screen shows them.

use std::collections::HashSet;

use plimsoll_chart::{ChartSpec, overlay};
use plimsoll_export::{Style, exporter};
use plimsoll_format::plain;
use plimsoll_model::{Run, RunId, Slug};
use plimsoll_report::versus::Versus;
use plimsoll_report::{Document, Illustrated};
use plimsoll_store::Label;
use serde::{Deserialize, Serialize};

use super::form::{Form, forms_of_comparison};
use super::history::when;
use crate::{Compared, Error, Places, Show, Shown};

/// Most runs at once.
const MOST_RUNS: usize = 200;

/// Which runs are compared, and how.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Comparing {
    /// The runs, by their identities or files, in any order; one that is named twice counts once.
    pub runs: Vec<String>,
    /// The one that the others are set against; absent: the oldest.
    pub base: Option<String>,
    /// Whether the files of a workload may differ, because they are what has changed.
    pub changed_files: bool,
}

/// Runs set against a base run. With many of them, the figures of one.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ComparedView {
    /// What it says, with the figures of the new run that is shown.
    pub document: Document,
    /// The run that the others are set against.
    pub base: ComparedRun,
    /// The runs that are set against it, the oldest first.
    pub news: Vec<ComparedRun>,
    /// The identity of the new run whose figures are here.
    pub shown: String,
    /// What a reader should know about the reading.
    pub notes: Vec<String>,
    /// The forms that it can be saved in.
    pub forms: Vec<Form>,
}

/// One of the runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ComparedRun {
    /// What to ask for it by: its identity, or the file of one from elsewhere.
    pub run: String,
    /// Its identity.
    pub id: String,
    /// What the user calls it.
    pub name: Option<String>,
    /// When it began.
    pub when: String,
    /// Where it ran.
    pub host: String,
}

/// `shown` names the new run whose figures are wanted; absent: the newest.
pub(super) fn compare(what: &Comparing, shown: Option<&str>, places: &Places) -> Result<ComparedView, Error> {
    let Opened { runs, compared } = Opened::of(what, places)?;
    let versus = compared.versus();
    let (base, news) = runs.split_first().ok_or_else(too_few)?;
    let new = new_of(&versus, news, shown)?;
    Ok(ComparedView {
        document: versus.document_for(new, Illustrated::Window),
        base: base.clone(),
        news: news.to_vec(),
        shown: new.to_string(),
        notes: compared.notes.clone(),
        forms: forms_of_comparison(),
    })
}

/// One chart of the view: of all lanes together, or of this one.
pub(super) fn chart(
    what: &Comparing,
    shown: Option<&str>,
    workload: &Slug,
    lane: Option<&Slug>,
    slug: &str,
    places: &Places,
) -> Result<ChartSpec, Error> {
    let none = |what: String| Error::usage(what).with_hint("compare the runs anew");
    let chart = overlay(slug).ok_or_else(|| none(format!("there is no chart `{slug}` of two runs")))?;
    let Opened { runs, compared } = Opened::of(what, places)?;
    let versus = compared.versus();
    let (_, news) = runs.split_first().ok_or_else(too_few)?;
    let new = new_of(&versus, news, shown)?;
    let case = versus.cases().into_iter().find(|case| case.to_string() == workload.as_str());
    let case = case.ok_or_else(|| none(format!("the runs have no workload `{workload}`")))?;
    if let Some(lane) = lane.filter(|lane| !versus.lanes().contains(lane)) {
        return Err(none(format!("the runs have no lane `{lane}`")));
    }
    versus.overlay(chart, case, new, lane).ok_or_else(too_few)
}

/// The new run whose figures are wanted; the newest where none is named.
fn new_of<'run>(
    versus: &Versus<'run>,
    news: &[ComparedRun],
    shown: Option<&str>,
) -> Result<&'run RunId, Error> {
    let wanted = shown.and_then(|shown| news.iter().find(|new| new.id == shown || new.run == shown));
    let wanted = wanted.or(news.last()).ok_or_else(too_few)?;
    let mut ids = versus.news.iter().copied().map(|new| &new.id);
    ids.find(|id| id.as_str() == wanted.id).ok_or_else(too_few)
}

/// The same as Markdown.
pub(super) fn markdown(what: &Comparing, places: &Places) -> Result<String, Error> {
    let opened = Opened::of(what, places)?;
    let form = exporter("markdown").ok_or_else(|| Error::usage("there is no form `markdown`"))?;
    let mut bytes = Vec::new();
    form.write_comparison(&opened.compared.versus(), Style::default(), &mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The runs, opened and compared.
pub(super) struct Opened {
    /// The base first.
    runs: Vec<ComparedRun>,
    pub(super) compared: Compared,
}

impl Opened {
    pub(super) fn of(what: &Comparing, places: &Places) -> Result<Self, Error> {
        if what.runs.len() > MOST_RUNS {
            let message = format!("{} runs can't be compared at once", what.runs.len());
            return Err(Error::usage(message).with_hint(format!("name at most {MOST_RUNS}")));
        }
        let mut seen = HashSet::new();
        let mut opened = Vec::new();
        for run in what.base.iter().chain(&what.runs) {
            let shown = Show { run: run.into(), places: places.clone() }.run()?;
            if seen.insert(shown.run.id.clone()) {
                opened.push(shown);
            }
        }
        let named = usize::from(what.base.is_some()).min(opened.len());
        let (_, others) = opened.split_at_mut(named);
        others.sort_by(|a, b| began(&a.run).cmp(&began(&b.run)));
        let runs: Vec<ComparedRun> =
            opened.iter().map(|shown| compared_run(shown, places)).collect::<Result<_, _>>()?;
        let told = |shown: &Shown| {
            shown.notes.iter().map(|note| format!("{}: {note}", shown.run.id)).collect::<Vec<_>>()
        };
        let notes: Vec<String> = opened.iter().flat_map(told).collect();
        let mut open = opened.into_iter().map(|shown| shown.run);
        let base = open.next().ok_or_else(too_few)?;
        let news: Vec<Run> = open.collect();
        if news.is_empty() {
            // What it measured itself before and after a change.
            let compared = Compared::of_versions(&base, notes).ok_or_else(too_few)?;
            return Ok(Self { runs: [runs.clone(), runs].concat(), compared });
        }
        Ok(Self { compared: Compared::between(base, news, what.changed_files, places, notes)?, runs })
    }
}

/// Runs that began at once stand in the order of their identities.
fn began(run: &Run) -> (jiff::Timestamp, &RunId) {
    (run.started_at, &run.id)
}

fn too_few() -> Error {
    Error::usage("one run alone can't be compared").with_hint("choose two runs or more")
}

fn compared_run(shown: &Shown, places: &Places) -> Result<ComparedRun, Error> {
    let run = &shown.run;
    let own = super::run_view::is_own(shown, places)?;
    let label =
        if own { places.store()?.label(run.id.as_str()).unwrap_or_default() } else { Label::default() };
    let cpu = run.site.host.cpu_model.as_deref().unwrap_or("unknown CPU");
    Ok(ComparedRun {
        run: if own { run.id.to_string() } else { shown.path.display().to_string() },
        id: run.id.to_string(),
        name: label.name,
        when: when(run.started_at),
        host: plain(&format!("{}, {cpu}", run.site.host.arch)),
    })
}

#[cfg(test)]
mod tests {
    use plimsoll_report::document::Block;

    use super::*;

    const RUN: &str = include_str!("../../../store/tests/fixtures/run-v2.json");

    struct Kept {
        _folder: tempfile::TempDir,
        places: Places,
    }

    /// Runs that began a day after each other, the last one first in the folder.
    fn kept(ids: &[&str]) -> Kept {
        let folder = tempfile::tempdir().unwrap();
        let runs = folder.path().join("runs");
        std::fs::create_dir(&runs).unwrap();
        for (day, id) in (1..).zip(ids) {
            let mut run: Run = serde_json::from_str(RUN).unwrap();
            run.id = id.parse().unwrap();
            run.started_at += jiff::SignedDuration::from_hours(24 * day);
            std::fs::write(runs.join(format!("{id}.json")), serde_json::to_string(&run).unwrap()).unwrap();
        }
        let places = Places { data_folder: Some(folder.path().to_owned()), ..Places::default() };
        Kept { _folder: folder, places }
    }

    fn comparing(runs: &[&str], base: Option<&str>) -> Comparing {
        let runs = runs.iter().map(|run| (*run).to_owned()).collect();
        Comparing { runs, base: base.map(str::to_owned), changed_files: false }
    }

    fn view(kept: &Kept, runs: &[&str], base: Option<&str>, shown: Option<&str>) -> ComparedView {
        compare(&comparing(runs, base), shown, &kept.places).unwrap()
    }

    fn ids(view: &ComparedView) -> Vec<&str> {
        std::iter::once(&view.base).chain(&view.news).map(|run| run.id.as_str()).collect()
    }

    #[test]
    fn the_oldest_is_the_base_unless_another_one_is_named() {
        let kept = kept(&["a", "b", "c"]);
        assert_eq!(ids(&view(&kept, &["c", "a", "b"], None, None)), ["a", "b", "c"]);
        assert_eq!(ids(&view(&kept, &["c", "a", "b"], Some("c"), None)), ["c", "a", "b"]);
    }

    #[test]
    fn two_runs_have_their_figures_and_charts_and_more_have_a_row_each_too() {
        let kept = kept(&["a", "b", "c"]);
        let two = view(&kept, &["a", "b"], None, None);
        let sections =
            |view: &ComparedView| view.document.sections.iter().map(|one| one.id.clone()).collect::<Vec<_>>();
        assert!(!sections(&two).contains(&"runs".to_owned()) && two.shown == "b");
        assert!(two.document.tables().all(|table| !table.rows.is_empty()));
        let charts =
            two.document.sections.iter().flat_map(|section| &section.blocks).find_map(|block| match block {
                Block::Charts(charts) => Some(charts.len()),
                _ => None,
            });
        assert_eq!(charts, Some(1 + two.document.lanes.len()));
        let three = view(&kept, &["a", "b", "c"], None, Some("b"));
        assert!(three.shown == "b" && sections(&three).contains(&"runs".to_owned()));
        assert_eq!(three.document.tables().next().unwrap().rows.len(), 2);
        assert!(three.document.remarks().any(|note| note.lines.iter().any(|line| line.contains("Holm"))));
    }

    #[test]
    fn one_run_is_refused_with_the_way_out_and_twice_the_same_is_one() {
        let kept = kept(&["a"]);
        for runs in [&["a"][..], &["a", "a"], &[]] {
            let refused = compare(&comparing(runs, None), None, &kept.places).unwrap_err();
            assert_eq!(refused.hint.as_deref(), Some("choose two runs or more"), "{refused}");
        }
        let many = vec!["a"; MOST_RUNS + 1];
        let refused = compare(&comparing(&many, None), None, &kept.places).unwrap_err();
        assert!(refused.message.starts_with("201 runs"), "{refused}");
        assert!(compare(&comparing(&["a", "gone"], None), None, &kept.places).is_err());
    }

    #[test]
    fn it_can_be_taken_along_as_markdown() {
        let kept = kept(&["a", "b"]);
        let text = markdown(&comparing(&["a", "b"], None), &kept.places).unwrap();
        assert!(text.starts_with("# Run b against run a\n"), "{text}");
    }
}
