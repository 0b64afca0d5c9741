//! Which lanes there are: those that the families of this build offer, and those that a user wrote down.

pub(crate) mod asks;
pub(crate) mod choose;
mod lane;
mod own;
mod registry;
mod schema;

pub(crate) use self::lane::Lane;
pub use self::registry::Registry;
