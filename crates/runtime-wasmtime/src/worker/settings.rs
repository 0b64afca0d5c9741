use plimsoll_model::JobKind;
use wasmtime::{
    Cache, Config, Enabled, Engine, InstanceAllocationStrategy, OptLevel, PoolingAllocationConfig, Strategy,
};

use crate::{Compiler, Interrupt, MemoryFrom, Tuning, Wasi, WasmtimeError};

/// Core instances and tables that one component instance may have.
const PARTS_EACH: u32 = 64;

/// Linear memories that one component instance may have: each reserves 4 GiB of addresses.
const MEMORIES_EACH: u32 = 4;

/// Tables that one core module may have: reference types give a table of its own to each kind of value.
const TABLES_IN_ONE: u32 = 16;

/// A component from a large language runtime has tables of some ten thousand functions.
const TABLE_ELEMENTS: usize = 1 << 17;

/// Stacks that one component instance of WASI 0.3 may have: one for each of its tasks that waits inside a call.
const STACKS_EACH: u32 = 4;

/// Stack of a guest's own code in bytes; going over it is a trap.
const WASM_STACK: usize = 1 << 20;

/// Stack of a guest with the host functions it calls, in bytes.
const FIBER_STACK: usize = 2 << 20;

/// Memory of a slot that is reset by copying rather than given back to the kernel, in bytes, where the kernel
/// tells which pages were touched (`PAGEMAP_SCAN`, Linux 6.7). Only touched pages are copied, so a large
/// value costs nothing to small guests and saves every guest the page faults of its next instance.
const KEEP_RESIDENT: usize = 8 << 20;

/// The machine whose bytecode is interpreted here.
const PULLEY: &str = if cfg!(target_endian = "big") { "pulley64be" } else { "pulley64" };

/// The largest linear memory of 32-bit WebAssembly in bytes.
const LARGEST_MEMORY: u64 = 1 << 32;

/// With which settings an engine is made. One place for compiling and running: Wasmtime refuses to load what
/// was compiled with others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settings {
    /// Those of the lanes: copy-on-write images, memory up to the limit, and what a lane has for itself.
    Lane {
        /// The largest linear memory in bytes.
        memory_bytes: u64,
        /// The most instances alive at once.
        instances: u32,
        /// What they speak: an engine for 0.3 is another one.
        wasi: Wasi,
        /// What the lane has otherwise than others.
        tuning: Tuning,
    },
    /// Wasmtime's defaults, for comparison.
    Default,
}

/// The most instances of a service alive at once: requests beyond them wait for one to end. Guests take turns on few
/// threads, so more would only hold memory, and each costs a worker 2 µs of its start for the guard page of its stack.
const OF_SERVICE: u32 = 32;
/// A command is run once at a time.
const OF_COMMAND: u32 = 1;

impl Settings {
    /// Those of the lanes for a kind of workload.
    #[must_use]
    pub const fn lane(kind: JobKind, memory_bytes: u64) -> Self {
        let instances = if kind.serves() { OF_SERVICE } else { OF_COMMAND };
        Self::Lane { memory_bytes, instances, wasi: Wasi::Preview2, tuning: Tuning::USUAL }
    }

    /// Of a lane that has this otherwise than others. Wasmtime's defaults stay as they are.
    #[must_use]
    pub const fn tuned(self, tuning: Tuning) -> Self {
        match self {
            Self::Lane { memory_bytes, instances, wasi, .. } => {
                Self::Lane { memory_bytes, instances, wasi, tuning }
            }
            Self::Default => Self::Default,
        }
    }

    /// For what speaks this WASI. Wasmtime's defaults are for each.
    #[must_use]
    pub const fn speaking(self, wasi: Wasi) -> Self {
        match self {
            Self::Lane { memory_bytes, instances, tuning, .. } => {
                Self::Lane { memory_bytes, instances, wasi, tuning }
            }
            Self::Default => Self::Default,
        }
    }

    /// The most instances alive at once.
    pub(crate) const fn instances(self) -> u32 {
        match self {
            Self::Lane { instances, .. } => instances,
            Self::Default => OF_SERVICE,
        }
    }

    /// The largest linear memory in bytes; `None` where none is set.
    pub(crate) const fn memory_bytes(self) -> Option<u64> {
        match self {
            Self::Lane { memory_bytes, .. } => Some(memory_bytes),
            Self::Default => None,
        }
    }

    /// What the lane has otherwise than others.
    pub(crate) const fn tuning(self) -> Tuning {
        match self {
            Self::Lane { tuning, .. } => tuning,
            Self::Default => Tuning::USUAL,
        }
    }

    /// Makes an engine.
    ///
    /// # Errors
    /// When this host can't have it, e.g. for want of address space.
    pub fn engine(self) -> Result<Engine, WasmtimeError> {
        self.engine_with(None)
    }

    /// Makes an engine that looks for code in a cache, and puts it there, where one is given.
    pub(crate) fn engine_with(self, cache: Option<Cache>) -> Result<Engine, WasmtimeError> {
        let made = match self {
            Self::Default => Ok(Config::new()),
            Self::Lane { memory_bytes, instances, wasi, tuning } => {
                lane(memory_bytes, instances, wasi, tuning)
            }
        };
        made.and_then(|mut config| Engine::new(config.cache(cache)))
            .map_err(|error| WasmtimeError::Engine { reason: format!("{error:#}") })
    }
}

fn lane(memory_bytes: u64, instances: u32, wasi: Wasi, tuning: Tuning) -> wasmtime::Result<Config> {
    let mut config = Config::new();
    // Most lanes have neither: both put checks into every loop of the guest, which no host that runs its own
    // components would pay for here. A guest that never ends is ended with its worker, by the parent.
    config.epoch_interruption(tuning.interrupt == Interrupt::Epoch);
    config.consume_fuel(tuning.interrupt == Interrupt::Fuel);
    match tuning.compiler {
        Compiler::Cranelift => config.cranelift_opt_level(OptLevel::Speed),
        Compiler::Winch => config.strategy(Strategy::Winch),
        Compiler::Pulley => config.cranelift_opt_level(OptLevel::Speed).target(PULLEY)?,
    };
    config.wasm_simd(true);
    config.memory_init_cow(true);
    config.max_wasm_stack(WASM_STACK).async_stack_size(FIBER_STACK);
    // Tasks that wait side by side need a table of them in each store, and more stacks: neither is had, nor paid for,
    // by what can't ask for it.
    let is_concurrent = wasi == Wasi::Preview3;
    config.concurrency_support(is_concurrent);
    let stacks = if is_concurrent { instances * STACKS_EACH } else { instances };
    config.allocation_strategy(match tuning.memory {
        MemoryFrom::OnDemand => InstanceAllocationStrategy::OnDemand,
        MemoryFrom::Pooling => {
            InstanceAllocationStrategy::Pooling(pool(memory_bytes, instances, stacks, tuning.page_scan))
        }
    });
    Ok(config)
}

fn pool(memory_bytes: u64, instances: u32, stacks: u32, page_scan: bool) -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::new();
    let many = instances * PARTS_EACH;
    pool.total_component_instances(instances)
        .total_core_instances(many)
        .total_stacks(stacks)
        .total_memories(instances * MEMORIES_EACH)
        .total_tables(many)
        .max_memories_per_module(MEMORIES_EACH)
        .max_tables_per_module(TABLES_IN_ONE)
        .table_elements(TABLE_ELEMENTS)
        .max_memory_size(usize::try_from(memory_bytes.min(LARGEST_MEMORY)).unwrap_or(usize::MAX))
        // The slot that was used last is warm: take it again before touching a new one.
        .max_unused_warm_slots(0);
    if page_scan && PoolingAllocationConfig::is_pagemap_scan_available() {
        pool.pagemap_scan(Enabled::Yes)
            .linear_memory_keep_resident(KEEP_RESIDENT)
            .table_keep_resident(KEEP_RESIDENT);
    }
    pool
}
