//! What lies in registries and in OCI layouts: its names, its user's own logins there, and WebAssembly and images in it.
//!
//! All that is read here was written by strangers. It is held to sizes, digests and time limits that are ours, whatever it
//! states of itself, and nothing of it is written to a disk.

mod authority;
mod blobs;
mod bounded;
mod choice;
mod connection;
mod helper;
mod layout;
mod login;
mod packed;
mod problem;
mod pull;
mod reference;
pub mod settings_file;
mod tls;
mod wasm;

pub use layout::{Blob, ImageParts, OciFolder};
pub use login::{Credentials, Login, Proof};
pub use problem::OciProblem;
pub use pull::{pull_wasm, wasm_in};
pub use reference::{Reference, USUAL_REGISTRY};
pub use wasm::PulledWasm;
