//! Reading a run in whichever format it was written.
//!
//! A run is read by the types of [`plimsoll_model`], which know the latest format only. An older one is brought up step
//! by step, as plain JSON: [`STEPS`] holds one step for each format that was followed by another. A listing reads no
//! whole run: [`OUTLINES`] says of each format where the few fields stand that it needs. What is known of one format
//! stands in one file.

mod fault;
mod formats;
mod journal;
mod outline;
mod plain;
mod v1;
mod v2;

use std::path::Path;

use plimsoll_model::{Run, SCHEMA_VERSION};

use self::formats::{Formats, Upgrade};
pub(crate) use self::outline::Outline;
use self::outline::Outliner;
use crate::error::StoreError;
use crate::opened::Note;

/// `STEPS[n]` leads from format n + 1 to format n + 2. Each step keeps a fixture that a test opens.
const STEPS: [Upgrade; SCHEMA_VERSION as usize - 1] = [v1::step];

/// `OUTLINES[n]` reads the outline of format n + 1.
const OUTLINES: [Outliner; SCHEMA_VERSION as usize] = [v1::OUTLINER, v2::OUTLINER];

const FORMATS: Formats<'_> = Formats { steps: &STEPS, outlines: &OUTLINES };

/// Reads a run's file.
pub(crate) fn read_run(path: &Path, bytes: &[u8]) -> Result<(Run, Vec<Note>), StoreError> {
    FORMATS.read_run(path, bytes)
}

/// Reads a journal's lines. A last line that was cut short is left out.
pub(crate) fn read_lines(path: &Path, bytes: &[u8]) -> Result<(Run, Vec<Note>), StoreError> {
    FORMATS.read_lines(path, bytes)
}

/// Reads the few fields of a run's file that a listing needs.
pub(crate) fn outline(path: &Path, bytes: &[u8]) -> Result<Outline, StoreError> {
    FORMATS.outline(path, bytes)
}

/// Likewise of a journal.
pub(crate) fn outline_of_lines(path: &Path, bytes: &[u8]) -> Result<Outline, StoreError> {
    FORMATS.outline_of_lines(path, bytes)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use serde_json::{Value, json};

    use super::*;

    /// What a listing would say of a run that was opened.
    fn outline_of(run: &Run, schema_version: u32) -> Outline {
        Outline {
            schema_version,
            id: run.id.clone(),
            started_at: run.started_at,
            arch: run.site.host.arch.clone(),
            cpu_model: run.site.host.cpu_model.clone(),
            workloads: run.plan.workloads.clone(),
            lanes: run.lane_slugs().cloned().collect(),
            trials: run.trials.len() as u64,
            troubled: run.trials.iter().filter(|trial| trial.outcome.trouble().is_some()).count() as u64,
            end: run.end.as_ref().map(|end| end.reason),
        }
    }

    /// The journal of a run's file, with its trials in lines.
    fn journal_of(file: &[u8]) -> String {
        let mut head: Value = serde_json::from_slice(file).unwrap();
        let Value::Array(trials) = head["trials"].take() else { panic!("no trials") };
        head["trials"] = json!([]);
        let end = head.as_object_mut().unwrap().remove("end");
        let trials = trials.into_iter().map(|trial| json!({ "trial": trial }));
        let lines = std::iter::once(json!({ "head": head }))
            .chain(trials)
            .chain(end.map(|end| json!({ "end": end })));
        lines.map(|line| format!("{line}\n")).collect()
    }

    #[test]
    fn every_format_has_a_fixture_of_which_the_outline_says_what_the_opened_run_says() {
        for version in 1..=SCHEMA_VERSION {
            let path = format!("{}/tests/fixtures/run-v{version}.json", env!("CARGO_MANIFEST_DIR"));
            let path = Path::new(&path);
            let file = fs::read(path).unwrap();
            let journal = journal_of(&file);
            let (run, notes) = read_run(path, &file).unwrap();
            let (from_journal, _) = read_lines(path, journal.as_bytes()).unwrap();
            assert_eq!(notes.is_empty(), version == SCHEMA_VERSION);
            assert_eq!((run.schema_version, &run), (SCHEMA_VERSION, &from_journal));
            let expected = outline_of(&run, version);
            assert_eq!(outline(path, &file).unwrap(), expected);
            assert_eq!(outline_of_lines(path, journal.as_bytes()).unwrap(), expected);
        }
    }
}
