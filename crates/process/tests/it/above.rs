use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use plimsoll_process::{GroupAbove, GroupMaker, GroupsAbove};

use crate::label;

fn groups() -> GroupsAbove {
    GroupsAbove::open(GroupMaker::Anyone).unwrap()
}

/// The folder of every hierarchy in which the group stands.
fn folders(group: &GroupAbove) -> Vec<PathBuf> {
    let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap();
    let of_groups = mounts.lines().filter(|line| line.contains(" - cgroup"));
    let points = of_groups.map(|line| line.split(' ').nth(4).unwrap());
    points.map(|point| Path::new(point).join(group.told().trim_start_matches('/'))).collect()
}

/// The folder in which memory is accounted.
fn memory_of(group: &GroupAbove) -> PathBuf {
    let has_peak = |folder: &PathBuf| {
        ["memory.peak", "memory.max_usage_in_bytes"].iter().any(|file| folder.join(file).exists())
    };
    folders(group).into_iter().find(has_peak).unwrap()
}

#[test]
fn what_was_held_inside_is_known_when_that_is_gone() {
    let group = groups().create(&label("above")).unwrap();
    let inner = memory_of(&group).join("inner");
    fs::create_dir(&inner).unwrap();
    let fill = format!("echo 0 > {}/cgroup.procs && head -c 32M /dev/zero | tail -c 32M", inner.display());
    assert!(Command::new("/bin/sh").args(["-c", &fill]).output().unwrap().status.success());
    fs::remove_dir(&inner).unwrap();
    let peak = group.peak().reading.value().unwrap();
    assert!((32 << 20..48 << 20).contains(&peak), "{peak}");
    group.remove().unwrap();
}

#[test]
fn it_stands_in_every_hierarchy_and_goes_from_each() {
    let group = groups().create(&label("everywhere")).unwrap();
    let folders = folders(&group);
    assert!(!folders.is_empty() && folders.iter().all(|folder| folder.is_dir()), "{folders:?}");
    // Nothing was ever in it: that is no peak of anybody's.
    assert_eq!(group.peak().reading.value(), None);
    group.remove().unwrap();
    assert!(!folders.iter().any(|folder| folder.exists()), "{folders:?}");
}

#[test]
fn a_sweep_leaves_what_is_in_use_and_what_is_a_living_owner_s() {
    let (used, empty) = (label("used"), label("empty"));
    let group = groups().create(&used).unwrap();
    let inner = memory_of(&group).join("inner");
    fs::create_dir(&inner).unwrap();
    let left = groups().create(&empty).unwrap();
    let name = left.told();
    assert_eq!(groups().sweep(|label| label == "another"), [""; 0]);
    assert_eq!(groups().sweep(|label| label == empty || label == used), [name.trim_start_matches('/')]);
    assert!(inner.exists());
    // Already gone: no error.
    left.remove().unwrap();
    fs::remove_dir(inner).unwrap();
    group.remove().unwrap();
}

#[test]
fn where_nothing_accounts_memory_there_is_none_and_a_reason() {
    let nowhere = tempfile::tempdir().unwrap();
    let why = GroupsAbove::open_at(nowhere.path(), GroupMaker::Anyone).unwrap_err();
    assert!(why.contains("memory"), "{why}");
}
