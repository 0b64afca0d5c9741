//! Checks of the house: what its sources must keep beside what compiler and lints see.

pub(crate) mod changes;
pub(crate) mod circles;
pub(crate) mod files;
pub(crate) mod locks;
mod source;
pub(crate) mod spread;
