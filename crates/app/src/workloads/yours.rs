//! The workloads that the user added: kept in a folder of their own, taken out of it and brought back.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use plimsoll_files::{LARGEST_COPY, Tree};
use plimsoll_model::{Slug, Workload};
use plimsoll_store::{check_workload, load_workload};
use tempfile::TempDir;

use super::based::pairs;
use super::find;
use super::forgotten::{self, FORGOTTEN};
use super::rewritten::rewritten;
use super::swapped::swap;
use crate::own::{keep, lay};
use crate::{Error, Places};

/// The most copies of one name.
const MOST_COPIES: u32 = 1000;
const MANIFEST: &str = "workload.toml";

/// The user's own workloads.
pub(crate) struct Yours<'a> {
    places: &'a Places,
    folder: PathBuf,
}

impl<'a> Yours<'a> {
    /// # Errors
    /// When the system knows no folder for the user's data.
    pub(crate) fn of(places: &'a Places) -> Result<Self, Error> {
        Ok(Self { places, folder: places.own_workloads()? })
    }

    /// Whether a workload's folder is one of them.
    pub(crate) fn has(&self, folder: &Path) -> bool {
        let real = self.folder.canonicalize();
        folder.parent().is_some_and(|parent| parent == self.folder || real.is_ok_and(|real| parent == real))
    }

    /// One of them, as its folder tells it.
    ///
    /// # Errors
    /// When it is none of them, or its folder is not right.
    pub(crate) fn load(&self, name: &Slug) -> Result<Workload, Error> {
        Ok(load_workload(&self.folder_of(name)?)?)
    }

    /// The folder of one of them.
    ///
    /// # Errors
    /// When it is none of them.
    pub(crate) fn folder_of(&self, name: &Slug) -> Result<PathBuf, Error> {
        let folder = self.folder.join(name.as_str());
        if folder.is_dir() {
            return Ok(folder);
        }
        Err(Error::usage(format!("`{name}` is no workload that you added"))
            .with_hint("only those that were added here can be changed or removed"))
    }

    /// A name for a copy that is not taken.
    ///
    /// # Errors
    /// When there is none.
    pub(crate) fn free_name(&self, name: &Slug) -> Result<Slug, Error> {
        // A slug has 40 signs at most, and the number takes some.
        let stem: String = name.as_str().chars().take(34).collect();
        let numbered = (2..MOST_COPIES).filter_map(|number| format!("{stem}-{number}").parse().ok());
        numbered.into_iter().find(|name| self.check_free(name).is_ok()).ok_or_else(|| {
            Error::usage(format!("there are too many copies of `{name}`")).with_hint("remove some of them")
        })
    }

    /// Keeps one whose answers the user calls right.
    ///
    /// # Errors
    /// When its name is taken, or it can't be written.
    pub(crate) fn add(&self, workload: Workload) -> Result<Slug, Error> {
        self.check_free(&workload.name)?;
        keep(&looked_at(workload.clone()), &self.folder.join(workload.name.as_str()))?;
        Ok(workload.name)
    }

    /// Keeps one that begins from another one, under a name of its own: what the workload does not tell stays as that
    /// one's manifest has it.
    ///
    /// # Errors
    /// When its name is taken, or it can't be written.
    pub(crate) fn add_based(&self, workload: Workload, base: &Workload) -> Result<Slug, Error> {
        self.check_free(&workload.name)?;
        let name = workload.name.clone();
        let (_draft, inside) = self.draft(&looked_at(workload), base)?;
        self.take_in(&inside, &name)?;
        Ok(name)
    }

    /// Keeps one in the place of the one it begins from; gives what [`Self::put_back`] brings that one back by.
    ///
    /// # Errors
    /// When that one is none of the user's own, or something can't be written. Then it is as it was.
    pub(crate) fn replace(&self, workload: Workload, base: &Workload) -> Result<String, Error> {
        let workload = Workload { name: base.name.clone(), ..looked_at(workload) };
        let (_draft, inside) = self.draft(&workload, base)?;
        self.exchange(&inside, &workload.name)
    }

    /// Takes a folder in that holds a workload, as it is.
    ///
    /// # Errors
    /// All that is wrong with it; or its name is taken, or it can't be copied.
    pub(crate) fn take(&self, from: &Path) -> Result<Slug, Vec<Error>> {
        let one = |error: Error| vec![error];
        let found = |fault| one(Error::from(fault));
        let name = check_workload(from).map_err(found)?.name;
        self.check_free(&name).map_err(one)?;
        let draft = self.empty_draft().map_err(one)?;
        let inside = draft.path().join(name.as_str());
        copy_folder(from, &inside).map_err(one)?;
        // Nobody may have changed it meanwhile.
        check_workload(&inside).map_err(found)?;
        self.take_in(&inside, &name).map_err(one)?;
        Ok(name)
    }

    fn empty_draft(&self) -> Result<TempDir, Error> {
        let made = fs::create_dir_all(&self.folder);
        let made =
            made.and_then(|()| tempfile::Builder::new().prefix(".plimsoll-init-").tempdir_in(&self.folder));
        made.map_err(|error| {
            let told = Error::environment(format!("could not write in `{}`", self.folder.display()));
            Error { causes: vec![error.to_string()], ..told }.with_hint("see whether it can be written")
        })
    }

    /// The folder of a workload that begins from another one, before it has its place.
    fn draft(&self, workload: &Workload, base: &Workload) -> Result<(TempDir, PathBuf), Error> {
        let from = self.folder_of(&base.name)?;
        let draft = self.empty_draft()?;
        let inside = draft.path().join(workload.name.as_str());
        let (manifest, before) = (inside.join(MANIFEST), from.join(MANIFEST));
        let unread = |error: io::Error| uncopied(&before, &error);
        lay(workload, &inside, &self.folder.join(workload.name.as_str()))?;
        copy_folder(&from, &inside)?;
        let old = fs::read_to_string(&before).map_err(unread)?;
        let told = fs::read_to_string(&manifest).map_err(unread)?;
        let text = rewritten(&old, &told, &pairs(&workload.job, &base.job))
            .map_err(|error| unread(io::Error::other(error)))?;
        fs::write(&manifest, text).map_err(unread)?;
        let read = load_workload(&inside)?;
        for gone in base.digests.keys().filter(|file| !read.digests.contains_key(*file)) {
            // One that stays is in nobody's way.
            let _ = fs::remove_file(inside.join(gone));
        }
        Ok((draft, inside))
    }

    fn take_in(&self, inside: &Path, name: &Slug) -> Result<(), Error> {
        let to = self.folder.join(name.as_str());
        fs::rename(inside, &to).map_err(|error| unmoved(&to, &error))
    }

    /// Puts a folder into the place of a workload, which is taken out.
    fn exchange(&self, folder: &Path, name: &Slug) -> Result<String, Error> {
        let place = self.folder_of(name)?;
        let now = Timestamp::now();
        let kept = forgotten::called(name, now);
        let forgotten = self.folder.join(FORGOTTEN);
        let to = forgotten.join(&kept);
        let moved = fs::create_dir_all(&forgotten)
            .and_then(|()| fs::rename(folder, &to))
            .and_then(|()| swap(&place, &to).inspect_err(|_| drop(fs::rename(&to, folder))));
        moved.map_err(|error| unmoved(&place, &error))?;
        forgotten::clear(&forgotten, now);
        Ok(kept)
    }

    /// Brings back what was replaced, and takes out what is in its place.
    ///
    /// # Errors
    /// When it is not there any more, or can't be moved.
    pub(crate) fn put_back(&self, kept: &str) -> Result<Slug, Error> {
        let (name, from) = self.kept(kept)?;
        if !self.folder.join(name.as_str()).is_dir() {
            return self.restore(kept);
        }
        self.exchange(&from, &name)?;
        Ok(name)
    }

    /// Whether a new one can be called so.
    ///
    /// # Errors
    /// When another one is.
    pub(crate) fn check_free(&self, name: &Slug) -> Result<(), Error> {
        let all = match self.places.workloads() {
            Ok(_) => find(self.places)?,
            // The first one of all.
            Err(_) => Vec::new(),
        };
        let taken = all.iter().any(|found| {
            found.workload.as_ref().is_ok_and(|workload| workload.name() == name)
                || found.folder.file_name().is_some_and(|folder| folder == name.as_str())
        });
        if taken {
            return Err(Error::usage(format!("there is a workload `{name}` already"))
                .with_hint("give it another name, or remove the other one first"));
        }
        Ok(())
    }

    /// Takes one out; gives what [`Self::restore`] brings it back by.
    ///
    /// # Errors
    /// When it is none of the user's own, or can't be moved.
    pub(crate) fn forget(&self, name: &Slug) -> Result<String, Error> {
        let from = self.folder_of(name)?;
        let now = Timestamp::now();
        let kept = forgotten::called(name, now);
        let forgotten = self.folder.join(FORGOTTEN);
        let to = forgotten.join(&kept);
        fs::create_dir_all(&forgotten)
            .and_then(|()| fs::rename(&from, &to))
            .map_err(|error| unmoved(&from, &error))?;
        forgotten::clear(&forgotten, now);
        Ok(kept)
    }

    /// Brings back what was taken out.
    ///
    /// # Errors
    /// When it is not there any more, its name is taken by now, or it can't be moved.
    pub(crate) fn restore(&self, kept: &str) -> Result<Slug, Error> {
        let (name, from) = self.kept(kept)?;
        self.check_free(&name)?;
        fs::rename(&from, self.folder.join(name.as_str())).map_err(|error| unmoved(&from, &error))?;
        Ok(name)
    }

    /// What was taken out, and where it lies.
    fn kept(&self, kept: &str) -> Result<(Slug, PathBuf), Error> {
        let from = self.folder.join(FORGOTTEN).join(kept);
        let found = forgotten::read(kept).filter(|_| from.is_dir());
        let (name, _) = found.ok_or_else(|| {
            Error::usage(format!("`{kept}` was not removed here, or is back already"))
                .with_hint("add the workload anew")
        })?;
        Ok((name, from))
    }
}

/// Somebody has looked at its answers by now.
fn looked_at(mut workload: Workload) -> Workload {
    workload.job.forget_recorded();
    workload
}

/// Into a folder where what is there already stays.
fn copy_folder(from: &Path, to: &Path) -> Result<(), Error> {
    let copied = Tree::read_within(from, LARGEST_COPY).and_then(|tree| tree.copy_missing_to(to));
    copied.map_err(|bad| uncopied(from, &bad))
}

fn uncopied(from: &Path, error: &dyn std::error::Error) -> Error {
    let told = Error::environment(format!("could not copy `{}`", from.display()));
    Error { causes: vec![error.to_string()], ..told }.with_hint("see whether it can be read")
}

fn unmoved(folder: &Path, error: &io::Error) -> Error {
    let told = Error::environment(format!("could not move `{}`", folder.display()));
    Error { causes: vec![error.to_string()], ..told }.with_hint("see whether its folder can be written")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Code, Own, Question};

    fn added(data: &Path, name: &str) -> (Places, Workload) {
        let own = Own {
            images: vec!["acme/cart:1.4".to_owned()],
            questions: vec![Question {
                method: "GET".to_owned(),
                path: "/".to_owned(),
                body: None,
                headers: [].into(),
            }],
            ..Own::default()
        };
        let mut workload = own.workloads().unwrap().remove(0);
        workload.name = name.parse().unwrap();
        let folders = ["built-in", "data/workloads"].map(|folder| data.join(folder));
        folders.iter().for_each(|folder| fs::create_dir_all(folder).unwrap());
        let places = Places {
            data_folder: Some(data.join("data")),
            workload_folders: folders.to_vec(),
            ..Places::default()
        };
        (places, workload)
    }

    #[test]
    fn what_is_added_is_found_and_what_is_forgotten_comes_back() {
        let ground = tempfile::tempdir().unwrap();
        let (places, workload) = added(ground.path(), "cart");
        let yours = Yours::of(&places).unwrap();
        let name = yours.add(workload.clone()).unwrap();
        let found = find(&places).unwrap();
        assert_eq!(found.len(), 1);
        assert!(yours.has(&found[0].folder));
        assert_eq!(yours.add(workload.clone()).unwrap_err().code, Code::Usage);
        let kept = yours.forget(&name).unwrap();
        assert!(find(&places).unwrap().is_empty());
        yours.add(workload).unwrap();
        assert!(yours.restore(&kept).unwrap_err().message.contains("already"));
        let second = yours.forget(&name).unwrap();
        assert_eq!(yours.restore(&kept).unwrap(), name);
        assert!(yours.restore(&kept).is_err() && second != kept);
    }

    #[test]
    fn a_name_of_a_built_in_one_is_taken_and_it_is_not_forgotten() {
        let ground = tempfile::tempdir().unwrap();
        let (places, workload) = added(ground.path(), "hello");
        fs::create_dir_all(ground.path().join("built-in/hello")).unwrap();
        fs::write(ground.path().join("built-in/hello/workload.toml"), "").unwrap();
        let yours = Yours::of(&places).unwrap();
        assert!(yours.add(workload.clone()).is_err());
        assert!(yours.forget(&workload.name).is_err());
        for kept in ["../hello-1-2", "hello", "", ".-1-2"] {
            assert!(yours.restore(kept).is_err(), "{kept}");
        }
    }
}
