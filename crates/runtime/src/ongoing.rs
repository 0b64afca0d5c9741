//! What takes long in preparing, for those who wait.

use std::sync::{Mutex, MutexGuard, PoisonError};

use plimsoll_model::Doing;

/// How much of a phrase is told.
const LONGEST: usize = 100;

/// What goes on now, for [`Runtime::doing`](crate::Runtime::doing).
#[derive(Debug, Default)]
pub struct Ongoing(Mutex<Option<Doing>>);

impl Ongoing {
    fn now(&self) -> MutexGuard<'_, Option<Doing>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is told now.
    #[must_use]
    pub fn told(&self) -> Option<Doing> {
        self.now().clone()
    }

    /// Tells this until what is given is dropped.
    #[must_use = "it is told for as long as this lives"]
    pub fn begin(&self, what: String) -> Telling<'_> {
        let telling = Telling(self);
        telling.say(what);
        telling
    }
}

/// Something that goes on.
#[derive(Debug)]
pub struct Telling<'a>(&'a Ongoing);

impl Telling<'_> {
    /// Tells this from now on.
    pub fn say(&self, what: String) {
        let what = if what.chars().count() > LONGEST {
            what.chars().take(LONGEST - 1).chain(['…']).collect()
        } else {
            what
        };
        *self.0.now() = Some(Doing { what, ..Doing::default() });
    }

    /// Tells so much of it as done.
    pub fn come(&self, done_bytes: u64, whole_bytes: u64) {
        if let Some(doing) = self.0.now().as_mut() {
            doing.done_bytes = Some(done_bytes);
            doing.whole_bytes = Some(whole_bytes);
        }
    }
}

impl Drop for Telling<'_> {
    fn drop(&mut self) {
        *self.0.now() = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_on_is_told_until_it_ends() {
        let ongoing = Ongoing::default();
        let telling = ongoing.begin("pulling `a`".to_owned());
        telling.come(1, 2);
        assert_eq!(ongoing.told().and_then(|doing| doing.done_bytes), Some(1));
        telling.say("x".repeat(1_000));
        assert!(
            ongoing
                .told()
                .is_some_and(|doing| doing.what.chars().count() == LONGEST && doing.done_bytes.is_none())
        );
        drop(telling);
        assert_eq!(ongoing.told(), None);
    }
}
