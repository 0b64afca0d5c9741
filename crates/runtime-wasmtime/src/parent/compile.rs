use std::path::Path;
use std::time::Duration;

use plimsoll_model::{Limits, Workload};
use plimsoll_process::Cgroups;
use plimsoll_runtime::{Conditions, RuntimeError};

use crate::code_at::CodeAt;
use crate::parent::recipe::rights;
use crate::parent::worker::{Worker, launch};
use crate::protocol::{PROTOCOL, WorkerOrder, WorkerReport};
use crate::{Tuning, Wasi};

/// The longest that compiling may take: a little less than the engine waits for what is prepared, so that it is told
/// here what took so long.
const COMPILE_LIMIT: Duration = Duration::from_secs(280);

/// Memory for compiling in bytes: Cranelift takes about a hundred times a component's size.
const COMPILE_MEMORY: u64 = 2 << 30;

/// How long a worker that has compiled may take to end.
const STOP_LIMIT: Duration = Duration::from_secs(5);

/// Compiles a workload's component in a worker process: what is compiled is not trusted. Gives what it speaks.
pub(super) async fn compile(
    program: &Path,
    code: CodeAt,
    tuning: Tuning,
    workload: &Workload,
    conditions: &Conditions,
    cgroups: &Cgroups,
) -> Result<Wasi, RuntimeError> {
    let ready = launch(program, &[])?;
    let cpus = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let limits = Limits {
        cpu_milli: u32::try_from(cpus * 1000).unwrap_or(u32::MAX),
        memory_bytes: conditions.limits.memory_bytes.max(COMPILE_MEMORY),
        ..conditions.limits
    };
    let mut worker = Worker::spawn(ready, cgroups, &conditions.owner.label(), &limits, &[])?;
    let what = format!("the compiled `{}`", code.wasm.display());
    let order = WorkerOrder::Compile {
        protocol: PROTOCOL,
        code,
        kind: workload.kind(),
        tuning,
        rights: rights(workload, conditions),
    };
    let speaks = |report| match report {
        WorkerReport::Compiled { wasi } => Some(wasi),
        _ => None,
    };
    let done = tokio::time::timeout(COMPILE_LIMIT, worker.ask(&order, speaks)).await;
    worker.stop(STOP_LIMIT).await?;
    match done {
        Ok(done) => Ok(done?),
        Err(_) => Err(RuntimeError::TimedOut {
            what,
            after_ms: COMPILE_LIMIT.as_secs() * 1000,
            hint: "a language's whole runtime takes tens of seconds of one core: build a smaller one, or end what else \
                   this machine is busy with",
        }),
    }
}
