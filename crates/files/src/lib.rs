//! Files: the digest of one, and one that is whole or not there.

mod digest;
mod draft;

pub use digest::{Digest, sha256, sha256_of};
pub use draft::{Draft, folder_of, sync_folder_of};
