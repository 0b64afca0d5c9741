//! Saving runs and comparisons into files of the user's, without asking where: in the folder for downloads, each named
//! like what it shows.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use plimsoll_export::{Gives, exporter};
use plimsoll_model::Slug;

use super::compare::{Comparing, Opened};
use super::form::{CAPSULES, Saved};
use super::outside::Outside;
use crate::hand_on::HandedOn;
use crate::outfile::{self, Existing};
use crate::{Error, HandOn, Opposing, Pack, Places, Target};

/// Takes what is saved where the system names no folder for downloads; beside the runs and not among them, where a saved
/// JSON would be listed as a run.
pub(super) const FOLDER: &str = "saved";

/// What one wish wrote.
struct Written {
    files: Vec<PathBuf>,
    /// Each in a sentence.
    left_out: Vec<String>,
}

impl From<HandedOn> for Written {
    fn from(HandedOn { files, notes }: HandedOn) -> Self {
        Self { files, left_out: notes }
    }
}

/// A desk's way of saving.
pub(super) struct Saving<'desk> {
    pub(super) places: &'desk Places,
    pub(super) outside: &'desk dyn Outside,
    /// What was saved in this session: of each wish its first file.
    pub(super) saved: &'desk Mutex<Vec<PathBuf>>,
}

impl Saving<'_> {
    /// Saves a run in this form; charts and latencies are a file each.
    pub(super) fn export(&self, run: &str, form: &str, baseline: Option<&Slug>) -> Result<Saved, Error> {
        if let Some(capsule) = CAPSULES.iter().find(|capsule| capsule.slug == form) {
            return self.pack(run, capsule.without_workloads);
        }
        let each = each(exporter(form).ok_or_else(|| unknown(form))?.gives());
        self.save(each, |folder| {
            let wish = HandOn {
                runs: vec![run.into()],
                targets: vec![into(folder, form)],
                force: false,
                versus: Opposing::lane(baseline.cloned()),
                places: self.places.clone(),
            };
            Ok(wish.write(Existing::Number)?.into())
        })
    }

    /// Saves runs against a base run in this form.
    pub(super) fn export_compared(&self, what: &Comparing, form: &str) -> Result<Saved, Error> {
        let each = each(exporter(form).ok_or_else(|| unknown(form))?.gives_of_comparison());
        let Opened { compared, .. } = Opened::of(what, self.places)?;
        self.save(each, |folder| Ok(compared.write_as(&[into(folder, form)], Existing::Number)?.into()))
    }

    fn pack(&self, run: &str, without_workloads: bool) -> Result<Saved, Error> {
        let wish = Pack {
            run: run.into(),
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
    pub(super) fn reveal(&self, saved: u32) -> Result<(), Error> {
        let path = self.saved().get(saved as usize).cloned();
        let path = path.ok_or_else(|| {
            Error::usage("it was not saved since the window was opened").with_hint("save it first")
        })?;
        self.outside.reveal(&path)
    }

    /// One wish at a time, so that no two take one name.
    fn save(&self, each: &str, write: impl FnOnce(&Path) -> Result<Written, Error>) -> Result<Saved, Error> {
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
        Ok(Saved { text, left_out, saved })
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

/// What there is a file for.
const fn each(gives: Gives) -> &'static str {
    match gives {
        Gives::OneFile => "run",
        Gives::FileForEach(each) => each,
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
