use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use plimsoll_model::Phase;
use plimsoll_process::{Cgroup, Held, Launch, Stream};
use plimsoll_runtime::{
    Ahead, Bed, BoxFuture, Clock as _, GivenFolders, Instance, Living, Mark, MonotonicClock, Process,
    RuntimeError, free_address,
};

use crate::NativeError;
use crate::calling::Calling;
use crate::instance::{NativeInstance, Told};
use crate::recipe::Recipe;

/// How much of standard error is kept for messages, in bytes.
const STDERR_TAIL: u64 = 4 << 10;

/// Where processes are started from. Each has a control group, pipes and, as a service, a port of its own.
pub(crate) struct NativeBed {
    recipe: Arc<Recipe>,
    next: Ahead<Next>,
    living: Living<NativeInstance>,
}

/// A process that is made, stands in its group and waits to execute the program.
struct Next {
    // Before its group, from which it has to be gone.
    held: Held,
    group: Cgroup,
    // After the process, which has them open.
    given: GivenFolders,
    address: Option<SocketAddr>,
    /// What it took until it stood there, in nanoseconds.
    group_ns: u64,
}

impl NativeBed {
    pub(crate) fn new(recipe: Arc<Recipe>) -> Result<Self, NativeError> {
        let next = Ahead::of(Next::make(&recipe)?);
        Ok(Self { recipe, next, living: Living::new() })
    }
}

impl Next {
    fn make(recipe: &Recipe) -> Result<Self, NativeError> {
        let limits = &recipe.conditions.limits;
        // As in a container: the root as working folder, and no environment but what is given.
        let mut launch = Launch::new(&recipe.program)
            .folder(Path::new("/"))
            .cpus(&recipe.conditions.instance_cpus)
            .stdout(Stream::Capture { bytes: limits.output_bytes })
            .stderr(Stream::Tail { bytes: STDERR_TAIL });
        if let Some(stdin) = &recipe.stdin {
            launch = launch.input(Arc::clone(stdin));
        }
        if recipe.cgroups.unlimited().iter().any(|gap| gap.what == "memory") {
            launch = launch.data_limit(limits.memory_bytes);
        }
        let mut address = None;
        if recipe.listen.is_some() {
            address = Some(free_address().map_err(|source| NativeError::NoPort { source })?);
            // The observer is busy asking and loading: a service that writes much would come to stand still.
            launch = launch.drain_in_background();
        }
        let given = GivenFolders::make(&recipe.folders, &recipe.conditions.owner)?;
        let started = recipe.started(address, given.all());
        launch = launch.args(&started.args);
        for (name, value) in &started.environment {
            launch = launch.env(name, value);
        }
        let ready = launch.ready()?;
        let begun_ns = MonotonicClock.now_ns();
        let group = recipe.cgroups.create(&recipe.label, limits, &recipe.conditions.instance_cpus)?;
        let held = ready.hold(Some(&group))?;
        Ok(Self { held, group, given, address, group_ns: MonotonicClock.now_ns().saturating_sub(begun_ns) })
    }

    fn run(self, recipe: &Recipe) -> Result<NativeInstance, NativeError> {
        let Self { held, group, given, address, group_ns } = self;
        let child = held.go()?;
        let end_ns = MonotonicClock.now_ns();
        // Of a program that runs the workload it is not seen when the workload's own code begins.
        let is_seen = recipe.calling == Calling::default();
        let started = is_seen.then_some(Mark { phase: Phase::Start, end_ns });
        let stop_limit = Duration::from_millis(recipe.conditions.limits.stop_timeout_ms);
        Ok(NativeInstance::new((child, group, given), address, Told { started, group_ns }, stop_limit))
    }
}

impl Bed for NativeBed {
    fn attendants(&self) -> Vec<Process> {
        Vec::new()
    }

    fn start(&mut self) -> BoxFuture<'_, Result<Box<dyn Instance>, RuntimeError>> {
        Box::pin(async {
            let recipe = &self.recipe;
            let next = self.next.take(async { Next::make(recipe) }).await?;
            Ok(self.living.take_in(next.run(recipe)?))
        })
    }

    fn end(self: Box<Self>) -> BoxFuture<'static, Result<(), RuntimeError>> {
        Box::pin(self.living.end())
    }
}
