//! Removing what dead runs left.

use plimsoll_engine::Swept;
use plimsoll_model::{Availability, Slug};
use serde::{Deserialize, Serialize};

use crate::{Code, Error, LaneSet, Registry, unpacked};

/// Removes containers, images, networks, control groups and temporary folders that carry Plimsoll's label and
/// whose run no longer lives, and nothing else. Runs that were kept are not touched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Clean;

/// What was removed, and what was not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Cleaned {
    /// What is gone, each with its kind and name.
    pub removed: Vec<String>,
    /// What may be in use by a run that can't be seen from here, each with its kind and name, and why.
    pub left: Vec<String>,
    /// Lanes that are not available here, so that nothing of theirs could be looked for.
    pub skipped: Vec<Skipped>,
    /// What could not be removed.
    pub errors: Vec<Error>,
}

/// A lane that was not looked into.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// The lane.
    pub lane: Slug,
    /// Why.
    pub problem: String,
    /// The way out.
    pub remedy: String,
}

impl Clean {
    /// Cleans up. Finding nothing is no error.
    pub async fn run(self, registry: &Registry) -> Cleaned {
        let (swept, errors) = unpacked::sweep();
        let mut cleaned = Cleaned { errors, ..Cleaned::default() };
        cleaned.note(swept);
        for (first, swept) in registry.sweep(registry.lanes()).await {
            match swept {
                Ok(swept) => cleaned.note(swept),
                Err(error) => {
                    let skipped = skipped(registry, first).await;
                    if skipped.is_empty() {
                        cleaned.errors.push(Error::of(Code::Environment, &error));
                    }
                    cleaned.skipped.extend(skipped);
                }
            }
        }
        cleaned
    }
}

/// The lanes of a family that are measured where none is named, where nothing of it answers: then nothing of it can be
/// looked at. None where something answers.
async fn skipped(registry: &Registry, first: &Slug) -> Vec<Skipped> {
    let family = registry.lane(first).map(|lane| &lane.spec.family);
    let mut skipped = Vec::new();
    for lane in registry.lanes().iter().filter(|lane| Some(&lane.spec.family) == family) {
        match lane.answers().await {
            Availability::Available { .. } => return Vec::new(),
            Availability::Unavailable { problem, remedy } if LaneSet::Fair.has(lane) => {
                skipped.push(Skipped { lane: lane.slug().clone(), problem, remedy });
            }
            Availability::Unavailable { .. } => {}
        }
    }
    skipped
}

impl Cleaned {
    fn note(&mut self, swept: Swept) {
        self.removed.extend(swept.removed);
        self.skipped.extend(swept.unseen.into_iter().map(|part| Skipped {
            lane: part.lane,
            problem: part.problem,
            remedy: part.remedy,
        }));
        for left in swept.left {
            // Several families may look at one thing.
            if !self.left.contains(&left) {
                self.left.push(left);
            }
        }
    }
}
