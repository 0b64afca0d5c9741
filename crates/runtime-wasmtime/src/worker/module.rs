use std::sync::Arc;

use wasmtime::{Engine, Extern, InstancePre, Linker, Module, Result, Store};
use wasmtime_wasi::p1::{self, WasiP1Ctx};

use crate::Interrupt;
use crate::protocol::Rights;
use crate::worker::allowance::Allowance;
use crate::worker::interrupt;
use crate::worker::output::Capture;

/// What a command exports that is a module.
pub(super) const ENTRY: &str = "_start";

/// That in an error's words.
pub(super) const ENTRY_TOLD: &str = "`_start`";

/// The host's side of one instance of a module of WASI 0.1.
pub(super) struct ModuleGuest {
    // Made when the guest first asks, as that of a component is.
    wasi: Option<WasiP1Ctx>,
    allowance: Allowance,
}

impl ModuleGuest {
    /// A guest whose standard output is kept, as far as it is granted.
    pub(super) fn with_output(rights: Arc<Rights>, stdout: Capture) -> Self {
        Self { wasi: None, allowance: Allowance::with_output(rights, stdout) }
    }

    /// In a store of its own, under its limits.
    pub(super) fn into_store(self, engine: &Engine, interrupts: Interrupt) -> Store<Self> {
        let mut store = Store::new(engine, self);
        store.limiter(|guest| &mut guest.allowance.memory);
        interrupt::allow(interrupts, &mut store);
        store
    }

    /// What it may have, and what is left of it.
    pub(super) fn allowance(&self) -> &Allowance {
        &self.allowance
    }

    fn wasi(&mut self) -> &mut WasiP1Ctx {
        let Self { wasi, allowance } = self;
        wasi.get_or_insert_with(|| allowance.context().build_p1())
    }
}

/// What Wasmtime itself gives to a module of WASI 0.1, as `wasmtime run` does: no adapter stands in between.
pub(super) fn linker(engine: &Engine) -> Result<Linker<ModuleGuest>> {
    let mut linker = Linker::new(engine);
    p1::add_to_linker_async(&mut linker, ModuleGuest::wasi)?;
    Ok(linker)
}

/// A module bound to the host's functions, ready to be instantiated.
pub(super) fn bind(module: &Module) -> Result<InstancePre<ModuleGuest>> {
    linker(module.engine())?.instantiate_pre(module)
}

/// Calls a new instance's entry.
pub(super) async fn start(instance: wasmtime::Instance, store: &mut Store<ModuleGuest>) -> Result<()> {
    let entry = instance.get_export(&mut *store, ENTRY).and_then(Extern::into_func);
    let entry = entry.ok_or_else(|| wasmtime::Error::msg(format!("it exports no function `{ENTRY}`")))?;
    entry.typed::<(), ()>(&*store)?.call_async(store, ()).await
}
