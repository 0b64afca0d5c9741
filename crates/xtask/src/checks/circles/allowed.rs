//! The circles that stand, each with its reason.

use super::graph::Circle;

/// A circle that is known.
pub(super) struct Allowed {
    /// The crate, e.g. `store`.
    pub(super) of: &'static str,
    /// Its modules, by name.
    pub(super) modules: &'static [&'static str],
    pub(super) reason: &'static str,
}

impl Allowed {
    pub(super) fn is(&self, of: &str, circle: &Circle) -> bool {
        self.of == of && circle.modules.iter().eq(self.modules)
    }
}

/// Shorter is better: whoever breaks a circle takes its line off.
pub(super) const ALLOWED: &[Allowed] = &[];
