use std::path::Path;

use plimsoll_files::{LARGEST_ARTIFACT, read_file};
use plimsoll_model::{Form, JobKind};
use plimsoll_runtime::Asks;
use wasmparser::Encoding;

use crate::WasmtimeError;
use crate::worker::needs::Needs;
use crate::worker::world::World;
use crate::worker::{inspect, module, offer};

/// What a component or a module asks of this host. Only its sections are read, by names and numbers: nothing is
/// compiled, and none of its code is run.
///
/// # Errors
/// Tells apart what can't be read, is empty, cut short, or no WebAssembly.
pub(crate) fn asks(file: &Path) -> Result<Asks, WasmtimeError> {
    let bytes =
        read_file(file, LARGEST_ARTIFACT).map_err(|why| WasmtimeError::io("read", file)(why.into()))?;
    match inspect::check_bytes(file, &bytes)? {
        Encoding::Component => {
            let mut begins = Vec::new();
            let needs = Needs::of_component(&bytes, |export| {
                let of = |kind: &JobKind| World::of(*kind).begins_with(export) && !begins.contains(kind);
                let found: Vec<JobKind> = [JobKind::Serve, JobKind::Run].into_iter().filter(of).collect();
                begins.extend(&found);
                !found.is_empty()
            });
            Ok(told(Form::Component, needs, begins, offer::TO_COMPONENTS))
        }
        Encoding::Module => {
            let needs = Needs::of_module(&bytes, module::ENTRY);
            let begins = needs.has_entry.then_some(JobKind::Run).into_iter().collect();
            Ok(told(Form::Module, needs, begins, offer::TO_MODULES))
        }
    }
}

fn told(form: Form, needs: Needs, begins: Vec<JobKind>, provided: &'static str) -> Asks {
    let Needs { missing, exports, speaks, memory_bytes, .. } = needs;
    let mut speaks: Vec<&str> = speaks.into_iter().map(|wasi| wasi.version()).collect();
    speaks.sort_unstable();
    Asks { form, speaks, begins, exports, missing, provided, memory_bytes }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asks_of(text: &str) -> Asks {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), wat::parse_str(text).unwrap()).unwrap();
        asks(file.path()).unwrap()
    }

    #[test]
    fn a_component_tells_what_it_speaks_exports_and_lacks() {
        let asks = asks_of(
            r#"(component
                (import "wasi:cli/environment@0.2.0" (instance))
                (import "wasi:http/client@0.3.0" (instance))
                (import "wasi:keyvalue/store@0.2.0-draft" (instance (export "open" (func))))
                (core module $m (memory 2) (func (export "f")))
                (core instance $i (instantiate $m))
                (func $f (canon lift (core func $i "f")))
                (instance $run (export "run" (func $f)))
                (export "wasi:cli/run@0.2.0" (instance $run)))"#,
        );
        assert_eq!((asks.form, &asks.begins[..]), (Form::Component, &[JobKind::Run][..]));
        assert_eq!((&asks.speaks[..], asks.memory_bytes), (&["0.2", "0.3"][..], 2 << 16));
        assert_eq!(asks.exports.to_string(), "`wasi:cli/run@0.2.0`");
        let lack = asks.lack().unwrap();
        assert!(lack.contains("`wasi:keyvalue/store@0.2.0-draft` (wasmCloud and Spin provide it)"), "{lack}");
    }

    #[test]
    fn a_module_begins_a_command_or_nothing() {
        let asks = asks_of(
            r#"(module (import "wasi_snapshot_preview1" "proc_exit" (func (param i32))) (func (export "_start")))"#,
        );
        assert_eq!((&asks.begins[..], &asks.speaks[..]), (&[JobKind::Run][..], &["0.1"][..]));
        assert_eq!((asks.lack(), asks.memory_bytes), (None, 0));
        let bare = asks_of(r#"(module (func (export "draw")))"#);
        assert!(bare.begins.is_empty() && bare.speaks.is_empty());
        assert_eq!(bare.exports.to_string(), "`draw`");
    }

    #[test]
    fn what_is_no_webassembly_is_told_as_it_is_before_a_start() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert!(matches!(asks(file.path()), Err(WasmtimeError::Empty { .. })));
        std::fs::write(file.path(), b"\0asm\x0d\0\x01\0\0\x0a\x01").unwrap();
        assert!(matches!(asks(file.path()), Err(WasmtimeError::CutShort { .. })));
        assert!(matches!(asks(Path::new("/nonexistent")), Err(WasmtimeError::Io { .. })));
    }
}
