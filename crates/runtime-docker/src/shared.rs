//! Images that a run makes from a folder or a file: one for all its lanes, so that these are measured with the same one.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Weak};

use plimsoll_runtime::{Figure, Owner};
use tokio::sync::Mutex;

use crate::DockerError;
use crate::facts::Facts;
use crate::footing::Footing;
use crate::obtained::Obtained;

/// What such an image was made from, and for whom.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct MadeFrom {
    pub(crate) from: PathBuf,
    pub(crate) owner: Owner,
}

/// As it was obtained, for as long as somebody has it.
struct Share {
    footing: Weak<Footing>,
    facts: Facts,
    figures: Vec<Figure>,
}

/// What is there of them.
#[derive(Default)]
pub(crate) struct Shared(Mutex<HashMap<MadeFrom, Share>>);

impl Shared {
    /// The image of this origin: one that somebody has, else what `make` makes. Nothing else is made meanwhile.
    pub(crate) async fn or_made(
        &self,
        origin: MadeFrom,
        make: impl Future<Output = Result<Obtained, DockerError>>,
    ) -> Result<Obtained, DockerError> {
        let mut shares = self.0.lock().await;
        shares.retain(|_, share| share.footing.strong_count() > 0);
        if let Some(share) = shares.get(&origin)
            && let Some(footing) = share.footing.upgrade()
        {
            return Ok(Obtained { footing, facts: share.facts.clone(), figures: share.figures.clone() });
        }
        let obtained = make.await?;
        let Obtained { footing, facts, figures } = &obtained;
        let share =
            Share { footing: Arc::downgrade(footing), facts: facts.clone(), figures: figures.clone() };
        shares.insert(origin, share);
        Ok(obtained)
    }
}
