//! Where runs live: journal, atomic save, schema upgrades. And where workloads come from.

mod error;
mod journal;
mod listing;
mod open;
mod run_schema;
mod schema;
mod store;
mod workloads;

pub use error::StoreError;
pub use journal::Journal;
pub use listing::{Listed, Listing};
pub use open::{Note, Opened, State};
pub use run_schema::run_schema;
pub use store::Store;
pub use workloads::{FoundWorkload, find_workloads, load_workload};
