//! Every form of one run made by hand.

#![allow(clippy::unwrap_used, reason = "a test ends where its premises do")]

#[path = "../../../chart/tests/it/detailed.rs"]
mod detailed;
mod doubting;
mod exporting;
mod first_page;
mod handing_on;
mod hostile;
#[path = "../../../chart/tests/it/made_up.rs"]
mod made_up;
mod many_runs;
#[path = "../../../../fuzz/mutate.rs"]
mod mutate;
mod mutated;
mod paging;
mod python;
mod versus;
