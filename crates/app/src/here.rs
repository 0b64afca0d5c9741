//! A run on this machine before it begins.

use jiff::Timestamp;
use plimsoll_engine::{Conditions, Owner, pinning};
use plimsoll_model::{Limits, RunId};

use crate::{Code, Error};

/// When it begins, and what it is called.
pub(crate) struct Here {
    pub(crate) started_at: Timestamp,
    pub(crate) id: RunId,
}

impl Here {
    pub(crate) fn now() -> Result<Self, Error> {
        let started_at = Timestamp::now();
        Ok(Self { id: new_id(started_at)?, started_at })
    }

    /// Under which conditions instances run that are started for it.
    pub(crate) fn conditions(&self, limits: Limits) -> Conditions {
        let instance_cpus = pinning(&limits).instance_cpus;
        Conditions { limits, instance_cpus, owner: Owner::current(self.id.clone()) }
    }
}

/// Begin in UTC and four random hexadecimal digits, so that runs begun in the same second differ.
fn new_id(started_at: Timestamp) -> Result<RunId, Error> {
    let tail = rand::random::<u16>();
    let text = format!("r{}-{tail:04x}", started_at.strftime("%Y%m%d-%H%M%S"));
    text.parse().map_err(|error| Error::of(Code::Environment, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_called_by_its_begin_and_four_digits() {
        let id = new_id("2026-11-21T07:08:09Z".parse().unwrap()).unwrap();
        let (begin, tail) = id.as_str().split_at("r20261121-070809-".len());
        assert_eq!(begin, "r20261121-070809-");
        assert!(tail.len() == 4 && tail.chars().all(|digit| digit.is_ascii_hexdigit()), "{tail}");
    }
}
