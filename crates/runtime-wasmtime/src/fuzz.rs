//! What comes from elsewhere, as bytes: whatever they are, it is read or refused.

use std::path::Path;

use crate::lines::{self, Lines};
use crate::parent::{Reports, exit_of};
use crate::protocol::{Order, Report};
use crate::{WasmtimeError, worker};

/// Reads what a worker says as the parent does; returns how many reports it had.
///
/// # Errors
/// At the first line that is no report.
pub fn reports(bytes: &[u8]) -> Result<usize, WasmtimeError> {
    let mut reports = Reports::default();
    reports.push(bytes);
    let mut count = 0;
    while let Some(report) = reports.next()? {
        count += 1;
        if let Report::Ended(ending) = report {
            exit_of(ending);
        }
    }
    Ok(count)
}

/// Reads what a parent says as the worker does; returns how many orders it had.
///
/// # Errors
/// At the first line that is no order.
pub fn orders(bytes: &[u8]) -> Result<usize, WasmtimeError> {
    let mut lines = Lines::of_at_most(worker::LONGEST_ORDER);
    lines.push(bytes);
    let mut count = 0;
    while let Some(line) = lines.next()? {
        lines::read::<Order>(&line)?;
        count += 1;
    }
    Ok(count)
}

/// Looks at a file before it is compiled.
///
/// # Errors
/// When it is no whole component.
pub fn component(bytes: &[u8]) -> Result<(), WasmtimeError> {
    worker::check_bytes(Path::new("component.wasm"), bytes)
}

#[cfg(test)]
mod tests {
    use plimsoll_model::{FailureKind, Grants, JobKind};
    use proptest::prelude::*;
    use serde::Serialize;

    use super::*;
    use crate::protocol::{Ending, Marks, PROTOCOL, Rights};

    type Read = fn(&[u8]) -> Result<usize, WasmtimeError>;

    fn line(message: &impl Serialize) -> Vec<u8> {
        let mut line = serde_json::to_vec(message).unwrap();
        line.push(b'\n');
        line
    }

    fn some_reports() -> Vec<Vec<u8>> {
        let text = || "0".to_owned();
        let marks = Marks { asked_ns: 1, created_ns: 2, started_ns: 3, done_ns: u64::MAX };
        let ending = Ending { code: Some(0), stdout: "aGk=".to_owned(), marks, ..Ending::default() };
        [
            Report::Hello { protocol: PROTOCOL, worker: text(), wasmtime: text() },
            Report::Compiled,
            Report::Loaded { address: Some(([127, 0, 0, 1], 80).into()), at_ns: 7 },
            Report::Armed,
            Report::Refused { kind: FailureKind::Other, message: "no\n".to_owned() },
            Report::Trapped { trap: text() },
            Report::Ended(ending),
            Report::Marks(marks),
        ]
        .iter()
        .map(line)
        .collect()
    }

    fn some_orders() -> Vec<Vec<u8>> {
        let rights = Rights {
            grants: Grants::default(),
            arguments: vec!["hello".to_owned()],
            memory_bytes: 1 << 28,
            output_bytes: u64::MAX,
        };
        let (component, compiled) = ("a.wasm".into(), "a.cwasm".into());
        let compile = Order::Compile {
            protocol: PROTOCOL,
            component,
            compiled,
            kind: JobKind::Run,
            rights: rights.clone(),
        };
        let load = Order::Load {
            protocol: PROTOCOL,
            compiled: "a.cwasm".into(),
            kind: JobKind::Serve,
            rights,
            listen: ([127, 0, 0, 1], 0).into(),
            threads: u32::MAX,
            run: true,
        };
        [compile, load, Order::Arm, Order::Run, Order::Marks].iter().map(line).collect()
    }

    #[test]
    fn what_both_sides_say_is_read_to_its_end() {
        // The greeting is no report of its own.
        assert_eq!(reports(&some_reports().concat()).unwrap(), some_reports().len() - 1);
        assert_eq!(orders(&some_orders().concat()).unwrap(), some_orders().len());
    }

    #[test]
    fn what_states_a_length_or_nests_without_end_is_refused() {
        for deep in ["[", "{\"report\":"] {
            let line = deep.repeat(100_000) + "\n";
            assert!(reports(line.as_bytes()).is_err() && orders(line.as_bytes()).is_err());
        }
        let long = [&b"\0asm\x0d\0\x01\0\0\xff\xff\xff\xff\x0f"[..], b"abc"].concat();
        let refusal = component(&long).unwrap_err();
        assert!(matches!(refusal, WasmtimeError::CutShort { missing: 4_294_967_292, .. }), "{refusal}");
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let _ = (reports(&bytes), orders(&bytes), component(&bytes));
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
                (some_reports(), reports as Read),
                (some_orders(), orders as Read),
            ] {
                let whole = which.get(&all).clone();
                let mut damaged = whole.clone();
                damaged[at.index(whole.len())] = to;
                let _ = read(&damaged);
                // A line without its end is waited for, and one that has it is whole.
                let cut = cut.index(whole.len());
                prop_assert_eq!(read(&whole[..cut]).unwrap(), 0);
                prop_assert!(read(&[&whole[..cut], b"\n"].concat()).is_err() || cut + 1 == whole.len());
                damaged.remove(cut);
                let _ = read(&damaged);
            }
        }
    }
}
