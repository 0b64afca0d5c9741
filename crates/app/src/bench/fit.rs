//! Which of the workloads the lanes can run.

use plimsoll_model::{LeftOut, NoFit, Workload};

use crate::lanes::Lane;
use crate::{Error, LaneWish};

/// What the lanes can't run.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Fit {
    /// Lanes that can run none of the workloads.
    pub(super) left_out: Vec<LeftOut>,
    /// Workloads that a lane can't run, which runs others.
    pub(super) gaps: Vec<NoFit>,
}

/// Asks each lane what it can run. One that was named has to run something, and so has some lane.
pub(super) fn fit(lanes: &[&Lane], workloads: &[&Workload], wishes: &[LaneWish]) -> Result<Fit, Error> {
    let mut fit = Fit::default();
    for lane in lanes {
        let refused = workloads.iter().filter_map(|workload| {
            let why = lane.runtime.accepts(workload).err()?.to_string();
            Some(NoFit { workload: workload.name.clone(), lane: lane.slug().clone(), why })
        });
        let refused: Vec<NoFit> = refused.collect();
        match refused.first() {
            Some(first) if refused.len() == workloads.len() => {
                if wishes.iter().any(|wish| wish.named() == Some(lane.slug())) {
                    let told = format!("lane `{}` can run nothing of what is to be measured", lane.slug());
                    return Err(Error { causes: vec![first.why.clone()], ..Error::usage(told) });
                }
                fit.left_out.push(LeftOut { lane: lane.slug().clone(), why: first.why.clone() });
            }
            _ => fit.gaps.extend(refused),
        }
    }
    if fit.left_out.len() == lanes.len() {
        let mut error = Error::usage("no lane that is available can run what is to be measured");
        error.causes = fit.left_out.iter().map(ToString::to_string).collect();
        return Err(error.with_hint("`plimsoll doctor` tells why lanes are not available"));
    }
    Ok(fit)
}
