//! Reading what is packed: from within the folder it belongs to, and from nowhere else.

use std::path::Path;

use plimsoll_capsule::limits;
use plimsoll_files::{Unread, read_file};
/// What can be done where something can't be packed.
pub(super) const ALONE: &str = "`--without-workloads` packs the run and its reports alone; such a capsule can be opened, but not \
                     replayed";

/// A file that really lies in the folder, through all symbolic links.
pub(super) fn read_inside(folder: &Path, file: &str) -> Result<Vec<u8>, String> {
    let path = folder.join(file).canonicalize().map_err(|error| error.to_string())?;
    let inside = folder.canonicalize().is_ok_and(|folder| path.starts_with(folder));
    if !inside {
        return Err("it leads out of the folder that it stands in".to_owned());
    }
    read_file(&path, limits::ENTRY).map_err(|why| match why {
        Unread::TooLarge { bytes, limit } => {
            format!("it has {bytes} bytes, and a capsule takes {limit} at most")
        }
        why => why.to_string(),
    })
}
