use std::path::Path;
use std::{fs, io};

/// A new v1 cpuset group is empty and takes no process until its CPUs and memory nodes are given: those of the group above,
/// which another process of ours may just have made and not filled yet.
pub(crate) fn inherit(above: &Path, folder: &Path, file: &str) -> io::Result<()> {
    let into = folder.join(file);
    if fs::read_to_string(&into).is_ok_and(|own| !own.trim().is_empty()) {
        return Ok(());
    }
    let from = above.join(file);
    if let Some(higher) = above.parent().filter(|_| is_empty(&from)) {
        inherit(higher, above, file)?;
    }
    fs::write(into, fs::read_to_string(from)?.trim())
}

fn is_empty(file: &Path) -> bool {
    fs::read_to_string(file).is_ok_and(|text| text.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_above_that_was_made_and_not_filled_yet_is_filled_first() {
        let root = tempfile::tempdir().unwrap();
        let (ours, group) = (root.path().join("plimsoll"), root.path().join("plimsoll/run"));
        fs::create_dir_all(&group).unwrap();
        for (folder, text) in [(root.path(), "0-1\n"), (&ours, "\n"), (&group, "\n")] {
            fs::write(folder.join("cpuset.mems"), text).unwrap();
        }
        inherit(&ours, &group, "cpuset.mems").unwrap();
        for folder in [&ours, &group] {
            assert_eq!(fs::read_to_string(folder.join("cpuset.mems")).unwrap(), "0-1");
        }
    }
}
