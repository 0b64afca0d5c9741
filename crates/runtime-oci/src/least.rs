//! Whether a runtime runs containers at all: tried with the least that there is.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use plimsoll_model::{Limits, RunId};
use plimsoll_runtime::{Conditions, Instance as _, Owner, static_program};
use tokio::time::timeout;

use crate::OciError;
use crate::recipe::Recipe;
use crate::staged::Staged;

/// How long a runtime may take for a container that does nothing. An idle machine takes a hundredth of it.
pub(crate) const LIMIT: Duration = Duration::from_secs(10);

/// `exit(0)`.
#[cfg(target_arch = "x86_64")]
const EXIT: [u8; 9] = [0xb8, 0x3c, 0, 0, 0, 0x31, 0xff, 0x0f, 0x05];
#[cfg(target_arch = "aarch64")]
const EXIT: [u8; 12] = [0, 0, 0x80, 0xd2, 0xa8, 0x0b, 0x80, 0xd2, 1, 0, 0, 0xd4];
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
const EXIT: [u8; 0] = [];

/// A program that does nothing; `None` for a machine that is not known.
pub(crate) fn least() -> Option<Vec<u8>> {
    if EXIT.is_empty() { None } else { static_program(&EXIT) }
}

/// Has the runtime run that program, under usual limits.
pub(crate) async fn try_out(runtime: &str, limit: Duration) -> Result<(), OciError> {
    let Some(program) = least() else { return Ok(()) };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
    let run = format!("probe-{}-{now:x}", std::process::id());
    let owner = Owner::current(run.parse().unwrap_or(RunId::known("probe")));
    let limits = Limits { stop_timeout_ms: 0, ..Limits::default() };
    let conditions = Conditions { limits, instance_cpus: Vec::new(), owner };
    let recipe = Arc::new(Recipe::of(runtime, &program, &conditions)?);
    runs(&recipe, Staged::make(&recipe, None)?, limit).await?;
    Arc::into_inner(recipe).map_or(Ok(()), |recipe| recipe.home.remove())
}

/// Runs what has to end well and in time, and removes it.
pub(crate) async fn runs(recipe: &Arc<Recipe>, staged: Staged, limit: Duration) -> Result<(), OciError> {
    let mut instance = Box::new(staged.run(recipe)?);
    let ended = timeout(limit, instance.wait()).await;
    let is_late = ended.is_err();
    drop(ended);
    let stopped = instance.stop().await;
    let refused =
        |what: String, said: String| OciError::Refused { runtime: recipe.runtime.clone(), what, said };
    let exit = match stopped {
        Ok(stopped) => stopped.exit,
        Err(error) => return Err(refused("leaves something of a container".to_owned(), error.to_string())),
    };
    let said = exit.stderr_tail.trim().to_owned();
    match exit.code {
        _ if is_late => Err(refused(
            format!("did not run a container that does nothing within {} s", limit.as_secs()),
            said,
        )),
        Some(0) => Ok(()),
        Some(code) => Err(refused(
            format!("did not run a container that does nothing: it ended with exit code {code}"),
            said,
        )),
        None => Err(refused("was killed when it was to run a container that does nothing".to_owned(), said)),
    }
}
