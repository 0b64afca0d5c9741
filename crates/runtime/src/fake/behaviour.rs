/// How a fake lane behaves. Times are in nanoseconds of the injected clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Behaviour {
    /// Accepts at once, resets until it is ready, then answers rightly; a command exits rightly then.
    Right {
        /// From the start to readiness.
        ready_after_ns: u64,
    },
    /// As `Right`, but every complete answer after this many is wrong, and so is a command's output at 0.
    WrongAfter {
        /// Right answers before the first wrong one.
        answers: u64,
    },
    /// As `Right`, but the connection breaks instead of the answer after this many.
    BreaksAfter {
        /// Right answers before it breaks.
        answers: u64,
    },
    /// As `Right`, but it exits instead of the answer after this many.
    ExitsAfter {
        /// Right answers before it exits.
        answers: u64,
        /// Exit code.
        code: i32,
    },
    /// As `Right`, but one answer comes late, and those behind it on other connections too.
    StallsOnce {
        /// Right answers before the late one.
        answers: u64,
        /// How late, in milliseconds of real time.
        for_ms: u64,
    },
    /// Accepts connections and resets them for ever; a command never exits.
    NeverReady,
    /// Exits before it is ready.
    Exits {
        /// Exit code.
        code: i32,
    },
    /// Is killed for memory before it is ready.
    OutOfMemory,
    /// Can't be prepared.
    FailsToPrepare,
    /// Can't be staged.
    FailsToStage,
    /// The backend refuses the start.
    FailsToStart,
    /// The call that starts it never returns.
    HangsInStart,
    /// As `Right`, but it has to be killed when it is stopped.
    HasToBeKilled,
    /// As `Right`, but stopping fails.
    FailsToStop,
    /// As `Right`, but it goes on when its bed is ended.
    OutlivesItsBed,
}

impl Behaviour {
    /// Ready after 5 ms, and right.
    pub const RIGHT: Self = Self::Right { ready_after_ns: 5_000_000 };
}
