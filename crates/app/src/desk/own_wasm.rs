//! A file of WebAssembly, as a form tells what it asks of its host before it is tried.

use std::fs;
use std::path::Path;

use plimsoll_model::JobKind;

use super::words::{Remark, Tone};
use crate::Registry;
use crate::lanes::asks::{obstacles, sentence};
use crate::recognise::{Recognised, recognise};

/// The largest file that is read while somebody types, in bytes.
const LARGEST: u64 = 128 << 20;

/// What it speaks and exports, and what stands in its way as a workload of this kind. Nothing of it is run; what is no
/// WebAssembly at all is told elsewhere.
pub(super) fn asks(at: &Path, kind: JobKind, registry: &Registry) -> Vec<Remark> {
    if !matches!(recognise(at), Recognised::Component | Recognised::Module) {
        return Vec::new();
    }
    let remark = |tone, text| Remark { tone, text, remedy: None };
    if fs::metadata(at).is_ok_and(|found| found.len() > LARGEST) {
        return vec![remark(
            Tone::Plain,
            "It is large: what it asks of its host is told when it is tried.".to_owned(),
        )];
    }
    match registry.asks(at) {
        None => Vec::new(),
        Some(Err(error)) => vec![remark(Tone::Problem, error.to_string())],
        Some(Ok(asks)) => {
            let in_the_way = obstacles(&asks, kind).into_iter();
            let in_the_way = in_the_way.map(|what| remark(Tone::Warning, format!("It {what}.")));
            std::iter::once(remark(Tone::Plain, sentence(&asks))).chain(in_the_way).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_dropped_file_asks_and_lacks_is_told_before_it_is_tried() {
        let ground = tempfile::tempdir().unwrap();
        let wasm = ground.path().join("drawing.wasm");
        // A module with one import, `acme.draw`, and one export, `_start`.
        let types = b"\x01\x04\x01\x60\0\0";
        let imports = b"\x02\x0d\x01\x04acme\x04draw\0\0";
        let exports = b"\x07\x0a\x01\x06_start\0\0";
        fs::write(&wasm, [&b"\0asm\x01\0\0\0"[..], types, imports, exports].concat()).unwrap();
        let told = |kind| {
            let remarks = asks(&wasm, kind, &Registry::built_in()).into_iter();
            remarks.map(|remark| (remark.tone, remark.text)).collect::<Vec<_>>()
        };
        let is = (Tone::Plain, "The module speaks no WASI and exports `_start`.".to_owned());
        let lack = "It imports what this host lacks: `acme.draw`; only WASI 0.1 is provided.";
        let lack = (Tone::Warning, lack.to_owned());
        assert_eq!(told(JobKind::Run), [is, lack]);
        let service = told(JobKind::Serve);
        assert!(
            service[2]
                .1
                .starts_with("It exports nothing that a workload of kind `http` begins with: it is of kind")
        );
        fs::write(&wasm, b"\0asm\x01\0\0\0\x01\x20").unwrap();
        let [(Tone::Problem, text)] = &told(JobKind::Run)[..] else { panic!("{:?}", told(JobKind::Run)) };
        assert!(text.contains("cut short") || text.contains("drawing.wasm"), "{text}");
        fs::write(&wasm, b"no").unwrap();
        assert_eq!(told(JobKind::Run), []);
    }
}
