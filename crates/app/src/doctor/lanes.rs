//! Whether each lane can be used, and its limits be set.

use plimsoll_model::Availability;

use super::{Check, Concern};
use crate::Registry;

pub(super) async fn check(registry: &Registry) -> Vec<Check> {
    let mut checks = Vec::new();
    for lane in registry.lanes() {
        let what = format!("lane `{}`", lane.slug());
        let check = match lane.availability().await {
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
    checks.extend(registry.faults().iter().map(|fault| super::files::problem("lanes of your own", fault)));
    checks
}
