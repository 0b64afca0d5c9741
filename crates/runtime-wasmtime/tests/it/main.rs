//! Real Wasmtime, a real worker, real control groups: each of these fails where one of them is missing.

mod components;
mod faults;
mod guests;
mod lanes;
mod services;
mod worker;
mod workloads;
