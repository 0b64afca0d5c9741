use std::path::Path;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use wasmtime::component::InstancePre;
use wasmtime::{Engine, InstancePre as ModulePre, Result, Store};
use wasmtime_wasi::I32Exit;
use wasmtime_wasi::p2::bindings::CommandPre;
use wasmtime_wasi::p3::bindings::CommandPre as CommandPre3;

use crate::code_at::CodeAt;
use crate::protocol::{Ending, Marks, Rights};
use crate::worker::allowance::Allowance;
use crate::worker::binding;
use crate::worker::guest::Guest;
use crate::worker::loading::{self, InEngine, Loading};
use crate::worker::marks::{Lap, Stopwatch};
use crate::worker::module::{self, ModuleGuest};
use crate::worker::output::{Capture, Keep};
use crate::worker::settings::Settings;
use crate::{Interrupt, WasmtimeError};

/// A loaded command that is run in a new instance each time.
#[derive(Clone)]
pub struct Program {
    code: Code,
    interrupts: Interrupt,
    /// How long it took to have its code, in nanoseconds.
    code_ns: u64,
    rights: Arc<Rights>,
}

#[derive(Clone)]
enum Code {
    /// A component of `wasi:cli`.
    Component(Bound),
    /// A module of WASI 0.1.
    Module(ModulePre<ModuleGuest>),
}

/// A component bound to the host, of either version of `wasi:cli`.
#[derive(Clone)]
pub(super) enum Bound {
    /// `wasi:cli/run@0.2`.
    Plain(CommandPre<Guest>),
    /// `wasi:cli/run@0.3`.
    Concurrent(CommandPre3<Guest>),
}

impl Bound {
    /// What a component exports of the two; of both, the later one.
    ///
    /// # Errors
    /// When it exports neither with the right type.
    pub(super) fn new(bound: InstancePre<Guest>) -> Result<Self> {
        if bound.engine().get_concurrency_support()
            && let Ok(command) = CommandPre3::new(bound.clone())
        {
            return Ok(Self::Concurrent(command));
        }
        CommandPre::new(bound).map(Self::Plain)
    }

    fn engine(&self) -> &Engine {
        match self {
            Self::Plain(command) => command.engine(),
            Self::Concurrent(command) => command.engine(),
        }
    }

    /// Runs a new instance to its end, which tells whether it has succeeded.
    async fn call(&self, store: &mut Store<Guest>, lap: Lap<'_>) -> Result<bool> {
        match self {
            Self::Plain(command) => {
                let command = command.instantiate_async(&mut *store).await?;
                lap.created();
                lap.started();
                Ok(command.wasi_cli_run().call_run(store).await?.is_ok())
            }
            Self::Concurrent(command) => {
                let command = command.instantiate_async(&mut *store).await?;
                lap.created();
                lap.started();
                let run = store.run_concurrent(async |guest| {
                    let told = command.wasi_cli_run().call_run(guest).await?;
                    // What it still writes after its word is its output too.
                    std::future::poll_fn(|context| guest.poll_no_interesting_tasks(context)).await;
                    wasmtime::error::Ok(told.is_ok())
                });
                run.await?
            }
        }
    }
}

impl Program {
    /// Maps what was compiled and makes everything that instances share.
    ///
    /// # Errors
    /// When the file was not compiled with these settings by this build, or is no command.
    pub fn load(
        compiled: &Path,
        settings: Settings,
        rights: Rights,
    ) -> std::result::Result<Self, WasmtimeError> {
        Self::load_from(&CodeAt::mapped(compiled), settings, rights)
    }

    /// As [`Self::load`], wherever its code is.
    pub(super) fn load_from(
        code: &CodeAt,
        settings: Settings,
        rights: Rights,
    ) -> std::result::Result<Self, WasmtimeError> {
        let unfit = |error: wasmtime::Error| loading::unloadable(code.loaded(), &error);
        let (loaded, code_ns) = Loading::begin(code, settings)?.either()?;
        let code = match loaded {
            InEngine::Module(module) => Code::Module(module::bind(&module).map_err(unfit)?),
            InEngine::Component(component) => {
                let bound = binding::bind(component.engine(), &component).and_then(Bound::new);
                Code::Component(bound.map_err(unfit)?)
            }
        };
        let interrupts = settings.tuning().interrupt;
        Ok(Self { code, interrupts, code_ns, rights: Arc::new(rights) })
    }

    /// Runs it to its end in a new instance. A trap is an ending like any other.
    pub async fn run(&self) -> Ending {
        let watch = Stopwatch::default();
        let lap = watch.asked();
        let stdout =
            Capture::new(Keep::First(usize::try_from(self.rights.output_bytes).unwrap_or(usize::MAX)));
        let mut ending = match &self.code {
            Code::Component(component) => self.call_component(component, stdout.clone(), lap).await,
            Code::Module(module) => self.call_module(module, stdout.clone(), lap).await,
        };
        lap.done();
        let kept = stdout.take();
        ending.stdout = STANDARD.encode(&kept.bytes);
        ending.dropped_bytes = kept.dropped;
        ending.marks = Marks { code_ns: self.code_ns, ..watch.marks() };
        ending
    }

    async fn call_component(&self, component: &Bound, stdout: Capture, lap: Lap<'_>) -> Ending {
        let mut store =
            Guest::with_output(self.rights.clone(), stdout).into_store(component.engine(), self.interrupts);
        let ended = component.call(&mut store, lap).await;
        ending(ended, store.data().allowance())
    }

    async fn call_module(&self, module: &ModulePre<ModuleGuest>, stdout: Capture, lap: Lap<'_>) -> Ending {
        let engine = module.module().engine();
        let mut store =
            ModuleGuest::with_output(self.rights.clone(), stdout).into_store(engine, self.interrupts);
        let ended = match module.instantiate_async(&mut store).await {
            Ok(instance) => {
                lap.created();
                lap.started();
                module::start(instance, &mut store).await
            }
            Err(error) => Err(error),
        };
        ending(ended.map(|()| true), store.data().allowance())
    }
}

/// How it ended: it returned and told whether it had succeeded, it asked for its end, or it trapped.
fn ending(ended: Result<bool>, allowance: &Allowance) -> Ending {
    let (code, trap) = match ended {
        Ok(succeeded) => (Some(i32::from(!succeeded)), None),
        Err(error) => match error.downcast_ref::<I32Exit>() {
            Some(exit) => (Some(exit.0), None),
            None => (None, Some(allowance.trap_text(&error))),
        },
    };
    let mut stderr_tail = allowance.stderr_tail();
    // A program that was denied memory may end by itself and not say why.
    if let Some(denied) = allowance.memory.denied().filter(|_| code.is_some_and(|code| code != 0)) {
        stderr_tail.push_str(&format!("\n({denied})"));
    }
    Ending { code, trap, stderr_tail: stderr_tail.trim_start().to_owned(), ..Ending::default() }
}
