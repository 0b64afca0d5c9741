//! Saving runs and comparisons into files of the user's, without asking where: in the folder for downloads, each named
//! like what it shows.

use std::path::{Path, PathBuf};
use std::sync::{MutexGuard, PoisonError};

use plimsoll_capsule::is_capsule;
use plimsoll_model::Slug;
use plimsoll_report::versus::{versus_form, versus_forms};
use plimsoll_report::{Gives, exporter, exporters};
use serde::Serialize;

use super::Desk;
use super::ask::Answer;
use super::compare::{Comparing, Opened};
use crate::outfile::{self, Existing};
use crate::pack::ENDING;
use crate::{Error, HandOn, Pack, Shown, Target};

/// Takes what is saved where the system names no folder for downloads; beside the runs and not among them, where a saved
/// JSON would be listed as a run.
const FOLDER: &str = "saved";

/// A form in which something can be saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Form {
    /// Stable name.
    pub slug: String,
    /// What it is called.
    pub title: String,
    /// Ending of its files, without the dot.
    pub ending: String,
}

/// What was saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Saved {
    /// The file, or how many and their folder, in a sentence.
    pub text: String,
    /// What was left out and why.
    pub left_out: Option<String>,
    /// What to ask for its folder by.
    pub saved: u32,
}

/// A way to pack a run with its reports into one file.
struct CapsuleForm {
    slug: &'static str,
    title: &'static str,
    without_workloads: bool,
}

static CAPSULES: [CapsuleForm; 2] = [
    CapsuleForm { slug: "capsule", title: "Capsule with workloads and reports", without_workloads: false },
    CapsuleForm { slug: "capsule-alone", title: "Capsule without workloads", without_workloads: true },
];

/// The forms that a run can be saved in, in the order of the menu.
pub(super) fn forms_of_run(shown: &Shown) -> Vec<Form> {
    let of_run = exporters().iter().map(|found| form(found.slug(), found.title(), found.extension()));
    let is_packed = is_capsule(&shown.path);
    let packed = CAPSULES.iter().filter(|_| !is_packed);
    of_run.chain(packed.map(|capsule| form(capsule.slug, capsule.title, ENDING))).collect()
}

/// Likewise of a comparison.
pub(super) fn forms_of_comparison() -> Vec<Form> {
    versus_forms().iter().map(|found| form(found.slug(), found.title(), found.extension())).collect()
}

fn form(slug: &str, title: &str, ending: &str) -> Form {
    Form { slug: slug.to_owned(), title: title.to_owned(), ending: ending.to_owned() }
}

/// What one wish wrote.
struct Written {
    files: Vec<PathBuf>,
    /// Each in a sentence.
    left_out: Vec<String>,
}

impl Desk {
    /// Saves a run in this form; charts and latencies are a file each.
    pub(super) fn export(&self, run: &str, form: &str, baseline: Option<&Slug>) -> Result<Answer, Error> {
        if let Some(capsule) = CAPSULES.iter().find(|capsule| capsule.slug == form) {
            return self.pack(run, capsule.without_workloads);
        }
        let each = match exporter(form).ok_or_else(|| unknown(form))?.gives() {
            Gives::OneFile => "run",
            Gives::FileForEach(each) => each,
        };
        self.save(each, |folder| {
            let wish = HandOn {
                runs: vec![run.to_owned()],
                targets: vec![into(folder, form)],
                force: false,
                baseline: baseline.cloned(),
                places: self.places.clone(),
            };
            Ok(Written { files: wish.write(Existing::Number)?.files, left_out: Vec::new() })
        })
    }

    /// Saves runs against a base run in this form.
    pub(super) fn export_compared(&self, what: &Comparing, form: &str) -> Result<Answer, Error> {
        versus_form(form).ok_or_else(|| unknown(form))?;
        let Opened { compared, .. } = Opened::of(what, &self.places)?;
        self.save("run", |folder| {
            let files = compared.write_as(&[into(folder, form)], Existing::Number)?;
            Ok(Written { files, left_out: Vec::new() })
        })
    }

    fn pack(&self, run: &str, without_workloads: bool) -> Result<Answer, Error> {
        let wish = Pack {
            run: run.to_owned(),
            target: None,
            replace: false,
            without_workloads,
            places: self.places.clone(),
        };
        self.save("run", |folder| {
            let packed = wish.run_in(folder).map_err(as_the_menu_says)?;
            Ok(Written { files: vec![packed.path], left_out: packed.notes })
        })
    }

    /// Shows what was saved in this session in the system's file manager.
    pub(super) fn reveal_saved(&self, saved: u32) -> Result<Answer, Error> {
        let path = self.saved().get(saved as usize).cloned();
        let path = path.ok_or_else(|| {
            Error::usage("it was not saved since the window was opened").with_hint("save it first")
        })?;
        self.outside.reveal(&path).map(|()| Answer::Done)
    }

    /// One wish at a time, so that no two take one name.
    fn save(&self, each: &str, write: impl FnOnce(&Path) -> Result<Written, Error>) -> Result<Answer, Error> {
        let mut all = self.saved();
        let folder = self.folder()?;
        let Written { files, left_out } = write(&folder)?;
        let text = match files.as_slice() {
            [only] => format!("Saved as `{}`", only.display()),
            several => format!("Saved {} files in `{}`", several.len(), folder.display()),
        };
        let first = files.into_iter().next().ok_or_else(|| {
            Error::usage(format!("nothing was saved: there is a file for each {each}, and this run has none"))
                .with_hint("choose another form")
        })?;
        let saved = all.len() as u32;
        all.push(first);
        let left_out = (!left_out.is_empty()).then(|| left_out.join("; "));
        Ok(Answer::Saved(Saved { text, left_out, saved }))
    }

    fn folder(&self) -> Result<PathBuf, Error> {
        if let Some(folder) = self.outside.downloads() {
            return Ok(folder);
        }
        let folder = self.places.store()?.folder().with_file_name(FOLDER);
        outfile::make_folder(&folder)?;
        Ok(folder)
    }

    fn saved(&self) -> MutexGuard<'_, Vec<PathBuf>> {
        self.saved.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn into(folder: &Path, form: &str) -> Target {
    Target { format: form.to_owned(), path: folder.to_owned() }
}

fn unknown(form: &str) -> Error {
    Error::usage(format!("there is no form `{form}`")).with_hint("choose one of the menu")
}

/// Where the command line has a flag, the menu has a form.
fn as_the_menu_says(error: Error) -> Error {
    let alone = CAPSULES.iter().find(|capsule| capsule.without_workloads);
    let title = alone.map_or("", |capsule| capsule.title);
    let hint = error.hint.as_ref().map(|hint| hint.replace("--without-workloads", title));
    Error { hint, ..error }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::{Arc, Mutex};

    use super::super::ask::{Ask, Picture};
    use super::super::{Outside, Push, Theme};
    use super::*;
    use crate::{Code, Places};

    const RUN: &str = include_str!("../../../store/tests/fixtures/run-v1.json");
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
            let places = Places { data_folder: Some(folder.path().to_owned()), workload_folders };
            let window =
                Arc::new(Window { downloads, revealed: Mutex::default(), clipboard: Mutex::default() });
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
        for form in view.forms.iter().filter(|form| !["png", "svg", "capsule"].contains(&form.slug.as_str()))
        {
            let saved = ground.export(&form.slug).unwrap();
            assert!(
                saved.text.contains(&format!("{}/Downloads", ground.folder.path().display())),
                "{saved:?}"
            );
        }
        assert_eq!(view.forms.last().unwrap().ending, "plimsoll");
    }

    #[test]
    fn a_form_that_is_none_is_refused_and_nothing_is_written() {
        let ground = Ground::new();
        let refused = ground.export("pdf").unwrap_err();
        assert_eq!((refused.code, refused.message.as_str()), (Code::Usage, "there is no form `pdf`"));
        assert!(refused.hint.is_some());
        let compared = ground.ask(Ask::ExportCompared { what: both(), form: "csv".to_owned() }).unwrap_err();
        assert!(compared.hint.is_some() && compared.message.contains("`csv`"), "{compared}");
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
            assert_eq!(
                ground.export("capsule-alone").unwrap().text,
                format!("Saved as `{}`", path.display())
            );
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
}
