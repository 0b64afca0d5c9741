//! Names out of any text.

use plimsoll_model::{Slug, Workload};

use crate::Error;

/// Where nothing tells a better name.
pub(super) const NAMELESS: &str = "service";
/// The longest part of a name that is taken from an image or a file.
pub(super) const LONGEST_NAME: usize = 32;

/// A name out of any text.
pub(super) fn slug(text: &str) -> Slug {
    slug_in(text).unwrap_or(Slug::known(NAMELESS))
}

/// The name that a text holds, where it holds one.
pub(super) fn slug_in(text: &str) -> Option<Slug> {
    let mut name = String::new();
    for sign in text.to_ascii_lowercase().chars() {
        match sign {
            'a'..='z' | '0'..='9' | '_' | '+' => name.push(sign),
            _ if name.ends_with('-') => {}
            _ => name.push('-'),
        }
    }
    let begin = name.find(|sign: char| sign.is_ascii_lowercase()).unwrap_or(name.len());
    let name: String = name[begin..].chars().take(LONGEST_NAME).collect();
    name.trim_end_matches('-').parse().ok()
}

pub(super) fn unique(name: Slug, others: &[Workload]) -> Result<Slug, Error> {
    let is_taken = |name: &Slug| others.iter().any(|other| other.name == *name);
    if !is_taken(&name) {
        return Ok(name);
    }
    let numbered = (2..=others.len() + 1).filter_map(|number| format!("{name}-{number}").parse().ok());
    numbered
        .into_iter()
        .find(|name: &Slug| !is_taken(name))
        .ok_or_else(|| Error::usage("too many of one name"))
}
