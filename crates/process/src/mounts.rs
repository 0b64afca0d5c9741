//! Where control groups are mounted and in which of them this process stands, in the kernel's own words.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;
use std::path::{Path, PathBuf};

use crate::Controller;
use crate::setting::HierarchyVersion;

/// A mounted hierarchy that offers at least one controller or is v2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mount {
    pub(crate) version: HierarchyVersion,
    /// For v1; a v2 hierarchy names its controllers in `cgroup.controllers`.
    pub(crate) controllers: Vec<Controller>,
    pub(crate) mount_point: PathBuf,
    /// The group of this process below the mount point; `None` when it is not visible from here.
    pub(crate) own: Option<PathBuf>,
}

/// Reads `/proc/self/mountinfo` and `/proc/self/cgroup` (both in proc(5) and cgroups(7)).
pub(crate) fn mounts(mountinfo: &str, own_groups: &str) -> Vec<Mount> {
    let mut found: Vec<Mount> = Vec::new();
    for mount in mountinfo.lines().filter_map(|line| parse_mount(line, own_groups)) {
        // A hierarchy can be mounted twice, e.g. by a container engine: the first one is as good.
        let known = found
            .iter()
            .any(|other| other.version == mount.version && other.controllers == mount.controllers);
        if !known {
            found.push(mount);
        }
    }
    found
}

/// A mounted hierarchy, whatever it is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hierarchy {
    pub(crate) version: HierarchyVersion,
    /// Those of ours, for v1.
    pub(crate) controllers: Vec<Controller>,
    /// Where it is mounted.
    pub(crate) folder: PathBuf,
    /// Whether that is the whole of it, from its root.
    pub(crate) whole: bool,
}

/// Reads `/proc/self/mountinfo` for every hierarchy, those included that carry none of our limits.
pub(crate) fn hierarchies(mountinfo: &str) -> Vec<Hierarchy> {
    let parsed = mountinfo.lines().filter_map(Parsed::of);
    let hierarchy = |Parsed { version, controllers, root, mount_point }| Hierarchy {
        version,
        controllers,
        folder: mount_point,
        whole: root == Path::new("/"),
    };
    parsed.map(hierarchy).collect()
}

/// A line of `/proc/self/mountinfo` about control groups.
struct Parsed {
    version: HierarchyVersion,
    controllers: Vec<Controller>,
    root: PathBuf,
    mount_point: PathBuf,
}

impl Parsed {
    fn of(line: &str) -> Option<Self> {
        let (before, after) = line.split_once(" - ")?;
        let mut before = before.split(' ').skip(3);
        let root = unescape(before.next()?);
        let mount_point = unescape(before.next()?);
        let mut after = after.split(' ');
        let version = match after.next()? {
            "cgroup" => HierarchyVersion::V1,
            "cgroup2" => HierarchyVersion::V2,
            _ => return None,
        };
        let options = after.nth(1)?;
        let controllers = match version {
            HierarchyVersion::V1 => options.split(',').filter_map(Controller::from_name).collect(),
            HierarchyVersion::V2 => Vec::new(),
        };
        Some(Self { version, controllers, root, mount_point })
    }
}

fn parse_mount(line: &str, own_groups: &str) -> Option<Mount> {
    let Parsed { version, controllers, root, mount_point } = Parsed::of(line)?;
    if version == HierarchyVersion::V1 && controllers.is_empty() {
        return None;
    }
    let own = own_group(own_groups, version, &controllers).and_then(|path| {
        let below = path.strip_prefix(&root).ok()?.to_owned();
        // Seen from inside a namespace, a group outside of it reads `/../…`.
        let inside = below.components().all(|part| matches!(part, std::path::Component::Normal(_)));
        inside.then_some(below)
    });
    Some(Mount { version, controllers, mount_point, own })
}

fn own_group(own_groups: &str, version: HierarchyVersion, controllers: &[Controller]) -> Option<PathBuf> {
    own_groups.lines().find_map(|line| {
        let mut parts = line.splitn(3, ':');
        let id = parts.next()?;
        let names = parts.next()?;
        let path = parts.next()?;
        let matches = match version {
            HierarchyVersion::V1 => {
                names.split(',').filter_map(Controller::from_name).eq(controllers.iter().copied())
            }
            HierarchyVersion::V2 => id == "0" && names.is_empty(),
        };
        matches.then(|| Path::new(path).to_owned())
    })
}

/// Blanks, tabs, newlines and backslashes stand as three octal digits after a backslash.
fn unescape(field: &str) -> PathBuf {
    let bytes = field.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let escaped = (byte == b'\\')
            .then(|| field.get(at + 1..at + 4))
            .flatten()
            .and_then(|digits| u8::from_str_radix(digits, 8).ok());
        out.push(escaped.unwrap_or(byte));
        at += if escaped.is_some() { 4 } else { 1 };
    }
    OsString::from_vec(out).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mount_point_with_a_blank_is_read() {
        let line = r"30 23 0:26 / /mnt/a\040b rw - cgroup cgroup rw,cpu,cpuacct";
        let found = mounts(line, "4:cpu,cpuacct:/user/x\n");
        assert_eq!(found[0].mount_point, Path::new("/mnt/a b"));
        assert_eq!(found[0].controllers, [Controller::Cpu, Controller::Cpuacct]);
        assert_eq!(found[0].own.as_deref(), Some(Path::new("user/x")));
    }

    #[test]
    fn a_group_outside_the_mounted_part_is_not_visible() {
        let line = "30 23 0:26 /docker/abc /sys/fs/cgroup ro - cgroup2 cgroup rw";
        assert_eq!(mounts(line, "0::/docker/abc/x\n")[0].own.as_deref(), Some(Path::new("x")));
        assert_eq!(mounts(line, "0::/system.slice\n")[0].own, None);
        let root = "30 23 0:26 / /sys/fs/cgroup ro - cgroup2 cgroup rw";
        assert_eq!(mounts(root, "0::/../other\n")[0].own, None);
    }

    #[test]
    fn named_hierarchies_and_other_file_systems_are_left_out() {
        let lines = "40 31 0:37 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,name=systemd\n\
                     22 27 0:21 / /proc rw,relatime - proc proc rw\n\
                     broken line\n";
        assert_eq!(mounts(lines, ""), []);
    }
}
