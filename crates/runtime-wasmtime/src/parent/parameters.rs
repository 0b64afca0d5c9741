use plimsoll_model::LaneSpec;
use plimsoll_runtime::{LaneError, parameters_of};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::parent::compilation::Compilation;
use crate::parent::start::Start;
use crate::tuning::MOST_REUSE;
use crate::{Compiler, Interrupt, MemoryFrom, Reuse, Tuning};

/// What tells one lane from another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Parameters {
    /// What a start begins.
    pub(super) begin: Start,
    /// When it is compiled.
    pub(super) compile: Compilation,
    /// What it is compiled by.
    pub(super) compiler: Compiler,
    /// Where an instance's memory comes from.
    pub(super) memory: MemoryFrom,
    /// How a guest that never ends could be stopped from within.
    pub(super) interrupt: Interrupt,
    /// How many requests one instance answers before a new one is made: 1 to 100000. More than one only for services.
    #[schemars(with = "u32", range(min = 1, max = MOST_REUSE))]
    pub(super) reuse: Reuse,
}

impl Parameters {
    pub(super) fn of(lane: &LaneSpec) -> Result<Self, LaneError> {
        let parameters: Self = parameters_of(lane)?;
        match parameters.problem() {
            Some(problem) => Err(LaneError::Together { lane: lane.slug.clone(), problem }),
            None => Ok(parameters),
        }
    }

    /// Why they can't be together.
    fn problem(self) -> Option<String> {
        let by = match self.compile {
            Compilation::Ahead => return None,
            Compilation::Start => "start",
            Compilation::Cache => "cache",
        };
        (self.begin == Start::Instance).then(|| {
            format!(
                "with `compile = \"{by}\"` the code is had within a start, and with `begin = \"instance\"` a start begins in an \
                 engine that has it already: add `begin = \"process\"`"
            )
        })
    }

    /// What a worker is told of them.
    pub(super) const fn tuning(self, page_scan: bool) -> Tuning {
        let Self { compiler, memory, interrupt, reuse, .. } = self;
        Tuning { compiler, memory, interrupt, reuse, page_scan }
    }
}
