//! The result file.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::row::{is_first, is_new, new};
use crate::{
    Case, Cell, Entry, Failure, Form, JobKind, LaneRecord, LeftOut, Metric, Plan, Point, Reading, Row,
    Sample, Series, Site, Slug, Trial,
};

/// The version of the run file that this build writes. It grows when the meaning of a field changes.
pub const SCHEMA_VERSION: u32 = 2;

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
    /// Where it was measured.
    pub site: Site,
    /// The lanes, with what is unequal in each.
    pub lanes: Vec<LaneRecord>,
    /// Lanes that were wished for and could not take part, or not to the end.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<LeftOut>,
    /// The workloads, with the digests of their files.
    pub workloads: Vec<WorkloadRecord>,
    /// What is unequal between lanes, or outside the limits, on this host.
    pub unequal: Vec<Unequal>,
    /// Every metric that a series names.
    pub metrics: Vec<Metric>,
    /// What values are values of; samples refer to it by index.
    pub series: Vec<Series>,
    /// The combinations of the plan's axes; cases refer to them by index.
    pub points: Vec<Point>,
    /// Case × lane; cells and preparations refer to them by index.
    pub rows: Vec<Row>,
    /// Row × arm; trials refer to them by index.
    pub cells: Vec<Cell>,
    /// What preparing each row took and gave.
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
    /// Which version of it.
    #[serde(default = "new", skip_serializing_if = "is_new")]
    pub variant: Slug,
    /// What it does.
    pub job: JobKind,
    /// What it is about, in a sentence.
    pub summary: String,
    /// What is run in the lanes.
    pub artifacts: Vec<ArtifactRecord>,
    /// SHA-256 (hex) of every file it names.
    pub digests: BTreeMap<String, String>,
}

/// Something of a workload that is run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ArtifactRecord {
    /// In which form.
    pub form: Form,
    /// Its name, by which its digest stands among the workload's.
    pub name: String,
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

/// What preparing a row took and gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Preparation {
    /// Index into [`Run::rows`].
    pub row: u32,
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
    /// The workload, in all of its variants.
    pub workload: Slug,
    /// Index into [`Run::points`].
    #[serde(default, skip_serializing_if = "is_first")]
    pub point: u32,
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

impl WorkloadRecord {
    /// Whether it is this version of this workload.
    #[must_use]
    pub fn is_of(&self, case: &Case) -> bool {
        self.name == case.workload && self.variant == case.variant
    }
}

impl Run {
    /// A run before anything was measured, with the rows and cells of its plan.
    #[must_use]
    pub fn planned(id: RunId, started_at: Timestamp, plan: Plan, site: Site) -> Self {
        let rows = plan.rows();
        Self {
            schema_version: SCHEMA_VERSION,
            id,
            started_at,
            site,
            lanes: Vec::new(),
            left_out: Vec::new(),
            workloads: Vec::new(),
            unequal: Vec::new(),
            metrics: Vec::new(),
            series: Vec::new(),
            points: plan.points(),
            cells: Cell::all(rows.len() as u32, plan.arms.len() as u32),
            rows,
            plan,
            preparations: Vec::new(),
            loads: Vec::new(),
            trials: Vec::new(),
            end: None,
        }
    }

    /// What the run declares of a metric.
    #[must_use]
    pub fn metric(&self, slug: &Slug) -> Option<&Metric> {
        self.metrics.iter().find(|metric| metric.slug == *slug)
    }

    /// Every value as a long row: first those of preparing, then trial by trial.
    /// Entries that point outside the tables are left out; [`Run::check_references`] names them.
    pub fn samples(&self) -> impl Iterator<Item = Sample<'_>> {
        let prepared = self.preparations.iter().flat_map(|made| {
            // Once for every arm of the row: its arms are prepared together.
            let arms = self.cells.iter().filter(|cell| cell.row == made.row);
            arms.flat_map(|cell| made.samples.iter().map(|entry| (*cell, None, entry)))
        });
        let tried = self.trials.iter().flat_map(|trial| {
            let cell = self.cells.get(trial.cell as usize).copied();
            cell.into_iter().flat_map(move |cell| {
                trial.samples.iter().map(move |entry| (cell, Some(trial.position), entry))
            })
        });
        prepared.chain(tried).filter_map(|(cell, trial, Entry(series, reading))| {
            Some(Sample {
                row: self.rows.get(cell.row as usize)?,
                arm: &self.plan.arms.get(cell.arm as usize)?.slug,
                trial,
                series: self.series.get(*series as usize)?,
                reading,
            })
        })
    }

    /// The row of a cell; `None` where it points outside the tables.
    #[must_use]
    pub fn row_of(&self, cell: u32) -> Option<&Row> {
        self.rows.get(self.cells.get(cell as usize)?.row as usize)
    }

    /// The name of a cell's arm; `None` where it points outside the tables.
    #[must_use]
    pub fn arm_of(&self, cell: u32) -> Option<&Slug> {
        let arm = self.cells.get(cell as usize)?.arm;
        self.plan.arms.get(arm as usize).map(|arm| &arm.slug)
    }

    /// What is raced, each once, in the order of the rows.
    #[must_use]
    pub fn cases(&self) -> Vec<&Case> {
        let mut seen = BTreeSet::new();
        self.rows.iter().map(|row| &row.case).filter(|case| seen.insert(*case)).collect()
    }

    /// What is raced under this title; `None` where there is no such thing.
    #[must_use]
    pub fn case_titled(&self, title: &str) -> Option<&Case> {
        self.cases().into_iter().find(|case| case.to_string() == title)
    }

    /// The lanes' names, in order.
    pub fn lane_slugs(&self) -> impl Iterator<Item = &Slug> {
        self.plan.lane_slugs()
    }

    /// What is known of a lane; `None` where it is none of this run's.
    #[must_use]
    pub fn lane(&self, slug: &Slug) -> Option<&LaneRecord> {
        self.lanes.iter().find(|lane| lane.slug() == slug)
    }

    /// What is known of a case's workload.
    #[must_use]
    pub fn workload(&self, case: &Case) -> Option<&WorkloadRecord> {
        self.workloads.iter().find(|workload| workload.is_of(case))
    }

    /// What is not the same in every lane, and which lanes are missing.
    pub fn inequalities(&self) -> impl Iterator<Item = Unequal> {
        let left_out = self.left_out.iter();
        let left_out = left_out.map(|left| Unequal { lane: Some(left.lane.clone()), what: left.to_string() });
        self.unequal.iter().cloned().chain(left_out)
    }

    /// How a case was loaded; `None` where it was not.
    #[must_use]
    pub fn load(&self, case: &Case) -> Option<&LoadRecord> {
        self.loads.iter().find(|load| load.workload == case.workload && load.point == case.point)
    }

    /// The cells of a case in a lane, all arms.
    #[must_use]
    pub fn cells_in(&self, case: &Case, lane: &Slug) -> Vec<u32> {
        let cells = (0_u32..).zip(&self.cells);
        let own =
            |row: u32| self.rows.get(row as usize).is_some_and(|row| row.lane == *lane && row.case == *case);
        cells.filter(|(_, cell)| own(cell.row)).map(|(at, _)| at).collect()
    }

    /// The cells of each row, its arms together, in the rows' order. A row without cells is left out.
    #[must_use]
    pub fn cells_by_row(&self) -> Vec<Vec<u32>> {
        let mut rows: Vec<Vec<u32>> = vec![Vec::new(); self.rows.len()];
        for (at, cell) in (0_u32..).zip(&self.cells) {
            if let Some(arms) = rows.get_mut(cell.row as usize) {
                arms.push(at);
            }
        }
        rows.retain(|arms| !arms.is_empty());
        rows
    }

    /// The rate of each service that was loaded, in thousandths of a request per second.
    #[must_use]
    pub fn rates(&self) -> BTreeMap<Slug, u64> {
        self.loads.iter().map(|load| (load.workload.clone(), load.rate_milli)).collect()
    }

    /// What preparing the rows of these cells took and gave.
    #[must_use]
    pub fn prepared(&self, cells: &[u32]) -> Vec<&Preparation> {
        let rows: BTreeSet<u32> =
            cells.iter().filter_map(|cell| Some(self.cells.get(*cell as usize)?.row)).collect();
        self.preparations.iter().filter(|made| rows.contains(&made.row)).collect()
    }

    /// Checks that every index points into its table.
    ///
    /// # Errors
    /// A sentence naming the first one that does not.
    pub fn check_references(&self) -> Result<(), String> {
        let (series, cells, rows) = (self.series.len(), self.cells.len(), self.rows.len());
        let entries = |entries: &[Entry]| entries.iter().all(|entry| (entry.0 as usize) < series);
        let outside =
            |table: &str, at: usize| Err(format!("`{table}[{at}]` points outside the run's tables"));
        for (at, row) in self.rows.iter().enumerate() {
            if row.case.point as usize >= self.points.len() {
                return outside("rows", at);
            }
        }
        for (at, cell) in self.cells.iter().enumerate() {
            if cell.row as usize >= rows || cell.arm as usize >= self.plan.arms.len() {
                return outside("cells", at);
            }
        }
        for (at, made) in self.preparations.iter().enumerate() {
            if made.row as usize >= rows || !entries(&made.samples) {
                return outside("preparations", at);
            }
        }
        for (at, trial) in self.trials.iter().enumerate() {
            let histograms = trial.histograms.iter().all(|histogram| (histogram.series as usize) < series);
            if trial.cell as usize >= cells || !entries(&trial.samples) || !histograms {
                return outside("trials", at);
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
