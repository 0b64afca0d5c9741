use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A folder that an instance sees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FolderGrant {
    /// Where it lies: in the workload's folder, and absolute once the workload is read.
    pub from: PathBuf,
    /// Its absolute path as the instance sees it.
    pub to: String,
    /// Whether the instance may write into it. Each instance then has a copy of its own, which goes with it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub write: bool,
}

fn is_false(value: &bool) -> bool {
    !value
}

impl FolderGrant {
    /// Whether an absolute path, as the instance sees it, lies in it.
    #[must_use]
    pub fn holds(&self, path: &str) -> bool {
        path.strip_prefix(&self.to).is_some_and(|rest| rest.starts_with('/') && rest.len() > 1)
    }

    /// Why an instance can't see it at its path; `None` where it can.
    #[must_use]
    pub fn misplaced(&self) -> Option<&'static str> {
        let mut parts = self.to.split('/');
        let is_absolute = parts.next() == Some("") && self.to.len() > 1;
        if !is_absolute || self.to.contains('\0') || parts.clone().any(|part| ["", ".", ".."].contains(&part))
        {
            return Some("is no plain absolute path below `/`, such as `/data`");
        }
        let first = parts.next().unwrap_or_default();
        ["proc", "sys", "dev"]
            .contains(&first)
            .then_some("belongs to the system in a container: choose another")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(to: &str) -> FolderGrant {
        FolderGrant { from: "data".into(), to: to.to_owned(), write: false }
    }

    #[test]
    fn only_plain_absolute_paths_are_places() {
        for right in ["/data", "/srv/data", "/a b", "/development"] {
            assert_eq!(at(right).misplaced(), None, "{right}");
        }
        for wrong in ["", "/", "data", "/data/", "//data", "/a/../b", "/./a", "/dev", "/proc/1", "/a\0"] {
            assert!(at(wrong).misplaced().is_some(), "{wrong}");
        }
    }

    #[test]
    fn what_lies_in_it_begins_with_it() {
        assert!(at("/out").holds("/out/a/b"));
        for outside in ["/out", "/out/", "/outer/a", "/a"] {
            assert!(!at("/out").holds(outside), "{outside}");
        }
    }
}
