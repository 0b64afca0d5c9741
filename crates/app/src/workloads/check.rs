//! All that is wrong with one workload's folder, and with one start of it.

use std::path::PathBuf;

use plimsoll_engine::{Cancel, EventSink, MonotonicClock, Rehearsal, RehearsalError};
use plimsoll_model::{Form, Limits, Slug, Source, Workload};
use plimsoll_store::check_workload;
use serde::Serialize;

use super::Described;
use crate::here::Here;
use crate::lanes::{asks, choose};
use crate::{Error, LaneWish, Registry};

/// Checks a workload's folder.
#[derive(Clone, Debug)]
pub struct CheckWorkload {
    /// The folder.
    pub folder: PathBuf,
    /// Whether it is started once in each lane that runs it, too.
    pub starts: bool,
    /// Which lanes; empty: the usual ones that this machine can run.
    pub lanes: Vec<LaneWish>,
    /// What an instance may take.
    pub limits: Limits,
}

/// What was found.
#[derive(Clone, Debug, Serialize)]
pub struct CheckedWorkload {
    /// The workload, where its folder is right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workload: Option<Described>,
    /// What is wrong with the folder.
    pub faults: Vec<Error>,
    /// What stands in the way of its lanes of WebAssembly, each in a sentence, where it is not started: another host
    /// than theirs may well run it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<String>,
    /// One start in each lane.
    pub starts: Vec<Started>,
}

/// One start of it.
#[derive(Clone, Debug, Serialize)]
pub struct Started {
    /// The lane.
    pub lane: Slug,
    /// What became of it.
    #[serde(flatten)]
    pub ended: Became,
    /// What a reader should know beside, each in a sentence.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<String>,
}

/// What became of one start.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case", tag = "ended")]
pub enum Became {
    /// Every answer was as expected.
    Right {
        /// From the start to readiness, in nanoseconds: a single one, and the first.
        ready_ns: u64,
    },
    /// It failed.
    Wrong {
        /// Why.
        problem: String,
        /// What was expected against what came.
        #[serde(skip_serializing_if = "Option::is_none")]
        diff: Option<String>,
    },
    /// The lane can't run it, or can't be used here.
    Left {
        /// Why, with the way out.
        why: String,
    },
}

impl CheckedWorkload {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_right(&self) -> bool {
        self.faults.is_empty() && !self.starts.iter().any(|start| matches!(start.ended, Became::Wrong { .. }))
    }
}

impl CheckWorkload {
    /// Reads the folder, and starts it where that is asked for.
    ///
    /// # Errors
    /// When a lane that is named is not there or not available, or the user stops it.
    pub async fn run(
        &self,
        registry: &Registry,
        events: &dyn EventSink,
        cancel: &Cancel,
    ) -> Result<CheckedWorkload, Error> {
        let workload = match check_workload(&self.folder) {
            Ok(workload) => workload,
            Err(fault) => {
                let faults = vec![Error::from(fault)];
                let (remarks, starts) = (Vec::new(), Vec::new());
                return Ok(CheckedWorkload { workload: None, faults, remarks, starts });
            }
        };
        let described = Some(Described::of(&workload));
        let (remarks, starts) = if self.starts {
            (Vec::new(), self.start_everywhere(&workload, registry, events, cancel).await?)
        } else {
            (in_the_way(&workload, registry), Vec::new())
        };
        Ok(CheckedWorkload { workload: described, faults: Vec::new(), remarks, starts })
    }

    async fn start_everywhere(
        &self,
        workload: &Workload,
        registry: &Registry,
        events: &dyn EventSink,
        cancel: &Cancel,
    ) -> Result<Vec<Started>, Error> {
        let wanted = choose::wished(registry, &self.lanes)?;
        let chosen = tokio::select! {
            chosen = choose::lanes(registry, &wanted, &self.lanes) => chosen?,
            () = cancel.cancelled() => return Err(Error::interrupted()),
        };
        choose::sweep(registry, &chosen.lanes, events).await;
        let conditions = Here::now()?.conditions(self.limits);
        let mut starts: Vec<Started> = Vec::new();
        for lane in &chosen.lanes {
            let slug = lane.slug().clone();
            if let Err(unfit) = lane.runtime.accepts(workload) {
                let ended = Became::Left { why: unfit.to_string() };
                starts.push(Started { lane: slug, ended, remarks: Vec::new() });
                continue;
            }
            let (runtime, clock) = (lane.runtime.as_ref(), &MonotonicClock);
            let rehearsal = Rehearsal {
                runtime,
                workload,
                conditions: &conditions,
                clock,
                events,
                cancel,
                for_run: false,
            };
            let (ended, remarks) = match rehearsal.check().await {
                Ok(checked) => {
                    let ready_ns = u64::try_from(checked.ready.as_nanos()).unwrap_or(u64::MAX);
                    let remarks = checked.warnings.into_iter().chain(checked.notice).collect();
                    (Became::Right { ready_ns }, remarks)
                }
                Err(RehearsalError::Failed(failure)) => {
                    let problem = format!("phase {}: {}", failure.phase, failure.message);
                    (Became::Wrong { problem, diff: failure.diff }, Vec::new())
                }
                Err(RehearsalError::Cancelled) => return Err(Error::interrupted()),
            };
            starts.push(Started { lane: slug, ended, remarks });
        }
        starts.extend(chosen.left_out.into_iter().map(|left| Started {
            lane: left.lane,
            ended: Became::Left { why: left.why },
            remarks: Vec::new(),
        }));
        Ok(starts)
    }
}

/// What its files of WebAssembly ask for in vain, found out without starting them. What lies in a registry or a layout is
/// looked at when it is prepared.
fn in_the_way(workload: &Workload, registry: &Registry) -> Vec<String> {
    let mut told = Vec::new();
    for artifact in &workload.artifacts {
        let (Form::Component | Form::Module, Source::File(file)) = (artifact.form, &artifact.source) else {
            continue;
        };
        match registry.asks(file) {
            None => {}
            Some(Err(error)) => told.push(format!("{error}.")),
            Some(Ok(found)) => {
                let in_the_way = asks::obstacles(&found, workload.job.kind()).into_iter();
                told.extend(in_the_way.map(|what| format!("`{}` {what}.", artifact.name)));
            }
        }
    }
    told
}
