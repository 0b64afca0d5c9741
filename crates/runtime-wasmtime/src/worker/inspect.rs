use std::path::Path;

use wasmparser::{Chunk, Encoding, Parser, Payload};

use crate::WasmtimeError;

/// How every module and component begins.
const MAGIC: [u8; 4] = *b"\0asm";

/// The length of that and of the version behind it, in bytes.
const HEADER: usize = 8;

/// How a file begins that stands for one kept elsewhere.
const GIT_LFS: &[u8] = b"version https://git-lfs";

/// How much of a file is looked at to tell what it is, in bytes.
const LOOKED_AT: usize = 256;

/// Tells whether a file is a component or a module, or what is wrong with it: before Wasmtime is asked, whose words
/// for these are about bytes.
pub(crate) fn check_bytes(path: &Path, bytes: &[u8]) -> Result<Encoding, WasmtimeError> {
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
    // What is neither, Wasmtime has the words for.
    Ok(outline.encoding.unwrap_or(Encoding::Component))
}

fn not_wasm(path: &Path, bytes: &[u8]) -> WasmtimeError {
    let begin = &bytes[..bytes.len().min(8)];
    let begins = format!("`{}`", begin.escape_ascii());
    WasmtimeError::NotWasm { path: path.to_owned(), begins, way_out: way_out(bytes) }
}

/// What helps whoever named a file that is no WebAssembly.
fn way_out(bytes: &[u8]) -> &'static str {
    let text = std::str::from_utf8(&bytes[..bytes.len().min(LOOKED_AT)]);
    let text = text.map_or("", str::trim_start);
    if bytes.starts_with(GIT_LFS) {
        "it stands for a file that Git LFS keeps: fetch that with `git lfs pull`"
    } else if text.starts_with("(module") || text.starts_with("(component") {
        "it is WebAssembly written as text: make it binary with `wasm-tools parse`"
    } else if bytes.starts_with(b"\x7fELF") {
        "it is a program of this system: name it as the native binary, and as Wasm one built for `wasm32-wasip2`"
    } else if bytes.starts_with(&[0x1f, 0x8b]) || bytes.starts_with(b"PK") {
        "it is packed: unpack it first"
    } else {
        "name a component built for `wasm32-wasip2`, or a command's module built for `wasm32-wasip1`"
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8]) -> Result<Encoding, WasmtimeError> {
        check_bytes(Path::new("x.wasm"), bytes)
    }

    const COMPONENT: [u8; 8] = [0, b'a', b's', b'm', 13, 0, 1, 0];

    #[test]
    fn each_wrong_file_gets_its_own_error() {
        assert!(matches!(check(b""), Err(WasmtimeError::Empty { .. })));
        assert!(matches!(check(b"\0as"), Err(WasmtimeError::CutShort { .. })));
        assert!(matches!(check(b"\x7fELF\x02\x01\x01\0"), Err(WasmtimeError::NotWasm { .. })));
        assert!(matches!(check(b"hi"), Err(WasmtimeError::NotWasm { .. })));
        assert!(matches!(check(b"\0asm\x01\0\0\0"), Ok(Encoding::Module)));
        assert!(matches!(check(&COMPONENT), Ok(Encoding::Component)));
    }

    #[test]
    fn what_stands_in_place_of_wasm_is_told_with_its_way_out() {
        for (bytes, way_out) in [
            (
                &b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"[..],
                "`git lfs pull`",
            ),
            (b"\n(module (func))", "`wasm-tools parse`"),
            (b"\x7fELF\x02\x01\x01\0", "the native binary"),
            (b"\x1f\x8b\x08\0", "unpack it"),
            (b"<!doctype html>", "`wasm32-wasip2`"),
            (&[0xff; 300], "`wasm32-wasip2`"),
        ] {
            let told = check(bytes).unwrap_err().to_string();
            assert!(told.contains(way_out) && told.len() < 300, "{told}");
        }
    }

    #[test]
    fn a_section_that_does_not_end_is_cut_short_by_what_it_lacks() {
        let cut = [&COMPONENT[..], &[0, 10, 1, 2, 3]].concat();
        let Err(WasmtimeError::CutShort { missing, .. }) = check(&cut) else { panic!("must be cut short") };
        assert_eq!(missing, 7);
        let within_length = [&COMPONENT[..], &[0, 0x80]].concat();
        assert!(matches!(check(&within_length), Err(WasmtimeError::CutShort { .. })));
    }
}
