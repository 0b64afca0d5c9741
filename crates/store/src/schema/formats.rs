//! Every format there has been, and reading a run in any of them.

use std::path::Path;

use plimsoll_model::Run;
use serde::Deserialize;
use serde_json::Value;

use super::fault::{format_fault, wrong_version};
use super::journal::{fold, fold_plain, is_whole, lines, second_end};
use super::outline::{LineOutline, Outline, Outliner};
use super::plain::Plain;
use crate::error::StoreError;
use crate::opened::Note;

/// Brings a run's JSON from one format to the next. It fails over what it can't tell in the next one's words, and names
/// that as the older format does: whatever else is missing or of another kind than it should be stays as it is, and is
/// refused by the types.
pub(super) type Upgrade = fn(&mut Value) -> Result<(), serde_json::Error>;

/// What is known of formats 1, 2 … of which the last is that of the types.
#[derive(Clone, Copy)]
pub(super) struct Formats<'all> {
    /// One for each format but the last.
    pub(super) steps: &'all [Upgrade],
    /// One for each format.
    pub(super) outlines: &'all [Outliner],
}

#[derive(Deserialize)]
struct Version {
    schema_version: u32,
}

#[derive(Deserialize)]
struct Head {
    head: Version,
}

impl Formats<'_> {
    /// The last one.
    fn known(&self) -> u32 {
        self.steps.len() as u32 + 1
    }

    pub(super) fn read_run(&self, path: &Path, bytes: &[u8]) -> Result<(Run, Vec<Note>), StoreError> {
        // Nearly every file is of the last format: a large one is gone through once.
        let broken = match serde_json::from_slice::<Run>(bytes) {
            Ok(run) if run.schema_version == self.known() => return Ok((run, Vec::new())),
            Ok(_) => None,
            Err(error) => Some(error),
        };
        let found = self.version(path, bytes)?;
        if let Some(error) = broken.filter(|_| found == self.known()) {
            return Err(format_fault(path, error, 0));
        }
        let Plain(run) = serde_json::from_slice(bytes).map_err(|error| format_fault(path, error, 0))?;
        self.upgrade(path, found, run)
    }

    pub(super) fn read_lines(&self, path: &Path, bytes: &[u8]) -> Result<(Run, Vec<Note>), StoreError> {
        let found = self.version_of_head(path, bytes)?;
        if found == self.known() {
            return fold(path, bytes);
        }
        let (run, mut notes) = fold_plain(path, bytes)?;
        let (run, upgraded) = self.upgrade(path, found, run)?;
        notes.extend(upgraded);
        Ok((run, notes))
    }

    pub(super) fn outline(&self, path: &Path, bytes: &[u8]) -> Result<Outline, StoreError> {
        // As with a whole run: once, where it is of the last format.
        let broken = match self.outliner(path, self.known()).map(|last| (last.file)(bytes))? {
            Ok(outline) if outline.schema_version == self.known() => return Ok(outline),
            Ok(_) => None,
            Err(error) => Some(error),
        };
        let fault = |error| format_fault(path, error, 0);
        let found = match (serde_json::from_slice(bytes), broken) {
            (Ok(Version { schema_version }), Some(error)) if schema_version == self.known() => {
                return Err(fault(error));
            }
            (Ok(Version { schema_version }), _) => schema_version,
            (Err(error), broken) => return Err(fault(broken.unwrap_or(error))),
        };
        (self.outliner(path, found)?.file)(bytes).map_err(fault)
    }

    pub(super) fn outline_of_lines(&self, path: &Path, bytes: &[u8]) -> Result<Outline, StoreError> {
        let outliner = self.outliner(path, self.version_of_head(path, bytes)?)?;
        let mut outline: Option<Outline> = None;
        for (number, line) in lines(bytes) {
            let LineOutline { head, trial, end } = match (outliner.line)(line) {
                Ok(line) => line,
                Err(_) if !is_whole(line) => break,
                Err(error) => return Err(format_fault(path, error, number - 1)),
            };
            outline = outline.or(head);
            let Some(outline) = &mut outline else { break };
            outline.count(trial.as_slice());
            if end.is_some() && outline.end.is_some() {
                return Err(StoreError::Contradiction { path: path.to_owned(), place: second_end(number) });
            }
            outline.end = end.map(|end| end.reason).or(outline.end);
        }
        outline.ok_or_else(|| StoreError::EmptyJournal { path: path.to_owned() })
    }

    fn upgrade(&self, path: &Path, from: u32, mut run: Value) -> Result<(Run, Vec<Note>), StoreError> {
        let unfit = |source| StoreError::Unfit { path: path.to_owned(), from, source };
        for step in self.steps.iter().skip(from as usize - 1) {
            step(&mut run).map_err(unfit)?;
        }
        if let Some(run) = run.as_object_mut() {
            run.insert("schema_version".to_owned(), self.known().into());
        }
        Ok((serde_json::from_value(run).map_err(unfit)?, vec![Note::Upgraded { from }]))
    }

    fn version(&self, path: &Path, bytes: &[u8]) -> Result<u32, StoreError> {
        let Version { schema_version } =
            serde_json::from_slice(bytes).map_err(|error| format_fault(path, error, 0))?;
        self.is_known(path, schema_version)
    }

    fn version_of_head(&self, path: &Path, bytes: &[u8]) -> Result<u32, StoreError> {
        let empty = || StoreError::EmptyJournal { path: path.to_owned() };
        let (_, line) = lines(bytes).next().ok_or_else(empty)?;
        match serde_json::from_slice(line) {
            Ok(Head { head: Version { schema_version } }) => self.is_known(path, schema_version),
            Err(_) if !is_whole(line) => Err(empty()),
            Err(error) => Err(format_fault(path, error, 0)),
        }
    }

    fn is_known(&self, path: &Path, found: u32) -> Result<u32, StoreError> {
        if (1..=self.known()).contains(&found) {
            return Ok(found);
        }
        Err(wrong_version(path, found, self.known()))
    }

    fn outliner(&self, path: &Path, version: u32) -> Result<&Outliner, StoreError> {
        let found = (version as usize).checked_sub(1).and_then(|at| self.outlines.get(at));
        found.ok_or_else(|| wrong_version(path, version, self.known()))
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use plimsoll_model::{End, RunId, Slug};
    use serde_json::json;

    use super::super::outline::TrialOutline;
    use super::super::{OUTLINES, read_run};
    use super::*;

    const FIXTURE: &[u8] = include_bytes!("../../tests/fixtures/run-v1.json");

    /// Two made-up formats: the second is that of the types, and the first one calls an identity a name.
    fn formats(outlines: &[Outliner]) -> Formats<'_> {
        Formats { steps: &[step], outlines }
    }

    fn outlines() -> [Outliner; 2] {
        [Outliner::of::<Shape>(), *OUTLINES.last().unwrap()]
    }

    fn step(run: &mut Value) -> Result<(), serde_json::Error> {
        if let Some(run) = run.as_object_mut()
            && let Some(name) = run.remove("name")
        {
            run.insert("id".to_owned(), name);
        }
        Ok(())
    }

    #[derive(Deserialize)]
    struct Shape {
        schema_version: u32,
        name: RunId,
        started_at: Timestamp,
        trials: Vec<TrialOutline>,
        end: Option<End>,
    }

    impl From<Shape> for Outline {
        fn from(run: Shape) -> Self {
            let mut outline = Self {
                schema_version: run.schema_version,
                id: run.name,
                started_at: run.started_at,
                arch: "known".to_owned(),
                cpu_model: None,
                workloads: vec![Slug::known("hello")],
                lanes: Vec::new(),
                trials: 0,
                troubled: 0,
                end: run.end.map(|end| end.reason),
            };
            outline.count(&run.trials);
            outline
        }
    }

    fn path() -> &'static Path {
        Path::new("run")
    }

    /// The fixture's run as the second of the formats has it, and its JSON as the first one has.
    fn both() -> (Run, Value) {
        let (mut run, _) = read_run(path(), FIXTURE).unwrap();
        run.schema_version = 2;
        let mut old = serde_json::to_value(&run).unwrap();
        old["schema_version"] = json!(1);
        let name = old.as_object_mut().unwrap().remove("id").unwrap();
        old["name"] = name;
        (run, old)
    }

    /// The lines of the journal that a run's JSON was made of.
    fn lines_of(run: &Value) -> Vec<Value> {
        let mut head = run.clone();
        let end = head.as_object_mut().unwrap().remove("end");
        let mut lines = Vec::new();
        for (list, kind) in [
            ("metrics", "metric"),
            ("series", "series"),
            ("preparations", "preparation"),
            ("loads", "load"),
            ("trials", "trial"),
        ] {
            let Value::Array(entries) = head[list].take() else { panic!("{list}") };
            head[list] = json!([]);
            lines.extend(entries.into_iter().map(|entry| json!({ kind: entry })));
        }
        lines.insert(0, json!({ "head": head }));
        lines.extend(end.map(|end| json!({ "end": end })));
        lines
    }

    fn journal(lines: &[Value]) -> String {
        lines.iter().map(|line| format!("{line}\n")).collect()
    }

    #[test]
    fn an_older_file_is_brought_up_and_told() {
        let (run, old) = both();
        let (read, notes) = formats(&outlines()).read_run(path(), old.to_string().as_bytes()).unwrap();
        assert_eq!(read, run);
        assert_eq!(notes, [Note::Upgraded { from: 1 }]);
    }

    #[test]
    fn an_older_journal_is_folded_brought_up_and_told() {
        let (run, old) = both();
        let (outlines, journal) = (outlines(), journal(&lines_of(&old)));
        let (read, notes) = formats(&outlines).read_lines(path(), journal.as_bytes()).unwrap();
        assert_eq!(read, run);
        assert_eq!(notes, [Note::Upgraded { from: 1 }]);
        let outline = formats(&outlines).outline_of_lines(path(), journal.as_bytes()).unwrap();
        assert_eq!((&outline.id, outline.trials), (&run.id, run.trials.len() as u64));
        assert_eq!(outline, formats(&outlines).outline(path(), old.to_string().as_bytes()).unwrap());
    }

    #[test]
    fn an_older_journal_cut_at_any_byte_opens_or_says_that_nothing_was_measured() {
        let (run, old) = both();
        let mut lines = lines_of(&old);
        lines.truncate(40);
        let (outlines, journal) = (outlines(), journal(&lines));
        let head = journal.find('\n').unwrap();
        for cut in (0..journal.len()).step_by(61) {
            let bytes = &journal.as_bytes()[..cut];
            match formats(&outlines).read_lines(path(), bytes) {
                Ok((read, notes)) => {
                    assert!(cut >= head && read.id == run.id, "{cut}");
                    let is_told = notes.iter().any(|note| matches!(note, Note::LastLineCut { .. }));
                    assert!(is_told || bytes.ends_with(b"\n") || bytes.ends_with(b"}"), "{cut}");
                }
                Err(StoreError::EmptyJournal { .. }) => assert!(cut <= head, "{cut}"),
                Err(error) => panic!("{cut}: {error}"),
            }
            assert_eq!(formats(&outlines).outline_of_lines(path(), bytes).is_ok(), cut >= head, "{cut}");
        }
    }

    #[test]
    fn today_s_journal_is_read_as_today_s() {
        let (run, _) = both();
        let journal = journal(&lines_of(&serde_json::to_value(&run).unwrap()));
        let (read, notes) = formats(&outlines()).read_lines(path(), journal.as_bytes()).unwrap();
        assert_eq!((read, notes), (run, Vec::new()));
    }

    #[test]
    fn a_format_that_is_none_of_the_known_ones_is_refused_whatever_holds_it() {
        let (_, old) = both();
        let all = outlines();
        let formats = formats(&all);
        for (version, newer) in [(0, false), (3, true), (u32::MAX, true)] {
            let mut run = old.clone();
            run["schema_version"] = json!(version);
            let (file, journal) = (run.to_string(), journal(&lines_of(&run)));
            let refusals = [
                formats.read_run(path(), file.as_bytes()).map(drop).unwrap_err(),
                formats.read_lines(path(), journal.as_bytes()).map(drop).unwrap_err(),
                formats.outline(path(), file.as_bytes()).map(drop).unwrap_err(),
                formats.outline_of_lines(path(), journal.as_bytes()).map(drop).unwrap_err(),
            ];
            for refusal in refusals {
                let is_right = match refusal {
                    StoreError::Newer { found, known: 2, .. } => newer && found == version,
                    StoreError::UnknownFormat { found, .. } => !newer && found == version,
                    _ => false,
                };
                assert!(is_right, "{version}");
            }
        }
    }

    #[test]
    fn what_only_says_that_it_is_older_is_refused_by_that_format() {
        let refusal = formats(&outlines()).read_run(path(), b"{\"schema_version\":1}").unwrap_err();
        assert_eq!(
            refusal.to_string(),
            "`run` is no run of format 1, or a damaged one: use another copy of it"
        );
        let forged = "{\"head\":{\"schema_version\":1,\"trials\":7}}\n{\"trial\":{}}\n";
        let refusal = formats(&outlines()).read_lines(path(), forged.as_bytes()).unwrap_err();
        assert!(matches!(refusal, StoreError::Contradiction { .. }), "{refusal}");
    }

    #[test]
    fn a_journal_of_two_runs_is_refused() {
        let (run, old) = both();
        for run in [&old, &serde_json::to_value(&run).unwrap()] {
            let lines = lines_of(run);
            let twice = journal(&[&lines[..2], &lines[..1]].concat());
            let refusal = formats(&outlines()).read_lines(path(), twice.as_bytes()).unwrap_err();
            assert!(refusal.to_string().contains("line 3 begins another run"), "{refusal}");
        }
    }
}
