use std::path::Path;

use plimsoll_files::{LARGEST_ARTIFACT, read_file};
use plimsoll_model::JobKind;
use wasmparser::Encoding;
use wasmtime::component::Component;
use wasmtime::{Cache, Engine, ExternType, Module};

use crate::code_at::{CodeAt, CodeIn};
use crate::worker::needs::Needs;
use crate::worker::settings::Settings;
use crate::worker::world::World;
use crate::worker::{binding, cache, inspect, memory, module, offer};
use crate::{Tuning, Wasi, WasmtimeError};

/// How much is told of why something can't be compiled, in characters: a stranger's names may stand in it.
const REASON: usize = 1_000;

/// Checks a component or a module and compiles it into a file that [`crate::Responder::load`] or
/// [`crate::Program::load`] maps, with settings for the WASI that it is found to speak. None of its code is run.
///
/// # Errors
/// Tells apart what is empty, cut short, not WebAssembly, a module that is to serve, invalid, more than the settings'
/// compiler can do, in want of imports or of memory or without the export its kind needs.
pub fn compile(
    artifact: &Path,
    compiled: &Path,
    kind: JobKind,
    settings: Settings,
) -> Result<Wasi, WasmtimeError> {
    let kept = CodeIn::File { compiled: compiled.to_owned() };
    compile_into(&CodeAt { wasm: artifact.to_owned(), kept }, kind, settings)
}

/// Does it to wherever the code is kept.
pub(super) fn compile_into(code: &CodeAt, kind: JobKind, settings: Settings) -> Result<Wasi, WasmtimeError> {
    let path = code.wasm.as_path();
    let bytes =
        read_file(path, LARGEST_ARTIFACT).map_err(|why| WasmtimeError::io("read", path)(why.into()))?;
    let cache = match &code.kept {
        CodeIn::Cache { folder } => Some(cache::open(folder)?),
        CodeIn::File { .. } | CodeIn::Nowhere => None,
    };
    let compiling = Compiling { path, bytes: &bytes, settings, kind, cache };
    let (image, wasi) = match inspect::check_bytes(path, &bytes)? {
        Encoding::Component => compiling.component()?,
        Encoding::Module => compiling.module()?,
    };
    if let CodeIn::File { compiled } = &code.kept {
        std::fs::write(compiled, image).map_err(WasmtimeError::io("write", compiled))?;
    }
    Ok(wasi)
}

/// What is to be compiled for what.
struct Compiling<'a> {
    path: &'a Path,
    bytes: &'a [u8],
    settings: Settings,
    kind: JobKind,
    /// Where its code is put, and taken from.
    cache: Option<Cache>,
}

impl Compiling<'_> {
    fn component(&self) -> Result<(Vec<u8>, Wasi), WasmtimeError> {
        let world = World::of(self.kind);
        let needs = Needs::of_component(self.bytes, |export| world.begins_with(export));
        self.check(&needs, world.wanted, offer::TO_COMPONENTS)?;
        let wasi = if needs.speaks.contains(&Wasi::Preview3) { Wasi::Preview3 } else { Wasi::Preview2 };
        let engine = self.settings.speaking(wasi).engine_with(self.cache.clone())?;
        let compile = |engine: &Engine| Component::from_binary(engine, self.bytes);
        let made = compile(&engine).map_err(|error| self.uncompilable(wasi, &error, compile))?;
        // Types are checked now, so that an import or export of the wrong shape fails here and not in a trial.
        binding::bind(&engine, &made).and_then(world.check).map_err(|error| self.invalid(&error))?;
        Ok((made.serialize().map_err(|error| self.invalid(&error))?, wasi))
    }

    fn module(&self) -> Result<(Vec<u8>, Wasi), WasmtimeError> {
        if self.kind.serves() {
            return Err(WasmtimeError::CoreModule { path: self.path.to_owned() });
        }
        self.check(&Needs::of_module(self.bytes, module::ENTRY), module::ENTRY_TOLD, offer::TO_MODULES)?;
        let engine = self.settings.speaking(Wasi::Preview1).engine_with(self.cache.clone())?;
        let compile = |engine: &Engine| Module::from_binary(engine, self.bytes);
        let made = compile(&engine).map_err(|error| self.uncompilable(Wasi::Preview1, &error, compile))?;
        check_module(&made).map_err(|error| self.invalid(&error))?;
        Ok((made.serialize().map_err(|error| self.invalid(&error))?, Wasi::Preview1))
    }

    /// What can be told by name and number before anything is compiled, which may take a minute.
    fn check(
        &self,
        needs: &Needs,
        export: &'static str,
        provided: &'static str,
    ) -> Result<(), WasmtimeError> {
        let path = self.path.to_owned();
        if !needs.missing.is_empty() {
            return Err(WasmtimeError::MissingImports { path, imports: needs.missing.to_string(), provided });
        }
        if !needs.has_entry {
            let kind = World::of(self.kind).kind;
            return Err(WasmtimeError::MissingExport {
                path,
                export,
                kind,
                exports: needs.exports.to_string(),
            });
        }
        match self.settings.memory_bytes() {
            Some(limit) if needs.memory_bytes > limit => {
                let way_out = format!("run with {}", memory::flag(needs.memory_bytes));
                let (wanted, limit) = (memory::told(needs.memory_bytes), memory::told(limit));
                Err(WasmtimeError::TooMuchMemory { path, wanted, limit, way_out })
            }
            _ => Ok(()),
        }
    }

    /// That it is not valid; or that it is, and its lane's compiler can't do what the usual one can.
    fn uncompilable<T>(
        &self,
        wasi: Wasi,
        error: &wasmtime::Error,
        compile: impl FnOnce(&Engine) -> wasmtime::Result<T>,
    ) -> WasmtimeError {
        let by = self.settings.tuning().compiler;
        let usual = self.settings.tuned(Tuning::USUAL).speaking(wasi);
        if by == Tuning::USUAL.compiler || !usual.engine().is_ok_and(|engine| compile(&engine).is_ok()) {
            return self.invalid(error);
        }
        let (path, compiler) = (self.path.to_owned(), by.name());
        WasmtimeError::BeyondCompiler { path, compiler, reason: told(error) }
    }

    fn invalid(&self, error: &wasmtime::Error) -> WasmtimeError {
        WasmtimeError::Invalid { path: self.path.to_owned(), reason: told(error) }
    }
}

fn told(error: &wasmtime::Error) -> String {
    let reason = format!("{error:#}");
    match reason.char_indices().nth(REASON) {
        Some((end, _)) => format!("{}…", &reason[..end]),
        None => reason,
    }
}

/// Types are checked now, as those of a component.
fn check_module(made: &Module) -> wasmtime::Result<()> {
    module::bind(made)?;
    match made.get_export(module::ENTRY) {
        Some(ExternType::Func(entry)) if entry.params().len() == 0 && entry.results().len() == 0 => Ok(()),
        _ => Err(wasmtime::Error::msg(format!(
            "`{}` is no function without parameters and results",
            module::ENTRY
        ))),
    }
}
