use plimsoll_model::{Artifact, Form, Workload};
use plimsoll_runtime::{Unfit, artifact_of};

/// The largest exit code that a component can tell: `wasi:cli/run` knows success and failure and no codes.
const COMPONENT_TELLS: i32 = 1;

/// The largest exit code that Wasmtime takes from a module: those above are kept for signals, and trap.
const MODULE_TELLS: i32 = 125;

/// Which artifact of a workload is run: its component; its module where there is no component, or none that could tell
/// the code that is expected.
pub(super) fn artifact(workload: &Workload) -> Result<&Artifact, Unfit> {
    let module = artifact_of(workload, Form::Module).map(|module| telling(workload, module, MODULE_TELLS));
    match (artifact_of(workload, Form::Component), module) {
        (Ok(component), module) => telling(workload, component, COMPONENT_TELLS)
            .or_else(|unfit| module.ok().and_then(Result::ok).ok_or(unfit)),
        (Err(_), Ok(_)) if workload.kind().serves() => Err(Unfit::module_serves(workload)),
        (Err(_), Ok(module)) => module,
        (Err(lacks), Err(_)) => Err(lacks),
    }
}

/// The artifact, if it can tell the exit code that is expected.
fn telling<'w>(workload: &'w Workload, artifact: &'w Artifact, most: i32) -> Result<&'w Artifact, Unfit> {
    match workload.job.invocation().map(|run| run.expect.exit_code) {
        Some(code) if !(0..=most).contains(&code) => {
            Err(Unfit::ExitCode { workload: workload.name.clone(), code, form: artifact.form, most })
        }
        _ => Ok(artifact),
    }
}
