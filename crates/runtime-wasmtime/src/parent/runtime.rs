use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use plimsoll_model::{Availability, Form, Held, LaneRecord, LaneSpec, Workload};
use plimsoll_process::Cgroups;
use plimsoll_runtime::{
    BoxFuture, Clock, Conditions, MonotonicClock, Owner, Prepared, Runtime, RuntimeError, Swept, Unfit,
    artifact_of,
};

use crate::WasmtimeError;
use crate::parent::compile::compile;
use crate::parent::compiled::Compiled;
use crate::parent::describe::{record, spec};
use crate::parent::link::Greeting;
use crate::parent::recipe::Recipe;
use crate::parent::scratch::{self, Scratch};
use crate::parent::start::Start;
use crate::parent::worker::{Worker, launch};
use crate::parent::{figures, locate};

/// How long a worker may take to say who it is.
const GREETING_LIMIT: Duration = Duration::from_secs(5);

/// Components in Wasmtime, in a worker process.
#[derive(Debug)]
pub struct WasmtimeRuntime {
    start: Start,
    worker: Option<PathBuf>,
    cgroups: OnceLock<Arc<Cgroups>>,
}

impl WasmtimeRuntime {
    /// A lane. Nothing is looked for until it is used.
    #[must_use]
    pub fn new(start: Start) -> Self {
        Self { start, worker: None, cgroups: OnceLock::new() }
    }

    /// With a worker that is neither beside this program nor named in `PLIMSOLL_WORKER`.
    #[must_use]
    pub fn with_worker(self, worker: PathBuf) -> Self {
        Self { worker: Some(worker), ..self }
    }

    fn worker(&self) -> Result<PathBuf, WasmtimeError> {
        locate::worker(self.worker.as_deref())
    }

    /// Starts a worker that is given nothing to do, and hears who it is.
    async fn greeting(&self) -> Result<Greeting, WasmtimeError> {
        let mut worker = Worker::spawn_free(launch(&self.worker()?, &[])?)?;
        worker.greeting(GREETING_LIMIT).await
    }

    fn cgroups(&self) -> &Arc<Cgroups> {
        self.cgroups.get_or_init(|| Arc::new(Cgroups::open()))
    }

    async fn compiled(&self, workload: &Workload, conditions: &Conditions) -> Result<Compiled, RuntimeError> {
        let component = self.accepts(workload)?.file();
        let worker = self.worker()?;
        let scratch = Scratch::create(&std::env::temp_dir(), &conditions.owner)?;
        let compiled = scratch.file("component.cwasm");
        let begun_ns = MonotonicClock.now_ns();
        compile(&worker, component, &compiled, workload, conditions, self.cgroups()).await?;
        let took_ns = MonotonicClock.now_ns() - begun_ns;
        let (mut figures, digests) = figures::of_files(component, &compiled, &worker)?;
        figures.push(figures::of_compiling(took_ns));
        let recipe = Recipe {
            worker,
            compiled,
            workload: workload.clone(),
            conditions: conditions.clone(),
            cgroups: self.cgroups().clone(),
        };
        Ok(Compiled { start: self.start, recipe: Arc::new(recipe), scratch, digests, figures })
    }
}

impl Runtime for WasmtimeRuntime {
    fn spec(&self) -> LaneSpec {
        spec(self.start)
    }

    fn record(&self) -> LaneRecord {
        let gaps: Vec<String> = self.cgroups().unlimited().iter().map(ToString::to_string).collect();
        record(self.start, (!gaps.is_empty()).then(|| gaps.join("; ")))
    }

    fn availability(&self) -> BoxFuture<'_, Availability> {
        Box::pin(async {
            match self.greeting().await {
                Ok(Greeting { wasmtime, worker }) => {
                    Availability::Available { detail: format!("Wasmtime {wasmtime}, worker {worker}") }
                }
                Err(error) => Availability::Unavailable {
                    problem: error.to_string(),
                    remedy: "cargo build --release --package plimsoll-runtime-wasmtime".to_owned(),
                },
            }
        })
    }

    fn versions(&self) -> BoxFuture<'_, BTreeMap<String, String>> {
        Box::pin(async {
            match self.greeting().await {
                Ok(Greeting { wasmtime, worker }) => BTreeMap::from([
                    ("wasmtime".to_owned(), wasmtime),
                    ("plimsoll-worker".to_owned(), worker),
                ]),
                Err(_) => BTreeMap::new(),
            }
        })
    }

    fn held(&self) -> BoxFuture<'_, Option<Held>> {
        Box::pin(async { None })
    }

    fn accepts<'w>(&self, workload: &'w Workload) -> Result<&'w plimsoll_model::Artifact, Unfit> {
        artifact_of(workload, Form::Component)
    }

    fn prepare<'a>(
        &'a self,
        workload: &'a Workload,
        conditions: &'a Conditions,
    ) -> BoxFuture<'a, Result<Box<dyn Prepared>, RuntimeError>> {
        Box::pin(async { Ok(Box::new(self.compiled(workload, conditions).await?) as Box<dyn Prepared>) })
    }

    fn sweep(&self) -> BoxFuture<'_, Result<Swept, RuntimeError>> {
        Box::pin(async {
            // Groups first: a worker of a dead owner may still have its folder's file mapped.
            let alive = |label: &str| Owner::from_label(label).is_none_or(|owner| owner.is_alive());
            let groups = self.cgroups().sweep(alive).map_err(WasmtimeError::from)?;
            let mut removed: Vec<String> =
                groups.into_iter().map(|group| format!("control group `{group}`")).collect();
            removed.extend(scratch::sweep(&std::env::temp_dir())?);
            Ok(Swept { removed })
        })
    }
}
