//! Which lanes take part.

use plimsoll_engine::{EventSink, Runtime};
use plimsoll_model::{Availability, LaneSpec, LeftOut, Slug};

use super::notice::notice;
use crate::Error;
use crate::error::listed;
use crate::lanes::{LANES, lane_slugs};

/// The lanes that take part, and those that this machine can't run.
pub(super) struct Chosen {
    pub(super) runtimes: Vec<Box<dyn Runtime>>,
    pub(super) left_out: Vec<LeftOut>,
}

/// The lanes that are named, each once and in the order in which lanes are shown; all when none is.
pub(super) fn named_or_all(named: &[Slug]) -> Result<Vec<LaneSpec>, Error> {
    let all = lane_slugs();
    if let Some(unknown) = named.iter().find(|lane| !all.contains(lane)) {
        return Err(Error::usage(format!("there is no lane `{unknown}`"))
            .with_hint(format!("there are {}", listed(&all))));
    }
    let wanted = LANES.iter().filter(|lane| named.is_empty() || named.contains(&lane.slug));
    Ok(wanted.map(|lane| (lane.runtime)().spec()).collect())
}

/// Asks each lane that is wanted whether it can be used here. One that was named has to be; of the others at least one.
pub(super) async fn lanes(wanted: &[LaneSpec], named: &[Slug]) -> Result<Chosen, Error> {
    let mut chosen = Chosen { runtimes: Vec::new(), left_out: Vec::new() };
    for lane in LANES.iter().filter(|lane| wanted.iter().any(|spec| spec.slug == lane.slug)) {
        let runtime = (lane.runtime)();
        match runtime.availability().await {
            Availability::Available { .. } => chosen.runtimes.push(runtime),
            Availability::Unavailable { problem, remedy } if named.contains(&lane.slug) => {
                let message = format!("lane `{}` is not available: {problem}", lane.slug);
                return Err(Error::environment(message).with_hint(remedy));
            }
            Availability::Unavailable { problem, remedy } => {
                chosen
                    .left_out
                    .push(LeftOut { lane: lane.slug.clone(), why: format!("{problem}: {remedy}") });
            }
        }
    }
    if chosen.runtimes.is_empty() {
        let mut error = Error::environment("no lane is available on this machine");
        error.causes = chosen.left_out.iter().map(ToString::to_string).collect();
        return Err(error.with_hint("`plimsoll doctor` shows what is missing"));
    }
    Ok(chosen)
}

/// Removes what dead runs left. What can't be removed is told and does not keep the run from beginning.
pub(super) async fn sweep(runtimes: &[Box<dyn Runtime>], events: &dyn EventSink) {
    for runtime in runtimes {
        match runtime.sweep().await {
            Ok(swept) => {
                for removed in swept.removed {
                    notice(events, format!("removed what a dead run left: {removed}"));
                }
            }
            Err(error) => {
                let lane = runtime.spec().slug;
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
        let named = ["native", "docker", "native"].map(Slug::known);
        let slugs = |named: &[Slug]| -> Vec<Slug> {
            named_or_all(named).unwrap().into_iter().map(|lane| lane.slug).collect()
        };
        assert_eq!(slugs(&named), ["docker", "native"].map(Slug::known));
        assert_eq!(slugs(&[]), lane_slugs());
    }

    #[test]
    fn an_unknown_lane_is_wrong_usage_and_the_hint_names_the_known_ones() {
        let error = named_or_all(&[Slug::known("podman")]).unwrap_err();
        assert_eq!(error.code, crate::Code::Usage);
        assert!(error.hint.unwrap().contains("`wasmtime-process`"));
    }
}
