//! Every export, chart and verdict of one run made by hand.

#![allow(clippy::unwrap_used, reason = "a test ends where its premises do")]

mod charting;
mod drawing;
mod exporting;
mod handing_on;
mod hostile;
mod judging;
mod made_up;
#[path = "../../../../fuzz/mutate.rs"]
mod mutate;
mod mutated;
mod paging;
mod python;
mod versus;
