use std::fs;
use std::path::{Path, PathBuf};

use plimsoll_runtime::CgroupPaths;

/// The control groups of a container, one of whose processes this is, as folders that can be read here.
pub(crate) fn of(pid: u32, container: &str) -> Option<CgroupPaths> {
    let groups = fs::read_to_string(format!("/proc/{pid}/cgroup")).ok()?;
    let mounts = fs::read_to_string("/proc/self/mountinfo").ok()?;
    resolve(&of_container(&groups, container), &mounts)
}

/// Where the limits of one controller are kept for a container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum GroupPlace {
    /// In this folder of the controller's own hierarchy.
    V1(PathBuf),
    /// In this folder of the unified hierarchy, if at all.
    V2(PathBuf),
    /// Nowhere: the container has no group of its own there.
    None,
    /// Where it can't be seen from here.
    Unseen,
}

/// Where a controller keeps the limits of a container, one of whose processes this is.
pub(crate) fn place(pid: u32, container: &str, controller: &str) -> GroupPlace {
    let groups = fs::read_to_string(format!("/proc/{pid}/cgroup"));
    let mounts = fs::read_to_string("/proc/self/mountinfo");
    match groups.ok().zip(mounts.ok()) {
        Some((groups, mounts)) => placed(&groups, &mounts, container, controller),
        None => GroupPlace::Unseen,
    }
}

fn placed(groups: &str, mounts: &str, container: &str, controller: &str) -> GroupPlace {
    let own = of_container(groups, container);
    let has_own_hierarchy = |groups: &str| {
        let mut controllers = groups.lines().filter_map(|line| line.split(':').nth(1));
        controllers.any(|names| names.split(',').any(|name| name == controller))
    };
    if has_own_hierarchy(groups) {
        return match folder(&own, mounts, Some(controller)) {
            Some(folder) => GroupPlace::V1(folder),
            None if has_own_hierarchy(&own) => GroupPlace::Unseen,
            None => GroupPlace::None,
        };
    }
    let is_unified = own.lines().any(|line| line.starts_with("0::"));
    match folder(&own, mounts, None) {
        Some(folder) => GroupPlace::V2(folder),
        None if is_unified => GroupPlace::Unseen,
        None => GroupPlace::None,
    }
}

/// The lines of those groups that are the container's own. Where the engine does without a controller, its containers
/// stand in the group of somebody else there: the root's, say, with every process of the machine.
fn of_container(groups: &str, container: &str) -> String {
    let own = |line: &&str| line.splitn(3, ':').nth(2).is_some_and(|path| path.contains(container));
    groups.lines().filter(own).map(|line| format!("{line}\n")).collect()
}

/// Whether a process stands in the groups of a container: a pid from an engine in another virtual machine
/// may be that of somebody else here.
pub(crate) fn belongs_to(pid: u32, container: &str) -> bool {
    fs::read_to_string(format!("/proc/{pid}/cgroup")).is_ok_and(|groups| groups.contains(container))
}

fn resolve(groups: &str, mounts: &str) -> Option<CgroupPaths> {
    let memory = folder(groups, mounts, Some("memory"));
    let cpuacct = folder(groups, mounts, Some("cpuacct"));
    // On hybrid hosts the unified hierarchy has no controllers, so v1 is asked first.
    if memory.is_some() || cpuacct.is_some() {
        return Some(CgroupPaths::V1 { memory, cpuacct });
    }
    folder(groups, mounts, None).map(|folder| CgroupPaths::V2 { folder })
}

/// The folder of one v1 controller, or with `None` of the unified hierarchy.
fn folder(groups: &str, mounts: &str, controller: Option<&str>) -> Option<PathBuf> {
    let path = groups.lines().find_map(|line| {
        let mut fields = line.splitn(3, ':');
        let (number, controllers, path) = (fields.next()?, fields.next()?, fields.next()?);
        let found = match controller {
            Some(controller) => controllers.split(',').any(|name| name == controller),
            None => number == "0" && controllers.is_empty(),
        };
        found.then_some(path)
    })?;
    mounts.lines().find_map(|line| {
        // id, parent, device, root, mount point, options, … - type, source, super options
        let (mount, file_system) = line.split_once(" - ")?;
        let mount: Vec<&str> = mount.split(' ').collect();
        let mut file_system = file_system.split(' ');
        let (kind, options) = (file_system.next()?, file_system.nth(1)?);
        let found = match controller {
            Some(controller) => kind == "cgroup" && options.split(',').any(|name| name == controller),
            None => kind == "cgroup2",
        };
        let relative = path.strip_prefix(mount.get(3)?.trim_end_matches('/'))?;
        found.then(|| Path::new(mount[4]).join(relative.trim_start_matches('/')))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hybrid_host_gives_the_v1_folders() {
        let groups = "12:memory:/docker/abc\n3:cpu,cpuacct:/docker/abc\n0::/system.slice/docker.service\n";
        let mounts = "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n\
            33 31 0:30 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct\n\
            41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw\n";
        let expected = CgroupPaths::V1 {
            memory: Some("/sys/fs/cgroup/memory/docker/abc".into()),
            cpuacct: Some("/sys/fs/cgroup/cpu,cpuacct/docker/abc".into()),
        };
        assert_eq!(resolve(groups, mounts), Some(expected));
    }

    #[test]
    fn a_group_that_does_not_bear_the_container_s_name_is_somebody_else_s() {
        let groups = "12:memory:/\n3:cpu,cpuacct:/docker/abc\n0::/system.slice/docker.service\n";
        let mounts = "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n\
            33 31 0:30 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n\
            41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n";
        let own = of_container(groups, "abc");
        let cpuacct = Some("/sys/fs/cgroup/cpu,cpuacct/docker/abc".into());
        assert_eq!(resolve(&own, mounts), Some(CgroupPaths::V1 { memory: None, cpuacct }));
        assert_eq!(resolve(&of_container("12:memory:/\n0::/\n", "abc"), mounts), None);
    }

    #[test]
    fn a_controller_s_limits_are_where_the_container_has_a_group_of_its_own() {
        let groups = "12:memory:/docker/abc\n5:cpuset:/\n3:cpu,cpuacct:/docker/abc\n0::/docker/abc\n";
        let mounts = "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n\
            41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n";
        let place = |controller| placed(groups, mounts, "abc", controller);
        assert_eq!(place("memory"), GroupPlace::V1("/sys/fs/cgroup/memory/docker/abc".into()));
        assert_eq!(place("cpuset"), GroupPlace::None);
        assert_eq!(place("cpu"), GroupPlace::Unseen, "its hierarchy is mounted elsewhere");
        assert_eq!(place("pids"), GroupPlace::V2("/sys/fs/cgroup/unified/docker/abc".into()));
        assert_eq!(placed("0::/docker/abc\n", "", "abc", "pids"), GroupPlace::Unseen);
        assert_eq!(placed("0::/\n", mounts, "abc", "pids"), GroupPlace::None);
    }

    #[test]
    fn a_unified_host_gives_one_folder() {
        let groups = "0::/system.slice/docker-abc.scope\n";
        let mounts = "24 23 0:22 / /sys rw,nosuid - sysfs sysfs rw\n\
            30 24 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n";
        let folder = "/sys/fs/cgroup/system.slice/docker-abc.scope".into();
        assert_eq!(resolve(groups, mounts), Some(CgroupPaths::V2 { folder }));
    }

    #[test]
    fn a_mount_of_a_part_of_the_hierarchy_is_taken_off_the_path() {
        let mounts = "30 24 0:26 /outer /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n";
        let folder = "/sys/fs/cgroup/docker/abc".into();
        assert_eq!(resolve("0::/outer/docker/abc\n", mounts), Some(CgroupPaths::V2 { folder }));
        assert_eq!(resolve("0::/elsewhere\n", mounts), None);
    }
}
