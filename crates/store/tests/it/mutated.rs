use std::fs;
use std::path::Path;

use plimsoll_model::Run;
use plimsoll_store::{Note, Store, StoreError, read_bytes, read_journal_bytes};
use proptest::prelude::*;

use crate::mutate::{Input, bytes, cases, corpus, lines, tried, values};

type Read = Result<(Run, Vec<Note>), StoreError>;

/// A run that is accepted is written and read again as the same, and the list says what the run says.
fn accepted(read: Read, ending: &str, Input(bytes): &Input) -> Result<(), TestCaseError> {
    let run = match read {
        Ok((run, _)) => run,
        Err(error) => {
            prop_assert!(!error.to_string().is_empty());
            return Ok(());
        }
    };
    let (again, _) = read_bytes(Path::new("again"), &serde_json::to_vec(&run).unwrap()).unwrap();
    prop_assert_eq!(&again, &run);
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(format!("run.{ending}")), bytes).unwrap();
    let listed = Store::at(folder.path()).list().unwrap().remove(0).content.unwrap();
    prop_assert_eq!((&listed.id, listed.trials), (&run.id, run.trials.len() as u64));
    Ok(())
}

fn file(input: &Input) -> Result<(), TestCaseError> {
    accepted(read_bytes(Path::new("run.json"), &input.0), "json", input)
}

fn journal(input: &Input) -> Result<(), TestCaseError> {
    accepted(read_journal_bytes(Path::new("run.journal"), &input.0), "journal", input)
}

#[test]
fn every_kept_input_is_read_or_refused() {
    corpus("run").iter().for_each(|input| file(input).unwrap());
    corpus("journal").iter().for_each(|input| journal(input).unwrap());
    let opened =
        corpus("run").iter().filter(|input| read_bytes(Path::new("run.json"), &input.0).is_ok()).count();
    assert!(opened >= 2, "of the kept runs {opened} open");
}

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn a_mutated_run_is_read_or_refused(input in prop_oneof![bytes("run"), values("run")]) {
        tried(|| file(&input))?;
    }

    #[test]
    fn a_mutated_journal_is_read_or_refused(input in prop_oneof![bytes("journal"), lines("journal")]) {
        tried(|| journal(&input))?;
    }
}
