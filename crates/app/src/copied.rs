//! A folder copied, within bounds.

use std::fs;
use std::io;
use std::path::Path;

/// The largest folder that is copied, in bytes.
pub(crate) const LARGEST: u64 = 2 << 30;

/// Plain files and folders; links are not followed, and a file that is there already stays. `left` is how many bytes may
/// still be copied.
///
/// # Errors
/// When something can't be read or written, or the folder is larger.
pub(crate) fn copy_folder(from: &Path, to: &Path, left: &mut u64) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (kind, target) = (entry.file_type()?, to.join(entry.file_name()));
        if kind.is_dir() {
            copy_folder(&entry.path(), &target, left)?;
        } else if kind.is_file() && !target.exists() {
            *left = left
                .checked_sub(entry.metadata()?.len())
                .ok_or_else(|| io::Error::other(format!("the folder is larger than {LARGEST} bytes")))?;
            fs::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}
