use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use plimsoll_process::Cgroups;
use plimsoll_runtime::Ongoing;
use tokio::sync::OnceCell;

use crate::WasmtimeError;
use crate::parent::kept_code::KeptCode;
use crate::parent::link::Greeting;
use crate::parent::locate;
use crate::parent::pulled::Kept;
use crate::parent::swap;
use crate::parent::worker::{Worker, launch};

/// How long a worker may take to say who it is.
const GREETING_LIMIT: Duration = Duration::from_secs(5);

/// What every lane of the family stands on: the worker's program and this host's control groups. Each is looked for when
/// it is first needed, and once.
#[derive(Debug, Default)]
pub(super) struct Ground {
    worker: Option<PathBuf>,
    greeting: OnceCell<Greeting>,
    cgroups: OnceLock<Arc<Cgroups>>,
    swaps: OnceLock<bool>,
    pulled: Kept,
    code: KeptCode,
    /// What takes long in preparing.
    pub(super) ongoing: Ongoing,
}

impl Ground {
    pub(super) fn with_worker(worker: PathBuf) -> Self {
        Self { worker: Some(worker), ..Self::default() }
    }

    pub(super) fn worker(&self) -> Result<PathBuf, WasmtimeError> {
        locate::worker(self.worker.as_deref())
    }

    /// Who the worker is: one is started, given nothing to do, and heard.
    pub(super) async fn greeting(&self) -> Result<&Greeting, WasmtimeError> {
        let greeting = || async {
            let mut worker = Worker::spawn_free(launch(&self.worker()?, &[])?)?;
            worker.greeting(GREETING_LIMIT).await
        };
        self.greeting.get_or_try_init(greeting).await
    }

    /// What was pulled for any lane.
    pub(super) fn pulled(&self) -> &Kept {
        &self.pulled
    }

    /// What was compiled for any lane.
    pub(super) fn code(&self) -> &KeptCode {
        &self.code
    }

    /// Whether this host swaps, looked at once: what a record says and what its workers do is the same.
    pub(super) fn swaps(&self) -> bool {
        *self.swaps.get_or_init(swap::is_on)
    }

    pub(super) fn cgroups(&self) -> &Arc<Cgroups> {
        self.cgroups.get_or_init(|| Arc::new(Cgroups::open()))
    }
}
