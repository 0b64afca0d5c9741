//! The workloads: their static native binaries, their committed components, and whether both are what they claim.

mod builder;
mod component;
mod debian;
mod folder;
mod native;
mod outputs;
mod record;
mod verify;

use anyhow::Result;
use clap::Subcommand;

/// What can be done with the workloads.
#[derive(Debug, Clone, Copy, Subcommand)]
pub(crate) enum Action {
    /// Builds the static native binaries.
    Native,
    /// Rebuilds the committed components and records their hashes and their builder.
    Build,
    /// Checks components, inputs and expected outputs against what a rebuild gives.
    Verify,
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
    }
}
