use std::fs;

use plimsoll_model::Limits;
use plimsoll_process::{ProcessError, Step};
use plimsoll_runtime::CgroupPaths;

use crate::{cgroups, label, run, script};

fn first_cpu() -> u32 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let list = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:")).unwrap();
    list.trim().split([',', '-']).next().unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_process_that_eats_memory_is_killed_and_the_group_tells_so() {
    let limits = Limits { memory_bytes: 16 << 20, ..Limits::default() };
    let (mut child, group) = run(script("x=aaaaaaaa; while :; do x=$x$x; done"), "memory", &limits, &[]);
    let ending = child.wait().await.unwrap();
    assert_eq!(ending.signal, Some(9), "{:?}", child.output());
    assert!(group.oom_kills().unwrap() > 0);
    group.remove().unwrap();
}

#[tokio::test]
async fn a_process_that_ends_by_itself_is_not_taken_for_one_killed_for_memory() {
    let (mut child, group) = run(script("exit 3"), "exit", &Limits::default(), &[]);
    assert_eq!(child.wait().await.unwrap().code, Some(3));
    assert_eq!(group.oom_kills(), Some(0));
    group.remove().unwrap();
}

#[tokio::test]
async fn a_busy_process_is_throttled_by_its_cpu_quota() {
    let limits = Limits { cpu_milli: 100, ..Limits::default() };
    let text = "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; cat /proc/self/cgroup";
    let (mut child, group) = run(script(text), "quota", &limits, &[]);
    assert_eq!(child.wait().await.unwrap().code, Some(0));
    let groups = String::from_utf8(child.output().stdout).unwrap();
    let own = groups
        .lines()
        .find_map(|line| line.rsplit_once(':')?.1.strip_prefix("/plimsoll/"))
        .unwrap_or_else(|| panic!("it is in no group of ours: {groups}"));
    assert!(own.starts_with(&label("quota")), "{groups}");
    let folder = match group.folders() {
        Some(CgroupPaths::V2 { folder }) => folder,
        Some(CgroupPaths::V1 { cpuacct, .. }) => {
            let folder = cpuacct.unwrap().to_string_lossy().replace("/cpuacct/plimsoll", "/cpu/plimsoll");
            folder.into()
        }
        None => panic!("no group"),
    };
    let stat = fs::read_to_string(folder.join("cpu.stat")).unwrap();
    let throttled = stat.lines().find_map(|line| line.strip_prefix("nr_throttled ")).unwrap();
    assert!(throttled.parse::<u64>().unwrap() > 0, "{stat}");
    group.remove().unwrap();
}

#[tokio::test]
async fn a_process_sees_its_cpus_from_the_first_instruction() {
    let cpu = first_cpu();
    let (mut child, group) = run(script("cat /proc/self/status"), "cpus", &Limits::default(), &[cpu]);
    child.wait().await.unwrap();
    let status = String::from_utf8(child.output().stdout).unwrap();
    let list = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:")).unwrap();
    assert_eq!(list.trim(), cpu.to_string());
    group.remove().unwrap();
}

#[tokio::test]
async fn a_process_can_not_fork_beyond_its_limit() {
    let limits = Limits { pids: 2, ..Limits::default() };
    let (mut child, group) =
        run(script("sleep 1000 & sleep 1000 & sleep 1000 & echo all"), "pids", &limits, &[]);
    assert_ne!(child.wait().await.unwrap().code, Some(0));
    let output = child.output();
    assert_eq!(output.stdout, b"", "{output:?}");
    group.remove().unwrap();
}

#[test]
fn cpus_that_do_not_exist_are_refused_by_name() {
    let launched = script("true").cpus(&[9_999]).ready().unwrap().spawn(None);
    let Err(ProcessError::Confine { step, .. }) = launched else { panic!("{launched:?}") };
    assert_eq!(step, Step::SetAffinity);
}

#[test]
fn a_limit_that_the_kernel_refuses_leaves_no_group_behind() {
    let cgroups = cgroups();
    let refused = cgroups.create(&label("refused"), &Limits::default(), &[9_999]);
    assert!(matches!(refused, Err(ProcessError::WriteLimit { .. })), "{refused:?}");
    assert_eq!(cgroups.sweep(|other| other == label("refused")).unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn a_data_limit_makes_allocating_fail_where_no_group_does() {
    for (block, code) in [("1M", 0), ("64M", 1)] {
        let launch = script(&format!("dd if=/dev/zero of=/dev/null bs={block} count=1"));
        let mut child = launch.data_limit(16 << 20).ready().unwrap().spawn(None).unwrap();
        let ending = child.wait().await.unwrap();
        assert_eq!(ending.code, Some(code), "{:?}", child.output());
    }
}
