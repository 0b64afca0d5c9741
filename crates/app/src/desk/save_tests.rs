//! Saving and copying, asked of a desk.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use plimsoll_export::exporters;

use super::Theme;
use super::answering::Desk;
use super::ask::{Answer, Ask, Picture, Push};
use super::compare::Comparing;
use super::form::{CAPSULES, Saved};
use super::outside::Outside;
use super::save::FOLDER;
use crate::{Code, Error, Places};

const RUN: &str = include_str!("../../../store/tests/fixtures/run-v2.json");
const ID: &str = "r20261121-013200-7f3a";
const NEWER: &str = "r20261122-013200-0001";

/// A window that remembers what it was to show.
struct Window {
    downloads: Option<PathBuf>,
    revealed: Mutex<Vec<PathBuf>>,
    clipboard: Mutex<Vec<u8>>,
}

impl Outside for Window {
    fn push(&self, _: Push) {}

    fn copy_text(&self, text: String) -> Result<(), Error> {
        *self.clipboard.lock().unwrap() = text.into_bytes();
        Ok(())
    }

    fn copy_png(&self, png: &[u8]) -> Result<(), Error> {
        *self.clipboard.lock().unwrap() = png.to_vec();
        Ok(())
    }

    fn reveal(&self, path: &Path) -> Result<(), Error> {
        self.revealed.lock().unwrap().push(path.to_owned());
        Ok(())
    }

    fn choose(&self, _: &str, _: bool) -> Result<Option<PathBuf>, Error> {
        Ok(None)
    }

    fn downloads(&self) -> Option<PathBuf> {
        self.downloads.clone()
    }
}

/// A desk with two runs, a day apart.
struct Ground {
    desk: Desk,
    window: Arc<Window>,
    folder: tempfile::TempDir,
}

impl Ground {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("Downloads")).unwrap();
        let downloads = Some(folder.path().join("Downloads"));
        Self::with(folder, downloads)
    }

    fn with(folder: tempfile::TempDir, downloads: Option<PathBuf>) -> Self {
        let runs = folder.path().join("runs");
        fs::create_dir(&runs).unwrap();
        fs::write(runs.join(format!("{ID}.json")), RUN).unwrap();
        let mut newer: plimsoll_model::Run = serde_json::from_str(RUN).unwrap();
        newer.id = NEWER.parse().unwrap();
        newer.started_at += jiff::SignedDuration::from_hours(24);
        fs::write(runs.join(format!("{NEWER}.json")), serde_json::to_string(&newer).unwrap()).unwrap();
        // Workloads of the runs' names are nowhere.
        let workload_folders = vec![folder.path().to_owned()];
        let places =
            Places { data_folder: Some(folder.path().to_owned()), workload_folders, ..Places::default() };
        let window = Arc::new(Window { downloads, revealed: Mutex::default(), clipboard: Mutex::default() });
        let desk = Desk::new(places, PathBuf::from("plimsoll"), window.clone()).unwrap();
        Self { desk, window, folder }
    }

    fn ask(&self, ask: Ask) -> Result<Answer, Error> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(self.desk.answer(ask))
    }

    fn export(&self, form: &str) -> Result<Saved, Error> {
        let (run, form) = (ID.to_owned(), form.to_owned());
        self.ask(Ask::Export { run, form, baseline: None }).map(saved)
    }

    fn downloads(&self, name: &str) -> PathBuf {
        self.folder.path().join("Downloads").join(name)
    }

    /// Names of the files in the folder for downloads.
    fn names(&self) -> Vec<String> {
        let files = fs::read_dir(self.downloads("")).unwrap();
        let mut names: Vec<String> =
            files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

fn saved(answer: Answer) -> Saved {
    match answer {
        Answer::Saved(saved) => saved,
        other => panic!("{other:?}"),
    }
}

fn both() -> Comparing {
    Comparing { runs: vec![ID.to_owned(), NEWER.to_owned()], base: None, changed_files: false }
}

#[test]
fn a_file_is_named_like_its_run_and_one_that_is_there_is_kept() {
    let ground = Ground::new();
    let mine = ground.downloads(&format!("{ID}.csv"));
    fs::write(&mine, "mine").unwrap();
    let second = ground.downloads(&format!("{ID} (2).csv"));
    let saved = ground.export("csv").unwrap();
    assert_eq!(saved.text, format!("Saved as `{}`", second.display()));
    ground.export("csv").unwrap();
    assert_eq!(ground.names(), [" (2).csv", " (3).csv", ".csv"].map(|end| format!("{ID}{end}")));
    assert_eq!(fs::read_to_string(mine).unwrap(), "mine");
    assert_eq!(fs::read(&second).unwrap(), fs::read(ground.downloads(&format!("{ID} (3).csv"))).unwrap());
}

#[test]
fn a_form_of_many_files_is_told_by_their_number_and_shown_by_the_first() {
    let ground = Ground::new();
    let saved = ground.export("svg").unwrap();
    let names = ground.names();
    assert!(names.len() > 4 && names.iter().all(|name| name.starts_with(ID) && name.ends_with(".svg")));
    let folder = ground.folder.path().join("Downloads");
    assert_eq!(saved.text, format!("Saved {} files in `{}`", names.len(), folder.display()));
    ground.ask(Ask::RevealSaved { saved: saved.saved }).unwrap();
    let revealed = ground.window.revealed.lock().unwrap();
    assert!(revealed[0].is_file() && revealed[0].starts_with(folder), "{revealed:?}");
}

#[test]
fn every_form_of_the_menu_can_be_saved() {
    let ground = Ground::new();
    let Answer::Run(view) = ground.ask(Ask::Open { run: ID.to_owned(), baseline: None }).unwrap() else {
        panic!()
    };
    assert_eq!(view.forms.len(), exporters().len() + CAPSULES.len());
    // Pictures take their time, and charts are drawn above.
    for form in view.forms.iter().filter(|form| !["png", "svg", "capsule"].contains(&form.slug.as_str())) {
        let saved = ground.export(&form.slug).unwrap();
        assert!(saved.text.contains(&format!("{}/Downloads", ground.folder.path().display())), "{saved:?}");
    }
    assert_eq!(view.forms.last().unwrap().ending, "plimsoll");
}

#[test]
fn a_form_that_is_none_is_refused_and_nothing_is_written() {
    let ground = Ground::new();
    let refused = ground.export("pdf").unwrap_err();
    assert_eq!((refused.code, refused.message.as_str()), (Code::Usage, "there is no form `pdf`"));
    assert!(refused.hint.is_some());
    let compared = ground.ask(Ask::ExportCompared { what: both(), form: "pdf".to_owned() }).unwrap_err();
    assert!(compared.hint.is_some() && compared.message.contains("`pdf`"), "{compared}");
    assert!(ground.names().is_empty());
}

#[test]
fn a_capsule_is_written_and_opened_and_one_whose_workloads_are_gone_says_what_helps() {
    let ground = Ground::new();
    let refused = ground.export("capsule").unwrap_err();
    assert!(refused.hint.as_ref().unwrap().contains("`Capsule without workloads`"), "{refused:?}");
    assert!(ground.names().is_empty());
    for name in [format!("{ID}.plimsoll"), format!("{ID} (2).plimsoll")] {
        let path = ground.downloads(&name);
        assert_eq!(ground.export("capsule-alone").unwrap().text, format!("Saved as `{}`", path.display()));
        let run = path.display().to_string();
        let Answer::Run(view) = ground.ask(Ask::Open { run, baseline: None }).unwrap() else { panic!() };
        assert_eq!((view.id.as_str(), view.forms.len()), (ID, exporters().len()));
    }
}

#[test]
fn a_comparison_is_named_like_its_runs() {
    let ground = Ground::new();
    for name in [format!("{NEWER}-against-{ID}.md"), format!("{NEWER}-against-{ID} (2).md")] {
        let saved =
            saved(ground.ask(Ask::ExportCompared { what: both(), form: "markdown".to_owned() }).unwrap());
        assert_eq!(saved.text, format!("Saved as `{}`", ground.downloads(&name).display()));
        let text = fs::read_to_string(ground.downloads(&name)).unwrap();
        assert!(text.starts_with(&format!("# Run {NEWER} against run {ID}\n")), "{text}");
    }
}

#[test]
fn only_what_was_saved_in_this_session_is_revealed() {
    let ground = Ground::new();
    let refused = ground.ask(Ask::RevealSaved { saved: 0 }).unwrap_err();
    assert_eq!(refused.hint.as_deref(), Some("save it first"));
    let [first, second] = ["csv", "html"].map(|form| ground.export(form).unwrap().saved);
    ground.ask(Ask::RevealSaved { saved: first }).unwrap();
    assert!(ground.ask(Ask::RevealSaved { saved: second + 1 }).is_err());
    assert_eq!(*ground.window.revealed.lock().unwrap(), [ground.downloads(&format!("{ID}.csv"))]);
}

#[test]
fn without_a_folder_for_downloads_it_is_saved_beside_the_runs_and_not_among_them() {
    let ground = Ground::with(tempfile::tempdir().unwrap(), None);
    let path = ground.folder.path().join(FOLDER).join(format!("{ID}.json"));
    assert_eq!(ground.export("json").unwrap().text, format!("Saved as `{}`", path.display()));
    let Answer::History(history) = ground.ask(Ask::History).unwrap() else { panic!() };
    assert_eq!(history.runs.len(), 2);
}

#[test]
fn a_chart_of_a_comparison_is_copied_as_it_is_shown() {
    let ground = Ground::new();
    let copy = |workload: &str, lane: Option<&str>, chart: &str, format| {
        let lane = lane.map(|lane| lane.parse().unwrap());
        ground.ask(Ask::CopyComparedChart {
            what: both(),
            shown: None,
            workload: workload.parse().unwrap(),
            lane,
            chart: chart.to_owned(),
            format,
            theme: Theme::Dark,
        })
    };
    copy("hello", Some("docker"), "overlay-ecdf", Picture::Svg).unwrap();
    let drawn = String::from_utf8(ground.window.clipboard.lock().unwrap().clone()).unwrap();
    assert!(drawn.starts_with("<svg") && drawn.contains("in docker"), "{drawn}");
    copy("hello", None, "overlay-ecdf", Picture::Png).unwrap();
    assert!(ground.window.clipboard.lock().unwrap().starts_with(b"\x89PNG"));
    for (workload, lane, chart) in [
        ("nothing", None, "overlay-ecdf"),
        ("hello", Some("podman"), "overlay-ecdf"),
        ("hello", None, "ecdf"),
    ] {
        let refused = copy(workload, lane, chart, Picture::Svg).unwrap_err();
        assert!(refused.hint.is_some(), "{refused}");
    }
}
