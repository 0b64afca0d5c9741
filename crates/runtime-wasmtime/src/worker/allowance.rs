use std::fs::File;
use std::sync::Arc;
use std::time::Duration;

use wasmtime::Trap;
use wasmtime_wasi::cli::InputFile;
use wasmtime_wasi::{Deterministic, FsPerms, HostMonotonicClock, HostWallClock, WasiCtxBuilder};

use crate::protocol::{Preopened, Rights};
use crate::worker::confine::MemoryLimit;
use crate::worker::output::{Capture, Keep};
use crate::worker::reach;

/// How much of a guest's standard error is kept for messages, in bytes.
const STDERR_TAIL: usize = 4 << 10;

/// What a guest reads as random where randomness is not granted. Long and without a pattern, so that a guest
/// that draws until it likes the result comes to an end.
const SEED: &[u8] =
    b"plimsoll: every instance draws the same numbers, so that every trial does the same work";

/// What one instance may have, whichever WASI it speaks.
pub(super) struct Allowance {
    rights: Arc<Rights>,
    pub(super) memory: MemoryLimit,
    stdout: Option<Capture>,
    stderr: Option<Capture>,
}

impl Allowance {
    pub(super) fn new(rights: Arc<Rights>) -> Self {
        Self { memory: MemoryLimit::new(rights.memory_bytes), rights, stdout: None, stderr: None }
    }

    /// With standard output that is kept, as far as it is granted.
    pub(super) fn with_output(rights: Arc<Rights>, stdout: Capture) -> Self {
        Self { stdout: Some(stdout), ..Self::new(rights) }
    }

    /// What it was given.
    pub(super) fn rights(&self) -> Arc<Rights> {
        Arc::clone(&self.rights)
    }

    /// Nothing is inherited: no folder, no socket, no variable and no input but those granted.
    pub(super) fn context(&mut self) -> WasiCtxBuilder {
        let stderr = Capture::new(Keep::Last(STDERR_TAIL));
        self.stderr = Some(stderr.clone());
        let Rights { grants, arguments, stdin, folders, hosts, .. } = &*self.rights;
        let mut wasi = WasiCtxBuilder::new();
        wasi.args(arguments).stderr(stderr.clone());
        reach::open(&mut wasi, hosts);
        for (name, value) in &grants.environment {
            wasi.env(name, value);
        }
        if let Some(stdout) = self.stdout.clone().filter(|_| grants.stdout) {
            wasi.stdout(stdout);
        }
        // What was there when the program was loaded may be gone by now: the guest lacks it, and its last words say so.
        match stdin.as_ref().map(File::open) {
            None => {}
            Some(Ok(file)) => drop(wasi.stdin(InputFile::new(file))),
            Some(Err(error)) => stderr.say(&format!("plimsoll: no standard input: {error}\n")),
        }
        for Preopened { at, to, write } in folders {
            let rights = if *write { FsPerms::ReadWrite } else { FsPerms::ReadOnly };
            if let Err(error) = wasi.preopened_dir(at, to, rights) {
                stderr.say(&format!("plimsoll: no folder `{to}`: {error}\n"));
            }
        }
        if !grants.clock {
            wasi.wall_clock(Frozen).monotonic_clock(Frozen);
        }
        if !grants.random {
            wasi.secure_random(Deterministic::new(SEED.to_vec()))
                .insecure_random(Deterministic::new(SEED.to_vec()))
                .insecure_random_seed(0);
        }
        wasi
    }

    /// The end of what it wrote to standard error.
    pub(super) fn stderr_tail(&self) -> String {
        let kept = self.stderr.as_ref().map(Capture::take).unwrap_or_default();
        String::from_utf8_lossy(&kept.bytes).trim_end().to_owned()
    }

    /// A trap in Wasmtime's words, and whether the guest had run out of memory.
    pub(super) fn trap_text(&self, error: &wasmtime::Error) -> String {
        let text = match error.downcast_ref::<Trap>() {
            Some(trap) => trap.to_string(),
            None => format!("{:#}", error.root_cause()),
        };
        match self.memory.denied() {
            Some(denied) => format!("{text} ({denied})"),
            None => text,
        }
    }
}

/// Clocks that stand still at their beginning, where none is granted.
struct Frozen;

impl HostWallClock for Frozen {
    fn resolution(&self) -> Duration {
        Duration::from_secs(1)
    }

    fn now(&self) -> Duration {
        Duration::ZERO
    }
}

impl HostMonotonicClock for Frozen {
    fn resolution(&self) -> u64 {
        1
    }

    /// Not zero, which Go takes for a clock that has failed.
    fn now(&self) -> u64 {
        1
    }
}
