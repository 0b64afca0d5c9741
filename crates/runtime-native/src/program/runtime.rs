use std::collections::BTreeMap;
use std::sync::Arc;

use plimsoll_model::{
    Artifact, Availability, Form, Held, LaneRecord, LaneSpec, Limits, Side, Words, Workload,
};
use plimsoll_runtime::{
    BoxFuture, Conditions, Prepared, Runtime, RuntimeError, Unfit, artifact_file, artifact_of, by_its_name,
};
use tokio::sync::OnceCell;

use super::find::find;
use super::lane::Lane;
use super::lanes::EngineLane;
use super::prepared::ProgramPrepared;
use super::probe;
use super::runs::Runs;
use crate::NativeError;
use crate::by_hand::{CLOCK, UNTIL};
use crate::native::Groups;

/// One lane, with the control groups that it shares with its family.
#[derive(Debug)]
pub(super) struct ProgramLane {
    lane: Lane,
    cgroups: Arc<Groups>,
    /// What the program calls its version.
    version: OnceCell<String>,
}

const ITS_OWN: &str = "The program is called with its own defaults beside what the lane's words say: how it compiles, where \
     its memory comes from and how many threads it has are its own affair.";
const EXEC: &str = "Cold start begins with exec of the program: it is loaded and linked by the system, reads the artifact and \
     runs it. Before the clock starts the process is made by Plimsoll itself and stands in its control group.";
const NOT_COMPILING: &str = "Compiling is no part of cold start: it is done once while preparing.";
const COMPILING: &str =
    "Whatever the program does to the artifact before it runs it, compiling as well, is part of cold start.";
const STRAIGHT: &str =
    "A service listens on 127.0.0.1 of the host itself; no proxy and no network namespace stand before it.";
const SANDBOXED: &str = "It has namespaces of its own for processes, mounts, names and users, a root of its own and no network but \
     the host's for a service; it has no seccomp filter, no layers and no engine.";
const WRAPPED: &str = "What the program sets up around the binary, and what it leaves out, is its own affair; it has no layers and \
     no engine.";
const OUTSIDE: &str = "The kernel: network stack, fork, exec and the making and clearing of control groups and namespaces are mostly charged to nobody.";

impl ProgramLane {
    pub(super) fn new(lane: Lane, cgroups: Arc<Groups>) -> Self {
        Self { lane, cgroups, version: OnceCell::new() }
    }

    fn unavailable(&self, error: &NativeError) -> Availability {
        let absent = matches!(error, NativeError::NoProgram { .. });
        let known = EngineLane::of(&self.lane).filter(|_| absent).map(|(_, engine)| engine.remedy);
        let program = &self.lane.parameters.program;
        let remedy = known.map_or_else(|| format!("see whether `{program}` runs by hand"), str::to_owned);
        Availability::Unavailable { problem: error.to_string(), remedy }
    }
}

impl Runtime for ProgramLane {
    fn spec(&self) -> LaneSpec {
        self.lane.spec()
    }

    fn record(&self) -> LaneRecord {
        let parameters = &self.lane.parameters;
        let program = &parameters.program;
        let known = EngineLane::of(&self.lane);
        let words = known.as_ref().map_or_else(
            || [format!("a new `{program}` process"), format!("the `{program}` process")],
            |(_, engine)| engine.words.map(str::to_owned),
        );
        let (side, what) = match parameters.runs {
            Runs::Binary => (Side::Control, "the static native binary"),
            Runs::Module => (Side::Wasm, "the module"),
            Runs::Component => (Side::Wasm, "the component"),
        };
        let compiled = if parameters.compile.is_empty() { "" } else { ", which it compiled before" };
        let unequal = match parameters.runs {
            Runs::Binary if known.is_some() => vec![EXEC, SANDBOXED, STRAIGHT],
            Runs::Binary => vec![EXEC, WRAPPED, STRAIGHT],
            _ if parameters.compile.is_empty() => vec![ITS_OWN, EXEC, COMPILING, STRAIGHT],
            _ => vec![ITS_OWN, EXEC, NOT_COMPILING, STRAIGHT],
        };
        let [starts, is] = words;
        let record = LaneRecord {
            spec: self.spec(),
            side,
            shade: known.as_ref().map(|(place, _)| shade(parameters.runs, *place)),
            own_process: true,
            words: Words { starts, is },
            // A user's own program may shut it in or not; who wrote the lane knows.
            reach: known.is_none().then(|| format!("what `{program}` lets it reach is not known")),
            summary: format!(
                "A process of `{program}`, under the same limits as lane `native`, that runs {what}{compiled}."
            ),
            unequal: unequal.into_iter().map(str::to_owned).collect(),
            outside_limits: vec![OUTSIDE.to_owned()],
            unlimited: self.cgroups.unlimited(),
        };
        if known.is_some() { record } else { by_its_name(record) }
    }

    fn availability(&self) -> BoxFuture<'_, Availability> {
        Box::pin(async {
            match find(&self.lane.parameters.program) {
                Ok(program) => {
                    let version = self.version.get_or_init(|| probe::version(&program)).await;
                    let version =
                        if version.is_empty() { "of a version that it does not tell" } else { version };
                    Availability::Available { detail: format!("{version}, at `{}`", program.display()) }
                }
                Err(error) => self.unavailable(&error),
            }
        })
    }

    fn tried(&self) -> BoxFuture<'_, Availability> {
        Box::pin(async {
            let here = self.availability().await;
            match (&here, probe::probe(&self.lane, probe::LIMIT).await) {
                (Availability::Available { .. }, Err(error)) => self.unavailable(&error),
                _ => here,
            }
        })
    }

    fn versions(&self) -> BoxFuture<'_, BTreeMap<String, String>> {
        Box::pin(async {
            self.availability().await;
            let version = self.version.get().filter(|version| !version.is_empty());
            version
                .map(|version| (self.lane.parameters.program.clone(), version.clone()))
                .into_iter()
                .collect()
        })
    }

    fn held(&self) -> BoxFuture<'_, Option<Held>> {
        Box::pin(async { None })
    }

    fn accepts<'w>(&self, workload: &'w Workload) -> Result<&'w Artifact, Unfit> {
        let parameters = &self.lane.parameters;
        let other =
            |why| Unfit::OtherKind { workload: workload.name.clone(), lane: self.lane.slug.clone(), why };
        let artifact = artifact_of(workload, parameters.runs.form())?;
        let serves = workload.job.listen().is_some();
        if serves && parameters.serve.is_empty() {
            return Err(other("its program runs commands alone"));
        }
        if !serves && parameters.command.is_empty() {
            return Err(other("its program runs services alone"));
        }
        match workload.grants.folders.first() {
            Some(folder) if parameters.folder.is_empty() => Err(Unfit::Folder {
                workload: workload.name.clone(),
                lane: self.lane.slug.clone(),
                to: folder.to.clone(),
                why: "and its words tell no folder",
            }),
            _ => Ok(artifact),
        }
    }

    fn prepare<'a>(
        &'a self,
        workload: &'a Workload,
        conditions: &'a Conditions,
    ) -> BoxFuture<'a, Result<Box<dyn Prepared>, RuntimeError>> {
        Box::pin(async {
            self.accepts(workload)?;
            let form: Form = self.lane.parameters.runs.form();
            let artifact = artifact_file(workload, form)?;
            let cgroups = Arc::clone(self.cgroups.get());
            let prepared = ProgramPrepared::make(&self.lane, cgroups, artifact, workload, conditions).await?;
            Ok(Box::new(prepared) as Box<dyn Prepared>)
        })
    }

    fn by_hand(&self, limits: &Limits) -> Vec<String> {
        let parameters = &self.lane.parameters;
        let mut lines = vec![
            "# in a control group with the same limits and CPUs, as by `plimsoll lanes --explain native`"
                .to_owned(),
        ];
        if !parameters.compile.is_empty() {
            lines
                .push(parameters.compile.replace("{artifact}", "ARTIFACT").replace("{compiled}", "COMPILED"));
        }
        let runs = if parameters.compile.is_empty() { "ARTIFACT" } else { "COMPILED" };
        lines.push(CLOCK.to_owned());
        let both = [(&parameters.command, "a command"), (&parameters.serve, "a service")];
        for (words, what) in both.into_iter().filter(|(words, _)| !words.is_empty()) {
            let filled =
                words.replace("{artifact}", runs).replace("{host}", "127.0.0.1").replace("{port}", "PORT");
            let filled = filled
                .replace("{variables} ", "")
                .replace("{folders} ", "")
                .replace("{arguments}", "ARGUMENTS");
            let told =
                if parameters.variable.is_empty() { " PLIMSOLL_LISTEN=127.0.0.1:PORT PORT=PORT" } else { "" };
            let what = if parameters.serve.is_empty() { "a command or a service" } else { what };
            let environment = format!("env --ignore-environment --chdir=/{told}");
            lines.push(format!("{environment} {} {filled} &  # {what}", parameters.program));
        }
        lines.push(UNTIL.to_owned());
        lines.push(format!(
            "# the limits: {} CPU, {} bytes of memory",
            f64::from(limits.cpu_milli) / 1e3,
            limits.memory_bytes
        ));
        lines
    }
}

/// Those of the families that are shown before and have the same side come first.
fn shade(runs: Runs, place: usize) -> u8 {
    match runs {
        Runs::Binary => 1,
        Runs::Module | Runs::Component => u8::try_from(10 + place).unwrap_or(u8::MAX),
    }
}
