use plimsoll_model::Workload;

use super::{ConformanceError, prepare, runs_a_command, step};
use crate::{Conditions, Runtime, Unfit, read_written};

/// More than a pipe holds, in bytes: an input that is not read on the way would stand still.
const MORE_THAN_A_PIPE: usize = 64 << 10;

/// A command that prints what it reads from standard input prints all of it, and sees its end; one that does not read it
/// ends well all the same.
///
/// # Errors
/// Names the step and what it broke.
pub async fn gives_standard_input(
    runtime: &dyn Runtime,
    echo: &Workload,
    deaf: &Workload,
    conditions: &Conditions,
) -> Result<(), ConformanceError> {
    for workload in [echo, deaf] {
        let given = workload.job.stdin().is_some_and(|stdin| stdin.len() > MORE_THAN_A_PIPE);
        if !given {
            return Err(ConformanceError::NothingGiven { what: "standard input" });
        }
        runs_a_command(runtime, workload, conditions).await?;
    }
    Ok(())
}

/// A command that reads in one folder and writes in another finds what it must in both, can't write into the first, and
/// finds nothing of what the last one wrote; what it wrote is there after its end, and gone once it is stopped. Gives why
/// the lane can't have folders where it says so by name.
///
/// The command is to fail where it can write into a folder that is read alone, or finds what another one wrote.
///
/// # Errors
/// Names the step and what it broke.
pub async fn gives_folders(
    runtime: &dyn Runtime,
    writes: &Workload,
    conditions: &Conditions,
) -> Result<Option<Unfit>, ConformanceError> {
    if let Err(unfit @ Unfit::Folder { .. }) = runtime.accepts(writes) {
        return Ok(Some(unfit));
    }
    let expected = writes.job.invocation().map(|invocation| &invocation.expect);
    let Some((expected, file)) = expected.and_then(|expected| Some((expected, expected.files.first()?)))
    else {
        return Err(ConformanceError::NothingGiven { what: "a folder that is written" });
    };
    let prepared = prepare(runtime, writes, conditions).await?;
    for starts in [2, 1] {
        let mut bed = step("stage", prepared.stage()).await?;
        for _ in 0..starts {
            let mut instance = step("start", bed.start()).await?;
            let exit = step("wait", instance.wait()).await?;
            if exit.code != Some(expected.exit_code) || *exit.stdout != *expected.stdout {
                return Err(ConformanceError::WrongExit { exit: Box::new(exit) });
            }
            let copies = instance.copies();
            let written = read_written(&copies, &file.path, 1 << 20);
            if !written.as_ref().is_ok_and(|written| **written == *file.body) {
                return Err(ConformanceError::Unwritten { path: file.path.clone(), copies });
            }
            step("stop", instance.stop()).await?;
            if let Some(left) = copies.iter().find(|copy| copy.at.exists()) {
                return Err(ConformanceError::CopyLeftBehind { folder: left.at.clone() });
            }
        }
        step("end", bed.end()).await?;
    }
    step("discard", prepared.discard()).await?;
    Ok(None)
}
