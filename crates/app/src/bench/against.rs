//! The version before a change: from a folder, or from a commit.

use std::path::{Path, PathBuf};

use plimsoll_model::{Plan, Variant, Workload};
use plimsoll_store::find_workloads;
use tempfile::TempDir;

use super::git::{self, GitFault};
use crate::Error;

/// The most that is unpacked of one workload's folder, in bytes.
const MOST_BYTES: u64 = 2 << 30;

/// Versions before a change, and the folder they lie in while they are measured.
#[derive(Default)]
pub(super) struct Before {
    pub(super) workloads: Vec<Workload>,
    /// What could not be set against anything, each in a sentence.
    pub(super) without: Vec<String>,
    _unpacked: Option<TempDir>,
}

impl Before {
    /// Finds the version before the change of each workload: in a folder that holds workloads or is one, or in the
    /// commit that git knows by this name.
    ///
    /// # Errors
    /// When there is neither, or none of the workloads is in it.
    pub(super) async fn find(folder: &Path, workloads: &[Workload]) -> Result<Self, Error> {
        let named = folder.to_string_lossy();
        let mut before = if folder.is_dir() {
            Self { workloads: in_folders(&[folder.to_owned()])?, ..Self::default() }
        } else {
            of_commit(&named, workloads).await?
        };
        before.workloads.retain(|found| workloads.iter().any(|own| own.name() == found.name()));
        for own in workloads {
            if !before.workloads.iter().any(|found| found.name() == own.name()) {
                before
                    .without
                    .push(format!("workload `{}` is not in `{named}`: it has no version before", own.name()));
            }
        }
        if before.workloads.is_empty() {
            let mut error = Error::usage(format!("`{named}` has none of the workloads that are measured"));
            error.causes = before.without;
            let all_told = workloads.iter().all(|own| own.origin.folder().is_none());
            return Err(error.with_hint(match all_told {
                true => "what is told on the line is set against an earlier run of it with `--baseline RUN`",
                false => "name a folder that holds them as they were before, or a commit",
            }));
        }
        Ok(before)
    }

    /// Takes the versions into the plan.
    pub(super) fn join(&self, plan: &mut Plan) {
        let of = self.workloads.iter().map(|workload| workload.name().clone()).collect();
        plan.variants.push(Variant { slug: Variant::BEFORE, of: Some(of) });
    }
}

fn in_folders(folders: &[PathBuf]) -> Result<Vec<Workload>, Error> {
    let found = find_workloads(folders)?;
    found.into_iter().map(|found| Ok(found.workload?)).collect()
}

fn not_committed(error: Error) -> Error {
    error.with_hint(
        "a commit holds only what was committed: build the version before the change in a checkout of its own, and \
         name that folder with `--against DIR`",
    )
}

/// Unpacks each workload's folder as it was in a commit.
async fn of_commit(name: &str, workloads: &[Workload]) -> Result<Before, Error> {
    let unpacked = tempfile::Builder::new().prefix("plimsoll-before-").tempdir().map_err(|error| Error {
        causes: vec![error.to_string()],
        ..Error::environment("could not make a temporary folder")
    })?;
    let mut folders = Vec::new();
    let mut without = Vec::new();
    for workload in workloads {
        let Some(own) = workload.origin.folder() else {
            without
                .push(format!("workload `{}` lies in no folder: it has no version before", workload.name()));
            continue;
        };
        let of = || format!("workload `{}` in `{}`", workload.name(), own.display());
        git::ask(own, &["rev-parse", "--git-dir"]).await.map_err(|none| {
            let told = none.told(|| format!("`{name}` is no folder, and git knows no commits of {}", of()));
            told.with_hint("name a folder that holds the version before the change, or do what git asks for")
        })?;
        let commit = format!("{name}^{{commit}}");
        let commit = git::ask(own, &["rev-parse", "--verify", "--end-of-options", &commit]).await;
        let commit = commit.map_err(|none| {
            none.told(|| format!("`{name}` is neither a folder nor a commit that git knows")).with_hint(
                "name a folder, or a branch, tag or commit; a shallow clone has only its last commits",
            )
        })?;
        let commit = String::from_utf8_lossy(&commit).trim().to_owned();
        let unread = |none: GitFault| none.told(|| format!("git can't read {} as of `{name}`", of()));
        if git::ask(own, &["ls-tree", "--name-only", &commit, "."]).await.map_err(unread)?.is_empty() {
            without.push(format!("workload `{}` is not in commit `{name}`", workload.name()));
            continue;
        }
        let archive = git::ask(own, &["archive", "--format=tar", &commit, "."]).await.map_err(unread)?;
        let folder = unpacked.path().join(workload.name().as_str());
        unpack(&archive, &folder)?;
        folders.push(folder);
    }
    let workloads =
        if folders.is_empty() { Vec::new() } else { in_folders(&folders).map_err(not_committed)? };
    Ok(Before { workloads, without, _unpacked: Some(unpacked) })
}

fn unpack(archive: &[u8], folder: &Path) -> Result<(), Error> {
    let failed = |error: std::io::Error| Error {
        causes: vec![error.to_string()],
        ..Error::environment(format!(
            "could not unpack the version before the change into `{}`",
            folder.display()
        ))
    };
    if archive.len() as u64 > MOST_BYTES {
        return Err(Error::usage(format!(
            "the workload's folder has {} bytes in that commit",
            archive.len()
        ))
        .with_hint(format!("keep it below {MOST_BYTES} bytes")));
    }
    std::fs::create_dir_all(folder).map_err(failed)?;
    tar::Archive::new(archive).unpack(folder).map_err(failed)
}
