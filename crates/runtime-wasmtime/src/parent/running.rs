use std::net::SocketAddr;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use plimsoll_model::Phase;
use plimsoll_runtime::{
    BoxFuture, Exit, Figure, Footprint, GivenFolder, GivenFolders, Instance, Mark, RuntimeError, Stopped,
    group_time,
};

use crate::WasmtimeError;
use crate::parent::figures;
use crate::parent::held_port::HeldPort;
use crate::parent::recipe::Recipe;
use crate::parent::worker::Worker;
use crate::protocol::{Ending, Marks, WorkerOrder, WorkerReport};

/// Where an instance came from.
pub(super) enum StartedIn {
    /// A worker that had had one instance before.
    LiveWorker {
        /// Marks of that first one.
        first: Marks,
    },
    /// A worker spawned for it.
    FreshWorker {
        /// What entering its control group took before it was executed, in nanoseconds.
        group_ns: u64,
        /// Held for as long as it may serve.
        _port: Option<HeldPort>,
    },
}

/// A component that serves or runs.
pub(super) struct Running {
    recipe: Arc<Recipe>,
    worker: Worker,
    // After the worker, which has them open.
    given: GivenFolders,
    address: Option<SocketAddr>,
    origin: StartedIn,
    seen: Seen,
}

/// What the worker has told so far.
#[derive(Default)]
struct Seen {
    /// When it was ready to serve.
    loaded_ns: Option<u64>,
    /// The instance's marks.
    marks: Option<Marks>,
    /// How a command ended, or why nothing can.
    exit: Option<Exit>,
}

impl Running {
    pub(super) fn new(
        recipe: Arc<Recipe>,
        (worker, given): (Worker, GivenFolders),
        address: Option<SocketAddr>,
        origin: StartedIn,
    ) -> Self {
        Self { recipe, worker, given, address, origin, seen: Seen::default() }
    }

    fn ended_now(&mut self) -> Result<Option<Exit>, WasmtimeError> {
        while let Some(report) = self.worker.link().try_next()? {
            self.seen.note(report);
        }
        if self.seen.exit.is_some() && !self.ends_with_process() {
            return Ok(self.seen.exit.clone());
        }
        let Some(exit) = self.worker.has_ended()? else { return Ok(None) };
        // What it wrote before it ended may have come after the pipe was looked at.
        while let Some(report) = self.worker.link().try_next()? {
            self.seen.note(report);
        }
        Ok(Some(self.seen.exit.get_or_insert(exit).clone()))
    }

    /// A command in a process of its own has ended when that process has, as in lane `native`.
    fn ends_with_process(&self) -> bool {
        matches!(self.origin, StartedIn::FreshWorker { .. })
            && !self.recipe.workload.kind().serves()
            && self.seen.exit.as_ref().is_some_and(|exit| exit.code.is_some() || exit.trap.is_some())
    }

    async fn wait_for_end(&mut self) -> Result<Exit, WasmtimeError> {
        loop {
            if let Some(exit) = self.ended_now()? {
                return self.judge(exit);
            }
            match self.worker.link().next().await? {
                Some(report) => self.seen.note(report),
                None => {
                    let exit = self.worker.ended().await?;
                    let exit = self.seen.exit.get_or_insert(exit).clone();
                    return self.judge(exit);
                }
            }
        }
    }

    /// A worker that was killed by a signal other than for memory has not ended: it was lost.
    fn judge(&mut self, exit: Exit) -> Result<Exit, WasmtimeError> {
        match exit.signal {
            Some(_) if !exit.out_of_memory => {
                let ending = plimsoll_process::Ending { code: exit.code, signal: exit.signal };
                Err(self.worker.lost(ending))
            }
            _ => Ok(exit),
        }
    }

    async fn ask_marks(&mut self) -> Result<(), WasmtimeError> {
        if self.seen.marks.is_some() {
            return Ok(());
        }
        self.worker.link().send(&WorkerOrder::Marks)?;
        while self.seen.marks.is_none() {
            match self.worker.link().next().await? {
                Some(report) => self.seen.note(report),
                None => {
                    let exit = self.worker.ended().await?;
                    let ending = plimsoll_process::Ending { code: exit.code, signal: exit.signal };
                    return Err(self.worker.lost(ending));
                }
            }
        }
        Ok(())
    }

    fn phases(&self) -> Vec<Mark> {
        let marks = self.seen.marks.unwrap_or_default();
        let (create, start) = match self.origin {
            StartedIn::LiveWorker { .. } => (marks.created_ns, marks.started_ns),
            // It exists before the clock starts.
            StartedIn::FreshWorker { .. } => (0, self.seen.loaded_ns.unwrap_or(marks.started_ns)),
        };
        [(Phase::Create, create), (Phase::Start, start)]
            .into_iter()
            .filter(|(_, end_ns)| *end_ns > 0)
            .map(|(phase, end_ns)| Mark { phase, end_ns })
            .collect()
    }
}

impl Seen {
    fn note(&mut self, report: WorkerReport) {
        match report {
            WorkerReport::Loaded { at_ns, .. } => self.loaded_ns = Some(at_ns),
            WorkerReport::Marks(marks) => self.marks = Some(marks),
            WorkerReport::Ended(ending) => {
                self.marks = Some(ending.marks);
                self.exit = Some(exit_of(ending));
            }
            WorkerReport::Trapped { trap } => {
                self.exit.get_or_insert(Exit { trap: Some(trap), ..Exit::default() });
            }
            WorkerReport::Refused { message, .. } => {
                self.exit.get_or_insert(Exit { code: Some(1), stderr_tail: message, ..Exit::default() });
            }
            WorkerReport::Hello { .. } | WorkerReport::Compiled { .. } | WorkerReport::Armed => {}
        }
    }
}

pub(crate) fn exit_of(ending: Ending) -> Exit {
    Exit {
        code: ending.code,
        trap: ending.trap,
        // Written by our own worker, so it decodes; if not, the output differs from what is expected.
        stdout: STANDARD.decode(&ending.stdout).unwrap_or_default(),
        truncated: ending.dropped_bytes > 0,
        stderr_tail: ending.stderr_tail,
        ..Exit::default()
    }
}

impl Instance for Running {
    fn address(&self) -> Option<SocketAddr> {
        self.address
    }

    fn footprint(&self) -> Footprint {
        self.worker.footprint()
    }

    fn ended(&mut self) -> BoxFuture<'_, Option<Exit>> {
        Box::pin(async {
            self.ended_now().unwrap_or_else(|error| {
                // A worker that can't be understood serves nobody.
                Some(Exit { stderr_tail: error.to_string(), ..Exit::default() })
            })
        })
    }

    fn wait(&mut self) -> BoxFuture<'_, Result<Exit, RuntimeError>> {
        Box::pin(async { Ok(self.wait_for_end().await?) })
    }

    fn marks(&mut self) -> BoxFuture<'_, Result<Vec<Mark>, RuntimeError>> {
        Box::pin(async {
            let recipe = self.recipe.clone();
            recipe.within("the worker's marks", self.ask_marks()).await?;
            Ok(self.phases())
        })
    }

    fn figures(&mut self, phase: Phase) -> BoxFuture<'_, Vec<Figure>> {
        let figures = match self.origin {
            _ if phase != Phase::Ready => Vec::new(),
            StartedIn::LiveWorker { first } => vec![figures::of_first_instance(first)],
            StartedIn::FreshWorker { group_ns, .. } => {
                let first = self.seen.marks.unwrap_or_default();
                let of_code = figures::of_code(&self.recipe.code.kept, first);
                of_code.into_iter().chain([figures::of_first_instance(first), group_time(group_ns)]).collect()
            }
        };
        Box::pin(async { figures })
    }

    fn copies(&self) -> Vec<GivenFolder> {
        self.given.copies()
    }

    fn stop(mut self: Box<Self>) -> BoxFuture<'static, Result<Stopped, RuntimeError>> {
        Box::pin(async move {
            let mut stopped = self.worker.stop(self.recipe.stop_limit()).await?;
            self.given.remove()?;
            if let Some(exit) = self.seen.exit {
                stopped.exit = exit;
            }
            Ok(stopped)
        })
    }
}
