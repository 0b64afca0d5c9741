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

    /// Removes what is ours.
    pub(crate) async fn discard(self, daemon: &Daemon) -> Result<(), DockerError> {
        match self {
            Self::Built(built) => built.discard(daemon).await,
            Self::Loaded(loaded) => loaded.discard(daemon).await,
            Self::Borrowed(_) => Ok(()),
        }
    }
}
