//! The result file.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Cell, Entry, Failure, Host, Kind, LaneDescription, Metric, Pinning, Plan, Reading, Sample, Series, Slug,
    Trial,
};

/// The version of the run file that this build writes. It grows when the meaning of a field changes.
pub const SCHEMA_VERSION: u32 = 1;

/// A run's identity: begin in UTC and a random tail, e.g. `r20261121-013200-7f3a`.
pub type RunId = Slug;

/// Everything one run measured, with everything needed to read it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Run {
    /// Version of this format.
    pub schema_version: u32,
    /// Identity, and the file's name.
    pub id: RunId,
    /// When it began.
    #[schemars(with = "String")]
    pub started_at: Timestamp,
    /// The plan.
    pub plan: Plan,
    /// The machine.
    pub host: Host,
    /// How instances and the load generator were kept apart.
    pub pinning: Pinning,
    /// The lanes, with what is unequal in each.
    pub lanes: Vec<LaneDescription>,
    /// The workloads, with the digests of their files.
    pub workloads: Vec<WorkloadRecord>,
    /// What is unequal between lanes, or outside the limits, on this host.
    pub unequal: Vec<Unequal>,
    /// Every metric that a series names.
    pub metrics: Vec<Metric>,
    /// What values are values of; samples refer to it by index.
    pub series: Vec<Series>,
    /// Workload × lane × arm; trials refer to it by index.
    pub cells: Vec<Cell>,
    /// What preparing each cell took and gave.
    pub preparations: Vec<Preparation>,
    /// How each service was loaded.
    pub loads: Vec<LoadRecord>,
    /// The trials, in the order in which they ran.
    pub trials: Vec<Trial>,
    /// How the run ended; absent when it was killed or still goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<End>,
}

/// A workload as it was when the run began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WorkloadRecord {
    /// Name.
    pub name: Slug,
    /// Kind.
    pub kind: Kind,
    /// What it does.
    pub summary: String,
    /// SHA-256 (hex) of every file it names.
    pub digests: BTreeMap<String, String>,
}

/// Something that is not the same in every lane.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Unequal {
    /// The lane; absent when it concerns the whole run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lane: Option<Slug>,
    /// What, in a sentence.
    pub what: String,
}

/// What preparing a cell took and gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Preparation {
    /// Index into [`Run::cells`].
    pub cell: u32,
    /// Why it failed; absent when it did not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
    /// Digests of what was made, by name: `image`, `cwasm`.
    pub digests: BTreeMap<String, String>,
    /// Times and sizes.
    pub samples: Vec<Entry>,
}

/// How one service was loaded, in every lane alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LoadRecord {
    /// The workload.
    pub workload: Slug,
    /// The common rate in thousandths of a request per second.
    pub rate_milli: u64,
    /// How the rate came about, in a sentence.
    pub chosen: String,
    /// What each lane could serve, told of the cell of its first arm.
    pub capacities: Vec<Capacity>,
}

/// What one cell could serve in a short closed-loop burst.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Capacity {
    /// Index into [`Run::cells`].
    pub cell: u32,
    /// Right answers per second, in thousandths; or why it is unknown.
    pub capacity_milli: Reading,
    /// The common rate over the capacity, in thousandths: 500 is half loaded.
    pub utilisation_milli: Reading,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct End {
    /// When.
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// Why.
    pub reason: EndReason,
}

/// Why a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// The plan was carried out.
    Completed,
    /// The user stopped it.
    Interrupted,
    /// It could not go on; what was measured is kept.
    Aborted,
}

impl Run {
    /// Every value as a long row: first those of preparing, then trial by trial.
    /// Entries that point outside the tables are left out; [`Run::check_references`] names them.
    pub fn samples(&self) -> impl Iterator<Item = Sample<'_>> {
        let prepared = self
            .preparations
            .iter()
            .flat_map(|made| made.samples.iter().map(|entry| (made.cell, None, entry)));
        let tried = self
            .trials
            .iter()
            .flat_map(|trial| trial.samples.iter().map(|entry| (trial.cell, Some(trial.position), entry)));
        prepared.chain(tried).filter_map(|(cell, trial, Entry(series, reading))| {
            let cell = self.cells.get(cell as usize)?;
            Some(Sample {
                workload: &cell.workload,
                lane: &cell.lane,
                arm: &cell.arm,
                trial,
                series: self.series.get(*series as usize)?,
                reading,
            })
        })
    }

    /// The cells of each workload in each lane, its arms together, in the table's order.
    #[must_use]
    pub fn cells_by_lane(&self) -> Vec<Vec<u32>> {
        let mut lanes: Vec<Vec<u32>> = Vec::new();
        for (at, place) in (0_u32..).zip(Cell::lanes(&self.cells)) {
            match lanes.get_mut(place) {
                Some(arms) => arms.push(at),
                None => lanes.push(vec![at]),
            }
        }
        lanes
    }

    /// The rate of each service that was loaded, in thousandths of a request per second.
    #[must_use]
    pub fn rates(&self) -> BTreeMap<Slug, u64> {
        self.loads.iter().map(|load| (load.workload.clone(), load.rate_milli)).collect()
    }

    /// What preparing these cells of one lane took and gave. Its arms are prepared together and each keeps the same of
    /// it: that stands here once.
    #[must_use]
    pub fn prepared(&self, cells: &[u32]) -> Vec<&Preparation> {
        let mut made: Vec<&Preparation> =
            self.preparations.iter().filter(|made| cells.contains(&made.cell)).collect();
        made.dedup_by(|next, last| {
            (&next.failure, &next.digests, &next.samples) == (&last.failure, &last.digests, &last.samples)
        });
        made
    }

    /// Checks that every index points into its table.
    ///
    /// # Errors
    /// A sentence naming the first one that does not.
    pub fn check_references(&self) -> Result<(), String> {
        let series = self.series.len();
        let cells = self.cells.len();
        let entries = |entries: &[Entry]| entries.iter().all(|entry| (entry.0 as usize) < series);
        for (at, made) in self.preparations.iter().enumerate() {
            if made.cell as usize >= cells || !entries(&made.samples) {
                return Err(format!("`preparations[{at}]` points outside the run's tables"));
            }
        }
        for (at, trial) in self.trials.iter().enumerate() {
            let histograms = trial.histograms.iter().all(|histogram| (histogram.series as usize) < series);
            if trial.cell as usize >= cells || !entries(&trial.samples) || !histograms {
                return Err(format!("`trials[{at}]` points outside the run's tables"));
            }
        }
        match self.loads.iter().flat_map(|load| &load.capacities).find(|found| found.cell as usize >= cells) {
            Some(found) => Err(format!("`loads` names cell {}, but there are {cells}", found.cell)),
            None => Ok(()),
        }
    }

    /// Index of a series in the table, added at the end if it is new. The second value tells whether it was.
    pub fn intern(&mut self, series: &Series) -> (u32, bool) {
        if let Some(at) = self.series.iter().position(|known| known == series) {
            return (at as u32, false);
        }
        self.series.push(series.clone());
        (self.series.len() as u32 - 1, true)
    }
}
