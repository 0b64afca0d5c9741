use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use plimsoll_model::{Grants, Workload};
use plimsoll_process::{Cgroups, Ready};
use plimsoll_runtime::{Conditions, GivenFolders, RuntimeError};

use crate::code_at::CodeAt;
use crate::parent::worker::{HeldWorker, Worker};
use crate::protocol::{PROTOCOL, Preopened, Reachable, Rights, WorkerOrder};
use crate::{Tuning, Wasi, WasmtimeError};

/// Everything that a start needs: what was compiled, and under which conditions it runs.
pub(super) struct Recipe {
    pub(super) worker: PathBuf,
    pub(super) code: CodeAt,
    pub(super) wasi: Wasi,
    pub(super) tuning: Tuning,
    /// What a command is given on standard input, in a file.
    pub(super) stdin: Option<PathBuf>,
    /// Hosts that a component may connect to.
    pub(super) hosts: Vec<Reachable>,
    pub(super) workload: Workload,
    pub(super) conditions: Conditions,
    pub(super) cgroups: Arc<Cgroups>,
}

impl Recipe {
    /// Spawns a worker under the run's limits.
    pub(super) fn spawn(&self, ready: Ready) -> Result<Worker, WasmtimeError> {
        let Conditions { limits, instance_cpus, owner } = &self.conditions;
        Worker::spawn(ready, &self.cgroups, &owner.label(), limits, instance_cpus)
    }

    /// Makes a worker under the run's limits, which waits to be executed.
    pub(super) fn hold(&self, ready: Ready) -> Result<HeldWorker, WasmtimeError> {
        let Conditions { limits, instance_cpus, owner } = &self.conditions;
        HeldWorker::hold(ready, &self.cgroups, &owner.label(), limits, instance_cpus)
    }

    /// How long a worker may take to stop.
    pub(super) fn stop_limit(&self) -> Duration {
        Duration::from_millis(self.conditions.limits.stop_timeout_ms)
    }

    /// The folders of one instance, copied where it may write.
    pub(super) fn folders(&self) -> Result<GivenFolders, RuntimeError> {
        Ok(GivenFolders::make(&self.workload.grants.folders, &self.conditions.owner)?)
    }

    /// The order that makes a worker load the component.
    pub(super) fn load(&self, listen: SocketAddr, given: &GivenFolders, run: bool) -> WorkerOrder {
        let folders = given.all().iter().map(|folder| Preopened {
            at: folder.at.clone(),
            to: folder.to.clone(),
            write: folder.write,
        });
        let rights = Rights {
            stdin: self.stdin.clone(),
            folders: folders.collect(),
            hosts: self.hosts.clone(),
            ..rights(&self.workload, &self.conditions)
        };
        WorkerOrder::Load {
            protocol: PROTOCOL,
            code: self.code.clone(),
            kind: self.workload.kind(),
            wasi: self.wasi,
            tuning: self.tuning,
            rights,
            listen,
            threads: self.conditions.limits.cpu_milli.div_ceil(1000),
            run,
        }
    }

    /// Waits for what must come before the clock starts, at most as long as an instance may take to be ready.
    pub(super) async fn within<T>(
        &self,
        what: &str,
        coming: impl Future<Output = Result<T, WasmtimeError>>,
    ) -> Result<T, RuntimeError> {
        let after_ms = self.conditions.limits.ready_timeout_ms;
        match tokio::time::timeout(Duration::from_millis(after_ms), coming).await {
            Ok(come) => Ok(come?),
            Err(_) => Err(RuntimeError::TimedOut {
                what: what.to_owned(),
                after_ms,
                hint: "does the component loop for ever?",
            }),
        }
    }
}

/// What the manifest grants, within the limits of the run.
pub(super) fn rights(workload: &Workload, conditions: &Conditions) -> Rights {
    let arguments = workload.job.arguments().iter().cloned();
    Rights {
        // They are given by other words, of which the worker's paths are.
        grants: Grants { folders: Vec::new(), hosts: Vec::new(), ..workload.grants.clone() },
        arguments: std::iter::once(workload.name().to_string()).chain(arguments).collect(),
        stdin: None,
        folders: Vec::new(),
        hosts: Vec::new(),
        memory_bytes: conditions.limits.memory_bytes,
        output_bytes: conditions.limits.output_bytes,
    }
}
