//! Mutations of the kept inputs, for the tests that drive the targets on a stable compiler. Each crate's tests include this
//! file as a module.

#![allow(dead_code, reason = "no crate's tests need all of it")]

use std::path::Path;
use std::time::{Duration, Instant};
use std::{env, fmt, fs};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

/// So many cases of each test are tried instead of a few.
const CASES: &str = "PLIMSOLL_FUZZ_CASES";

/// The longest that one input may take.
const LONGEST: Duration = Duration::from_secs(5);
/// The most memory that all of them may take, in KiB: 1 GiB.
const MOST_KIB: u64 = 1 << 20;

/// What stands in place of a number.
fn numbers() -> [Value; 11] {
    [
        json!(0),
        json!(1),
        json!(-1),
        json!(0.5),
        json!(1e300),
        json!(-1e300),
        json!(u32::MAX),
        json!(1_u64 << 53),
        json!(1_u64 << 63),
        json!(u64::MAX),
        json!(null),
    ]
}

/// What stands in place of a text.
fn texts() -> [Value; 9] {
    [
        json!(""),
        json!("a"),
        json!("docker"),
        json!("\u{0}\u{7}\u{1b}[31m\u{9b}2J\r\n\u{202e}"),
        json!("<script>alert(1)</script>|`\"'&"),
        json!("x".repeat(10_000)),
        json!("-009999-01-01T00:00:00Z"),
        json!("+009999-12-30T22:00:00Z"),
        json!(7),
    ]
}

/// An input, shown as text where a test fails.
#[derive(Clone)]
pub(crate) struct Input(pub(crate) Vec<u8>);

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.0))
    }
}

/// How often a test is tried: so often, unless the variable says otherwise.
pub(crate) fn cases(usual: u32) -> ProptestConfig {
    let wished = env::var(CASES).ok().and_then(|wished| wished.parse().ok());
    ProptestConfig { cases: wished.unwrap_or(usual), failure_persistence: None, ..ProptestConfig::default() }
}

/// Tries one input. Where many are tried, it may take neither longer than the limits below nor more memory; a usual test
/// says nothing of time.
pub(crate) fn tried<T>(check: impl FnOnce() -> T) -> T {
    let begun = Instant::now();
    let outcome = check();
    if env::var_os(CASES).is_some() {
        let took = begun.elapsed();
        assert!(took <= LONGEST, "it took {took:?}");
        let most = peak_kib();
        assert!(most.is_none_or(|kib| kib <= MOST_KIB), "it took {most:?} KiB of memory");
    }
    outcome
}

/// The most memory that this process has had, where the system tells it.
fn peak_kib() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// The inputs that are kept for a target.
pub(crate) fn corpus(target: &str) -> Vec<Input> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(target);
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(!paths.is_empty(), "target `{target}` has no corpus");
    paths.into_iter().map(|path| Input(fs::read(path).unwrap())).collect()
}

/// Kept inputs with a few bytes changed.
pub(crate) fn bytes(target: &str) -> impl Strategy<Value = Input> + use<> {
    let edits = vec((0..5_u8, any::<Index>(), any::<Index>(), any::<u8>()), 1..5);
    (prop::sample::select(corpus(target)), edits).prop_map(|(Input(mut input), edits)| {
        for (kind, at, to, byte) in edits {
            edit_bytes(&mut input, kind, at, to, byte);
        }
        Input(input)
    })
}

/// Kept inputs of JSON with a few values changed.
pub(crate) fn values(target: &str) -> impl Strategy<Value = Input> + use<> {
    (prop::sample::select(corpus(target)), edits()).prop_map(|(Input(input), edits)| {
        let Ok(mut value) = serde_json::from_slice(&input) else { return Input(input) };
        apply(&mut value, &edits);
        Input(value.to_string().into_bytes())
    })
}

/// Likewise of JSON in lines.
pub(crate) fn lines(target: &str) -> impl Strategy<Value = Input> + use<> {
    (prop::sample::select(corpus(target)), edits()).prop_map(|(Input(input), edits)| {
        let lines = input.split(|byte| *byte == b'\n');
        let mut lines: Value = lines.filter_map(|line| serde_json::from_slice::<Value>(line).ok()).collect();
        apply(&mut lines, &edits);
        let lines = lines.as_array().cloned().unwrap_or_default();
        Input(lines.iter().map(|line| format!("{line}\n")).collect::<String>().into_bytes())
    })
}

fn edit_bytes(input: &mut Vec<u8>, kind: u8, at: Index, to: Index, byte: u8) {
    let (from, to) = (at.index(input.len() + 1), to.index(input.len() + 1));
    let range = from.min(to)..from.max(to);
    match kind {
        0 => input.insert(from, byte),
        1 => drop(input.drain(range.start..range.end.min(range.start + 16))),
        2 => input.extend_from_within(range),
        3 => input.truncate(range.end),
        _ => {
            if let Some(found) = input.get_mut(from) {
                *found ^= 1 << (byte % 8);
            }
        }
    }
}

/// Ways down to a value, and what to do with it there.
type Edit = (Vec<Index>, Index);

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    vec((vec(any::<Index>(), 0..8), any::<Index>()), 1..5)
}

fn apply(value: &mut Value, edits: &[Edit]) {
    for (way, choice) in edits {
        edit(value, way, *choice);
    }
}

/// Each step goes into one of the children, all alike: the head of a run is met as often as one of its many trials.
fn edit(value: &mut Value, way: &[Index], choice: Index) {
    match (value, way.split_first()) {
        (Value::Array(entries), Some((next, rest))) if !entries.is_empty() => {
            let at = next.index(entries.len());
            edit(&mut entries[at], rest, choice);
        }
        (Value::Object(fields), Some((next, rest))) if !fields.is_empty() => {
            let at = next.index(fields.len());
            edit(fields.values_mut().nth(at).unwrap(), rest, choice);
        }
        (value, _) => replace(value, choice),
    }
}

fn replace(value: &mut Value, choice: Index) {
    match value {
        Value::Array(entries) if !entries.is_empty() => {
            let at = choice.index(entries.len());
            match choice.index(5) {
                0 => drop(entries.remove(at)),
                1 => entries.clear(),
                2 => entries.rotate_left(at),
                3 => entries.extend_from_within(at..),
                _ => entries.push(entries[at].clone()),
            }
        }
        Value::Object(fields) if !fields.is_empty() => {
            let name = fields.keys().nth(choice.index(fields.len())).unwrap().clone();
            fields.remove(&name);
        }
        Value::String(_) => *value = choice.get(&texts()).clone(),
        _ => *value = choice.get(&numbers()).clone(),
    }
}
