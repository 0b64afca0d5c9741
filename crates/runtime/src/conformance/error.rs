use std::net::SocketAddr;
use std::ops::Range;
use std::path::PathBuf;

use plimsoll_model::{LaneSpec, Slug};

use crate::{Exit, Footprint, GivenFolder, LaneError, Mark, Peak, Role, RuntimeError};

/// What a runtime broke.
#[derive(Debug, thiserror::Error)]
pub enum ConformanceError {
    /// A step failed.
    #[error("`{step}` failed")]
    Runtime {
        /// The step: a method of the traits.
        step: &'static str,
        /// The runtime's error.
        source: RuntimeError,
    },
    /// A step did not end.
    #[error("`{step}` did not end within 60 s: every wait needs a hard limit")]
    TimedOut {
        /// The step: a method of the traits.
        step: &'static str,
    },
    /// A family offers no lane.
    #[error("`offers` is empty: a family has at least one lane by itself")]
    NoOffer,
    /// A lane of its own is refused.
    #[error("`open` refused a lane that the family offers, or the same by another name")]
    Refused {
        /// The family's error.
        source: LaneError,
    },
    /// A lane that was opened is not the one that was asked for.
    #[error(
        "`open` was asked for {wanted:?} and gave {got:?}: write down every parameter of what is offered"
    )]
    AnotherLane {
        /// What was asked for.
        wanted: Box<LaneSpec>,
        /// What the lane says it is.
        got: Box<LaneSpec>,
    },
    /// A parameter is taken of which nothing is said.
    #[error("`parameters` does not describe `{parameter}`, which a lane that is offered has")]
    Undescribed {
        /// The parameter.
        parameter: Slug,
    },
    /// A parameter that there is not is taken.
    #[error("`open` did not refuse a parameter that there is not by its name")]
    UnknownTaken,
    /// What was prepared has no digest.
    #[error("`digests` is empty: name at least what is run")]
    NoDigest,
    /// A service without an address, or a command with one.
    #[error("`address` does not fit the workload's kind: services have one, commands none")]
    Address,
    /// A workload does not show whether what is granted arrives.
    #[error("no granted environment variable stands in the expected output: nothing would be checked")]
    NothingGranted,
    /// A workload is not given what is to be checked.
    #[error("the workload is not given {what}: nothing would be checked")]
    NothingGiven {
        /// What it should be given.
        what: &'static str,
    },
    /// A file that a command wrote is not in its copy of the folder.
    #[error("`copies` are {copies:?} after the end, and hold no right `{path}`")]
    Unwritten {
        /// Its path as the command saw it.
        path: String,
        /// The copies.
        copies: Vec<GivenFolder>,
    },
    /// The copy of a folder outlived its instance.
    #[error("the copy `{folder}` is still there after `stop`")]
    CopyLeftBehind {
        /// The copy.
        folder: PathBuf,
    },
    /// A service can be reached from outside.
    #[error("the instance serves at `{address}`: publish on loopback only")]
    NotLoopback {
        /// Where it serves.
        address: SocketAddr,
    },
    /// No complete answer came.
    #[error("nothing answered at `{address}` within the ready limit")]
    Unanswered {
        /// Where it should serve.
        address: SocketAddr,
    },
    /// A complete answer was not the expected one.
    #[error("the answer has status {status} and the body `{}`", String::from_utf8_lossy(body))]
    WrongAnswer {
        /// Its status.
        status: u16,
        /// Its body.
        body: Vec<u8>,
    },
    /// It ended while it should serve.
    #[error("`ended` tells {exit:?} of a service that was not stopped")]
    EndedEarly {
        /// How it ended.
        exit: Box<Exit>,
    },
    /// A command's end is not as expected, or told differently by `wait` and `ended`.
    #[error("`wait` or `ended` tells {exit:?}, which is not what the command must give")]
    WrongExit {
        /// How it ended, by `wait`.
        exit: Box<Exit>,
    },
    /// Marks outside the observer's interval, out of order, or of other phases than `create` and `start`.
    #[error("`marks` are {marks:?}: they must lie in order within {begun_ns} and {ready_ns}")]
    MarksOutOfOrder {
        /// Before `stage`, on the observer's clock.
        begun_ns: u64,
        /// After readiness.
        ready_ns: u64,
        /// The marks.
        marks: Vec<Mark>,
    },
    /// No process is named and no reason given, or a named one does not live.
    #[error("`footprint` is {footprint:?}: name living processes, or why they can't be seen")]
    Footprint {
        /// The footprint.
        footprint: Box<Footprint>,
    },
    /// A right service had to be killed.
    #[error("`stop` had to kill an instance that handles SIGTERM")]
    Killed,
    /// The times of stopping do not rise: asked, exited, gone, returned.
    #[error("`stop` tells times out of order: asked, exited, gone, returned are {times:?}")]
    StopOutOfOrder {
        /// Nanoseconds on the observer's clock.
        times: [u64; 4],
    },
    /// A process outlived its instance.
    #[error("process {pid} ({role:?}) still lives after `stop`")]
    LeftBehind {
        /// Process id.
        pid: u32,
        /// Its part.
        role: Role,
    },
    /// A control group outlived its instance.
    #[error("the control group `{folder}` is still there after `stop`")]
    GroupLeftBehind {
        /// Its folder.
        folder: PathBuf,
    },
    /// Two instances of one bed are not two.
    #[error(
        "two living instances of one bed share the address {address:?} or the process {pid:?}: each has its own"
    )]
    Shared {
        /// The first one's address.
        address: Option<SocketAddr>,
        /// A process of both.
        pid: Option<u32>,
    },
    /// A peak that can't be what a command filled.
    #[error("`stop` tells the peak {peak:?} of a command that fills between {} and {} bytes and ended with {exit:?}", right.start, right.end)]
    Peak {
        /// What it may be, in bytes.
        right: Range<u64>,
        /// What it is.
        peak: Option<Peak>,
        /// How the command ended.
        exit: Box<Exit>,
    },
    /// An instance outlived its bed.
    #[error("`ended` tells nothing of an instance whose bed was ended")]
    Survived,
}
