//! Our own Rust sources, as `syn` reads them: each crate's modules without what only tests compile.

mod names;
mod paths;
mod tree;

#[cfg(test)]
pub(crate) mod made_up;

pub(crate) use names::{Found, Names};
pub(crate) use paths::{paths_of, words_of};
pub(crate) use tree::{Modules, crates};
