//! Bytes of which no more is taken than there may be, whatever is said of their length.

use plimsoll_files::sha256;
use serde::de::DeserializeOwned;

use crate::problem::OciProblem;

/// The largest manifest, index or configuration, in bytes: as registries have it.
pub(crate) const LARGEST_LIST: u64 = 4 << 20;

/// How many bytes a part may have.
enum Limit {
    /// What is read at most.
    Most(u64),
    /// What was said of it.
    Promised(u64),
}

/// Collects bytes up to a limit.
pub(crate) struct Gathered {
    what: String,
    limit: Limit,
    bytes: Vec<u8>,
}

impl Gathered {
    /// For a part of at most so many bytes, which states a length, or none.
    pub(crate) fn new(what: &str, stated: Option<u64>, limit: u64) -> Result<Self, OciProblem> {
        let what = what.to_owned();
        match stated {
            Some(bytes) if bytes > limit => Err(OciProblem::TooLarge { what, bytes, limit }),
            // Grows with what comes.
            _ => Ok(Self { what, limit: Limit::Most(limit), bytes: Vec::new() }),
        }
    }

    /// For a part that is said to have so many bytes, which are few enough.
    pub(crate) fn promised(what: &str, bytes: u64) -> Self {
        Self { what: what.to_owned(), limit: Limit::Promised(bytes), bytes: Vec::new() }
    }

    pub(crate) fn add(&mut self, bytes: &[u8]) -> Result<(), OciProblem> {
        let all = self.bytes.len() as u64 + bytes.len() as u64;
        let what = || self.what.clone();
        match self.limit {
            Limit::Promised(promised) if all > promised => {
                return Err(OciProblem::Longer { what: what(), promised });
            }
            Limit::Most(limit) if all > limit => {
                return Err(OciProblem::TooLarge { what: what(), bytes: all, limit });
            }
            Limit::Most(_) | Limit::Promised(_) => {}
        }
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    pub(crate) fn whole(self) -> Vec<u8> {
        self.bytes
    }
}

/// The hexadecimal digits of a digest that is a SHA-256; what is named by another is refused.
pub(crate) fn sha256_digits<'a>(what: &str, digest: &'a str) -> Result<&'a str, OciProblem> {
    let digits = digest.strip_prefix("sha256:").unwrap_or_default();
    let lower = |sign: u8| matches!(sign, b'0'..=b'9' | b'a'..=b'f');
    match digits.len() == 64 && digits.bytes().all(lower) {
        true => Ok(digits),
        false => Err(OciProblem::OtherDigest { what: what.to_owned() }),
    }
}

/// Bytes that are those which a digest names.
pub(crate) fn checked(what: &str, digest: &str, bytes: Vec<u8>) -> Result<Vec<u8>, OciProblem> {
    let digits = sha256_digits(what, digest)?;
    let found = sha256(&bytes);
    match found == digits {
        true => Ok(bytes),
        false => Err(OciProblem::Differs { what: what.to_owned(), found: format!("SHA-256 {found}") }),
    }
}

/// JSON of a list of parts.
pub(crate) fn parsed<T: DeserializeOwned>(list: &'static str, text: &[u8]) -> Result<T, OciProblem> {
    serde_json::from_slice(text).map_err(|error| OciProblem::List { list, problem: error.to_string() })
}
