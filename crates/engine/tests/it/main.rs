//! The engine against scripted lanes.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, and so do its fixtures")]

mod awkward;
mod awkward_lane;
mod exchanges;
mod failing_lanes;
mod lanes_conform;
mod load;
#[path = "../../../../fuzz/mutate.rs"]
mod mutate;
mod mutated;
mod order_and_journal;
mod rehearsing;
mod stopping;
mod world;
