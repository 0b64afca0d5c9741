//! The cache of code that Wasmtime itself keeps, as `wasmtime run` uses one.

use std::path::Path;

use wasmtime::{Cache, CacheConfig};

use crate::WasmtimeError;

/// Opens the one in this folder, and nowhere else: no settings of this machine's user are read.
pub(super) fn open(folder: &Path) -> Result<Cache, WasmtimeError> {
    let mut config = CacheConfig::new();
    // What is used often is packed again, better, beside whatever runs then: not here, where each start is to find the same.
    config.with_directory(folder).with_optimized_compression_usage_counter_threshold(u64::MAX);
    Cache::new(config).map_err(|error| WasmtimeError::Engine { reason: format!("its cache: {error:#}") })
}
