//! Files: the digest of one, one that is read within bounds, and one that is whole or not there.

mod digest;
mod draft;
pub mod portable;
mod read;
mod target;
mod tree;

pub use digest::{Digest, sha256, sha256_of};
pub use draft::{Draft, folder_of, sync_folder_of};
pub use read::{LARGEST_ARTIFACT, Unread, open_file, read_file};
pub use target::{NoTarget, target_of};
pub use tree::{BadTree, LARGEST_COPY, LARGEST_TREE, MOST_ENTRIES, Tree};
