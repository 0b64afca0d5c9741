//! A process that is started in a container that runs already.

use std::io;
use std::time::Duration;

use bollard::errors::Error as ApiError;
use bollard::exec::{StartExecOptions, StartExecResults};
use bollard::models::{ContainerCreateBody, ContainerWaitResponse, ExecConfig};
use futures_util::stream;
use plimsoll_runtime::proc::Stat;
use rustix::process::{Pid, Signal, kill_process};
use tokio::time::{Instant, sleep, timeout};

use crate::DockerError;
use crate::cgroup;
use crate::container::Recipe;
use crate::daemon::{Call, Daemon};
use crate::ending::{Awaited, Ending};
use crate::granted::Feeding;
use crate::idle::{AT, Sleeper};
use crate::image::ENTRYPOINT;
use crate::output::Output;

/// How long the engine may take to tell the status of a process whose output has ended, and how long between two
/// questions.
const TOLD_LIMIT: Duration = Duration::from_secs(10);
const STEP: Duration = Duration::from_millis(1);

/// How long the engine may take to tell the end of the output of a process that has ended; then others hold it open.
const TELLING: Duration = Duration::from_millis(500);

/// Makes of the request for a container one in which nothing is run, and gives the request that runs in it what it would
/// have run: with the same words, and with what the container has of variables, user and folder.
pub(crate) fn put_off(recipe: &Recipe, body: &mut ContainerCreateBody, idle: Option<&Sleeper>) -> ExecConfig {
    let entrypoint = body.entrypoint.take();
    let own = || match &recipe.foreign {
        Some(foreign) => foreign.facts.entrypoint.clone(),
        None => vec![ENTRYPOINT.to_owned()],
    };
    // The image's own command does not stand after another entry point.
    let command = match (&recipe.foreign, &entrypoint) {
        (Some(foreign), None) => foreign.facts.command.clone(),
        _ => Vec::new(),
    };
    let mut words = entrypoint.unwrap_or_else(own);
    words.extend(body.cmd.take().unwrap_or(command));
    let (input, is_command) = (body.attach_stdin.take(), recipe.listen.is_none());
    body.entrypoint = Some(vec![AT.to_owned()]);
    (body.open_stdin, body.stdin_once, body.attach_stdout, body.attach_stderr) = (None, None, None, None);
    if let Some(idle) = idle {
        idle.put(body.host_config.get_or_insert_default());
    }
    ExecConfig {
        cmd: Some(words),
        attach_stdin: input,
        attach_stdout: Some(is_command),
        // The end of a service is known by the end of this.
        attach_stderr: Some(true),
        ..Default::default()
    }
}

/// Tells the engine what is to be run. Gives what it calls that.
pub(crate) async fn create(
    daemon: &Daemon,
    container: &str,
    config: ExecConfig,
) -> Result<String, DockerError> {
    Ok(daemon.call(Call::EXEC_CREATE, daemon.client.create_exec(container, config)).await?.id)
}

/// Runs it, and begins to give it its input.
pub(crate) async fn start(
    daemon: &Daemon,
    recipe: &Recipe,
    exec: &str,
) -> Result<(Output, Option<Feeding>), DockerError> {
    let options = StartExecOptions { detach: false, ..Default::default() };
    match daemon.call(Call::EXEC_START, daemon.client.start_exec(exec, Some(options))).await? {
        StartExecResults::Attached { output, input } => {
            let feeding = recipe.stdin.clone().map(|bytes| Feeding::of(input, bytes));
            Ok((Output::of(output, recipe.conditions.limits.output_bytes), feeding))
        }
        StartExecResults::Detached => {
            let err = io::Error::from(io::ErrorKind::UnexpectedEof);
            Err(daemon.error(Call::EXEC_START, ApiError::IOError { err }))
        }
    }
}

/// Its status, asked for when its output has ended: the engine has no call that waits for it.
pub(crate) fn waiting(daemon: Daemon, exec: String) -> Awaited {
    Box::pin(stream::once(async move {
        let deadline = Instant::now() + TOLD_LIMIT;
        loop {
            let found = daemon.client.inspect_exec(&exec).await?;
            match (found.running, found.exit_code) {
                (Some(false), Some(status_code)) => {
                    return Ok(ContainerWaitResponse { status_code, ..Default::default() });
                }
                _ if Instant::now() >= deadline => return Err(ApiError::RequestTimeoutError),
                _ => sleep(STEP).await,
            }
        }
    }))
}

/// Its process on this host; `None` where it has ended, or the engine does not tell.
pub(crate) async fn pid(daemon: &Daemon, exec: &str) -> Result<Option<u32>, DockerError> {
    let found = daemon.call(Call::EXEC_INSPECT, daemon.client.inspect_exec(exec)).await?;
    let running = found.running.unwrap_or_default();
    Ok(found.pid.and_then(|pid| u32::try_from(pid).ok()).filter(|&pid| running && pid > 0))
}

/// Sends a signal to a process of a container, if it still is one.
pub(crate) fn ask(pid: u32, container: &str, signal: u32) {
    let process = i32::try_from(pid).ok().and_then(Pid::from_raw);
    let signal = i32::try_from(signal).ok().and_then(Signal::from_named_raw);
    if let Some((process, signal)) = process.zip(signal)
        && cgroup::belongs_to(pid, container)
    {
        // One that has ended meanwhile is what was wanted.
        let _ = kill_process(process, signal);
    }
}

/// Waits until a process has ended, whatever it has left in its container; false where it did not in time.
pub(crate) async fn has_ended(ending: &mut Ending, pid: u32, limit: Duration) -> bool {
    let deadline = Instant::now() + limit;
    loop {
        // An error is told by who asks next.
        if let Ok(_settled) = timeout(STEP, ending.settle()).await {
            return true;
        }
        if Stat::of(pid).map_or(true, |found| found.has_ended()) {
            let _ = timeout(TELLING, ending.settle()).await;
            return true;
        }
        if Instant::now() >= deadline {
            return false;
        }
    }
}
