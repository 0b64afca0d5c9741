//! Where a lane's code comes from in preparing, and where a start finds it.

use std::path::{Path, PathBuf};

use plimsoll_files::{LARGEST_ARTIFACT, read_file};
use plimsoll_model::Form;
use plimsoll_runtime::RuntimeError;

use crate::code_at::{CodeAt, CodeIn};
use crate::parent::compilation::Compilation;
use crate::parent::kept_code::{CodeFacts, CodeOf, KeptCode};
use crate::parent::scratch::Scratch;
use crate::{Wasi, WasmtimeError};

/// The `.wasm` that is compiled: a copy where starts read it too, so that they read what was checked.
pub(super) fn wasm(
    artifact: &Path,
    form: Form,
    when: Compilation,
    scratch: &Scratch,
) -> Result<PathBuf, WasmtimeError> {
    if when == Compilation::Ahead {
        return Ok(artifact.to_owned());
    }
    let bytes = read_file(artifact, LARGEST_ARTIFACT)
        .map_err(|why| WasmtimeError::io("read", artifact)(why.into()))?;
    scratch.keep(&format!("{form}.wasm"), &bytes)
}

/// Where its code is kept: in the lane's own folder, or nowhere.
pub(super) fn code_at(wasm: PathBuf, form: Form, when: Compilation, scratch: &Scratch) -> CodeAt {
    let kept = match when {
        Compilation::Ahead => CodeIn::File { compiled: scratch.file(&format!("{form}.cwasm")) },
        Compilation::Start => CodeIn::Nowhere,
        Compilation::Cache => CodeIn::Cache { folder: scratch.file("cache") },
    };
    CodeAt { wasm, kept }
}

/// Has the code made, or what shows that it can be.
pub(super) async fn make<M>(
    code: &CodeAt,
    of: CodeOf,
    scratch: &Scratch,
    kept: &KeptCode,
    make: impl FnOnce(CodeAt) -> M,
) -> Result<CodeFacts, RuntimeError>
where
    M: Future<Output = Result<Wasi, RuntimeError>>,
{
    match &code.kept {
        CodeIn::File { compiled } => kept.at(compiled, of, make(code.clone())).await,
        CodeIn::Cache { .. } => CodeFacts::of(make(code.clone())).await,
        CodeIn::Nowhere => {
            // As for a lane that maps it, which may have had it compiled already; and no start finds it.
            let compiled = scratch.file("checked.cwasm");
            let checked = CodeAt { kept: CodeIn::File { compiled: compiled.clone() }, ..code.clone() };
            let facts = kept.at(&compiled, of, make(checked)).await?;
            std::fs::remove_file(&compiled).map_err(WasmtimeError::io("remove", &compiled))?;
            Ok(facts)
        }
    }
}
