//! What a run of format 1 calls otherwise than format 2 does. What it lacks of that, the types can't name.

use serde::Deserialize;
use serde::de::{DeserializeOwned, Error as _};
use serde_json::{Error, Value};

#[derive(Deserialize)]
#[expect(dead_code, reason = "that they are there is all that is asked")]
struct Lane {
    slug: String,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "that they are there is all that is asked")]
struct Cell {
    workload: String,
    lane: String,
    arm: String,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "that it is there is all that is asked")]
struct Preparation {
    cell: u64,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "that it is there is all that is asked")]
struct Workload {
    kind: WorkloadKind,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum WorkloadKind {
    Http,
    Command,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "that it is there is all that is asked")]
struct Trial {
    kind: TrialKind,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum TrialKind {
    WarmUp,
    Capacity,
    ColdStart,
    Loaded,
}

/// Whether all of it is there. A list that is missing is named by the types: its name has stayed.
pub(super) fn check(run: &Value) -> Result<(), Error> {
    each::<Lane>(run, "lanes")?;
    each::<Cell>(run, "cells")?;
    each::<Preparation>(run, "preparations")?;
    each::<Workload>(run, "workloads")?;
    each::<Trial>(run, "trials")
}

fn each<T: DeserializeOwned>(run: &Value, list: &str) -> Result<(), Error> {
    for (at, entry) in run.get(list).and_then(Value::as_array).into_iter().flatten().enumerate() {
        T::deserialize(entry).map_err(|error| Error::custom(format_args!("`{list}[{at}]`: {error}")))?;
    }
    Ok(())
}
