use plimsoll_model::LaneSpec;

/// A lane that a family offers by itself.
#[derive(Clone, Debug, PartialEq)]
pub struct LaneOffer {
    /// The lane, with all its parameters.
    pub spec: LaneSpec,
    /// Whom it is measured for.
    pub standing: Standing,
}

/// Whom an offered lane is measured for; each is in the sets of those after it, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Whoever names none: it is what most people would run.
    Fair,
    /// Whoever asks what takes the time: it does more than one lane, or less than another.
    Rung,
    /// Whoever asks for it.
    Aside,
}

impl LaneOffer {
    /// A lane that stands there.
    #[must_use]
    pub const fn new(spec: LaneSpec, standing: Standing) -> Self {
        Self { spec, standing }
    }
}
