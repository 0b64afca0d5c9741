//! What lies outside of a desk.

use std::path::{Path, PathBuf};

use super::ask::Push;
use crate::Error;

/// What lies outside of a desk: the window and its system.
pub trait Outside: Send + Sync {
    /// Hands a push to the window. One that has gone gets none.
    fn push(&self, push: Push);

    /// Puts words on the clipboard.
    ///
    /// # Errors
    /// When the system has none, in its words.
    fn copy_text(&self, text: String) -> Result<(), Error>;

    /// Puts a picture on the clipboard, given as PNG.
    ///
    /// # Errors
    /// When the system has none, in its words.
    fn copy_png(&self, png: &[u8]) -> Result<(), Error>;

    /// Shows a file in the system's file manager.
    ///
    /// # Errors
    /// When there is none, in the system's words.
    fn reveal(&self, path: &Path) -> Result<(), Error>;

    /// A file, or a folder, that the user names in the system's own dialog of this title; waits for that. Absent when
    /// the user closes it.
    ///
    /// # Errors
    /// When the system has no such dialog, in its words.
    fn choose(&self, title: &str, folder: bool) -> Result<Option<PathBuf>, Error>;

    /// The user's folder for downloads, made where it is missing. Absent where the system names none, or it can't be
    /// made.
    fn downloads(&self) -> Option<PathBuf>;
}
