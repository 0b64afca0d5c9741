//! What a component is linked to: WASI 0.2, and 0.3 where its engine is made for that.

use wasmtime::component::{Component, HasData, InstancePre, Linker, ResourceTable};
use wasmtime::{Engine, Result};
use wasmtime_wasi::cli::{WasiCli, WasiCliView};
use wasmtime_wasi::clocks::{WasiClocks, WasiClocksView};
use wasmtime_wasi::filesystem::{WasiFilesystem, WasiFilesystemView};
use wasmtime_wasi::p2::bindings;
use wasmtime_wasi::random::{WasiRandom, WasiRandomView};
use wasmtime_wasi::sockets::{WasiSockets, WasiSocketsView};

use crate::worker::concurrent;
use crate::worker::guest::Guest;
use crate::worker::reach::OfNames;

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

/// Wired by hand rather than with Wasmtime's bundle, whose getter would make the context on every read.
fn link_streams(l: &mut Linker<Guest>) -> Result<()> {
    bindings::io::error::add_to_linker::<Guest, Io>(l, Guest::table)?;
    bindings::io::poll::add_to_linker::<Guest, Io>(l, Guest::table)?;
    bindings::io::streams::add_to_linker::<Guest, Io>(l, Guest::table)
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
