//! The contract between the engine and everything that can run a workload.
