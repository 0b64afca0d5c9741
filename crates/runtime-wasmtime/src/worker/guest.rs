use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use wasmtime::component::{Component, HasData, InstancePre, Linker, ResourceTable};
use wasmtime::{Engine, Result, Store, Trap};
use wasmtime_wasi::cli::{WasiCli, WasiCliView};
use wasmtime_wasi::clocks::{WasiClocks, WasiClocksView};
use wasmtime_wasi::filesystem::{WasiFilesystem, WasiFilesystemView};
use wasmtime_wasi::p2::bindings;
use wasmtime_wasi::random::{WasiRandom, WasiRandomView};
use wasmtime_wasi::sockets::{WasiSockets, WasiSocketsView};
use wasmtime_wasi::{
    Deterministic, HostMonotonicClock, HostWallClock, WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView,
};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

use crate::WasmtimeError;
use crate::protocol::Rights;
use crate::worker::confine::{MemoryLimit, NoRequests};
use crate::worker::output::{Capture, Keep};
use crate::worker::settings::Settings;

/// How much of a guest's standard error is kept for messages, in bytes.
const STDERR_TAIL: usize = 4 << 10;

/// What a guest reads as random where randomness is not granted. Long and without a pattern, so that a guest
/// that draws until it likes the result comes to an end.
const SEED: &[u8] =
    b"plimsoll: every instance draws the same numbers, so that every trial does the same work";

/// The host's side of one instance.
pub(crate) struct Guest {
    table: ResourceTable,
    // Seeding its generators and boxing its clocks costs more than many a guest's whole work, and most guests
    // touch none of it: made when the guest first asks.
    wasi: Option<WasiCtx>,
    http: WasiHttpCtx,
    no_requests: NoRequests,
    memory: MemoryLimit,
    rights: Arc<Rights>,
    stdout: Option<Capture>,
    stderr: Option<Capture>,
}

impl Guest {
    pub(crate) fn new(rights: Arc<Rights>) -> Self {
        Self {
            table: ResourceTable::new(),
            wasi: None,
            http: WasiHttpCtx::new(),
            no_requests: NoRequests,
            memory: MemoryLimit::new(rights.memory_bytes),
            rights,
            stdout: None,
            stderr: None,
        }
    }

    /// A guest whose standard output is kept, as far as it is granted.
    pub(crate) fn with_output(rights: Arc<Rights>, stdout: Capture) -> Self {
        Self { stdout: Some(stdout), ..Self::new(rights) }
    }

    /// In a store of its own, under its limits.
    pub(crate) fn into_store(self, engine: &Engine) -> Store<Self> {
        let mut store = Store::new(engine, self);
        store.limiter(|guest| &mut guest.memory);
        store
    }

    /// Whether it has asked for nothing of WASI yet.
    pub(crate) fn is_untouched(&self) -> bool {
        self.wasi.is_none()
    }

    /// The end of what it wrote to standard error.
    pub(crate) fn stderr_tail(&self) -> String {
        let kept = self.stderr.as_ref().map(Capture::take).unwrap_or_default();
        String::from_utf8_lossy(&kept.bytes).trim_end().to_owned()
    }

    fn wasi(&mut self) -> &mut WasiCtx {
        if self.wasi.is_none() {
            let stderr = Capture::new(Keep::Last(STDERR_TAIL));
            self.stderr = Some(stderr.clone());
            self.wasi = Some(context(&self.rights, self.stdout.clone(), stderr));
        }
        self.wasi.get_or_insert_default()
    }
}

/// Nothing is inherited: no folder, no socket, no variable but those granted.
fn context(rights: &Rights, stdout: Option<Capture>, stderr: Capture) -> WasiCtx {
    let grants = &rights.grants;
    let mut wasi = WasiCtxBuilder::new();
    wasi.args(&rights.arguments).stderr(stderr).allow_tcp(false).allow_udp(false);
    for (name, value) in &grants.environment {
        wasi.env(name, value);
    }
    if let Some(stdout) = stdout.filter(|_| grants.stdout) {
        wasi.stdout(stdout);
    }
    if !grants.clock {
        wasi.wall_clock(Frozen).monotonic_clock(Frozen);
    }
    if !grants.random {
        wasi.secure_random(Deterministic::new(SEED.to_vec()))
            .insecure_random(Deterministic::new(SEED.to_vec()))
            .insecure_random_seed(0);
    }
    wasi.build()
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

    fn now(&self) -> u64 {
        0
    }
}

impl WasiView for Guest {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        self.wasi();
        WasiCtxView { ctx: self.wasi.get_or_insert_default(), table: &mut self.table }
    }
}

impl WasiHttpView for Guest {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { ctx: &mut self.http, table: &mut self.table, hooks: &mut self.no_requests }
    }
}

struct Io;

impl HasData for Io {
    type Data<'a> = &'a mut ResourceTable;
}

/// A component bound to the host's functions, ready to be instantiated.
pub(crate) fn bind(engine: &Engine, component: &Component) -> Result<InstancePre<Guest>> {
    let mut linker = Linker::new(engine);
    link_streams(&mut linker)?;
    link_cli(&mut linker)?;
    link_closed(&mut linker)?;
    wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker)?;
    linker.instantiate_pre(component)
}

/// Maps what [`crate::compile`] wrote.
///
/// # Errors
/// When it is not such a file, or of another build or other settings.
pub(crate) fn load(compiled: &Path, settings: Settings) -> std::result::Result<Component, WasmtimeError> {
    let engine = settings.engine()?;
    // SAFETY: what is mapped is run as it stands, so it must be what Cranelift made. The worker is only given
    // files that `compile` wrote into a folder that no other user can enter.
    let loaded = unsafe { Component::deserialize_file(&engine, compiled) };
    loaded.map_err(|error| unloadable(compiled, &error))
}

/// A compiled component that does not fit.
pub(crate) fn unloadable(compiled: &Path, error: &wasmtime::Error) -> WasmtimeError {
    WasmtimeError::Unloadable { path: compiled.to_owned(), reason: format!("{error:#}") }
}

/// A trap in Wasmtime's words, and whether the guest had run out of memory.
pub(crate) fn trap_text(error: &wasmtime::Error, guest: &Guest) -> String {
    let mut text = match error.downcast_ref::<Trap>() {
        Some(trap) => trap.to_string(),
        None => format!("{:#}", error.root_cause()),
    };
    if guest.memory.was_denied() {
        let limit = guest.rights.memory_bytes;
        text.push_str(&format!(" (it had asked for more memory than its limit of {limit} bytes)"));
    }
    text
}

/// Wired by hand rather than with Wasmtime's bundle, whose getter would make the context on every read.
fn link_streams(l: &mut Linker<Guest>) -> Result<()> {
    bindings::io::error::add_to_linker::<Guest, Io>(l, |guest| &mut guest.table)?;
    bindings::io::poll::add_to_linker::<Guest, Io>(l, |guest| &mut guest.table)?;
    bindings::io::streams::add_to_linker::<Guest, Io>(l, |guest| &mut guest.table)
}

fn link_cli(l: &mut Linker<Guest>) -> Result<()> {
    use bindings::{cli, clocks, random};
    clocks::wall_clock::add_to_linker::<Guest, WasiClocks>(l, Guest::clocks)?;
    clocks::monotonic_clock::add_to_linker::<Guest, WasiClocks>(l, Guest::clocks)?;
    random::random::add_to_linker::<Guest, WasiRandom>(l, Guest::random)?;
    random::insecure::add_to_linker::<Guest, WasiRandom>(l, Guest::random)?;
    random::insecure_seed::add_to_linker::<Guest, WasiRandom>(l, Guest::random)?;
    cli::exit::add_to_linker::<Guest, WasiCli>(l, Guest::cli)?;
    cli::environment::add_to_linker::<Guest, WasiCli>(l, Guest::cli)?;
    cli::stdin::add_to_linker::<Guest, WasiCli>(l, Guest::cli)?;
    cli::stdout::add_to_linker::<Guest, WasiCli>(l, Guest::cli)?;
    cli::stderr::add_to_linker::<Guest, WasiCli>(l, Guest::cli)?;
    cli::terminal_input::add_to_linker::<Guest, WasiCli>(l, Guest::cli)?;
    cli::terminal_output::add_to_linker::<Guest, WasiCli>(l, Guest::cli)?;
    cli::terminal_stdin::add_to_linker::<Guest, WasiCli>(l, Guest::cli)?;
    cli::terminal_stdout::add_to_linker::<Guest, WasiCli>(l, Guest::cli)?;
    cli::terminal_stderr::add_to_linker::<Guest, WasiCli>(l, Guest::cli)
}

/// Files and sockets are there to be imported, since standard libraries import them unasked; the context
/// holds no folder and refuses every address.
fn link_closed(l: &mut Linker<Guest>) -> Result<()> {
    use bindings::{filesystem, sockets};
    filesystem::preopens::add_to_linker::<Guest, WasiFilesystem>(l, Guest::filesystem)?;
    filesystem::types::add_to_linker::<Guest, WasiFilesystem>(l, Guest::filesystem)?;
    let options = sockets::network::LinkOptions::default();
    sockets::network::add_to_linker::<Guest, WasiSockets>(l, &options, Guest::sockets)?;
    sockets::instance_network::add_to_linker::<Guest, WasiSockets>(l, Guest::sockets)?;
    sockets::ip_name_lookup::add_to_linker::<Guest, WasiSockets>(l, Guest::sockets)?;
    sockets::tcp::add_to_linker::<Guest, WasiSockets>(l, Guest::sockets)?;
    sockets::tcp_create_socket::add_to_linker::<Guest, WasiSockets>(l, Guest::sockets)?;
    sockets::udp::add_to_linker::<Guest, WasiSockets>(l, Guest::sockets)?;
    sockets::udp_create_socket::add_to_linker::<Guest, WasiSockets>(l, Guest::sockets)
}
