use std::path::Path;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use wasmtime::{Engine, InstancePre, Precompiled, Result};
use wasmtime_wasi::I32Exit;
use wasmtime_wasi::p2::bindings::CommandPre;

use crate::WasmtimeError;
use crate::protocol::{Ending, Rights};
use crate::worker::allowance::Allowance;
use crate::worker::guest::{self, Guest};
use crate::worker::marks::{Lap, Stopwatch};
use crate::worker::module::{self, ModuleGuest};
use crate::worker::output::{Capture, Keep};
use crate::worker::settings::Settings;

/// A loaded command that is run in a new instance each time.
#[derive(Clone)]
pub struct Program {
    code: Bound,
    rights: Arc<Rights>,
}

/// What was compiled, bound to the host.
#[derive(Clone)]
enum Bound {
    /// A component of `wasi:cli`.
    Component(CommandPre<Guest>),
    /// A module of WASI 0.1.
    Module(InstancePre<ModuleGuest>),
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
        let engine = settings.engine()?;
        let code = match Engine::detect_precompiled_file(compiled) {
            Ok(Some(Precompiled::Module)) => Bound::Module(module::load(&engine, compiled)?),
            // What is neither has its words there.
            _ => Bound::Component(component(&engine, compiled)?),
        };
        Ok(Self { code, rights: Arc::new(rights) })
    }

    /// Runs it to its end in a new instance. A trap is an ending like any other.
    pub async fn run(&self) -> Ending {
        let watch = Stopwatch::default();
        let lap = watch.asked();
        let stdout =
            Capture::new(Keep::First(usize::try_from(self.rights.output_bytes).unwrap_or(usize::MAX)));
        let mut ending = match &self.code {
            Bound::Component(component) => self.call_component(component, stdout.clone(), lap).await,
            Bound::Module(module) => self.call_module(module, stdout.clone(), lap).await,
        };
        lap.done();
        let kept = stdout.take();
        ending.stdout = STANDARD.encode(&kept.bytes);
        ending.dropped_bytes = kept.dropped;
        ending.marks = watch.marks();
        ending
    }

    async fn call_component(&self, component: &CommandPre<Guest>, stdout: Capture, lap: Lap<'_>) -> Ending {
        let mut store = Guest::with_output(self.rights.clone(), stdout).into_store(component.engine());
        let ended = match component.instantiate_async(&mut store).await {
            Ok(command) => {
                lap.created();
                lap.started();
                command.wasi_cli_run().call_run(&mut store).await
            }
            Err(error) => Err(error),
        };
        ending(ended.map(|told| told.is_ok()), store.data().allowance())
    }

    async fn call_module(&self, module: &InstancePre<ModuleGuest>, stdout: Capture, lap: Lap<'_>) -> Ending {
        let engine = module.module().engine();
        let mut store = ModuleGuest::with_output(self.rights.clone(), stdout).into_store(engine);
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

fn component(engine: &Engine, compiled: &Path) -> std::result::Result<CommandPre<Guest>, WasmtimeError> {
    let unloadable = |error: wasmtime::Error| guest::unloadable(compiled, &error);
    let loaded = guest::load(engine, compiled)?;
    guest::bind(engine, &loaded).and_then(CommandPre::new).map_err(unloadable)
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
