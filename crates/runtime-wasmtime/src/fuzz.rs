//! What comes from elsewhere, as bytes: whatever they are, it is read or refused.

use std::path::Path;

use serde::Serialize;

use crate::lines::{self, Lines};
use crate::parent::{Reports, exit_of};
use crate::protocol::{WorkerOrder, WorkerReport};
use crate::{WasmtimeError, worker};

/// What is made of the lines of one side.
#[derive(Debug)]
pub struct Heard {
    /// The messages but greetings, each written anew as a line; or the first line that is none.
    pub told: Result<Vec<Vec<u8>>, WasmtimeError>,
    /// The most bytes that lines took which had not wholly come.
    pub memory_bytes: usize,
}

/// One side's messages, out of the bytes that the other one sends.
trait Side {
    fn push(&mut self, bytes: &[u8]);
    fn next(&mut self) -> Result<Option<Vec<u8>>, WasmtimeError>;
    fn memory_bytes(&self) -> usize;
}

impl Side for Reports {
    fn push(&mut self, bytes: &[u8]) {
        Self::push(self, bytes);
    }

    fn next(&mut self) -> Result<Option<Vec<u8>>, WasmtimeError> {
        let Some(report) = Self::next(self)? else { return Ok(None) };
        let line = written(&report)?;
        if let WorkerReport::Ended(ending) = report {
            exit_of(ending);
        }
        Ok(Some(line))
    }

    fn memory_bytes(&self) -> usize {
        Self::memory_bytes(self)
    }
}

struct Orders(Lines);

impl Side for Orders {
    fn push(&mut self, bytes: &[u8]) {
        self.0.push(bytes);
    }

    fn next(&mut self) -> Result<Option<Vec<u8>>, WasmtimeError> {
        let Some(line) = self.0.next()? else { return Ok(None) };
        written(&lines::read::<WorkerOrder>(&line)?).map(Some)
    }

    fn memory_bytes(&self) -> usize {
        self.0.memory_bytes()
    }
}

/// Hears what a worker says as the parent does, so many bytes at a time.
#[must_use]
pub fn reports(bytes: &[u8], at_once: usize) -> Heard {
    hear(Reports::default(), bytes, at_once)
}

/// Hears what a parent says as the worker does, so many bytes at a time.
#[must_use]
pub fn orders(bytes: &[u8], at_once: usize) -> Heard {
    hear(Orders(Lines::of_at_most(worker::LONGEST_ORDER)), bytes, at_once)
}

fn hear(mut side: impl Side, bytes: &[u8], at_once: usize) -> Heard {
    let (mut messages, mut memory_bytes) = (Vec::new(), 0);
    for part in bytes.chunks(at_once.max(1)) {
        side.push(part);
        memory_bytes = memory_bytes.max(side.memory_bytes());
        loop {
            match side.next() {
                Ok(Some(message)) => messages.push(message),
                Ok(None) => break,
                Err(error) => return Heard { told: Err(error), memory_bytes },
            }
        }
    }
    Heard { told: Ok(messages), memory_bytes }
}

fn written(message: &impl Serialize) -> Result<Vec<u8>, WasmtimeError> {
    let mut line =
        serde_json::to_vec(message).map_err(|error| WasmtimeError::io("write", "a message")(error.into()))?;
    line.push(b'\n');
    Ok(line)
}

/// Looks at a file before it is compiled.
///
/// # Errors
/// When it is no whole component or module.
pub fn component(bytes: &[u8]) -> Result<(), WasmtimeError> {
    worker::check_bytes(Path::new("component.wasm"), bytes).map(drop)
}

#[cfg(test)]
mod tests {
    use plimsoll_model::{FailureKind, Grants, JobKind};
    use proptest::prelude::*;

    use super::*;
    use crate::code_at::{CodeAt, CodeIn};
    use crate::protocol::{Ending, Marks, PROTOCOL, Rights};
    use crate::{Tuning, Wasi};

    type Told = Result<Vec<Vec<u8>>, WasmtimeError>;

    fn all_reports(bytes: &[u8]) -> Told {
        reports(bytes, bytes.len()).told
    }

    fn all_orders(bytes: &[u8]) -> Told {
        orders(bytes, bytes.len()).told
    }

    fn line(message: &impl Serialize) -> Vec<u8> {
        written(message).unwrap()
    }

    fn some_reports() -> Vec<Vec<u8>> {
        let text = || "0".to_owned();
        let marks = Marks { asked_ns: 1, created_ns: 2, started_ns: 3, done_ns: u64::MAX, code_ns: 5 };
        let ending = Ending { code: Some(0), stdout: "aGk=".to_owned(), marks, ..Ending::default() };
        [
            WorkerReport::Hello { protocol: PROTOCOL, worker: text(), wasmtime: text() },
            WorkerReport::Compiled { wasi: Wasi::Preview3 },
            WorkerReport::Loaded { address: Some(([127, 0, 0, 1], 80).into()), at_ns: 7 },
            WorkerReport::Armed,
            WorkerReport::Refused { kind: FailureKind::Other, message: "no\n".to_owned() },
            WorkerReport::Trapped { trap: text() },
            WorkerReport::Ended(ending),
            WorkerReport::Marks(marks),
        ]
        .iter()
        .map(line)
        .collect()
    }

    fn some_orders() -> Vec<Vec<u8>> {
        let rights = Rights {
            grants: Grants::default(),
            arguments: vec!["hello".to_owned()],
            stdin: None,
            folders: Vec::new(),
            hosts: Vec::new(),
            memory_bytes: 1 << 28,
            output_bytes: u64::MAX,
        };
        let code = |kept| CodeAt { wasm: "a.wasm".into(), kept };
        let compile = WorkerOrder::Compile {
            protocol: PROTOCOL,
            code: code(CodeIn::Nowhere),
            kind: JobKind::Run,
            tuning: Tuning::USUAL,
            rights: rights.clone(),
        };
        let load = WorkerOrder::Load {
            protocol: PROTOCOL,
            code: code(CodeIn::File { compiled: "a.cwasm".into() }),
            kind: JobKind::Serve,
            wasi: Wasi::Preview2,
            tuning: Tuning::USUAL,
            rights,
            listen: ([127, 0, 0, 1], 0).into(),
            threads: u32::MAX,
            run: true,
        };
        [compile, load, WorkerOrder::Arm, WorkerOrder::Run, WorkerOrder::Marks].iter().map(line).collect()
    }

    #[test]
    fn what_both_sides_say_is_read_to_its_end() {
        // The greeting is no report of its own.
        assert_eq!(all_reports(&some_reports().concat()).unwrap(), some_reports()[1..]);
        assert_eq!(all_orders(&some_orders().concat()).unwrap(), some_orders());
    }

    #[test]
    fn what_states_a_length_or_nests_without_end_is_refused() {
        for deep in ["[", "{\"report\":"] {
            let line = deep.repeat(100_000) + "\n";
            assert!(all_reports(line.as_bytes()).is_err() && all_orders(line.as_bytes()).is_err());
        }
        let long = [&b"\0asm\x0d\0\x01\0\0\xff\xff\xff\xff\x0f"[..], b"abc"].concat();
        let refusal = component(&long).unwrap_err();
        assert!(matches!(refusal, WasmtimeError::CutShort { missing: 4_294_967_292, .. }), "{refusal}");
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let _ = (all_reports(&bytes), all_orders(&bytes), component(&bytes));
            let named = [&b"\0asm\x0d\0\x01\0"[..], &bytes].concat();
            let _ = component(&named);
        }

        #[test]
        fn damaged_lines_are_read_or_refused(
            which in any::<prop::sample::Index>(),
            at in any::<prop::sample::Index>(),
            to in any::<u8>(),
            cut in any::<prop::sample::Index>(),
        ) {
            for (all, read) in [
                (some_reports(), all_reports as fn(&[u8]) -> Told),
                (some_orders(), all_orders as fn(&[u8]) -> Told),
            ] {
                let whole = which.get(&all).clone();
                let mut damaged = whole.clone();
                damaged[at.index(whole.len())] = to;
                let _ = read(&damaged);
                // A line without its end is waited for, and one that has it is whole.
                let cut = cut.index(whole.len());
                prop_assert!(read(&whole[..cut]).unwrap().is_empty());
                prop_assert!(read(&[&whole[..cut], b"\n"].concat()).is_err() || cut + 1 == whole.len());
                damaged.remove(cut);
                let _ = read(&damaged);
            }
        }
    }
}
