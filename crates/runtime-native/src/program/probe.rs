//! Whether a program runs what its lane runs: tried with the least that there is.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use plimsoll_model::RunId;
use plimsoll_runtime::{LEAST_EXIT, Owner, OwnerFolder, least_program};

use super::compiling::{call, call_for, compile};
use super::find::find;
use super::lane::Lane;
use super::runs::Runs;
use crate::NativeError;

/// How long a program may take for that. An idle machine takes a fraction of a second.
pub(super) const LIMIT: Duration = Duration::from_secs(10);

/// A module whose `_start` does nothing.
const MODULE: &str = r#"(module (memory (export "memory") 1) (func (export "_start")))"#;

/// A command whose `run` does nothing.
const COMPONENT: &str = r#"(component
    (core module $code (func (export "run") (result i32) i32.const 0))
    (core instance $instance (instantiate $code))
    (func $run (result (result)) (canon lift (core func $instance "run")))
    (instance $cli (export "run" (func $run)))
    (export "wasi:cli/run@0.2.0" (instance $cli)))"#;

/// Which version a program says that it is; empty where it says nothing.
pub(super) async fn version(program: &Path) -> String {
    let told = call(program, &["--version".to_owned()], Path::new("/"), LIMIT).await;
    let told = told.ok().and_then(|text| Some(text.lines().next()?.trim().to_owned())).unwrap_or_default();
    told.chars().take(80).collect()
}

/// Runs the least that the lane could run.
pub(super) async fn probe(lane: &Lane, limit: Duration) -> Result<(), NativeError> {
    let program = find(&lane.parameters.program)?;
    let file = match lane.parameters.runs {
        Runs::Module => wat::parse_str(MODULE).ok(),
        Runs::Component => wat::parse_str(COMPONENT).ok(),
        Runs::Binary => least_program(),
    };
    // A lane of services alone is tried when its service is prepared; so is a machine for which there is no program.
    let (Some(file), false) = (file, lane.parameters.command.is_empty()) else { return Ok(()) };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
    let run = format!("probe-{}-{now:x}", std::process::id());
    let folder = OwnerFolder::create(&Owner::current(run.parse().unwrap_or(RunId::known("probe"))))?;
    let artifact = folder.file("artifact");
    let io = |source| NativeError::Read { path: artifact.clone(), source };
    std::fs::write(&artifact, file).map_err(io)?;
    std::fs::set_permissions(&artifact, std::fs::Permissions::from_mode(0o755)).map_err(io)?;
    let words = lane.templates().compile;
    let compiled = folder.file("compiled");
    let runs = if words.is_empty() { &artifact } else { &compiled };
    compile(&words, &artifact, &compiled, limit).await?;
    let calling = lane.calling(false, &runs.to_string_lossy());
    let called = calling.around(Vec::new(), [].into(), None, &[]);
    let code = if lane.parameters.runs == Runs::Binary { LEAST_EXIT } else { 0 };
    call_for(code, &program, &called.args, Path::new("/"), limit).await?;
    Ok(folder.remove()?)
}

#[cfg(test)]
mod tests {
    use plimsoll_model::{LaneSpec, Parameter, Slug};

    use super::*;

    fn lane(program: &str, command: &str) -> Lane {
        let text = |name, text: &str| (Slug::known(name), Parameter::Text(text.to_owned()));
        let parameters = [text("program", program), text("runs", "binary"), text("command", command)].into();
        Lane::of(&LaneSpec { parameters, ..LaneSpec::plain(Slug::known("mine"), Slug::known("program")) })
            .unwrap()
    }

    #[tokio::test]
    async fn a_program_that_does_not_run_it_is_told_by_what_it_did() {
        probe(&lane("env", "A=b {artifact}"), LIMIT).await.unwrap();
        let told = |lane, limit| async move { probe(&lane, limit).await.unwrap_err().to_string() };
        let absent = told(lane("no-such-engine", "{artifact}"), LIMIT).await;
        assert_eq!(absent, "there is no program `no-such-engine` on `PATH`");
        let failed = told(lane("cat", "--no-such-flag {artifact}"), LIMIT).await;
        assert!(failed.contains("ended with exit code 1: ") && failed.contains("no-such-flag"), "{failed}");
        let silent = told(lane("true", "{artifact}"), LIMIT).await;
        assert!(silent.contains("said that it ran a program, and did not"), "{silent}");
        let hung = told(lane("sleep", "1000 -- {artifact}"), LIMIT).await;
        assert!(hung.contains("exit code 1"), "{hung}");
        let hung = told(lane("tail", "--follow {artifact}"), Duration::from_millis(50)).await;
        assert!(hung.contains("did not end within"), "{hung}");
    }

    #[test]
    fn what_programs_are_tried_with_is_well_formed() {
        assert!(wat::parse_str(MODULE).is_ok());
        assert!(wat::parse_str(COMPONENT).is_ok());
    }
}
