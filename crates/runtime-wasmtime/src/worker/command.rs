use std::path::Path;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use wasmtime::Engine;
use wasmtime_wasi::I32Exit;
use wasmtime_wasi::p2::bindings::CommandPre;

use crate::WasmtimeError;
use crate::protocol::{Ending, Rights};
use crate::worker::guest::{self, Guest};
use crate::worker::marks::{Lap, Stopwatch};
use crate::worker::output::{Capture, Keep};
use crate::worker::settings::Settings;

/// A loaded `wasi:cli` component that is run in a new instance each time.
#[derive(Clone)]
pub struct Program {
    component: CommandPre<Guest>,
    rights: Arc<Rights>,
}

impl Program {
    /// Maps a compiled component and makes everything that instances share.
    ///
    /// # Errors
    /// When the file was not compiled with these settings by this build, or the component is no command.
    pub fn load(compiled: &Path, settings: Settings, rights: Rights) -> Result<Self, WasmtimeError> {
        let component = guest::load(compiled, settings)?;
        let unloadable = |error: wasmtime::Error| guest::unloadable(compiled, &error);
        let bound = guest::bind(component.engine(), &component).map_err(unloadable)?;
        let component = CommandPre::new(bound).map_err(unloadable)?;
        Ok(Self { component, rights: Arc::new(rights) })
    }

    /// Runs it to its end in a new instance. A trap is an ending like any other.
    pub async fn run(&self) -> Ending {
        let watch = Stopwatch::default();
        let lap = watch.asked();
        let stdout =
            Capture::new(Keep::First(usize::try_from(self.rights.output_bytes).unwrap_or(usize::MAX)));
        let mut ending = self.call(stdout.clone(), lap).await;
        lap.done();
        let kept = stdout.take();
        ending.stdout = STANDARD.encode(&kept.bytes);
        ending.dropped_bytes = kept.dropped;
        ending.marks = watch.marks();
        ending
    }

    async fn call(&self, stdout: Capture, lap: Lap<'_>) -> Ending {
        let engine: &Engine = self.component.engine();
        let mut store = Guest::with_output(self.rights.clone(), stdout).into_store(engine);
        let ended = match self.component.instantiate_async(&mut store).await {
            Ok(command) => {
                lap.created();
                lap.started();
                command.wasi_cli_run().call_run(&mut store).await
            }
            Err(error) => Err(error),
        };
        let (code, trap) = match ended {
            Ok(Ok(())) => (Some(0), None),
            Ok(Err(())) => (Some(1), None),
            Err(error) => match error.downcast_ref::<I32Exit>() {
                Some(exit) => (Some(exit.0), None),
                None => (None, Some(guest::trap_text(&error, store.data()))),
            },
        };
        Ending { code, trap, stderr_tail: store.data().stderr_tail(), ..Ending::default() }
    }
}
