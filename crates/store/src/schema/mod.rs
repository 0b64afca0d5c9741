//! Reading a run in whichever format it was written.
//!
//! A format is read by the types of [`plimsoll_model`], which know the latest one only. An older one is brought up
//! step by step, as plain JSON: [`STEPS`] holds one step for each format that was followed by another.

mod from_v1;

use std::path::Path;

use plimsoll_model::{Record, Run, SCHEMA_VERSION};
use serde::Deserialize;
use serde_json::Value;

use crate::open::fold;
use crate::{Note, StoreError};

/// Brings a run's JSON from one format to the next.
type Step = fn(&mut Value);

/// `STEPS[n]` leads from format n + 1 to format n + 2. Each step keeps a fixture that a test opens.
const STEPS: [Step; SCHEMA_VERSION as usize - 1] = [from_v1::step];

#[derive(Deserialize)]
struct Version {
    schema_version: u32,
}

/// Reads a run's file.
pub(crate) fn read_run(path: &Path, bytes: &[u8]) -> Result<(Run, Vec<Note>), StoreError> {
    let fault = |error| format_fault(path, error, 0);
    // Nearly every file is of this format: a large one is gone through once.
    let broken = match serde_json::from_slice::<Run>(bytes) {
        Ok(run) if run.schema_version == SCHEMA_VERSION => return Ok((run, Vec::new())),
        Ok(_) => None,
        Err(error) => Some(error),
    };
    let Version { schema_version: found } = serde_json::from_slice(bytes).map_err(fault)?;
    if let Some(error) = broken.filter(|_| found == SCHEMA_VERSION) {
        return Err(fault(error));
    }
    upgrade(path, found, serde_json::from_slice(bytes).map_err(fault)?)
}

/// Reads a journal's lines. A last line that was cut short is left out.
pub(crate) fn read_lines(path: &Path, bytes: &[u8]) -> Result<(Run, Vec<Note>), StoreError> {
    let mut records: Vec<Record> = Vec::new();
    let mut notes = Vec::new();
    for (at, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
        if at == 0 {
            check_head(path, line)?;
        }
        match serde_json::from_slice(line) {
            Ok(record) => records.push(record),
            Err(_) if !line.ends_with(b"\n") => notes.push(Note::LastLineCut { line: at + 1 }),
            Err(error) => return Err(format_fault(path, error, at)),
        }
    }
    match fold(records) {
        Some(run) => Ok((run, notes)),
        None => Err(StoreError::EmptyJournal { path: path.to_owned() }),
    }
}

/// A journal is read by the build that wrote it, or a later one of the same format: what is worth keeping over
/// formats is a run's file.
fn check_head(path: &Path, line: &[u8]) -> Result<(), StoreError> {
    #[derive(Deserialize)]
    struct Head {
        head: Version,
    }
    match serde_json::from_slice::<Head>(line) {
        Ok(Head { head: Version { schema_version: found } }) if found != SCHEMA_VERSION => {
            Err(wrong_version(path, found))
        }
        Ok(_) => Ok(()),
        Err(_) if !line.ends_with(b"\n") => Err(StoreError::EmptyJournal { path: path.to_owned() }),
        Err(error) => Err(format_fault(path, error, 0)),
    }
}

fn upgrade(path: &Path, from: u32, mut run: Value) -> Result<(Run, Vec<Note>), StoreError> {
    let steps = match from.checked_sub(1) {
        Some(first) if from < SCHEMA_VERSION => STEPS.iter().skip(first as usize),
        _ => return Err(wrong_version(path, from)),
    };
    for step in steps {
        step(&mut run);
    }
    let run = serde_json::from_value(run).map_err(|error| format_fault(path, error, 0))?;
    Ok((run, vec![Note::Upgraded { from }]))
}

fn wrong_version(path: &Path, found: u32) -> StoreError {
    let path = path.to_owned();
    if found > SCHEMA_VERSION {
        StoreError::Newer { path, found, known: SCHEMA_VERSION }
    } else {
        StoreError::UnknownFormat { path, found }
    }
}

/// Why a file's outline could not be read: a later format may have other fields, which is no damage.
pub(crate) fn outline_fault(path: &Path, bytes: &[u8], source: serde_json::Error) -> StoreError {
    match serde_json::from_slice(bytes) {
        Ok(Version { schema_version }) if schema_version > SCHEMA_VERSION => {
            wrong_version(path, schema_version)
        }
        _ => format_fault(path, source, 0),
    }
}

/// A parser's error with its place in the file, of which `lines_before` lines are not in what was parsed.
pub(crate) fn format_fault(path: &Path, source: serde_json::Error, lines_before: usize) -> StoreError {
    let path = path.to_owned();
    let (line, column) = (source.line() + lines_before, source.column());
    if source.is_eof() {
        StoreError::CutShort { path, line, column }
    } else {
        StoreError::Format { path, line, column, source }
    }
}
