//! What parent and worker say to each other: one JSON object a line, orders on the worker's standard input,
//! reports on its standard output.
//!
//! Nothing but bytes travels, so the same worker answers over any pair of pipes, another machine's included;
//! paths are the worker's, whatever their bytes. The first line in either direction carries [`PROTOCOL`].

use std::net::SocketAddr;
use std::path::PathBuf;

use plimsoll_model::{FailureKind, Grants, JobKind};
use serde::{Deserialize, Serialize};

use crate::code_at::CodeAt;
use crate::{Tuning, Wasi};

/// The version of this protocol. Both sides must have the same.
pub(crate) const PROTOCOL: u32 = 6;

/// The version of Wasmtime that this crate is built with.
pub const WASMTIME_VERSION: &str = env!("PLIMSOLL_WASMTIME_VERSION");

/// What the parent asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "order", rename_all = "snake_case")]
pub(crate) enum WorkerOrder {
    /// Check a component and compile it. The worker exits afterwards.
    Compile {
        /// [`PROTOCOL`].
        protocol: u32,
        /// What is compiled, and where its code goes.
        code: CodeAt,
        /// What it must export.
        kind: JobKind,
        /// What its lane has otherwise than others.
        tuning: Tuning,
        /// What its instances will get.
        rights: Rights,
    },
    /// Load a compiled component; for a service, listen too.
    Load {
        /// [`PROTOCOL`].
        protocol: u32,
        /// What is loaded, and where its code is.
        code: CodeAt,
        /// What it exports.
        kind: JobKind,
        /// What it was found to speak when it was compiled.
        wasi: Wasi,
        /// What its lane has otherwise than others: the same that it was compiled with.
        tuning: Tuning,
        /// What its instances get.
        rights: Rights,
        /// Where a service listens; port 0 for any.
        listen: SocketAddr,
        /// Threads that serve.
        threads: u32,
        /// For a command: run it without waiting for [`WorkerOrder::Run`].
        run: bool,
    },
    /// Take the marks of the next instance instead of those taken so far.
    Arm,
    /// Run a loaded command in a new instance.
    Run,
    /// Report the marks.
    Marks,
}

/// What instances get.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rights {
    /// What the manifest grants.
    pub grants: Grants,
    /// Arguments, the program's name first.
    pub arguments: Vec<String>,
    /// The file that a command is given on standard input.
    #[serde(default, with = "plimsoll_files::portable")]
    pub stdin: Option<PathBuf>,
    /// Folders that it sees.
    #[serde(default)]
    pub folders: Vec<Preopened>,
    /// Hosts that it may connect to.
    #[serde(default)]
    pub hosts: Vec<Reachable>,
    /// Linear memory of all memories together, in bytes.
    pub memory_bytes: u64,
    /// Standard output that is kept, in bytes.
    pub output_bytes: u64,
}

/// A folder that instances see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preopened {
    /// Where it lies.
    #[serde(with = "plimsoll_files::portable")]
    pub at: PathBuf,
    /// Its path as instances see it.
    pub to: String,
    /// Whether they may write into it.
    pub write: bool,
}

/// A host that instances may connect to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reachable {
    /// Its name, or its address.
    pub name: String,
    /// Where it is, each with its port.
    pub addresses: Vec<SocketAddr>,
}

/// What the worker tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "report", rename_all = "snake_case")]
pub(crate) enum WorkerReport {
    /// The first line.
    Hello {
        /// [`PROTOCOL`].
        protocol: u32,
        /// Version of the worker.
        worker: String,
        /// Version of Wasmtime.
        wasmtime: String,
    },
    /// The component was compiled.
    Compiled {
        /// What it speaks.
        wasi: Wasi,
    },
    /// The component was loaded.
    Loaded {
        /// Where it serves; `None` for a command.
        address: Option<SocketAddr>,
        /// When it was ready to serve or run, in nanoseconds of the worker's `CLOCK_MONOTONIC`.
        at_ns: u64,
    },
    /// The next instance is the one whose marks will be reported.
    Armed,
    /// The order can't be carried out. The worker exits.
    Refused {
        /// The kind of failure.
        kind: FailureKind,
        /// Why, with the way out.
        message: String,
    },
    /// The first instance of a service that ended in a trap; told once, unasked.
    Trapped {
        /// The trap, in Wasmtime's words.
        trap: String,
    },
    /// A command ended.
    Ended(Ending),
    /// The marks of the first instance after loading or arming.
    Marks(Marks),
}

/// How a command ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ending {
    /// Exit code; absent when it trapped.
    pub code: Option<i32>,
    /// The trap, in Wasmtime's words.
    pub trap: Option<String>,
    /// Standard output up to the limit, in base64.
    pub stdout: String,
    /// Bytes of standard output beyond the limit, which were dropped.
    pub dropped_bytes: u64,
    /// The end of standard error.
    pub stderr_tail: String,
    /// Its marks.
    pub marks: Marks,
}

/// Moments of one instance, in nanoseconds of the worker's `CLOCK_MONOTONIC`; 0 before they come. And how long its code
/// took before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marks {
    /// Its request was read, or its run was ordered.
    pub asked_ns: u64,
    /// It exists: instantiated, no code of its own run.
    pub created_ns: u64,
    /// Its code was called. The same moment as `created_ns` but for the call itself.
    pub started_ns: u64,
    /// It had answered, and was gone or put by for the next.
    pub done_ns: u64,
    /// How long its worker took to compile it or to find it in a cache, in nanoseconds; 0 where what was compiled before
    /// is mapped.
    pub code_ns: u64,
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    use super::*;
    use crate::Compiler;
    use crate::code_at::CodeIn;

    #[test]
    fn a_message_is_one_line_and_reads_back() {
        let order = WorkerOrder::Load {
            protocol: PROTOCOL,
            code: CodeAt {
                wasm: OsStr::from_bytes(b"a\nb\xe9.wasm").into(),
                kept: CodeIn::Cache { folder: OsStr::from_bytes(b"\xe9").into() },
            },
            kind: JobKind::Serve,
            wasi: Wasi::Preview3,
            tuning: Tuning { compiler: Compiler::Winch, ..Tuning::USUAL },
            rights: Rights {
                grants: Grants::default(),
                arguments: vec!["hello".to_owned()],
                stdin: Some(OsStr::from_bytes(b"in\xe9").into()),
                folders: vec![Preopened { at: "/a".into(), to: "/b".to_owned(), write: true }],
                hosts: Vec::new(),
                memory_bytes: 1 << 28,
                output_bytes: 1 << 20,
            },
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            threads: 1,
            run: false,
        };
        let line = serde_json::to_string(&order).unwrap();
        assert!(!line.contains('\n'));
        assert_eq!(serde_json::from_str::<WorkerOrder>(&line).unwrap(), order);
    }

    #[test]
    fn an_unknown_order_is_refused() {
        assert!(serde_json::from_str::<WorkerOrder>(r#"{"order":"format_disk"}"#).is_err());
    }
}
