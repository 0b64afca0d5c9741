use std::sync::Arc;

use crate::DockerError;
use crate::daemon::Daemon;
use crate::image::{Built, Image};
use crate::loaded::Loaded;

/// The image that a workload's containers are made from, with whose it is.
#[derive(Debug)]
pub(crate) enum Footing {
    /// We built it.
    Built(Built),
    /// We loaded it.
    Loaded(Loaded),
    /// It was here, or was pulled as its user would have.
    Borrowed(Borrowed),
}

/// An image that is not ours to remove.
#[derive(Debug)]
pub(crate) struct Borrowed(pub(crate) Image);

impl Footing {
    /// What containers are made from.
    pub(crate) fn image(&self) -> &Image {
        match self {
            Self::Built(built) => built.image(),
            Self::Loaded(loaded) => loaded.image(),
            Self::Borrowed(Borrowed(image)) => image,
        }
    }

    /// Removes what is ours, when nobody else has it any more.
    pub(crate) async fn discard(self: Arc<Self>, daemon: &Daemon) -> Result<(), DockerError> {
        match Arc::into_inner(self) {
            Some(Self::Built(built)) => built.discard(daemon).await,
            Some(Self::Loaded(loaded)) => loaded.discard(daemon).await,
            Some(Self::Borrowed(_)) | None => Ok(()),
        }
    }
}
