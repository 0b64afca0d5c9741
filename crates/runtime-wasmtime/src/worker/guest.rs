use std::sync::Arc;

use wasmtime::component::ResourceTable;
use wasmtime::{Engine, Store};
use wasmtime_wasi::sockets::WasiSocketsView;
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

use crate::Interrupt;
use crate::protocol::Rights;
use crate::worker::allowance::Allowance;
use crate::worker::interrupt;
use crate::worker::output::Capture;
use crate::worker::reach::{GrantedNames, Requests};

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
    pub(crate) fn into_store(self, engine: &Engine, interrupts: Interrupt) -> Store<Self> {
        let mut store = Store::new(engine, self);
        store.limiter(|guest| &mut guest.allowance.memory);
        interrupt::allow(interrupts, &mut store);
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

    pub(super) fn table(&mut self) -> &mut ResourceTable {
        &mut self.table
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
