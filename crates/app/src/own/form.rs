//! What WebAssembly that lies elsewhere is: a component, or a module of WASI 0.1.

use plimsoll_engine::{Cancel, Conditions, EventSink, MonotonicClock, Rehearsal, RehearsalError};
use plimsoll_model::{Artifact, Form, Side, Source, Workload};

use crate::Error;
use crate::lanes::Lane;
use crate::notice::notice;

/// Whether it has yet to be found out.
pub(super) fn is_open(workload: &Workload) -> bool {
    unknown(workload).is_some()
}

/// The artifact of a command that may be either.
fn unknown(workload: &Workload) -> Option<usize> {
    let lies_elsewhere =
        |one: &Artifact| one.form == Form::Component && !matches!(one.source, Source::File(_));
    workload.artifacts.iter().position(lies_elsewhere).filter(|_| workload.job.output().is_some())
}

/// Finds out by preparing it in the first of these lanes that runs it; a service is a component.
pub(super) async fn settle(
    workload: &mut Workload,
    lanes: &[&Lane],
    conditions: &Conditions,
    events: &dyn EventSink,
    cancel: &Cancel,
) -> Result<(), Error> {
    let Some(at) = unknown(workload) else { return Ok(()) };
    let mut why = String::new();
    let of_wasm = |lane: &&&Lane| lane.record().side == Side::Wasm && lane.runtime.accepts(workload).is_ok();
    for lane in lanes.iter().filter(of_wasm) {
        let (runtime, clock) = (lane.runtime.as_ref(), &MonotonicClock);
        let rehearsal = Rehearsal { runtime, workload, conditions, clock, events, cancel, for_run: false };
        match rehearsal.digests().await {
            Ok(digests) => {
                if digests.contains_key(&Form::Module.to_string()) {
                    workload.artifacts[at].form = Form::Module;
                }
                return Ok(());
            }
            Err(RehearsalError::Cancelled) => return Err(Error::interrupted()),
            Err(RehearsalError::Failed(failure)) => why = format!(": {}", failure.message),
        }
    }
    let name = &workload.artifacts[at].name;
    notice(
        events,
        format!(
            "whether `{name}` is a component or a module could not be found out, and it is called a component{why}"
        ),
    );
    Ok(())
}
