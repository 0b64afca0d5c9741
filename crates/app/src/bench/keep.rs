//! Keeping a run while it grows.

use std::path::PathBuf;

use plimsoll_engine::{EventSink, RecordError, Recorder};
use plimsoll_model::Record;
use plimsoll_store::{Journal, Store};

use crate::Error;
use crate::notice::notice;

/// Writes what the engine hands over into the store's journal.
pub(super) struct Keeper<'a> {
    store: &'a Store,
    events: &'a dyn EventSink,
    journal: Option<Journal>,
    refusal: Option<Error>,
}

impl<'a> Keeper<'a> {
    /// Nothing is written before the first record.
    pub(super) fn new(store: &'a Store, events: &'a dyn EventSink) -> Self {
        Self { store, events, journal: None, refusal: None }
    }

    /// Why the store took no run at all, if it did not.
    pub(super) fn into_refusal(self) -> Option<Error> {
        self.refusal
    }

    /// Makes the run's file.
    pub(super) fn finish(self) -> Result<PathBuf, Error> {
        match self.journal {
            Some(journal) => Ok(journal.finish()?),
            None => Err(self.refusal.unwrap_or_else(|| Error::environment("the run has no beginning"))),
        }
    }
}

impl Recorder for Keeper<'_> {
    fn record(&mut self, record: &Record) -> Result<(), RecordError> {
        match (record, &mut self.journal) {
            (Record::Head(run), _) => match self.store.begin(run) {
                Ok(journal) => {
                    if let Some(why) = journal.unlocked() {
                        let file = journal.path().display();
                        let told = "until it ends, other commands take this run for one that was broken off";
                        notice(
                            self.events,
                            format!("the file system of `{file}` has no locks ({why}): {told}"),
                        );
                    }
                    self.journal = Some(journal);
                }
                Err(error) => {
                    self.refusal = Some(Error::from(&error));
                    return Err(RecordError::new(error));
                }
            },
            (record, Some(journal)) => journal.append(record).map_err(RecordError::new)?,
            (_, None) => return Err(RecordError::new("the run has no beginning")),
        }
        Ok(())
    }
}
