use std::sync::Arc;

use plimsoll_runtime::Figure;

use crate::facts::Facts;
use crate::footing::Footing;

/// An image that somebody else made, as it came to the engine.
pub(crate) struct Obtained {
    pub(crate) footing: Arc<Footing>,
    pub(crate) facts: Facts,
    /// What its coming took.
    pub(crate) figures: Vec<Figure>,
}
