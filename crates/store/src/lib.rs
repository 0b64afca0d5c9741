//! Where runs live: journal, atomic save, schema upgrades. And where workloads come from.

mod beside;
mod bytes;
mod checked;
mod endings;
mod error;
mod follow;
mod granted;
mod journal;
mod kind;
mod label;
mod layout;
mod listing;
mod lock;
mod open;
mod opened;
mod origin;
mod run_schema;
mod schema;
mod single;
mod store;
mod workloads;

pub use checked::check_workload;
pub use error::StoreError;
pub use follow::Follower;
pub use granted::folder_at;
pub use journal::Journal;
pub use kind::{is_pointer, wasm_form};
pub use label::Label;
pub use listing::{Listed, Listing};
pub use open::read_bytes;
#[doc(hidden)]
pub use open::read_journal_bytes;
pub use opened::{Note, Opened, State};
pub use origin::Provenance;
pub use run_schema::run_schema;
pub use single::{Single, archive_at, binary_at, wasm_at};
pub use store::Store;
pub use workloads::{FoundWorkload, find_workloads, load_workload};
