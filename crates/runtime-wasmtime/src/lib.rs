//! Workloads as WebAssembly components in a worker process.
