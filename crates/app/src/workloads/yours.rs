//! The workloads that the user added: kept in a folder of their own, taken out of it and brought back.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use plimsoll_model::{Slug, Workload};

use super::find;
use crate::own::keep;
use crate::{Error, Places};

/// Holds what was taken out. No workload's name begins with a dot.
const FORGOTTEN: &str = ".forgotten";

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

    /// Keeps one whose answers the user calls right.
    ///
    /// # Errors
    /// When its name is taken, or it can't be written.
    pub(crate) fn add(&self, mut workload: Workload) -> Result<Slug, Error> {
        self.check_free(&workload.name)?;
        // Somebody has looked at them by now.
        workload.job.exchanges_mut().for_each(|exchange| exchange.expect.recorded = None);
        keep(&workload, &self.folder.join(workload.name.as_str()))?;
        Ok(workload.name)
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
        let from = self.folder.join(name.as_str());
        if !from.is_dir() {
            return Err(Error::usage(format!("`{name}` is no workload that you added"))
                .with_hint("only those that were added here can be removed"));
        }
        let kept = format!("{name}-{}", Timestamp::now().strftime("%Y%m%d-%H%M%S%6f"));
        let forgotten = self.folder.join(FORGOTTEN);
        let to = forgotten.join(&kept);
        fs::create_dir_all(&forgotten)
            .and_then(|()| fs::rename(&from, &to))
            .map_err(|error| unmoved(&from, &error))?;
        Ok(kept)
    }

    /// Brings back what was taken out.
    ///
    /// # Errors
    /// When it is not there any more, its name is taken by now, or it can't be moved.
    pub(crate) fn restore(&self, kept: &str) -> Result<Slug, Error> {
        let gone = || {
            Error::usage(format!("`{kept}` was not removed here, or is back already"))
                .with_hint("add the workload anew")
        };
        let name = kept.rsplitn(3, '-').nth(2).and_then(|name| name.parse::<Slug>().ok()).ok_or_else(gone)?;
        let from = self.folder.join(FORGOTTEN).join(kept);
        if kept.contains(['/', '\\']) || !from.is_dir() {
            return Err(gone());
        }
        self.check_free(&name)?;
        fs::rename(&from, self.folder.join(name.as_str())).map_err(|error| unmoved(&from, &error))?;
        Ok(name)
    }
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
