//! Whether a runtime runs containers at all: tried with the least that there is.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use plimsoll_model::{Limits, RunId};
use plimsoll_runtime::{Conditions, Instance as _, LEAST_EXIT, Owner, least_program};
use tokio::time::timeout;

use crate::OciError;
use crate::recipe::Recipe;
use crate::staged::Staged;

/// How long a runtime may take for a container that does nothing. An idle machine takes a hundredth of it.
pub(crate) const LIMIT: Duration = Duration::from_secs(10);

/// Has the runtime run the least program, under usual limits.
pub(crate) async fn try_out(runtime: &str, limit: Duration) -> Result<(), OciError> {
    let Some(program) = least_program() else { return Ok(()) };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
    let run = format!("probe-{}-{now:x}", std::process::id());
    let owner = Owner::current(run.parse().unwrap_or(RunId::known("probe")));
    let limits = Limits { stop_timeout_ms: 0, ..Limits::default() };
    let conditions = Conditions { limits, instance_cpus: Vec::new(), owner };
    let recipe = Arc::new(Recipe::of(runtime, &program, &conditions)?);
    runs(&recipe, Staged::make(&recipe, None)?, limit).await?;
    Arc::into_inner(recipe).map_or(Ok(()), |recipe| recipe.home.remove())
}

/// Runs the least program, which has to end in time and as it does, and removes it.
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
        Some(LEAST_EXIT) => Ok(()),
        Some(0) => Err(refused("said that it ran a container, and did not".to_owned(), said)),
        Some(code) => Err(refused(
            format!("did not run a container that does nothing: it ended with exit code {code}"),
            said,
        )),
        None => Err(refused("was killed when it was to run a container that does nothing".to_owned(), said)),
    }
}
