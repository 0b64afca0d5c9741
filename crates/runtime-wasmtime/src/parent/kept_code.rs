//! What was compiled in this process: a workload is prepared several times, in several lanes, and compiled once.

use std::fs::File;
use std::io::{Read, Seek};
use std::path::Path;

use plimsoll_model::JobKind;
use plimsoll_runtime::{Clock, MonotonicClock, RuntimeError};
use tokio::sync::Mutex;

use crate::{Tuning, Wasi, WasmtimeError};

/// How much code is kept, that of one artifact in up to five kinds: it takes room in the temporary folder, ten times that of
/// the artifact.
const MOST: usize = 24;

/// What decides how code looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CodeOf {
    /// SHA-256 of the artifact.
    pub(super) digest: String,
    pub(super) kind: JobKind,
    pub(super) memory_bytes: u64,
    /// As far as it changes code.
    pub(super) tuning: Tuning,
}

/// Compiled code.
#[derive(Debug)]
struct KeptFile {
    of: CodeOf,
    /// Open, so that it lasts beyond the folder of the lane that had it compiled, and goes with this process.
    file: File,
    code: CodeFacts,
}

/// What is known of compiled code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CodeFacts {
    pub(super) wasi: Wasi,
    /// How long compiling took, in nanoseconds.
    pub(super) took_ns: u64,
}

impl CodeFacts {
    /// Of what is compiled now.
    pub(super) async fn of(
        make: impl Future<Output = Result<Wasi, RuntimeError>>,
    ) -> Result<Self, RuntimeError> {
        let begun_ns = MonotonicClock.now_ns();
        let wasi = make.await?;
        Ok(Self { wasi, took_ns: MonotonicClock.now_ns() - begun_ns })
    }
}

/// The code that is kept, oldest first.
#[derive(Debug, Default)]
pub(super) struct KeptCode(Mutex<Vec<KeptFile>>);

impl KeptCode {
    /// Puts the code at `to`: a copy of what is kept, else what `make` compiles there. Whoever asks meanwhile waits.
    pub(super) async fn at(
        &self,
        to: &Path,
        of: CodeOf,
        make: impl Future<Output = Result<Wasi, RuntimeError>>,
    ) -> Result<CodeFacts, RuntimeError> {
        let mut kept = self.0.lock().await;
        if let Some(KeptFile { file, code, .. }) = kept.iter_mut().find(|kept| kept.of == of) {
            file.rewind().map_err(WasmtimeError::io("read again what is to be at", to))?;
            // Written in one piece, as a worker writes it: how a file is written decides how much of it the kernel maps at a
            // touch, and so what an instance seems to use.
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).map_err(WasmtimeError::io("read again what is to be at", to))?;
            std::fs::write(to, bytes).map_err(WasmtimeError::io("write", to))?;
            return Ok(*code);
        }
        let code = CodeFacts::of(make).await?;
        let file = File::open(to).map_err(WasmtimeError::io("read", to))?;
        if kept.len() == MOST {
            kept.remove(0);
        }
        kept.push(KeptFile { of, file, code });
        Ok(code)
    }
}

#[cfg(test)]
mod tests {
    use std::future::ready;

    use super::*;
    use crate::{Compiler, Interrupt, MemoryFrom, Reuse};

    fn of(digest: usize) -> CodeOf {
        CodeOf { digest: digest.to_string(), kind: JobKind::Run, memory_bytes: 1, tuning: Tuning::USUAL }
    }

    #[tokio::test]
    async fn code_is_shared_by_what_does_not_change_it_and_by_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let (kept, to) = (KeptCode::default(), folder.path().join("code"));
        let mut compiled = 0;
        for (tuning, is_made) in [
            (Tuning::USUAL, true),
            (Tuning { memory: MemoryFrom::OnDemand, ..Tuning::USUAL }, false),
            (Tuning { reuse: Reuse::AS_SERVED, ..Tuning::USUAL }, false),
            (Tuning { page_scan: false, ..Tuning::USUAL }, false),
            (Tuning { compiler: Compiler::Winch, ..Tuning::USUAL }, true),
            (Tuning { compiler: Compiler::Pulley, ..Tuning::USUAL }, true),
            (Tuning { interrupt: Interrupt::Epoch, ..Tuning::USUAL }, true),
            (Tuning { interrupt: Interrupt::Fuel, ..Tuning::USUAL }, true),
            (Tuning { compiler: Compiler::Winch, interrupt: Interrupt::Fuel, ..Tuning::USUAL }, true),
        ] {
            let before = compiled;
            let make = async {
                compiled += 1;
                std::fs::write(&to, format!("{tuning:?}")).unwrap();
                Ok(Wasi::Preview2)
            };
            kept.at(&to, CodeOf { tuning: tuning.of_code(), ..of(0) }, make).await.unwrap();
            assert_eq!(compiled > before, is_made, "{tuning:?}");
        }
    }

    #[tokio::test]
    async fn code_is_made_once_and_lasts_beyond_the_file_it_was_made_in() {
        let folder = tempfile::tempdir().unwrap();
        let (first, second) = (folder.path().join("first"), folder.path().join("second"));
        let kept = KeptCode::default();
        let made = async {
            std::fs::write(&first, b"code").unwrap();
            Ok(Wasi::Preview3)
        };
        let code = kept.at(&first, of(0), made).await.unwrap();
        assert_eq!(code.wasi, Wasi::Preview3);
        std::fs::remove_file(&first).unwrap();
        for to in [second, folder.path().join("third")] {
            let again = async { panic!("is compiled already") };
            assert_eq!(kept.at(&to, of(0), again).await.unwrap(), code);
            assert_eq!(std::fs::read(to).unwrap(), b"code");
        }
    }

    #[tokio::test]
    async fn the_oldest_goes_and_what_failed_is_not_kept() {
        let folder = tempfile::tempdir().unwrap();
        let kept = KeptCode::default();
        for number in 0..=MOST {
            let to = folder.path().join(number.to_string());
            std::fs::write(&to, b"code").unwrap();
            kept.at(&to, of(number), ready(Ok(Wasi::Preview2))).await.unwrap();
        }
        let ofs =
            || async { kept.0.lock().await.iter().map(|kept| kept.of.digest.clone()).collect::<Vec<_>>() };
        assert_eq!(ofs().await.first().map(String::as_str), Some("1"));
        let lost = WasmtimeError::Empty { path: "x".into() };
        assert!(kept.at(&folder.path().join("x"), of(0), ready(Err(lost.into()))).await.is_err());
        assert_eq!(ofs().await.len(), MOST);
    }
}
