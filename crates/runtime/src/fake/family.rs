use std::sync::Arc;
use std::sync::atomic::Ordering;

use plimsoll_model::{LaneSpec, Slug};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::tally::Tally;
use super::{Behaviour, FakeRuntime};
use crate::{
    BoxFuture, Clock, Family, LaneError, LaneOffer, Runtime, RuntimeError, Standing, Swept, parameters_of,
    schema_of,
};

/// A family of lanes that always behave alike.
pub struct FakeFamily {
    slug: Slug,
    offers: Vec<LaneSpec>,
    further: Vec<LaneSpec>,
    standing: Standing,
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
        let (further, standing) = (Vec::new(), Standing::Fair);
        Self { slug, offers, further, standing, clock, behaviour, tally: Arc::default() }
    }

    /// The same, with lanes that stand otherwise than among those that most people would run.
    #[must_use]
    pub fn standing(self, standing: Standing) -> Self {
        Self { standing, ..self }
    }

    /// The same, with lanes that are only there when the host is asked.
    #[must_use]
    pub fn finding(mut self, lanes: &[Slug]) -> Self {
        let slug = &self.slug;
        self.further = lanes.iter().map(|lane| LaneSpec::plain(lane.clone(), slug.clone())).collect();
        self
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

    fn offers(&self) -> Vec<LaneOffer> {
        self.offers.iter().map(|spec| LaneOffer::new(spec.clone(), self.standing)).collect()
    }

    fn found(&self) -> BoxFuture<'_, Vec<LaneOffer>> {
        Box::pin(async {
            self.further.iter().map(|spec| LaneOffer::new(spec.clone(), Standing::Aside)).collect()
        })
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
