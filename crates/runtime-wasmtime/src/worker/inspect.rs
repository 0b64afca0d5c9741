use std::path::Path;

use wasmparser::{Chunk, Encoding, Parser, Payload};
use wasmtime::Engine;
use wasmtime::component::Component;

use crate::WasmtimeError;
use crate::worker::world::World;

/// How every module and component begins.
const MAGIC: [u8; 4] = *b"\0asm";

/// The length of that and of the version behind it, in bytes.
const HEADER: usize = 8;

/// What the host offers: whole packages, and of `wasi:http` all but the export.
const PROVIDED: [&str; 8] = [
    "wasi:cli/",
    "wasi:clocks/",
    "wasi:filesystem/",
    "wasi:http/outgoing-handler",
    "wasi:http/types",
    "wasi:io/",
    "wasi:random/",
    "wasi:sockets/",
];

/// Tells what is wrong with a file before Wasmtime is asked, whose words for these are about bytes.
pub(crate) fn check_bytes(path: &Path, bytes: &[u8]) -> Result<(), WasmtimeError> {
    if bytes.is_empty() {
        return Err(WasmtimeError::Empty { path: path.to_owned() });
    }
    if !MAGIC.starts_with(&bytes[..bytes.len().min(MAGIC.len())]) {
        return Err(not_wasm(path, bytes));
    }
    let outline = Outline::of(bytes);
    if outline.missing > 0 {
        return Err(WasmtimeError::CutShort { path: path.to_owned(), missing: outline.missing });
    }
    if outline.encoding == Some(Encoding::Module) {
        return Err(WasmtimeError::CoreModule { path: path.to_owned() });
    }
    Ok(())
}

fn not_wasm(path: &Path, bytes: &[u8]) -> WasmtimeError {
    let begin = &bytes[..bytes.len().min(8)];
    let begins = format!("`{}`", begin.escape_ascii());
    WasmtimeError::NotWasm { path: path.to_owned(), begins }
}

/// A binary by its header and its outermost sections.
#[derive(Default)]
struct Outline {
    /// What its header says; `None` where that is cut short or none that is known.
    encoding: Option<Encoding>,
    /// How many bytes its last section lacks at least.
    missing: u64,
}

impl Outline {
    /// Ends at what is wrong otherwise: Wasmtime has the words for that.
    fn of(bytes: &[u8]) -> Self {
        let mut outline = Self::default();
        if bytes.len() < HEADER {
            return Self { missing: (HEADER - bytes.len()) as u64, ..outline };
        }
        let (mut parser, mut rest) = (Parser::new(0), bytes);
        while !rest.is_empty() {
            let (payload, consumed) = match parser.parse(rest, false) {
                Ok(Chunk::Parsed { payload, consumed }) => (payload, consumed),
                Ok(Chunk::NeedMoreData(missing)) => return Self { missing, ..outline },
                Err(_) => return outline,
            };
            rest = rest.get(consumed..).unwrap_or_default();
            // These are given before what is in them, which is passed over.
            let inside = match payload {
                Payload::Version { encoding, .. } => {
                    outline.encoding = Some(encoding);
                    0
                }
                Payload::CodeSectionStart { size, .. } => {
                    parser.skip_section();
                    size as usize
                }
                Payload::ModuleSection { unchecked_range, .. }
                | Payload::ComponentSection { unchecked_range, .. } => unchecked_range.len(),
                _ => 0,
            };
            match rest.get(inside..) {
                Some(after) => rest = after,
                None => return Self { missing: (inside - rest.len()) as u64, ..outline },
            }
        }
        outline
    }
}

/// Tells by name what a component imports that the host lacks, and whether it exports what its kind needs.
pub(super) fn check_world(
    path: &Path,
    engine: &Engine,
    component: &Component,
    world: &World,
) -> Result<(), WasmtimeError> {
    let found = component.component_type();
    let missing: Vec<&str> =
        found.imports(engine).map(|(name, _)| name).filter(|name| !provided(name)).collect();
    if !missing.is_empty() {
        return Err(WasmtimeError::MissingImports { path: path.to_owned(), imports: quoted(&missing) });
    }
    let exports: Vec<&str> = found.exports(engine).map(|(name, _)| name).collect();
    let export = world.entry;
    if !exports.iter().any(|name| name.starts_with(export)) {
        let exports = if exports.is_empty() { "nothing".to_owned() } else { quoted(&exports) };
        return Err(WasmtimeError::MissingExport {
            path: path.to_owned(),
            export,
            kind: world.kind,
            exports,
        });
    }
    Ok(())
}

fn provided(import: &str) -> bool {
    let (interface, version) = import.split_once('@').unwrap_or((import, ""));
    let of_ours = PROVIDED
        .iter()
        .any(|name| if name.ends_with('/') { interface.starts_with(name) } else { interface == *name });
    of_ours && (version == "0.2" || version.starts_with("0.2."))
}

fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8]) -> Result<(), WasmtimeError> {
        check_bytes(Path::new("x.wasm"), bytes)
    }

    const COMPONENT: [u8; 8] = [0, b'a', b's', b'm', 13, 0, 1, 0];

    #[test]
    fn each_wrong_file_gets_its_own_error() {
        assert!(matches!(check(b""), Err(WasmtimeError::Empty { .. })));
        assert!(matches!(check(b"\0as"), Err(WasmtimeError::CutShort { .. })));
        assert!(matches!(check(b"\x7fELF\x02\x01\x01\0"), Err(WasmtimeError::NotWasm { .. })));
        assert!(matches!(check(b"hi"), Err(WasmtimeError::NotWasm { .. })));
        assert!(matches!(check(b"\0asm\x01\0\0\0"), Err(WasmtimeError::CoreModule { .. })));
        assert!(check(&COMPONENT).is_ok());
    }

    #[test]
    fn a_section_that_does_not_end_is_cut_short_by_what_it_lacks() {
        let cut = [&COMPONENT[..], &[0, 10, 1, 2, 3]].concat();
        let Err(WasmtimeError::CutShort { missing, .. }) = check(&cut) else { panic!("must be cut short") };
        assert_eq!(missing, 7);
        let within_length = [&COMPONENT[..], &[0, 0x80]].concat();
        assert!(matches!(check(&within_length), Err(WasmtimeError::CutShort { .. })));
    }

    #[test]
    fn only_wasi_0_2_is_provided() {
        assert!(provided("wasi:io/streams@0.2.6"));
        assert!(provided("wasi:http/types@0.2.0"));
        assert!(!provided("wasi:http/incoming-handler@0.2.0"));
        assert!(!provided("wasi:io/streams@0.3.0"));
        assert!(!provided("acme:billing/ledger"));
        assert!(!provided("wasi:keyvalue/store@0.2.0-draft"));
    }
}
