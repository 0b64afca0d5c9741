use plimsoll_model::Workload;

use super::{ConformanceError, prepare, step};
use crate::{Conditions, Runtime};

/// How much more than what a command fills may be in its group, in percent: the program itself, and what set it up.
const MOST_PERCENT: u64 = 150;

/// The peak of a command that fills so many bytes and ends is told after its end: at least those, and not much more. A
/// second start of the same bed has its own.
///
/// # Errors
/// Names the step and what it broke.
pub async fn tells_its_peak(
    runtime: &dyn Runtime,
    fills: &Workload,
    bytes: u64,
    conditions: &Conditions,
) -> Result<(), ConformanceError> {
    let prepared = prepare(runtime, fills, conditions).await?;
    let mut bed = step("stage", prepared.stage()).await?;
    for _ in 0..2 {
        let mut instance = step("start", bed.start()).await?;
        let exit = step("wait", instance.wait()).await?;
        let peak = step("stop", instance.stop()).await?.peak;
        let right = bytes..bytes * MOST_PERCENT / 100;
        if !peak.as_ref().and_then(|peak| peak.reading.value()).is_some_and(|peak| right.contains(&peak)) {
            return Err(ConformanceError::Peak { right, peak, exit: Box::new(exit) });
        }
    }
    step("end", bed.end()).await?;
    step("discard", prepared.discard()).await
}
