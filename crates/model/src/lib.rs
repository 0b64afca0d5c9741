//! The nouns of Plimsoll: what a run is made of, as data.
