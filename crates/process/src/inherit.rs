use std::path::Path;
use std::{fs, io};

/// A new v1 cpuset group is empty and takes no process until its CPUs and memory nodes are given.
pub(crate) fn inherit(above: &Path, folder: &Path, file: &str) -> io::Result<()> {
    let into = folder.join(file);
    if fs::read_to_string(&into).is_ok_and(|own| !own.trim().is_empty()) {
        return Ok(());
    }
    fs::write(into, fs::read_to_string(above.join(file))?.trim())
}
