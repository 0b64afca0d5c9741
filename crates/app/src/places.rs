//! Where runs are kept and workloads are found.

use std::env;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;
use plimsoll_store::Store;
use serde::{Deserialize, Serialize};

use crate::Error;

/// The variable that names folders of workloads, separated as in `PATH`.
pub(crate) const WORKLOADS_VARIABLE: &str = "PLIMSOLL_WORKLOADS";

/// The variable that names the folder that holds the runs.
const DATA_VARIABLE: &str = "PLIMSOLL_DATA_DIR";

/// The variable that names the file of the user's own lanes.
const LANES_VARIABLE: &str = "PLIMSOLL_LANES";

/// Where a request looks and keeps; by default where the user's own files are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Places {
    /// Folder that holds `runs`. When absent: the one in the variable `PLIMSOLL_DATA_DIR`, else `plimsoll` in the user's
    /// XDG data folder.
    #[serde(with = "plimsoll_files::portable")]
    pub data_folder: Option<PathBuf>,
    /// Folders of workloads. When empty, the first of these that there is: the folders in the variable
    /// `PLIMSOLL_WORKLOADS`, `workloads` in the current folder or one above it, `../share/plimsoll/workloads`
    /// beside the program. After them always `workloads` beside `runs`, where the user's own are kept.
    #[serde(with = "plimsoll_files::portable")]
    pub workload_folders: Vec<PathBuf>,
    /// File of the user's own lanes. When absent: the one in the variable `PLIMSOLL_LANES`, else `plimsoll/lanes.toml` in
    /// the user's XDG config folder, where it is there.
    #[serde(with = "plimsoll_files::portable")]
    pub lanes_file: Option<PathBuf>,
}

/// Where the user's own lanes would be.
pub(crate) struct LanesAt {
    pub(crate) file: PathBuf,
    /// Whether the user named it, so that it has to be there.
    pub(crate) is_named: bool,
}

impl Places {
    pub(crate) fn store(&self) -> Result<Store, Error> {
        match self.data_folder.clone().or_else(|| named_in(DATA_VARIABLE)) {
            Some(folder) => Ok(Store::at(folder.join("runs"))),
            None => Ok(Store::of_user()?),
        }
    }

    /// Where the user's own lanes would be; `None` where the system knows no home folder.
    pub(crate) fn lanes(&self) -> Option<LanesAt> {
        if let Some(file) = self.lanes_file.clone().or_else(|| named_in(LANES_VARIABLE)) {
            return Some(LanesAt { file, is_named: true });
        }
        let folder = etcetera::choose_base_strategy().ok()?.config_dir();
        Some(LanesAt { file: folder.join("plimsoll").join("lanes.toml"), is_named: false })
    }

    /// Where the user's own workloads are kept, beside the runs; it may not be there yet.
    pub(crate) fn own_workloads(&self) -> Result<PathBuf, Error> {
        Ok(self.store()?.folder().with_file_name("workloads"))
    }

    /// The folders of workloads that there are: those that a flag names alone, else those of the variable, or what is
    /// found, and the user's own. These come last: of two workloads of a name the first counts.
    pub(crate) fn workloads(&self) -> Result<Vec<PathBuf>, Error> {
        if !self.workload_folders.is_empty() {
            let named = self.workload_folders.iter();
            return named.map(|folder| existing(folder, "--workloads")).collect();
        }
        let mut folders: Vec<PathBuf> = match named_in(WORKLOADS_VARIABLE) {
            Some(listed) => env::split_paths(&listed)
                .map(|folder| existing(&folder, WORKLOADS_VARIABLE))
                .collect::<Result<_, _>>()?,
            None => {
                let program = env::current_exe().unwrap_or_default();
                near(&here()).or_else(|| shared_beside(&program)).into_iter().collect()
            }
        };
        let own = self.own_workloads().ok().filter(|own| own.is_dir() && !folders.contains(own));
        folders.extend(own);
        if folders.is_empty() { Err(nowhere()) } else { Ok(folders) }
    }
}

fn here() -> PathBuf {
    env::current_dir().unwrap_or_default()
}

fn nowhere() -> Error {
    Error::environment(format!("found no folder `workloads` in `{}` or above it", here().display()))
        .with_hint(format!("name one with `--workloads DIR` or in `{WORKLOADS_VARIABLE}`"))
}

/// What a variable names; an empty one names nothing.
fn named_in(variable: &str) -> Option<PathBuf> {
    env::var_os(variable).filter(|name| !name.is_empty()).map(PathBuf::from)
}

fn existing(folder: &Path, place: &str) -> Result<PathBuf, Error> {
    if folder.is_dir() {
        return Ok(folder.to_path_buf());
    }
    Err(Error::usage(format!("`{}` in `{place}` is no folder", folder.display()))
        .with_hint("name a folder that holds workloads, or one workload's own folder"))
}

fn near(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().map(|above| above.join("workloads")).find(|candidate| candidate.is_dir())
}

fn shared_beside(program: &Path) -> Option<PathBuf> {
    let folder = program.parent()?.parent()?.join("share/plimsoll/workloads");
    folder.is_dir().then_some(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_folder_of_workloads_above_is_found() {
        let root = tempfile::tempdir().unwrap();
        let deep = root.path().join("a/b");
        std::fs::create_dir_all(&deep).unwrap();
        std::fs::create_dir(root.path().join("workloads")).unwrap();
        assert_eq!(near(&deep), Some(root.path().join("workloads")));
    }

    #[test]
    fn workloads_installed_beside_the_program_are_found() {
        let root = tempfile::tempdir().unwrap();
        let shared = root.path().join("share/plimsoll/workloads");
        std::fs::create_dir_all(&shared).unwrap();
        assert_eq!(shared_beside(&root.path().join("bin/plimsoll")), Some(shared));
    }

    #[test]
    fn a_named_folder_that_is_not_there_is_wrong_usage() {
        let places = Places { workload_folders: vec!["/nonexistent".into()], ..Places::default() };
        let error = places.workloads().unwrap_err();
        assert_eq!(error.code, crate::Code::Usage);
        assert!(error.message.contains("`/nonexistent`"), "{error}");
    }

    #[test]
    fn folders_that_are_named_are_looked_at_alone_and_the_users_own_come_after_those_that_are_found() {
        let (root, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (data, named) = (root.path().to_owned(), other.path().to_owned());
        let places = Places {
            data_folder: Some(data.clone()),
            workload_folders: vec![named.clone()],
            ..Places::default()
        };
        let own = data.join("workloads");
        std::fs::create_dir(&own).unwrap();
        assert_eq!(places.workloads().unwrap(), [named]);
        let found = Places { workload_folders: Vec::new(), ..places }.workloads().unwrap();
        assert!(found.len() == 2 && found.last() == Some(&own), "{found:?}");
    }
}
