//! What a run, or runs set against a base run, say to a reader: sentences, tables, charts and remarks, as one
//! [`Document`] that every form shows.

mod alike;
pub mod document;
mod list;
mod notes;
mod places;
mod report;
mod run;
mod sheet;
mod table;
mod titled;
mod verdict;
pub mod versus;

pub use document::{Document, Illustrated};
pub use list::{counted, more};
pub use report::Report;
pub use table::{Column, EntryTone, Table, TableEntry, TableRow};
pub use verdict::{Clause, Headline, Sentence, Sure, Topic, verdict_of, verdicts};
