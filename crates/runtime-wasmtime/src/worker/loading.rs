use std::path::Path;

use plimsoll_files::{LARGEST_ARTIFACT, read_file};
use plimsoll_runtime::{Clock, MonotonicClock};
use wasmparser::Parser;
use wasmtime::component::Component;
use wasmtime::{Cache, Engine, Module, Precompiled, Result};

use crate::WasmtimeError;
use crate::code_at::{CodeAt, CodeIn};
use crate::worker::settings::Settings;
use crate::worker::{cache, interrupt};

/// Code on its way into an engine: mapped from its file, taken from a cache, or compiled now.
pub(super) struct Loading<'a> {
    code: &'a CodeAt,
    engine: Engine,
    cache: Option<Cache>,
    /// When it began, in nanoseconds.
    begun_ns: u64,
}

/// What was loaded.
pub(super) enum InEngine {
    /// A component.
    Component(Component),
    /// A module of WASI 0.1.
    Module(Module),
}

impl<'a> Loading<'a> {
    /// Makes the engine.
    ///
    /// # Errors
    /// When this host can't have it.
    pub(super) fn begin(code: &'a CodeAt, settings: Settings) -> std::result::Result<Self, WasmtimeError> {
        let cache = match &code.kept {
            CodeIn::Cache { folder } => Some(cache::open(folder)?),
            CodeIn::File { .. } | CodeIn::Nowhere => None,
        };
        let engine = settings.engine_with(cache.clone())?;
        interrupt::begin(settings.tuning().interrupt, &engine)?;
        Ok(Self { code, engine, cache, begun_ns: MonotonicClock.now_ns() })
    }

    /// What may be either, and what it took in nanoseconds: 0 where it was mapped.
    ///
    /// # Errors
    /// When it is neither, or of another build or other settings.
    pub(super) fn either(self) -> std::result::Result<(InEngine, u64), WasmtimeError> {
        match &self.code.kept {
            CodeIn::File { compiled } => {
                match Engine::detect_precompiled_file(compiled) {
                    Ok(Some(Precompiled::Module)) => {
                        // SAFETY: as for a component.
                        let mapped = unsafe { Module::deserialize_file(&self.engine, compiled) };
                        mapped_from(compiled, mapped.map(InEngine::Module))
                    }
                    // What is neither has its words there.
                    _ => {
                        self.mapped(compiled).map(|(component, took)| (InEngine::Component(component), took))
                    }
                }
            }
            CodeIn::Cache { .. } | CodeIn::Nowhere => {
                let bytes = self.bytes()?;
                let made = if Parser::is_core_wasm(&bytes) {
                    Module::from_binary(&self.engine, &bytes).map(InEngine::Module)
                } else {
                    Component::from_binary(&self.engine, &bytes).map(InEngine::Component)
                };
                self.made(made)
            }
        }
    }

    /// A component, and what it took in nanoseconds: 0 where it was mapped.
    ///
    /// # Errors
    /// When it is none, or of another build or other settings.
    pub(super) fn component(self) -> std::result::Result<(Component, u64), WasmtimeError> {
        match &self.code.kept {
            CodeIn::File { compiled } => self.mapped(compiled),
            CodeIn::Cache { .. } | CodeIn::Nowhere => {
                let bytes = self.bytes()?;
                self.made(Component::from_binary(&self.engine, &bytes))
            }
        }
    }

    fn mapped(&self, compiled: &Path) -> std::result::Result<(Component, u64), WasmtimeError> {
        // SAFETY: what is mapped is run as it stands, so it must be what Wasmtime made. The worker is only given
        // files that `compile` wrote into a folder that no other user can enter.
        mapped_from(compiled, unsafe { Component::deserialize_file(&self.engine, compiled) })
    }

    fn made<T>(&self, made: Result<T>) -> std::result::Result<(T, u64), WasmtimeError> {
        let code = made.map_err(|error| unloadable(&self.code.wasm, &error))?;
        // What is to be measured as found was compiled.
        if self.cache.as_ref().is_some_and(|cache| cache.cache_hits() == 0) {
            return Err(WasmtimeError::CacheMissed { path: self.code.wasm.clone() });
        }
        Ok((code, MonotonicClock.now_ns() - self.begun_ns))
    }

    fn bytes(&self) -> std::result::Result<Vec<u8>, WasmtimeError> {
        let wasm = &self.code.wasm;
        read_file(wasm, LARGEST_ARTIFACT).map_err(|why| WasmtimeError::io("read", wasm)(why.into()))
    }
}

fn mapped_from<T>(compiled: &Path, mapped: Result<T>) -> std::result::Result<(T, u64), WasmtimeError> {
    mapped.map(|code| (code, 0)).map_err(|error| unloadable(compiled, &error))
}

/// What was compiled does not fit.
pub(super) fn unloadable(path: &Path, error: &wasmtime::Error) -> WasmtimeError {
    WasmtimeError::Unloadable { path: path.to_owned(), reason: format!("{error:#}") }
}
