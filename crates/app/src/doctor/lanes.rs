//! Whether each lane that is measured where none is named can be used, and its limits be set.

use futures_util::future::join_all;
use plimsoll_model::Availability;

use super::{Check, Concern};
use crate::lanes::Lane;
use crate::{LaneWish, Registry};

pub(super) async fn check(registry: &Registry) -> Vec<Check> {
    let mut checks = Vec::new();
    let (usual, further): (Vec<&Lane>, Vec<&Lane>) =
        registry.lanes().iter().partition(|lane| LaneWish::USUAL.iter().any(|wish| wish.has(lane)));
    let tried = join_all(usual.iter().map(|lane| lane.availability())).await;
    for (lane, tried) in usual.into_iter().zip(tried) {
        let what = format!("lane `{}`", lane.slug());
        let check = match tried {
            Availability::Unavailable { problem, remedy } => Check::problem(what, problem, remedy),
            Availability::Available { detail } => match lane.record().unlimited {
                None => Check::good(what, detail),
                Some(reason) => Check::warning(
                    what,
                    format!("{detail}; its instances can't be held to the limits: {reason}"),
                    "run as root where control groups can be written to, with the controllers that are named",
                ),
            },
        };
        checks.push(Check { about: Concern::Lane(lane.slug().clone()), ..check });
    }
    if !further.is_empty() {
        let told =
            format!("{} more that are measured where they are named: see `plimsoll lanes`", further.len());
        checks.push(Check::good("other lanes", told));
    }
    checks.extend(registry.faults().iter().map(|fault| super::files::problem("lanes of your own", fault)));
    checks
}
