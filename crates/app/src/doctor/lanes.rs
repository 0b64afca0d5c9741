//! Whether each lane can be used, and its limits be set.

use plimsoll_model::Availability;

use super::Check;
use crate::lanes::LANES;

pub(super) async fn check() -> Vec<Check> {
    let mut checks = Vec::new();
    for lane in LANES {
        let runtime = (lane.runtime)();
        let what = format!("lane `{}`", lane.slug);
        match runtime.availability().await {
            Availability::Unavailable { problem, remedy } => {
                checks.push(Check::problem(what, problem, remedy));
            }
            Availability::Available { detail } => match runtime.record().unlimited {
                None => checks.push(Check::good(what, detail)),
                Some(reason) => checks.push(Check::warning(
                    what,
                    format!("{detail}; its instances can't be held to the limits: {reason}"),
                    "run as root on a system whose control groups can be written to",
                )),
            },
        }
    }
    checks
}
