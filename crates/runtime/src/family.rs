use std::path::Path;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use plimsoll_model::{LaneRecord, LaneSpec, Slug};
use serde_json::Value;

use crate::{Asks, LaneError, LaneOffer, Life, Owner, Runtime, RuntimeError};

/// Lanes of one kind, told apart by their parameters. What all of them need of this host is looked for once.
pub trait Family: Send + Sync {
    /// Its name in a [`LaneSpec`].
    fn slug(&self) -> Slug;

    /// What its lanes' parameters may be, as the JSON Schema (draft 2020-12) of an object. Each has a default.
    fn parameters(&self) -> Value;

    /// The lanes that there are without anybody writing them down, each with all its parameters, in the order in which
    /// they are shown. Nothing is looked for: whether one can be used here says its [`Runtime::availability`].
    fn offers(&self) -> Vec<LaneOffer>;

    /// Further lanes that this host has what they need for, e.g. one for each runtime that an engine knows. Found out
    /// within a few seconds; a family whose lanes are all known beforehand has none. What does not answer has none
    /// either: that is told by the lanes that need it.
    fn found(&self) -> BoxFuture<'_, Vec<LaneOffer>> {
        Box::pin(async { Vec::new() })
    }

    /// A lane of this family, whatever it is called. Nothing is looked for until it is used.
    ///
    /// # Errors
    /// When a parameter is none of this family's, or can't be what it is.
    fn open(&self, lane: &LaneSpec) -> Result<Arc<dyn Runtime>, LaneError>;

    /// Removes what dead owners left in any of its lanes: everything that carries our label and whose owner no longer
    /// lives, and nothing else. Of whom that can't be seen it is left, and told. Finding nothing is no error.
    ///
    /// # Errors
    /// When something of ours is there and can't be removed.
    fn sweep(&self) -> BoxFuture<'_, Result<Swept, RuntimeError>>;

    /// The names of the images that are here and that its lanes could run, without those that we made. A family that
    /// runs none has none.
    ///
    /// # Errors
    /// When what holds them does not answer.
    fn images(&self) -> BoxFuture<'_, Result<Vec<String>, RuntimeError>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    /// What a component or a module asks of the host that its lanes are, found out without running anything of it;
    /// `None` where they run none, or can't tell.
    ///
    /// # Errors
    /// When the file can't be read, or is not what it should be.
    fn asks(&self, file: &Path) -> Result<Option<Asks>, RuntimeError> {
        let _ = file;
        Ok(None)
    }
}

/// What a sweep removed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// What was removed, each with its kind and name: ``container `plimsoll-…` ``.
    pub removed: Vec<String>,
    /// What may be in use by a run that can't be seen from here, likewise, and why.
    pub left: Vec<String>,
    /// What could not be looked into.
    pub unseen: Vec<UnseenPart>,
}

/// A part of what a family runs instances by that could not be looked into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnseenPart {
    /// A lane of it.
    pub lane: Slug,
    /// Why.
    pub problem: String,
    /// The way out.
    pub remedy: String,
}

impl Swept {
    /// Whether something of ours may be removed, by its label: its owner has ended for certain. What is left because
    /// that can't be seen is noted, under the name that it is given.
    pub fn may_go(&mut self, label: &str, name: impl FnOnce() -> String) -> bool {
        // A label that we did not write belongs to somebody who may well live.
        match Owner::from_label(label).map(|owner| owner.life()) {
            Some(Life::Ended) => true,
            Some(Life::Unseen(why)) => {
                let told = format!("{}: {why}", name());
                if !self.left.contains(&told) {
                    self.left.push(told);
                }
                false
            }
            Some(Life::Lives) | None => false,
        }
    }
}

/// The record of a lane that its family does not offer by itself: its instances are called by the lane's name, because
/// those of another lane may be of the very same kind, and it has no look of its own.
#[must_use]
pub fn by_its_name(mut record: LaneRecord) -> LaneRecord {
    let lane = record.slug().clone();
    for words in [&mut record.words.starts, &mut record.words.is] {
        words.push_str(&format!(" in lane `{lane}`"));
    }
    record.shade = None;
    record
}
