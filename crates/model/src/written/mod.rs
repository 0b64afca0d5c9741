//! A text of TOML that somebody wrote by hand, read so that all that is wrong with it is told at once.

mod faults;
mod mend;
mod place;

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;
use toml::de::{DeTable, Deserializer};

pub use self::faults::{Fault, Faults, Flaw};
use self::mend::Nested;
pub(crate) use self::place::Keys;
pub use self::place::Place;

/// What was read of a text.
pub struct Written<T> {
    /// It, with something of the sample in each place that is at fault. `None` where that did not help.
    pub read: Option<T>,
    /// What is wrong with its structure: no TOML, keys that are unknown or missing, values of another type.
    pub found: Vec<Flaw>,
    /// The keys of which the sample's values stand in `read`.
    stand_ins: BTreeSet<String>,
    /// Bytes of the text.
    length: usize,
}

/// Reads a text as `T`. Where something of it is missing or of another type, the sample's stands in for it, so that what
/// comes after is read too: the sample is a text that is right and has every key once.
///
/// Of more faults than [`Faults::MOST_TOLD`] the first are found.
pub fn read<T: DeserializeOwned>(text: &str, sample: &'static str) -> Written<T> {
    let mut written =
        Written { read: None, found: Vec::new(), stand_ins: BTreeSet::new(), length: text.len() };
    let found =
        |error: &toml::de::Error| Flaw::new(error.span().map_or(0, |span| span.start), error.message());
    let root = match DeTable::parse(text) {
        Ok(root) => root,
        Err(error) => {
            written.found.push(found(&error));
            return written;
        }
    };
    let mut tree = Nested::new(root, sample);
    for _ in 0..=Faults::MOST_TOLD {
        match T::deserialize(Deserializer::from(tree.root.clone())) {
            Ok(read) => {
                written.read = Some(read);
                break;
            }
            Err(error) => {
                written.found.push(found(&error));
                match tree.mend(&error) {
                    Some(key) => written.stand_ins.insert(key),
                    None => break,
                };
            }
        }
    }
    written
}

impl<T> Written<T> {
    /// Whether a key's value, or that of a table around it, is the sample's.
    #[must_use]
    pub fn stands_in(&self, key: &str) -> bool {
        let ends = key.match_indices('.').map(|(at, _)| at).chain([key.len()]);
        ends.into_iter().any(|end| self.stand_ins.contains(&key[..end]))
    }

    /// Whether a byte is of the text, and not of the sample.
    #[must_use]
    pub const fn is_written(&self, offset: usize) -> bool {
        offset <= self.length
    }
}
