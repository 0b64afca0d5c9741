//! Which lanes take part.

use std::collections::HashSet;

use plimsoll_engine::EventSink;
use plimsoll_model::{Availability, LaneSpec, LeftOut, Slug};

use super::{Lane, LaneWish, Registry};
use crate::Error;
use crate::notice::notice;

/// The lanes that take part, and those that this machine can't run.
pub(crate) struct Chosen<'r> {
    pub(crate) lanes: Vec<&'r Lane>,
    pub(crate) left_out: Vec<LeftOut>,
}

/// The lanes that are wished for, each once and in the order in which lanes are shown; the usual ones where none is.
pub(crate) fn wished(registry: &Registry, wishes: &[LaneWish]) -> Result<Vec<LaneSpec>, Error> {
    registry.check()?;
    for wish in wishes {
        if !registry.lanes().iter().any(|lane| wish.has(lane)) {
            return Err(nothing(registry, wish));
        }
    }
    let wishes = if wishes.is_empty() { &LaneWish::USUAL } else { wishes };
    let wanted = registry.lanes().iter().filter(|lane| wishes.iter().any(|wish| wish.has(lane)));
    Ok(wanted.map(|lane| lane.spec.clone()).collect())
}

/// That a wish is for no lane that there is.
pub(crate) fn nothing(registry: &Registry, wish: &LaneWish) -> Error {
    let told = match wish {
        LaneWish::Named(lane) => format!("there is no lane `{lane}`"),
        LaneWish::Like(_) => format!("there is no lane like `{wish}`"),
        LaneWish::Of(_) => format!("there is no lane in `{wish}`"),
    };
    let meant = match wish {
        LaneWish::Named(lane) => nearest(lane, &registry.slugs()),
        LaneWish::Like(_) | LaneWish::Of(_) => None,
    };
    let meant = meant.map_or_else(String::new, |lane| format!("is `{lane}` meant? "));
    Error::usage(told).with_hint(format!(
        "{meant}`plimsoll lanes` lists those that there are; others are told by a file of lanes: `--lanes-file FILE`"
    ))
}

/// The name that is most like this one, where one is.
fn nearest(lane: &Slug, slugs: &[Slug]) -> Option<Slug> {
    let likeness = |other: &Slug| strsim::jaro_winkler(lane.as_str(), other.as_str());
    let found = slugs.iter().map(|slug| (likeness(slug), slug));
    let (likeness, slug) = found.max_by(|(one, _), (other, _)| one.total_cmp(other))?;
    (likeness > 0.85).then(|| slug.clone())
}

/// Asks each lane that is wanted whether it can be used here. One that was named has to be; of the others at least one.
pub(crate) async fn lanes<'r>(
    registry: &'r Registry,
    wanted: &[LaneSpec],
    wishes: &[LaneWish],
) -> Result<Chosen<'r>, Error> {
    let is_named = |lane: &Lane| wishes.iter().any(|wish| wish.named() == Some(lane.slug()));
    let mut chosen = Chosen { lanes: Vec::new(), left_out: Vec::new() };
    for lane in registry.lanes().iter().filter(|lane| wanted.iter().any(|spec| spec.slug == *lane.slug())) {
        match lane.availability().await {
            Availability::Available { .. } => chosen.lanes.push(lane),
            Availability::Unavailable { problem, remedy } if is_named(lane) => {
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
        let slugs = |wishes: &[&str]| -> Vec<Slug> {
            let wishes: Vec<LaneWish> = wishes.iter().map(|wish| wish.parse().unwrap()).collect();
            wished(&registry, &wishes).unwrap().into_iter().map(|lane| lane.slug).collect()
        };
        assert_eq!(slugs(&["native", "docker", "native"]), ["docker", "native"].map(Slug::known));
        assert_eq!(slugs(&["nat?ve", "docker"]), ["docker", "native"].map(Slug::known));
        assert_eq!(slugs(&[]), slugs(&["@fair"]));
        assert_eq!(slugs(&["@all"]), registry.slugs());
        assert_eq!(slugs(&["@wasm"]), registry.slugs_on(plimsoll_model::Side::Wasm));
    }

    #[test]
    fn a_lane_that_is_written_a_little_wrong_is_named_rightly() {
        let hint =
            |lane: &str| wished(&Registry::built_in(), &[lane.parse().unwrap()]).unwrap_err().hint.unwrap();
        assert!(hint("wasmtime-proces").starts_with("is `wasmtime-process` meant?"));
        assert!(hint("firecracker").starts_with("`plimsoll lanes`"));
    }

    #[test]
    fn an_unknown_lane_is_wrong_usage_and_the_hint_names_the_known_ones() {
        for unknown in ["no-lane", "no-*", "@own"] {
            let error = wished(&Registry::built_in(), &[unknown.parse().unwrap()]).unwrap_err();
            assert_eq!(error.code, crate::Code::Usage);
            assert!(error.message.contains(unknown) && error.hint.unwrap().contains("`plimsoll lanes`"));
        }
    }
}
