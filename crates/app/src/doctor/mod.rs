//! What this machine can run and measure.

mod files;
mod lanes;
mod machine;

use plimsoll_engine::{fingerprint, pinning};
use plimsoll_model::{Host, Limits, Pinning, Slug};
use serde::{Deserialize, Serialize};

use crate::{Places, Registry};

/// Examines this machine.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Doctor {
    /// Where workloads are and runs are kept.
    #[serde(default)]
    pub places: Places,
    /// How a bench would split the CPUs; absent: as the calling thread would.
    #[serde(skip)]
    pub pinning: Option<Pinning>,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Diagnosis {
    /// The gravest status among the checks.
    pub status: Status,
    /// One line for each thing that was looked at.
    pub checks: Vec<Check>,
    /// The machine, as a run would store it.
    pub host: Host,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What was looked at, e.g. ``lane `docker` ``.
    pub what: String,
    /// What that is, for a front end that shows it elsewhere too.
    #[serde(skip)]
    pub about: Concern,
    /// How it is.
    pub status: Status,
    /// What was found.
    pub finding: String,
    /// What can be done, as a command where there is one; absent when nothing needs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
}

/// What was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Concern {
    /// This machine, or what is on its disk.
    Machine,
    /// A lane.
    Lane(Slug),
}

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// As it should be.
    Good,
    /// It can be run, but figures are less sure, or less can be measured.
    Warning,
    /// Something can't be run or kept.
    Problem,
}

impl Doctor {
    /// Examines it. Problems are part of the diagnosis, not errors.
    pub async fn run(&self, registry: &Registry) -> Diagnosis {
        let host = fingerprint();
        let mut checks = lanes::check(registry).await;
        checks.extend(files::check(&self.places));
        let split = self.pinning.clone().unwrap_or_else(|| pinning(&Limits::default()));
        checks.extend(machine::check(&host, &split));
        let status = checks.iter().map(|check| check.status).max().unwrap_or(Status::Good);
        Diagnosis { status, checks, host }
    }
}

impl Check {
    fn good(what: impl Into<String>, finding: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            about: Concern::Machine,
            status: Status::Good,
            finding: finding.into(),
            remedy: None,
        }
    }

    fn warning(what: impl Into<String>, finding: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { status: Status::Warning, remedy: Some(remedy.into()), ..Self::good(what, finding) }
    }

    fn problem(what: impl Into<String>, finding: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { status: Status::Problem, ..Self::warning(what, finding, remedy) }
    }
}
