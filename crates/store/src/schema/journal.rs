//! A journal's lines, taken one by one.

use std::path::Path;

use plimsoll_model::{Record, Run};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::fault::format_fault;
use super::plain::Plain;
use crate::error::StoreError;
use crate::opened::Note;

/// The lines of a journal with their numbers, from 1.
pub(super) fn lines(bytes: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    (1..).zip(bytes.split_inclusive(|byte| *byte == b'\n'))
}

/// Whether a line's end is there.
pub(super) fn is_whole(line: &[u8]) -> bool {
    line.ends_with(b"\n")
}

/// Reads every line and hands it on with its number. A last line that was cut short is left out and told.
pub(super) fn each_line<Line: DeserializeOwned>(
    path: &Path,
    bytes: &[u8],
    mut take: impl FnMut(usize, Line) -> Result<(), String>,
) -> Result<Vec<Note>, StoreError> {
    for (number, line) in lines(bytes) {
        match serde_json::from_slice(line) {
            Ok(line) => take(number, line)
                .map_err(|place| StoreError::Contradiction { path: path.to_owned(), place })?,
            Err(_) if !is_whole(line) => return Ok(vec![Note::LastLineCut { line: number }]),
            Err(error) => return Err(format_fault(path, error, number - 1)),
        }
    }
    Ok(Vec::new())
}

/// Folds a journal of today's format.
pub(super) fn fold(path: &Path, bytes: &[u8]) -> Result<(Run, Vec<Note>), StoreError> {
    let mut run: Option<Run> = None;
    let notes = each_line(path, bytes, |number, record| {
        match (record, &mut run) {
            (Record::Head(head), None) => run = Some(*head),
            (Record::Head(_), Some(_)) => return Err(second_head(number)),
            (Record::End(_), Some(run)) if run.end.is_some() => return Err(second_end(number)),
            (record, Some(run)) => run.apply(record),
            (_, None) => return Err(no_head()),
        }
        Ok(())
    })?;
    run.map(|run| (run, notes)).ok_or_else(|| StoreError::EmptyJournal { path: path.to_owned() })
}

/// Folds a journal of an older format into the JSON that its file would have been. The kinds of lines have been the same
/// in every format, and each but the first and the last adds to one of the run's lists.
pub(super) fn fold_plain(path: &Path, bytes: &[u8]) -> Result<(Value, Vec<Note>), StoreError> {
    let mut run: Option<Map<String, Value>> = None;
    let notes = each_line(path, bytes, |number, line| {
        let (list, value) = match (line, &mut run) {
            (PlainLine::Head(Plain(Value::Object(head))), None) => {
                run = Some(head);
                return Ok(());
            }
            (PlainLine::Head(_), None) => return Err("its head is no object".to_owned()),
            (PlainLine::Head(_), Some(_)) => return Err(second_head(number)),
            (_, None) => return Err(no_head()),
            (PlainLine::End(Plain(end)), Some(run)) => {
                let before = run.insert("end".to_owned(), end);
                let is_again = before.is_some_and(|before| !before.is_null());
                return if is_again { Err(second_end(number)) } else { Ok(()) };
            }
            (PlainLine::Metric(Plain(value)), Some(run)) => (list(run, "metrics"), value),
            (PlainLine::Series(Plain(value)), Some(run)) => (list(run, "series"), value),
            (PlainLine::Unequal(Plain(value)), Some(run)) => (list(run, "unequal"), value),
            (PlainLine::LeftOut(Plain(value)), Some(run)) => {
                // A head without any does not name them.
                run.entry("left_out").or_insert_with(|| Value::Array(Vec::new()));
                (list(run, "left_out"), value)
            }
            (PlainLine::Preparation(Plain(value)), Some(run)) => (list(run, "preparations"), value),
            (PlainLine::Load(Plain(value)), Some(run)) => (list(run, "loads"), value),
            (PlainLine::Trial(Plain(value)), Some(run)) => (list(run, "trials"), value),
        };
        list?.push(value);
        Ok(())
    })?;
    let run = run.ok_or_else(|| StoreError::EmptyJournal { path: path.to_owned() })?;
    Ok((Value::Object(run), notes))
}

/// A line of any format.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum PlainLine {
    Head(Plain),
    Metric(Plain),
    Series(Plain),
    Unequal(Plain),
    LeftOut(Plain),
    Preparation(Plain),
    Load(Plain),
    Trial(Plain),
    End(Plain),
}

fn list<'run>(run: &'run mut Map<String, Value>, name: &str) -> Result<&'run mut Vec<Value>, String> {
    let list = run.get_mut(name).ok_or_else(|| format!("its head lacks `{name}`"))?;
    list.as_array_mut().ok_or_else(|| format!("`{name}` of its head is no list"))
}

fn no_head() -> String {
    "its first line is not the run's head".to_owned()
}

pub(super) fn second_end(line: usize) -> String {
    format!("line {line} ends the run again")
}

fn second_head(line: usize) -> String {
    format!("line {line} begins another run")
}
