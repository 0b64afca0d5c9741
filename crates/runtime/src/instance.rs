use std::net::SocketAddr;

use futures_util::future::BoxFuture;
use plimsoll_model::Phase;

use crate::{Figure, Footprint, GivenFolder, Killed, Peak, RuntimeError};

/// One running copy.
pub trait Instance: Send {
    /// Where it serves; `None` for a command.
    fn address(&self) -> Option<SocketAddr>;

    /// What can be probed of it now.
    fn footprint(&self) -> Footprint;

    /// Whether it has ended, told at once and without a round trip that would disturb a measurement.
    fn ended(&mut self) -> BoxFuture<'_, Option<Exit>>;

    /// Waits until it has ended by itself; for a command this is the end of its cold start. The engine sets
    /// the time limit and stops it when that is over.
    ///
    /// # Errors
    /// When the backend goes away meanwhile.
    fn wait(&mut self) -> BoxFuture<'_, Result<Exit, RuntimeError>>;

    /// Where the phases before readiness ended, asked after readiness. Later phases than told begin where the
    /// last told one ended.
    ///
    /// # Errors
    /// When the backend goes away meanwhile.
    fn marks(&mut self) -> BoxFuture<'_, Result<Vec<Mark>, RuntimeError>>;

    /// Figures that only the backend knows, asked after readiness and once more before stopping.
    fn figures(&mut self, phase: Phase) -> BoxFuture<'_, Vec<Figure>>;

    /// The folders that it may write into, where they lie on this host: copies of its own. They are there until it is
    /// stopped.
    fn copies(&self) -> Vec<GivenFolder> {
        Vec::new()
    }

    /// Stops it with SIGTERM, or with the signal that its image names, kills it when the stop limit is over, or at once
    /// where the kernel gives it no such signal, and returns when it is wholly gone: process, container, shim, network
    /// device. An instance that has ended already is removed likewise.
    ///
    /// # Errors
    /// Names what is left.
    fn stop(self: Box<Self>) -> BoxFuture<'static, Result<Stopped, RuntimeError>>;
}

/// The end of a phase on the observer's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The phase that ended.
    pub phase: Phase,
    /// When, in nanoseconds of `CLOCK_MONOTONIC`.
    pub end_ns: u64,
}

/// How an instance ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exit {
    /// Exit code, if it exited.
    pub code: Option<i32>,
    /// Signal, if it was killed by one. Beside a code where the runtime can't tell which of the two it was.
    pub signal: Option<i32>,
    /// Whether it was killed for going over its memory limit.
    pub out_of_memory: bool,
    /// The trap of a component, in Wasmtime's words.
    pub trap: Option<String>,
    /// The address that somebody else had taken, where that is why it ended.
    pub taken: Option<String>,
    /// Standard output, up to the limit.
    pub stdout: Vec<u8>,
    /// Whether there was more output than the limit.
    pub truncated: bool,
    /// The end of standard error, for messages.
    pub stderr_tail: String,
}

/// How stopping went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stopped {
    /// When the instance had exited, in nanoseconds of `CLOCK_MONOTONIC`.
    pub exited_ns: u64,
    /// When it was wholly gone.
    pub gone_ns: u64,
    /// Why it had to be killed; `None` where it ended by itself, or on being asked to.
    pub killed: Option<Killed>,
    /// How it ended.
    pub exit: Exit,
    /// The most memory that its control group held, read after its end and before the group went; absent from a lane that
    /// keeps no account of memory.
    pub peak: Option<Peak>,
}
