//! A capsule: a run with all that it takes to run it again, in one file that says of every part what it must be.
//!
//! The file is a ZIP archive. `capsule.json` lists each other entry with its length and its SHA-256, `capsule.sha256`
//! holds the SHA-256 of `capsule.json`. What is read is a stranger's until all of it was checked: nothing is believed
//! before, nothing is written anywhere but where the caller says, and every count and length has a limit.

mod capsule;
mod contents;
mod directory;
mod error;
#[doc(hidden)]
pub mod fuzz;
pub mod limits;
mod name;
mod packer;

pub use capsule::{Capsule, is_capsule};
pub use contents::{CAPSULE_VERSION, CapsuleEntry, Contents, Head, Image, RUN, of_workload};
pub use error::CapsuleError;
pub use name::{EntryName, NameFault};
pub use packer::{Packed, Packer};
