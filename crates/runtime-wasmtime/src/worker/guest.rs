use std::path::Path;
use std::sync::Arc;

use wasmtime::component::{Component, HasData, InstancePre, Linker, ResourceTable};
use wasmtime::{Engine, Result, Store};
use wasmtime_wasi::cli::{WasiCli, WasiCliView};
use wasmtime_wasi::clocks::{WasiClocks, WasiClocksView};
use wasmtime_wasi::filesystem::{WasiFilesystem, WasiFilesystemView};
use wasmtime_wasi::p2::bindings;
use wasmtime_wasi::random::{WasiRandom, WasiRandomView};
use wasmtime_wasi::sockets::{WasiSockets, WasiSocketsView};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

use crate::WasmtimeError;
use crate::protocol::Rights;
use crate::worker::allowance::Allowance;
use crate::worker::concurrent;
use crate::worker::output::Capture;
use crate::worker::reach::{GrantedNames, OfNames, Requests};

/// The host's side of one instance of a component.
pub(crate) struct Guest {
    table: ResourceTable,
    // Seeding its generators and boxing its clocks costs more than many a guest's whole work, and most guests
    // touch none of it: made when the guest first asks.
    wasi: Option<WasiCtx>,
    http: WasiHttpCtx,
    requests: Requests,
    allowance: Allowance,
}

impl Guest {
    pub(crate) fn new(rights: Arc<Rights>) -> Self {
        Self::within(Allowance::new(rights))
    }

    /// A guest whose standard output is kept, as far as it is granted.
    pub(crate) fn with_output(rights: Arc<Rights>, stdout: Capture) -> Self {
        Self::within(Allowance::with_output(rights, stdout))
    }

    fn within(allowance: Allowance) -> Self {
        Self {
            table: ResourceTable::new(),
            wasi: None,
            http: WasiHttpCtx::new(),
            requests: Requests { rights: allowance.rights() },
            allowance,
        }
    }

    /// In a store of its own, under its limits.
    pub(crate) fn into_store(self, engine: &Engine) -> Store<Self> {
        let mut store = Store::new(engine, self);
        store.limiter(|guest| &mut guest.allowance.memory);
        store
    }

    /// Whether it has asked for nothing of WASI yet.
    pub(crate) fn is_untouched(&self) -> bool {
        self.wasi.is_none()
    }

    /// What it may have, and what is left of it.
    pub(crate) fn allowance(&self) -> &Allowance {
        &self.allowance
    }

    pub(super) fn names(&mut self) -> GrantedNames<'_> {
        let rights = self.allowance.rights();
        GrantedNames { inner: self.sockets(), rights }
    }

    fn wasi(&mut self) -> &mut WasiCtx {
        if self.wasi.is_none() {
            self.wasi = Some(self.allowance.context().build());
        }
        self.wasi.get_or_insert_default()
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
        WasiHttpCtxView { ctx: &mut self.http, table: &mut self.table, hooks: &mut self.requests }
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
    // What is made for 0.2 alone can't have it linked, and has nothing of it in its way.
    if engine.get_concurrency_support() {
        concurrent::link(&mut linker)?;
    }
    linker.instantiate_pre(component)
}

/// Maps what [`crate::compile`] wrote.
///
/// # Errors
/// When it is not such a file, or of another build or other settings.
pub(crate) fn load(engine: &Engine, compiled: &Path) -> std::result::Result<Component, WasmtimeError> {
    // SAFETY: what is mapped is run as it stands, so it must be what Cranelift made. The worker is only given
    // files that `compile` wrote into a folder that no other user can enter.
    let loaded = unsafe { Component::deserialize_file(engine, compiled) };
    loaded.map_err(|error| unloadable(compiled, &error))
}

/// What was compiled does not fit.
pub(crate) fn unloadable(compiled: &Path, error: &wasmtime::Error) -> WasmtimeError {
    WasmtimeError::Unloadable { path: compiled.to_owned(), reason: format!("{error:#}") }
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
/// holds no folder, and refuses every address, but those that are granted.
fn link_closed(l: &mut Linker<Guest>) -> Result<()> {
    use bindings::{filesystem, sockets};
    filesystem::preopens::add_to_linker::<Guest, WasiFilesystem>(l, Guest::filesystem)?;
    filesystem::types::add_to_linker::<Guest, WasiFilesystem>(l, Guest::filesystem)?;
    let options = sockets::network::LinkOptions::default();
    sockets::network::add_to_linker::<Guest, WasiSockets>(l, &options, Guest::sockets)?;
    sockets::instance_network::add_to_linker::<Guest, WasiSockets>(l, Guest::sockets)?;
    sockets::ip_name_lookup::add_to_linker::<Guest, OfNames>(l, Guest::names)?;
    sockets::tcp::add_to_linker::<Guest, WasiSockets>(l, Guest::sockets)?;
    sockets::tcp_create_socket::add_to_linker::<Guest, WasiSockets>(l, Guest::sockets)?;
    sockets::udp::add_to_linker::<Guest, WasiSockets>(l, Guest::sockets)?;
    sockets::udp_create_socket::add_to_linker::<Guest, WasiSockets>(l, Guest::sockets)
}
