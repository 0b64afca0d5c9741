//! Which lanes take part.

use std::collections::HashSet;

use plimsoll_engine::EventSink;
use plimsoll_model::{Availability, LaneSpec, LeftOut, Slug};

use super::{Lane, Registry};
use crate::Error;
use crate::error::listed;
use crate::notice::notice;

/// The lanes that take part, and those that this machine can't run.
pub(crate) struct Chosen<'r> {
    pub(crate) lanes: Vec<&'r Lane>,
    pub(crate) left_out: Vec<LeftOut>,
}

/// The lanes that are named, each once and in the order in which lanes are shown; all when none is.
pub(crate) fn named_or_all(registry: &Registry, named: &[Slug]) -> Result<Vec<LaneSpec>, Error> {
    registry.check()?;
    let all = registry.slugs();
    if let Some(unknown) = named.iter().find(|lane| !all.contains(lane)) {
        return Err(Error::usage(format!("there is no lane `{unknown}`")).with_hint(format!(
            "there are {}; others are told by a file of lanes: `--lanes-file FILE`",
            listed(&all)
        )));
    }
    let wanted = registry.lanes().iter().filter(|lane| named.is_empty() || named.contains(lane.slug()));
    Ok(wanted.map(|lane| lane.spec.clone()).collect())
}

/// Asks each lane that is wanted whether it can be used here. One that was named has to be; of the others at least one.
pub(crate) async fn lanes<'r>(
    registry: &'r Registry,
    wanted: &[LaneSpec],
    named: &[Slug],
) -> Result<Chosen<'r>, Error> {
    let mut chosen = Chosen { lanes: Vec::new(), left_out: Vec::new() };
    for lane in registry.lanes().iter().filter(|lane| wanted.iter().any(|spec| spec.slug == *lane.slug())) {
        match lane.availability().await {
            Availability::Available { .. } => chosen.lanes.push(lane),
            Availability::Unavailable { problem, remedy } if named.contains(lane.slug()) => {
                let message = format!("lane `{}` is not available: {problem}", lane.slug());
                return Err(Error::environment(message).with_hint(remedy));
            }
            Availability::Unavailable { problem, remedy } => {
                chosen
                    .left_out
                    .push(LeftOut { lane: lane.slug().clone(), why: format!("{problem}: {remedy}") });
            }
        }
    }
    if chosen.lanes.is_empty() {
        let mut error = Error::environment("no lane is available on this machine");
        error.causes = chosen.left_out.iter().map(ToString::to_string).collect();
        return Err(error.with_hint("`plimsoll doctor` shows what is missing"));
    }
    Ok(chosen)
}

/// Removes what dead runs left. What can't be removed is told and does not keep the run from beginning.
pub(crate) async fn sweep(registry: &Registry, lanes: &[&Lane], events: &dyn EventSink) {
    // Several families may look at one thing.
    let mut told = HashSet::new();
    for (lane, swept) in registry.sweep(lanes.iter().copied()).await {
        match swept {
            Ok(swept) => {
                for removed in swept.removed {
                    notice(events, format!("removed what a dead run left: {removed}"));
                }
                for left in swept.left.into_iter().filter(|left| told.insert(left.clone())) {
                    notice(events, format!("left what another run may use: {left}"));
                }
            }
            Err(error) => {
                notice(events, format!("lane `{lane}`: could not remove what a dead run left: {error}"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lanes_are_taken_once_and_in_the_order_in_which_they_are_shown() {
        let registry = Registry::built_in();
        let named = ["native", "docker", "native"].map(Slug::known);
        let slugs = |named: &[Slug]| -> Vec<Slug> {
            named_or_all(&registry, named).unwrap().into_iter().map(|lane| lane.slug).collect()
        };
        assert_eq!(slugs(&named), ["docker", "native"].map(Slug::known));
        assert_eq!(slugs(&[]), registry.slugs());
    }

    #[test]
    fn an_unknown_lane_is_wrong_usage_and_the_hint_names_the_known_ones() {
        let error = named_or_all(&Registry::built_in(), &[Slug::known("podman")]).unwrap_err();
        assert_eq!(error.code, crate::Code::Usage);
        assert!(error.hint.unwrap().contains("`wasmtime-process`"));
    }
}
