//! Which lanes there are: those that the families of this build offer, and those that a user wrote down.

pub(crate) mod asks;
pub(crate) mod choose;
mod lane;
mod listing;
mod own;
mod registry;
mod schema;
mod wish;

pub(crate) use self::lane::Lane;
pub use self::listing::{ExplainedLane, Lanes, ListedLane};
pub use self::registry::Registry;
pub use self::wish::{LanePattern, LaneSet, LaneWish, LaneWishError};
