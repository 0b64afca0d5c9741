//! The lines of a journal.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{End, LeftOut, LoadRecord, Metric, Preparation, Run, Series, Trial, Unequal};

/// One line of a journal: what a run grew by. Folding all of them gives the run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Record {
    /// The first line: the run before anything was measured.
    Head(Box<Run>),
    /// A metric new to the table.
    Metric(Metric),
    /// A series new to the table; its index is the table's length before it.
    Series(Series),
    /// Something was found not to be the same in every lane.
    Unequal(Unequal),
    /// A lane is tried no further.
    LeftOut(LeftOut),
    /// A cell was prepared.
    Preparation(Preparation),
    /// A load was chosen.
    Load(LoadRecord),
    /// A trial ended.
    Trial(Box<Trial>),
    /// The run ended.
    End(End),
}

impl Run {
    /// Grows the run by one line. A `Head` replaces it.
    pub fn apply(&mut self, record: Record) {
        match record {
            Record::Head(run) => *self = *run,
            Record::Metric(metric) => self.metrics.push(metric),
            Record::Series(series) => self.series.push(series),
            Record::Preparation(preparation) => self.preparations.push(preparation),
            Record::Unequal(unequal) => self.unequal.push(unequal),
            Record::LeftOut(left) => self.left_out.push(left),
            Record::Load(load) => self.loads.push(load),
            Record::Trial(trial) => self.trials.push(*trial),
            Record::End(end) => self.end = Some(end),
        }
    }
}
