//! What is still to be learned of workloads before they can be measured.

use super::{Own, Right};

/// What has to be heard of workloads before they can be measured.
#[derive(Clone, Debug)]
pub(crate) struct ToHear {
    pub(super) right: Right,
    /// How many requests, from the first one, were told by hand and have to be answered.
    pub(super) by_hand: usize,
    /// Whether it is said what right answers are, so that only those requests are sought that can't be made.
    pub(super) is_said: bool,
}

impl Own {
    /// What has to be heard before anything is measured; `None` where nothing has.
    pub(crate) fn to_hear(&self) -> Option<ToHear> {
        let is_said = self.says_what_is_right();
        let imports = self.har.is_some() || self.openapi.is_some();
        let (right, by_hand) = (self.right.clone(), self.questions.len());
        // A status that is not said is the first lane's.
        let is_open = !is_said || self.asks() && right.status.is_none();
        (self.is_told() && (imports || is_open)).then_some(ToHear { right, by_hand, is_said })
    }
}
