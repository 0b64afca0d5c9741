//! What is wrong with an image in a file or a folder.

use std::io;

use plimsoll_files::Unread;
use plimsoll_registry::OciProblem;

/// Why an image in a file is not loaded.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveProblem {
    /// The file can't be read.
    #[error("{0}")]
    File(#[from] Unread),
    /// It is no tar, or one that is cut off.
    #[error("it is no tar, or is cut off: {0}. Make it with `docker save`")]
    Tar(#[from] io::Error),
    /// It is packed.
    #[error("it is packed: unpack it with `gunzip`, or whatever packed it")]
    Packed,
    /// It is larger than it may be.
    #[error(
        "it holds more than {limit} bytes, the most that is loaded. Load it with `docker load`, and name the image"
    )]
    TooLarge {
        /// The most that is loaded.
        limit: u64,
    },
    /// It unpacks to more than it may.
    #[error(
        "it unpacks to {limit} bytes more than its file has, or to more, and that is not loaded. Where you trust it, load it with \
         `docker load`, and name the image"
    )]
    Grows {
        /// The most.
        limit: u64,
    },
    /// A part is not whole.
    #[error("its part `{part}` is cut off or damaged: {problem}. Make it, or copy it, again")]
    Part {
        /// The part.
        part: String,
        /// What is wrong with it.
        problem: String,
    },
    /// It has more parts than it may have.
    #[error("it has more than {limit} {what}: an image has not so many")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many may be there.
        limit: usize,
    },
    /// An entry leads out of it.
    #[error("its entry `{entry}` leads out of the archive, and no image needs that: do not trust it")]
    Climbs {
        /// The entry.
        entry: String,
    },
    /// An entry is no file, folder or link.
    #[error("its entry `{entry}` is no file, folder or link, and no image needs that: do not trust it")]
    Odd {
        /// The entry.
        entry: String,
    },
    /// A list of its parts does not read.
    #[error("its `{list}` does not read: {problem}. Make it with `docker save`")]
    List {
        /// The list's name.
        list: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// It is another kind of tar.
    #[error(
        "it has neither a `manifest.json` nor an `index.json`, so it is no image: make it with `docker save` (not `docker export`)"
    )]
    NoImage,
    /// It is a layout, and its image can't be had from it.
    #[error("{0}")]
    Layout(#[from] OciProblem),
    /// The engine does not take it.
    #[error(
        "the engine does not take it: {message}. Make it with `docker save`; an OCI layout alone needs Docker 25 or newer"
    )]
    Refused {
        /// In the engine's words.
        message: String,
    },
    /// It holds several images, or none.
    #[error("it holds {count} images: save the one that is meant alone")]
    NotOne {
        /// How many.
        count: usize,
    },
}
