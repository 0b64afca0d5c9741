use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use plimsoll_files::{LARGEST_ARTIFACT, read_file, sha256, sha256_of};
use plimsoll_model::{Direction, Form, Metric, Phase, Reading, Slug, Tabled, Unit};
use plimsoll_runtime::wire::gzip_bytes;
use plimsoll_runtime::{COMPILED_SIZE, Figure, HOST_SIZE, PREPARE_TIME, UNPACKED_SIZE, WIRE_SIZE};

use crate::WasmtimeError;
use crate::code_at::CodeIn;
use crate::protocol::Marks;

/// How long the first instance in a fresh worker takes.
pub const FIRST_INSTANCE: Metric = Metric::known(
    "first_instance",
    "First instance",
    Unit::Nanoseconds,
    Direction::LowerIsBetter,
    "The first instance ever in a fresh worker, from its request read (or its run ordered) to its being gone, by \
     the worker's own clock. It is the discarded one of lane `wasmtime`: it pays for page faults that later \
     instances do not have.",
)
.table(Tabled::Column);

/// How long a fresh worker takes for the code of what it is to run.
pub const CODE_TIME: Metric = Metric::known(
    "code_time",
    "Code within the start",
    Unit::Nanoseconds,
    Direction::LowerIsBetter,
    "In lanes whose start compiles, or finds what was compiled in a cache: how long that took within the cold start, by the \
     worker's own clock.",
)
.table(Tabled::Column);

/// The sizes and digests of a component or module and of the file that was made of it, if one was.
pub(super) fn of_files(
    form: Form,
    artifact: &Path,
    compiled: Option<&Path>,
    worker: &Path,
) -> Result<(Vec<Figure>, BTreeMap<String, String>), WasmtimeError> {
    let wasm = read_file(artifact, LARGEST_ARTIFACT)
        .map_err(|why| WasmtimeError::io("read", artifact)(why.into()))?;
    let wire = gzip_bytes(&wasm).map_err(WasmtimeError::io("compress", artifact))?;
    let mut figures = vec![
        figure(WIRE_SIZE, None, "gzip level 6 (zlib-rs, members of 8 MiB) of the `.wasm`", wire),
        figure(UNPACKED_SIZE, None, "length of the `.wasm`", wasm.len() as u64),
    ];
    let mut digests = BTreeMap::from([(form.to_string(), sha256(&wasm))]);
    if let Some(compiled) = compiled {
        figures.push(figure(COMPILED_SIZE, None, "length of the `.cwasm`", length(compiled)?));
        digests.insert("cwasm".to_owned(), digest_of(compiled)?);
    }
    let subject = Some(Slug::known("worker"));
    figures.push(figure(HOST_SIZE, subject, "length of `plimsoll-worker`", length(worker)?));
    Ok((figures, digests))
}

/// How long compiling took, where a start has it done; `None` where a start does it.
pub(super) fn of_compiling(kept: &CodeIn, took_ns: u64) -> Option<Figure> {
    let method = match kept {
        CodeIn::File { .. } => {
            "observer's clock, from starting a worker to its `.cwasm`, on every CPU, once for all lanes whose code is the same"
        }
        CodeIn::Cache { .. } => {
            "observer's clock, from starting a worker until its code is in the cache, on every CPU"
        }
        CodeIn::Nowhere => return None,
    };
    Some(figure(PREPARE_TIME, Some(Slug::known("compile")), method, took_ns))
}

/// How long a fresh worker took for its code; `None` where it mapped what was compiled before.
pub(super) fn of_code(kept: &CodeIn, marks: Marks) -> Option<Figure> {
    let method = match kept {
        CodeIn::File { .. } => return None,
        CodeIn::Cache { .. } => {
            "worker's CLOCK_MONOTONIC, from before the `.wasm` is read until its code was found in the cache"
        }
        CodeIn::Nowhere => "worker's CLOCK_MONOTONIC, from before the `.wasm` is read until it is compiled",
    };
    let reading = match marks.code_ns {
        0 => Reading::unavailable("the worker did not tell how long its code took"),
        took_ns => Reading::Value(took_ns),
    };
    Some(Figure { metric: CODE_TIME, phase: Phase::Ready, subject: None, method, reading })
}

/// How long it took to come from a registry or a layout.
pub(super) fn of_pulling(took_ns: u64) -> Figure {
    let method = "observer's clock, from the first request until the whole `.wasm` was there and checked";
    figure(PREPARE_TIME, Some(Slug::known("pull")), method, took_ns)
}

/// How long the first instance of a fresh worker took.
pub(super) fn of_first_instance(marks: Marks) -> Figure {
    let reading = match marks.done_ns.checked_sub(marks.asked_ns) {
        Some(took_ns) if marks.asked_ns > 0 => Reading::Value(took_ns),
        _ => Reading::unavailable("the worker took no marks of its first instance"),
    };
    let method = "worker's CLOCK_MONOTONIC";
    Figure { metric: FIRST_INSTANCE, phase: Phase::Ready, subject: None, method, reading }
}

fn figure(metric: Metric, subject: Option<Slug>, method: &'static str, value: u64) -> Figure {
    Figure { metric, phase: Phase::Prepare, subject, method, reading: Reading::Value(value) }
}

fn length(path: &Path) -> Result<u64, WasmtimeError> {
    Ok(fs::metadata(path).map_err(WasmtimeError::io("read", path))?.len())
}

/// SHA-256 of a file.
pub(super) fn digest_of(path: &Path) -> Result<String, WasmtimeError> {
    fs::File::open(path).and_then(sha256_of).map_err(WasmtimeError::io("read", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_digests_are_those_of_the_files() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            fs::write(&path, bytes).unwrap();
            path
        };
        let (wasm, cwasm, worker) = (file("x.wasm", b"abc"), file("x.cwasm", b"abcd"), file("worker", b"w"));
        let (figures, digests) = of_files(Form::Component, &wasm, Some(&cwasm), &worker).unwrap();
        let values: Vec<_> = figures.iter().filter_map(|figure| figure.reading.value()).collect();
        assert_eq!(values[1..], [3, 4, 1]);
        assert!(values[0] > 3, "gzip has a header");
        assert_eq!(digests["component"], "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
