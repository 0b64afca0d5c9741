use std::fs;
use std::path::{Path, PathBuf};

use plimsoll_model::Limits;
use plimsoll_process::{Cgroups, Layout};
use plimsoll_runtime::CgroupPaths;
use tempfile::TempDir;

const CONTROLLERS: &str = "cpuset cpu io memory hugetlb pids rdma misc\n";

/// A recorded host below a temporary folder, with the files that its kernel would show.
struct Recorded(TempDir);

impl Recorded {
    fn new(name: &str) -> Self {
        let this = Self(tempfile::tempdir().unwrap());
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/fixtures").join(name);
        for file in ["mountinfo", "cgroup"] {
            this.file(&format!("proc/self/{file}"), &fs::read_to_string(from.join(file)).unwrap());
        }
        this
    }

    fn path(&self, below: &str) -> PathBuf {
        self.0.path().join(below)
    }

    fn file(&self, below: &str, text: &str) {
        fs::create_dir_all(self.path(below).parent().unwrap()).unwrap();
        fs::write(self.path(below), text).unwrap();
    }

    fn read(&self, below: &str) -> String {
        fs::read_to_string(self.path(below)).unwrap_or_else(|error| panic!("{below}: {error}"))
    }

    /// Everything but the counting number of the only group in a folder.
    fn only_group(&self, holder: &str) -> String {
        let mut names = fs::read_dir(self.path(holder)).unwrap().map(Result::unwrap);
        let name = names.find(|entry| entry.path().is_dir()).unwrap().file_name().into_string().unwrap();
        format!("{holder}/{name}")
    }

    fn v1(name: &str, cpu: &str) -> Self {
        let this = Self::new(name);
        for controller in [cpu, "memory", "pids", "cpuset"] {
            fs::create_dir_all(this.path(&format!("sys/fs/cgroup/{controller}"))).unwrap();
        }
        this.file("sys/fs/cgroup/cpuset/cpuset.cpus", "0-3\n");
        this.file("sys/fs/cgroup/cpuset/cpuset.mems", "0\n");
        this.file("sys/fs/cgroup/memory/plimsoll/memory.memsw.limit_in_bytes", "");
        this
    }

    fn delegating(&self, group: &str, enabled: &str) {
        self.file(&format!("{group}/cgroup.controllers"), CONTROLLERS);
        self.file(&format!("{group}/cgroup.subtree_control"), enabled);
        self.file(&format!("{group}/plimsoll/cgroup.subtree_control"), "");
        self.file(&format!("{group}/plimsoll/memory.swap.max"), "max\n");
    }
}

fn limits() -> Limits {
    Limits { cpu_milli: 500, memory_bytes: 64 << 20, pids: 32, ..Limits::default() }
}

#[test]
fn a_v1_host_gets_a_folder_per_hierarchy_with_cpu_and_cpuacct_in_one() {
    let host = Recorded::v1("v1", "cpu,cpuacct");
    let cgroups = Cgroups::open_at(host.0.path());
    assert_eq!((cgroups.layout(), cgroups.unlimited()), (Layout::V1, &[][..]));
    let group = cgroups.create("run-1.7.9", &limits(), &[2]).unwrap();
    let cpu = host.only_group("sys/fs/cgroup/cpu,cpuacct/plimsoll");
    assert!(cpu.contains("/run-1.7.9."), "{cpu}");
    assert_eq!(host.read(&format!("{cpu}/cpu.cfs_quota_us")), "50000");
    assert_eq!(host.read(&format!("{cpu}/cpu.cfs_period_us")), "100000");
    let memory = host.only_group("sys/fs/cgroup/memory/plimsoll");
    assert_eq!(host.read(&format!("{memory}/memory.limit_in_bytes")), "67108864");
    assert_eq!(host.read(&format!("{memory}/memory.memsw.limit_in_bytes")), "67108864");
    let pids = host.only_group("sys/fs/cgroup/pids/plimsoll");
    assert_eq!(host.read(&format!("{pids}/pids.max")), "32");
    assert_eq!(host.read("sys/fs/cgroup/cpuset/plimsoll/cpuset.cpus"), "0-3");
    let cpuset = host.only_group("sys/fs/cgroup/cpuset/plimsoll");
    assert_eq!(host.read(&format!("{cpuset}/cpuset.cpus")), "2");
    assert_eq!(host.read(&format!("{cpuset}/cpuset.mems")), "0");
    let folders = CgroupPaths::V1 { memory: Some(host.path(&memory)), cpuacct: Some(host.path(&cpu)) };
    assert_eq!(group.folders(), Some(folders));
    host.file(&format!("{memory}/memory.oom_control"), "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n");
    assert_eq!(group.oom_kills(), Some(2));
}

#[test]
fn without_cpus_of_its_own_a_v1_group_takes_those_of_the_group_above() {
    let host = Recorded::v1("v1", "cpu,cpuacct");
    let _group = Cgroups::open_at(host.0.path()).create("run-1.7.9", &limits(), &[]).unwrap();
    let cpuset = host.only_group("sys/fs/cgroup/cpuset/plimsoll");
    assert_eq!(host.read(&format!("{cpuset}/cpuset.cpus")), "0-3");
}

#[test]
fn a_hybrid_host_is_limited_through_its_v1_hierarchies() {
    let host = Recorded::v1("hybrid", "cpu");
    fs::create_dir_all(host.path("sys/fs/cgroup/cpuacct")).unwrap();
    host.file("sys/fs/cgroup/unified/cgroup.controllers", "");
    let cgroups = Cgroups::open_at(host.0.path());
    assert_eq!((cgroups.layout(), cgroups.unlimited()), (Layout::Hybrid, &[][..]));
    let group = cgroups.create("run-1.7.9", &limits(), &[0]).unwrap();
    let memory = host.path(&host.only_group("sys/fs/cgroup/memory/plimsoll"));
    let cpuacct = host.path(&host.only_group("sys/fs/cgroup/cpuacct/plimsoll"));
    assert_eq!(group.folders(), Some(CgroupPaths::V1 { memory: Some(memory), cpuacct: Some(cpuacct) }));
    assert!(!host.path("sys/fs/cgroup/unified/plimsoll").exists());
}

#[test]
fn on_a_v2_host_missing_controllers_are_handed_on_and_one_folder_holds_all_limits() {
    let host = Recorded::new("v2");
    host.delegating("sys/fs/cgroup", "memory pids\n");
    let cgroups = Cgroups::open_at(host.0.path());
    assert_eq!((cgroups.layout(), cgroups.unlimited()), (Layout::V2, &[][..]));
    assert_eq!(host.read("sys/fs/cgroup/cgroup.subtree_control"), "+cpuset +cpu");
    let handed_on = host.read("sys/fs/cgroup/plimsoll/cgroup.subtree_control");
    assert_eq!(handed_on, "+cpuset +cpu +memory +pids");
    let group = cgroups.create("run-1.7.9", &limits(), &[0, 3]).unwrap();
    let folder = host.only_group("sys/fs/cgroup/plimsoll");
    for (file, value) in [
        ("cpu.max", "50000 100000"),
        ("memory.max", "67108864"),
        ("memory.swap.max", "0"),
        ("pids.max", "32"),
        ("cpuset.cpus", "0,3"),
    ] {
        assert_eq!(host.read(&format!("{folder}/{file}")), value, "{file}");
    }
    assert_eq!(group.folders(), Some(CgroupPaths::V2 { folder: host.path(&folder) }));
    host.file(&format!("{folder}/memory.events"), "low 0\nhigh 0\nmax 8\noom 1\noom_kill 1\n");
    assert_eq!(group.oom_kills(), Some(1));
}

#[test]
fn a_v2_user_gets_groups_beside_its_own_where_they_are_delegated() {
    let host = Recorded::new("v2-user");
    // The root's control file is missing: it can't be written, as for a user.
    host.file("sys/fs/cgroup/cgroup.controllers", CONTROLLERS);
    let slice = "sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service/app.slice";
    host.delegating(slice, "cpu memory pids\n");
    let cgroups = Cgroups::open_at(host.0.path());
    assert_eq!(cgroups.unlimited(), []);
    let _group = cgroups.create("run-1.7.9", &limits(), &[0]).unwrap();
    assert!(host.only_group(&format!("{slice}/plimsoll")).contains("run-1.7.9."));
}

#[test]
fn controllers_that_are_not_delegated_are_named() {
    let host = Recorded::new("v2-user");
    let slice = "sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service/app.slice";
    host.delegating(slice, "memory pids\n");
    host.file(&format!("{slice}/cgroup.controllers"), "memory pids\n");
    let cgroups = Cgroups::open_at(host.0.path());
    let named: Vec<_> = cgroups.unlimited().iter().map(|gap| gap.what).collect();
    assert_eq!(named, ["cpu", "cpuset"]);
    assert!(cgroups.create("run-1.7.9", &limits(), &[0]).is_ok());
}

#[test]
fn where_no_group_can_be_made_everything_is_named_with_the_reason() {
    let host = Recorded::new("v2-container");
    host.file("sys/fs/cgroup/cgroup.controllers", CONTROLLERS);
    let cgroups = Cgroups::open_at(host.0.path());
    let named: Vec<_> = cgroups.unlimited().iter().map(|gap| gap.what).collect();
    assert_eq!(named, ["cpu", "cpuset", "memory", "pids"]);
    let text = cgroups.unlimited()[2].to_string();
    assert!(text.starts_with("`memory` is not limited: can't make control groups in"), "{text}");
    let group = cgroups.create("run-1.7.9", &limits(), &[0]).unwrap();
    assert_eq!((group.folders(), group.oom_kills()), (None, None));
}

#[test]
fn a_host_without_control_groups_says_so() {
    let host = Recorded(tempfile::tempdir().unwrap());
    let cgroups = Cgroups::open_at(host.0.path());
    assert_eq!((cgroups.layout(), cgroups.unlimited().len()), (Layout::Absent, 4));
}

#[test]
fn a_sweep_removes_exactly_the_groups_of_dead_owners() {
    let host = Recorded::new("v2");
    host.delegating("sys/fs/cgroup", "cpuset cpu memory pids\n");
    for name in ["dead.1.2.0", "dead.1.2.1", "living.3.4.0", "foreign", "nested.x"] {
        fs::create_dir_all(host.path(&format!("sys/fs/cgroup/plimsoll/{name}"))).unwrap();
    }
    let mut removed = Cgroups::open_at(host.0.path()).sweep(|label| label == "dead.1.2").unwrap();
    removed.sort();
    assert_eq!(removed, ["dead.1.2.0", "dead.1.2.1"]);
    for name in ["living.3.4.0", "foreign", "nested.x"] {
        assert!(host.path(&format!("sys/fs/cgroup/plimsoll/{name}")).is_dir(), "{name}");
    }
}

#[test]
fn a_label_that_climbs_out_of_our_folder_is_refused() {
    let host = Recorded::new("v2");
    host.delegating("sys/fs/cgroup", "cpuset cpu memory pids\n");
    let cgroups = Cgroups::open_at(host.0.path());
    for label in ["", "../out", "a/b", ".."] {
        assert!(cgroups.create(label, &limits(), &[]).is_err(), "{label}");
    }
}
