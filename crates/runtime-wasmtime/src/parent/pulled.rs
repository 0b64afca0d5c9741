//! WebAssembly that does not lie in a file: it is pulled from its registry, or read out of its layout.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use plimsoll_model::{Artifact, Form, RunId, Source};
use plimsoll_registry::{OciProblem, PulledWasm, Reference, pull_wasm, settings_file, wasm_in};
use plimsoll_runtime::{Clock, MonotonicClock};
use tokio::sync::Mutex;

use crate::WasmtimeError;

/// How a core module begins; a component has another version there.
const MODULE: &[u8] = b"\0asm\x01\0\0\0";

/// What was pulled in this process, by its name: a workload is prepared several times in several lanes, and pulled once.
#[derive(Debug, Default)]
pub(super) struct Kept(Mutex<Outcomes>);

/// What became of pulling, by name.
#[derive(Debug, Default)]
struct Outcomes {
    arrived: BTreeMap<String, Arc<Arrived>>,
    /// What went wrong, and in which run: its other lanes are told so at once, and another run tries again.
    failed: BTreeMap<String, (RunId, Arc<OciProblem>)>,
}

/// WebAssembly of which the kind is known.
#[derive(Debug)]
pub(super) struct Arrived {
    pub(super) wasm: PulledWasm,
    pub(super) form: Form,
    /// How long it took to come, in nanoseconds.
    pub(super) took_ns: u64,
}

impl Kept {
    /// The artifact's WebAssembly; `None` where it lies in a file. Whoever asks meanwhile for what is just coming waits.
    pub(super) async fn of(
        &self,
        artifact: &Artifact,
        run: &RunId,
    ) -> Result<Option<Arc<Arrived>>, WasmtimeError> {
        let Artifact { name, source, .. } = artifact;
        let key = match source {
            Source::Registry(_) => name.clone(),
            Source::Layout(folder) => folder.display().to_string(),
            _ => return Ok(None),
        };
        let mut kept = self.0.lock().await;
        if let Some(kind) = kept.arrived.get(&key) {
            return Ok(Some(Arc::clone(kind)));
        }
        let refuse = |problem| WasmtimeError::NotPulled { from: name.clone(), problem };
        if let Some((_, problem)) = kept.failed.get(&key).filter(|(of, _)| of == run) {
            return Err(refuse(Arc::clone(problem)));
        }
        let began_ns = MonotonicClock.now_ns();
        let come = match source {
            Source::Registry(name) => from_registry(name).await,
            _ => wasm_in(Path::new(&key)).await,
        };
        let wasm = come.map_err(|problem| {
            let problem = Arc::new(problem);
            kept.failed.insert(key.clone(), (run.clone(), Arc::clone(&problem)));
            refuse(problem)
        })?;
        let took_ns = MonotonicClock.now_ns() - began_ns;
        let form = if wasm.bytes.starts_with(MODULE) { Form::Module } else { Form::Component };
        let kind = Arc::new(Arrived { wasm, form, took_ns });
        kept.arrived.insert(key, Arc::clone(&kind));
        Ok(Some(kind))
    }
}

async fn from_registry(name: &str) -> Result<PulledWasm, OciProblem> {
    let reference = Reference::of(name).ok_or(OciProblem::NoName)?;
    pull_wasm(&reference, settings_file::folder().as_deref()).await
}

impl Arrived {
    /// What it is known by for good: where it came from, with its manifest's digest.
    pub(super) fn pinned(&self, source: &Source) -> String {
        let digest = &self.wasm.digest;
        match source {
            Source::Registry(name) => {
                let repository = Reference::of(name).map_or(name.as_str(), |reference| reference.name);
                format!("{repository}@{digest}")
            }
            _ => digest.clone(),
        }
    }
}
