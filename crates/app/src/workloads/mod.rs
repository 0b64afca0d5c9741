//! What workloads there are.

mod based;
mod check;
mod forgotten;
mod migrate;
mod rewritten;
mod swapped;
mod yours;

use std::env::consts::ARCH;
use std::path::{Path, PathBuf};

use plimsoll_model::{Artifact, Form, Kind, Slug, Workload};
use plimsoll_store::{FoundWorkload, StoreError, find_workloads};
use serde::{Deserialize, Serialize};

pub(crate) use self::based::{based, compared_as};
pub use self::check::{Became, CheckWorkload, CheckedWorkload, Started};
pub use self::migrate::{Migrate, Migrated};
pub(crate) use self::yours::Yours;
use crate::{Error, Places};

/// Lists the workloads.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Workloads {
    /// Where they are.
    #[serde(default)]
    pub places: Places,
}

/// A folder with a `workload.toml`: `workload`, or the `error` that keeps it from being used.
#[derive(Clone, Debug, Serialize)]
pub struct WorkloadEntry {
    /// The folder.
    #[serde(serialize_with = "plimsoll_files::portable::serialize")]
    pub folder: PathBuf,
    /// What it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workload: Option<Described>,
    /// Why it can't be used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Error>,
}

/// A workload in a few words.
#[derive(Clone, Debug, Serialize)]
pub struct Described {
    /// Name.
    pub name: Slug,
    /// Whether it serves or runs and exits.
    pub kind: Kind,
    /// What it does.
    pub summary: String,
    /// How many requests it is asked; 0 for a command.
    pub requests: usize,
    /// The component or module; absent where it has none.
    #[serde(serialize_with = "plimsoll_files::portable::serialize", skip_serializing_if = "Option::is_none")]
    pub component: Option<PathBuf>,
    /// The native binary for this machine; absent where it has none.
    #[serde(serialize_with = "plimsoll_files::portable::serialize", skip_serializing_if = "Option::is_none")]
    pub native: Option<PathBuf>,
    /// Whether that binary is there: it is built, not shipped.
    pub native_built: bool,
    /// The image, or what it is made from; absent where it is made from the native binary.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
}

impl Workloads {
    /// Lists them by name, broken ones with their error.
    ///
    /// # Errors
    /// When there is no folder to look in, or it can't be read.
    pub fn run(&self) -> Result<Vec<WorkloadEntry>, Error> {
        Ok(find(&self.places)?.into_iter().map(WorkloadEntry::from).collect())
    }

    /// What is said where there is none: where it was looked for, and what would have been found.
    ///
    /// # Errors
    /// When there is no folder to look in.
    pub fn none(&self) -> Result<Error, Error> {
        none(&self.places)
    }
}

impl From<FoundWorkload> for WorkloadEntry {
    fn from(found: FoundWorkload) -> Self {
        let (workload, error) = match found.workload {
            Ok(workload) => (Some(Described::of(&workload)), None),
            Err(error) => (None, Some(Error::from(error))),
        };
        Self { folder: found.folder, workload, error }
    }
}

impl Described {
    fn of(workload: &Workload) -> Self {
        let file = |form| file_of(workload, form).map(Path::to_owned);
        // What lies in no file is told by its name.
        let wasm = |form| {
            workload.artifact(form, ARCH).map(|wasm| wasm.file().unwrap_or(Path::new(&wasm.name)).to_owned())
        };
        let native = file(Form::Binary);
        let image = workload.artifact(Form::Image, ARCH);
        Self {
            name: workload.name().clone(),
            kind: workload.kind().into(),
            summary: workload.summary.clone(),
            requests: workload.job.service().map_or(0, |service| service.exchanges().count()),
            component: wasm(Form::Component).or_else(|| wasm(Form::Module)),
            native_built: native.as_deref().is_some_and(Path::is_file),
            native,
            image: image.map(|image| image.name.clone()),
        }
    }
}

/// The file of this form that this machine can run.
pub(crate) fn file_of(workload: &Workload, form: Form) -> Option<&Path> {
    workload.artifact(form, ARCH).and_then(Artifact::file)
}

/// The most broken ones that are told where a name is not found: one of them may be what was meant.
const MOST_BROKEN: usize = 5;

/// Every workload in the folders, broken ones too.
pub(crate) fn find(places: &Places) -> Result<Vec<FoundWorkload>, Error> {
    Ok(find_workloads(&places.workloads()?)?)
}

/// Those that are asked for, or all; with the broken ones that nobody named.
pub(crate) fn select(places: &Places, names: &[Slug]) -> Result<(Vec<Workload>, Vec<StoreError>), Error> {
    let mut known = Vec::new();
    let (mut usable, mut broken) = (Vec::new(), Vec::new());
    for found in find(places)? {
        let folder_name = found.folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        match found.workload {
            Ok(workload) => {
                known.push(workload.name().clone());
                if names.is_empty() || names.contains(workload.name()) {
                    usable.push(workload);
                }
            }
            Err(error) if names.iter().any(|name| name.as_str() == folder_name) => return Err(error.into()),
            Err(error) => broken.push(error),
        }
    }
    if let Some(missing) = names.iter().find(|name| !known.contains(name)) {
        let mut error = Error::usage(format!("there is no workload `{missing}`"));
        error.causes = broken.iter().take(MOST_BROKEN).map(ToString::to_string).collect();
        return Err(error.with_hint(known_hint(&known)));
    }
    if let Some(error) = usable.is_empty().then(|| broken.first()).flatten() {
        return Err(error.into());
    }
    if usable.is_empty() {
        return Err(none(places)?);
    }
    // In the order they were asked for.
    usable.sort_by_key(|workload| names.iter().position(|name| name == workload.name()));
    Ok((usable, broken))
}

fn none(places: &Places) -> Result<Error, Error> {
    let folders: Vec<String> = places.workloads()?.iter().map(|at| format!("`{}`", at.display())).collect();
    Ok(Error::environment(format!("found no workload in {}", folders.join(", "))).with_hint(
        "a workload is a folder that holds a `workload.toml`: one of these, or directly in one of them",
    ))
}

fn known_hint(known: &[Slug]) -> String {
    if known.is_empty() {
        return "no workload was found: name their folder with `--workloads DIR`".to_owned();
    }
    format!("there are {}", crate::error::listed(known))
}
