use std::path::PathBuf;
use std::sync::Arc;

use plimsoll_model::{FailureKind, Form};
use plimsoll_registry::OciProblem;
use plimsoll_runtime::RuntimeError;

/// Why a component or a module can't be prepared or run.
#[derive(Debug, thiserror::Error)]
pub enum WasmtimeError {
    /// A host that is granted has no address.
    #[error(
        "the host `{host}`, which is granted, has no address: {reason}. Mend its name, or take it out of the grants"
    )]
    Unresolved {
        /// The host with its port.
        host: String,
        /// Why not.
        reason: String,
    },
    /// The file has no bytes.
    #[error("`{path}` is empty: build the component again")]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// The file ends within a section.
    #[error("`{path}` is cut short: a section needs {missing} more bytes; copy or build it again")]
    CutShort {
        /// The file.
        path: PathBuf,
        /// Bytes that are missing at least.
        missing: u64,
    },
    /// It was written to meanwhile.
    #[error("`{path}` changed while it was compiled: run again when it is built")]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// The file is something else.
    #[error("`{path}` is not WebAssembly: it begins with {begins}; {way_out}")]
    NotWasm {
        /// The file.
        path: PathBuf,
        /// Its first bytes.
        begins: String,
        /// What helps with what it seems to be.
        way_out: &'static str,
    },
    /// A module where a component is needed.
    #[error(
        "`{path}` is a core module of WASI 0.1, which can't listen: for a service build a component for \
         `wasm32-wasip2` with `wasi:http/proxy`"
    )]
    CoreModule {
        /// The file.
        path: PathBuf,
    },
    /// It can't be had from its registry or its layout.
    #[error("the WebAssembly in `{from}` can't be had: {problem}")]
    NotPulled {
        /// What names it.
        from: String,
        /// What is wrong with it.
        problem: Arc<OciProblem>,
    },
    /// It is of another kind than the one it is named as.
    #[error("`{from}` is a {found}, and it is named as a {named}: name it with `{found}` in `workload.toml`")]
    OtherForm {
        /// What names it.
        from: String,
        /// What it is.
        found: Form,
        /// What it should be.
        named: Form,
    },
    /// It begins with more memory than it may have.
    #[error("`{path}` needs {wanted} of memory at its start, more than the limit of {limit}: {way_out}")]
    TooMuchMemory {
        /// The file.
        path: PathBuf,
        /// How much, in words.
        wanted: String,
        /// The limit, in words.
        limit: String,
        /// The flag that gives enough.
        way_out: String,
    },
    /// Wasmtime can't compile it.
    #[error("`{path}` can't be compiled: {reason}")]
    Invalid {
        /// The file.
        path: PathBuf,
        /// Wasmtime's words.
        reason: String,
    },
    /// It is valid, and the lane's compiler can't compile it.
    #[error(
        "`{path}` can't be compiled by {compiler}: {reason}; measure it in a lane whose parameter `compiler` is `cranelift`"
    )]
    BeyondCompiler {
        /// The file.
        path: PathBuf,
        /// The compiler.
        compiler: &'static str,
        /// Wasmtime's words.
        reason: String,
    },
    /// What preparing had put into the cache was not found there.
    #[error(
        "the code of `{path}` was not in the cache that preparing had filled, and was compiled anew, which is another start \
         than the lane's: look whether the disk that `TMPDIR` lies on is full, and run again"
    )]
    CacheMissed {
        /// The `.wasm`.
        path: PathBuf,
    },
    /// The host lacks what it imports.
    #[error("`{path}` imports what this host lacks: {imports}; only {provided} provided")]
    MissingImports {
        /// The file.
        path: PathBuf,
        /// The first of them, each in backticks with who provides it elsewhere, and how many more there are.
        imports: String,
        /// What this host has, and its verb.
        provided: &'static str,
    },
    /// It exports nothing that its kind needs.
    #[error("`{path}` does not export {export}, which kind `{kind}` needs: it exports {exports}")]
    MissingExport {
        /// The file.
        path: PathBuf,
        /// What is missing, in backticks.
        export: &'static str,
        /// The kind.
        kind: &'static str,
        /// The first that it exports, each in backticks.
        exports: String,
    },
    /// The engine can't be set up on this host.
    #[error("Wasmtime can't be set up here: {reason}")]
    Engine {
        /// Wasmtime's words.
        reason: String,
    },
    /// The compiled component can't be loaded.
    #[error("`{path}` can't be loaded: {reason}; prepare it again")]
    Unloadable {
        /// The `.cwasm`.
        path: PathBuf,
        /// Wasmtime's words.
        reason: String,
    },
    /// The address is taken.
    #[error("`{address}` can't be listened on: end what uses it, or run again for another port")]
    Listen {
        /// The address.
        address: std::net::SocketAddr,
        /// The system's error.
        source: std::io::Error,
    },
    /// The worker's binary is not there.
    #[error(
        "`plimsoll-worker` was not found at `{path}`: build it (`cargo build --release`), put it beside \
         `plimsoll`, or name it in `PLIMSOLL_WORKER`"
    )]
    NoWorker {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The worker would share its pages with the parent.
    #[error("`{path}` is this program itself: name the `plimsoll-worker` binary in `PLIMSOLL_WORKER`")]
    WorkerIsParent {
        /// The file.
        path: PathBuf,
    },
    /// The worker refused an order.
    #[error("{message}")]
    Refused {
        /// The kind of failure, as the worker knows it.
        kind: FailureKind,
        /// Why, with the way out.
        message: String,
    },
    /// A component trapped before its clock started.
    #[error("the component trapped: {trap}")]
    Trapped {
        /// The trap, in Wasmtime's words.
        trap: String,
    },
    /// The worker went away.
    #[error("the worker went away ({how}){tail}: run again")]
    WorkerLost {
        /// How it ended.
        how: String,
        /// The end of its standard error, with a separator; empty when there was none.
        tail: String,
    },
    /// The worker was killed for going over its memory limit.
    #[error("the worker went over its memory limit of {memory_bytes} bytes and was killed: raise `--memory`")]
    OutOfMemory {
        /// The limit.
        memory_bytes: u64,
    },
    /// The worker says something that this build does not understand.
    #[error(
        "the worker said `{line}`, which is not this build's protocol: use the `plimsoll-worker` of this build"
    )]
    Protocol {
        /// What it said, shortened.
        line: String,
    },
    /// The worker's process can't be made or ended.
    #[error("the worker's process is out of hand")]
    Process(#[from] plimsoll_process::ProcessError),
    /// A file or pipe operation failed.
    #[error("could not {what} `{path}`")]
    Io {
        /// What was tried.
        what: &'static str,
        /// On which file, folder or pipe.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
}

impl WasmtimeError {
    /// What it means for a trial.
    #[must_use]
    pub fn kind(&self) -> FailureKind {
        match self {
            Self::Empty { .. }
            | Self::Changed { .. }
            | Self::CutShort { .. }
            | Self::NotWasm { .. }
            | Self::CoreModule { .. }
            | Self::TooMuchMemory { .. }
            | Self::Invalid { .. }
            | Self::BeyondCompiler { .. }
            | Self::MissingImports { .. }
            | Self::MissingExport { .. }
            | Self::Unloadable { .. } => FailureKind::BadArtifact,
            Self::NotPulled { problem, .. } => problem.kind(),
            Self::OtherForm { .. } => FailureKind::BadArtifact,
            Self::Listen { .. } => FailureKind::Conflict,
            Self::Refused { kind, .. } => *kind,
            Self::Trapped { .. } => FailureKind::Trapped,
            Self::OutOfMemory { .. } => FailureKind::OutOfMemory,
            Self::NoWorker { .. }
            | Self::WorkerIsParent { .. }
            | Self::WorkerLost { .. }
            | Self::Protocol { .. } => FailureKind::RuntimeLost,
            Self::Engine { .. }
            | Self::CacheMissed { .. }
            | Self::Process(_)
            | Self::Io { .. }
            | Self::Unresolved { .. } => FailureKind::Other,
        }
    }

    /// An operation on a file, folder or pipe that failed.
    pub(crate) fn io(what: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { what, path, source }
    }
}

impl From<WasmtimeError> for RuntimeError {
    fn from(error: WasmtimeError) -> Self {
        Self::backend(error.kind(), error)
    }
}
