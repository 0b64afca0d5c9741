//! The workloads: their static native binaries, their committed components, and whether both are what they claim.

mod builder;
mod component;
mod debian;
mod folder;
mod native;
mod outputs;
mod record;
mod verify;

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Subcommand;

/// What can be done with the workloads.
#[derive(Debug, Clone, Subcommand)]
pub(crate) enum Action {
    /// Builds the static native binaries.
    Native,
    /// Rebuilds the committed components and records their hashes and their builder.
    Build,
    /// Checks components, inputs and expected outputs against what a rebuild gives.
    Verify,
    /// Copies every workload, with this machine's native binaries, into a folder.
    Copy {
        /// The folder.
        to: PathBuf,
    },
}

/// Does it.
///
/// # Errors
/// When a build fails, or `verify` finds a difference that its builder does not explain.
pub(crate) fn run(action: Action) -> Result<()> {
    match action {
        Action::Native => native::build(),
        Action::Build => component::build(),
        Action::Verify => verify::verify(),
        Action::Copy { to } => copy_all(&to),
    }
}

/// Copies every workload, with this machine's native binaries, into a folder of its name below `to`.
///
/// # Errors
/// When a binary was not built, or a file can't be copied.
pub(crate) fn copy_all(to: &Path) -> Result<()> {
    folder::all()?.iter().try_for_each(|workload| workload.copy_to(&to.join(&workload.name)))
}
