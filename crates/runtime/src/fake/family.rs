use std::sync::Arc;
use std::sync::atomic::Ordering;

use plimsoll_model::{LaneSpec, Slug};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::tally::Tally;
use super::{Behaviour, FakeRuntime};
use crate::{BoxFuture, Clock, Family, LaneError, Runtime, RuntimeError, Swept, parameters_of, schema_of};

/// A family of lanes that always behave alike.
pub struct FakeFamily {
    slug: Slug,
    offers: Vec<LaneSpec>,
    clock: Arc<dyn Clock>,
    behaviour: Behaviour,
    tally: Arc<Tally>,
}

/// What tells one from another.
#[derive(Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct FakeLane {
    /// Whether it can be used on this host.
    here: bool,
}

impl Default for FakeLane {
    fn default() -> Self {
        Self { here: true }
    }
}

impl FakeFamily {
    /// A family that offers these lanes.
    #[must_use]
    pub fn new(slug: Slug, clock: Arc<dyn Clock>, behaviour: Behaviour, offers: &[Slug]) -> Self {
        let offers = offers.iter().map(|lane| LaneSpec::plain(lane.clone(), slug.clone())).collect();
        Self { slug, offers, clock, behaviour, tally: Arc::default() }
    }

    /// What all its lanes together have been asked for, and what they still hold.
    #[must_use]
    pub fn tally(&self) -> Arc<Tally> {
        Arc::clone(&self.tally)
    }
}

impl Family for FakeFamily {
    fn slug(&self) -> Slug {
        self.slug.clone()
    }

    fn parameters(&self) -> Value {
        schema_of::<FakeLane>()
    }

    fn offers(&self) -> Vec<LaneSpec> {
        self.offers.clone()
    }

    fn open(&self, lane: &LaneSpec) -> Result<Arc<dyn Runtime>, LaneError> {
        let FakeLane { here } = parameters_of(lane)?;
        self.tally.opened.fetch_add(1, Ordering::Relaxed);
        let (clock, tally) = (Arc::clone(&self.clock), Arc::clone(&self.tally));
        Ok(Arc::new(FakeRuntime::of(lane.clone(), clock, self.behaviour.clone(), tally).here(here)))
    }

    fn sweep(&self) -> BoxFuture<'_, Result<Swept, RuntimeError>> {
        Box::pin(async {
            self.tally.sweeps.fetch_add(1, Ordering::Relaxed);
            Ok(Swept { removed: vec![format!("what lanes of `{}` left", self.slug)], ..Swept::default() })
        })
    }
}
