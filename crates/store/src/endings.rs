//! How a store's files are told apart: by the endings of their names.

use std::path::Path;

/// Of a run's file.
pub(crate) const FILE: &str = "json";
/// Of a journal.
pub(crate) const JOURNAL: &str = "journal";
/// Of a run's file while it is being written.
pub(crate) const UNFINISHED: &str = "json.tmp";
/// Of what the user calls a run.
pub(crate) const LABEL: &str = "label";
/// Of where a run came from that was not measured into this store.
pub(crate) const ORIGIN: &str = "origin";

/// Whether the file is a journal.
pub(crate) fn is_journal(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == JOURNAL)
}
