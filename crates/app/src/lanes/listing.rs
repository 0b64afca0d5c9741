//! The lanes that there are, for who chooses.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use plimsoll_model::{Availability, Limits, Parameter, Side, Slug};
use serde::Serialize;

use super::{LaneSet, LaneWish, choose};
use crate::{Error, Registry};

/// Lists lanes, each tried.
#[derive(Clone, Debug, Default)]
pub struct Lanes {
    /// Which; empty: every one.
    pub lanes: Vec<LaneWish>,
}

/// One of them.
#[derive(Clone, Debug, Serialize)]
pub struct ListedLane {
    /// Its name.
    pub lane: Slug,
    /// The family that it is one of.
    pub family: Slug,
    /// Whether a user wrote it down.
    pub own: bool,
    /// The sets that it is in, as they are written.
    pub sets: Vec<String>,
    /// What others see it as.
    pub side: Side,
    /// What a start makes, e.g. `a new container`.
    pub starts: String,
    /// What it is, in a sentence or two.
    pub summary: String,
    /// Whether it can be used here.
    #[serde(flatten)]
    pub here: Availability,
}

/// What a lane stands for.
#[derive(Clone, Debug, Serialize)]
pub struct ExplainedLane {
    /// As it is listed.
    #[serde(flatten)]
    pub listed: ListedLane,
    /// Its family's parameters, all of them.
    pub parameters: BTreeMap<Slug, Parameter>,
    /// What is unequal in it, each in a sentence.
    pub unequal: Vec<String>,
    /// What does the same by hand under the usual limits, line by line: commands, and remarks behind `#`.
    pub by_hand: Vec<String>,
}

impl ExplainedLane {
    /// Its family and parameters as a file of lanes has them, line by line.
    #[must_use]
    pub fn written(&self) -> [String; 2] {
        let value = |value: &Parameter| match value {
            Parameter::Flag(flag) => toml::Value::from(*flag),
            Parameter::Number(number) => toml::Value::from(i64::try_from(*number).unwrap_or(i64::MAX)),
            Parameter::Text(text) => toml::Value::from(text.as_str()),
        };
        let parameters: Vec<String> =
            self.parameters.iter().map(|(name, of)| format!("{name} = {}", value(of))).collect();
        let family = toml::Value::from(self.listed.family.as_str());
        [format!("family = {family}"), format!("parameters = {{ {} }}", parameters.join(", "))]
    }
}

impl Lanes {
    /// Tries each, side by side.
    ///
    /// # Errors
    /// When a wish is for no lane that there is, or the user's own lanes can't be read.
    pub async fn run(&self, registry: &Registry) -> Result<Vec<ListedLane>, Error> {
        let every = [LaneWish::Of(LaneSet::All)];
        let wanted = choose::wished(registry, if self.lanes.is_empty() { &every } else { &self.lanes })?;
        let found = wanted.iter().map(|spec| listed(registry, &spec.slug));
        Ok(join_all(found).await.into_iter().flatten().collect())
    }

    /// Tells what one stands for.
    ///
    /// # Errors
    /// When it is not there.
    pub async fn explain(registry: &Registry, slug: &Slug) -> Result<ExplainedLane, Error> {
        choose::wished(registry, &[slug.clone().into()])?;
        let (Some(lane), Some(listed)) = (registry.lane(slug), listed(registry, slug).await) else {
            return Err(choose::nothing(registry, &slug.clone().into()));
        };
        // After it was tried: until then less is known of it.
        let record = lane.record();
        Ok(ExplainedLane {
            parameters: record.spec.parameters,
            by_hand: lane.runtime.by_hand(&Limits::default()),
            unequal: record.unequal,
            listed,
        })
    }
}

async fn listed(registry: &Registry, slug: &Slug) -> Option<ListedLane> {
    let lane = registry.lane(slug)?;
    let here = lane.availability().await;
    let record = lane.record();
    Some(ListedLane {
        lane: slug.clone(),
        family: lane.spec.family.clone(),
        own: lane.is_own(),
        sets: LaneSet::EVERY.into_iter().filter(|set| set.has(lane)).map(|set| set.to_string()).collect(),
        side: record.side,
        starts: record.words.starts,
        summary: record.summary,
        here,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_a_lane_is_made_of_reads_back_as_a_file_of_lanes() {
        let explained = Lanes::explain(&Registry::built_in(), &Slug::known("wasmtime+reuse")).await.unwrap();
        let text = format!("slug = \"mine\"\n{}\n", explained.written().join("\n"));
        let read: plimsoll_model::LaneSpec = toml::from_str(&text).unwrap();
        assert_eq!(read.parameters, explained.parameters);
        assert_eq!(read.family, explained.listed.family);
    }
}
