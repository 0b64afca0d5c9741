use std::borrow::Cow;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use plimsoll_model::Reading;

use crate::CgroupPaths;

const V1: &str = "cgroup v1 memory.max_usage_in_bytes";
const V2: &str = "cgroup v2 memory.peak";

/// The most memory that was charged at once to the control group of an instance: what is left to be told of one that has
/// ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peak {
    /// How it was taken.
    pub method: &'static str,
    /// Bytes, or why there are none.
    pub reading: Reading,
}

impl Peak {
    /// Of a group that is still there, with all that ever was in groups inside it.
    #[must_use]
    pub fn of(group: Option<&CgroupPaths>) -> Self {
        match group {
            None => Self::absent("the instance has no control group of its own here"),
            Some(CgroupPaths::V1 { memory: None, .. }) => {
                Self::absent("no control group of its own limits the instance's memory here")
            }
            Some(CgroupPaths::V1 { memory: Some(folder), .. }) => {
                let missing = "the control group has no `memory.max_usage_in_bytes`";
                Self { method: V1, reading: bytes_in(&folder.join("memory.max_usage_in_bytes"), missing) }
            }
            Some(CgroupPaths::V2 { folder }) => {
                let missing = "the control group has no `memory.peak`: the kernel is older than Linux 5.19, or its \
                               memory controller is off here";
                Self { method: V2, reading: bytes_in(&folder.join("memory.peak"), missing) }
            }
        }
    }

    /// Why there is none.
    #[must_use]
    pub fn absent(reason: impl Into<Cow<'static, str>>) -> Self {
        Self { method: "none", reading: Reading::unavailable(reason) }
    }
}

fn bytes_in(file: &Path, missing: &'static str) -> Reading {
    match fs::read_to_string(file) {
        Ok(text) => match text.trim().parse() {
            Ok(bytes) => Reading::Value(bytes),
            Err(_) => Reading::unavailable(format!("`{}` holds no number", file.display())),
        },
        Err(error) if error.kind() == ErrorKind::NotFound => Reading::unavailable(missing),
        Err(error) => Reading::unavailable(format!("`{}` can't be read: {error}", file.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_version_has_its_file() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("memory.peak"), "4096\n").unwrap();
        fs::write(folder.path().join("memory.max_usage_in_bytes"), "8192\n").unwrap();
        let v2 = Peak::of(Some(&CgroupPaths::V2 { folder: folder.path().into() }));
        let v1 = Peak::of(Some(&CgroupPaths::V1 { memory: Some(folder.path().into()), cpuacct: None }));
        assert_eq!([v2.reading.value(), v1.reading.value()], [Some(4096), Some(8192)]);
        assert_ne!(v2.method, v1.method);
    }

    #[test]
    fn a_peak_that_can_not_be_read_says_why() {
        let none = CgroupPaths::V1 { memory: None, cpuacct: None };
        let old = CgroupPaths::V2 { folder: "/nowhere".into() };
        for (group, why) in [(None, "no control group"), (Some(none), "limits"), (Some(old), "5.19")] {
            let Reading::Unavailable { reason } = Peak::of(group.as_ref()).reading else { panic!() };
            assert!(reason.contains(why), "{reason}");
        }
    }
}
