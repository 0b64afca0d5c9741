use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use plimsoll_model::{Availability, FailureKind, JobKind};
use plimsoll_runtime::proc::{Stat, Unheard};
use plimsoll_runtime::{Exit, Instance, NotEnough, Role};

use crate::workload::{Compiled, built};
use crate::{conditions, lane, lane_of, left_of, start};

/// A service's end is seen by asking, as the engine does; its end gives no event here.
async fn end_of(instance: &mut dyn Instance) -> Exit {
    let asked = async {
        loop {
            if let Some(exit) = instance.ended().await {
                return exit;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), asked).await.unwrap()
}

/// Whether a process still has anything to do: one that only waits for its parent has not.
fn lives(pid: u32) -> bool {
    Stat::of(pid).is_ok_and(|stat| !stat.has_ended())
}

/// A container whose program runs, and not the runtime's own code any more that makes it.
async fn until_it_says(instance: &dyn Instance, file: &std::path::Path) -> u32 {
    let asked = async {
        while !file.exists() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), asked).await.unwrap();
    let processes = instance.footprint().processes;
    processes.iter().find(|process| process.role == Role::Instance).unwrap().pid
}

/// A service that runs this once it has said that it is up.
async fn up(run: &'static str, body: &str) -> (Compiled, Box<dyn Instance>) {
    let ground = tempfile::tempdir().unwrap();
    let body = format!("std::fs::write(\"/said/up\", \"\").unwrap(); {body}");
    let mut compiled = Compiled::new(JobKind::Serve, &body);
    let from = ground.path().canonicalize().unwrap();
    compiled.workload.grants.folders =
        vec![plimsoll_model::FolderGrant { from, to: "/said".to_owned(), write: true }];
    let mut conditions = conditions(run);
    conditions.limits.stop_timeout_ms = 3_600_000;
    let instance = start(lane().as_ref(), &compiled.workload, &conditions).await;
    let said = instance.copies()[0].at.join("up");
    until_it_says(instance.as_ref(), &said).await;
    (compiled, instance)
}

#[tokio::test]
async fn a_first_process_without_a_handler_is_killed_without_waiting() {
    let (_compiled, instance) = up("oci-deaf", "loop { std::thread::park(); }").await;
    let stopped = instance.stop().await.unwrap();
    let unheard = NotEnough::Unheard(Unheard::WithoutHandler);
    assert_eq!(stopped.killed.map(|killed| killed.why), Some(unheard));
    assert_eq!((stopped.exit.signal, stopped.exit.out_of_memory), (Some(9), false));
    assert_eq!(left_of("oci-deaf"), [""; 0]);
}

#[tokio::test]
async fn a_container_whose_runtime_was_killed_is_removed_all_the_same() {
    let (_compiled, mut instance) = up("oci-orphan", "loop { std::thread::park(); }").await;
    let footprint = instance.footprint();
    let shim = footprint.processes.iter().find(|process| process.role == Role::Shim).unwrap().pid;
    let shim = rustix::process::Pid::from_raw(shim as i32).unwrap();
    rustix::process::kill_process(shim, rustix::process::Signal::KILL).unwrap();
    assert_eq!(end_of(instance.as_mut()).await.signal, Some(9));
    instance.stop().await.unwrap();
    assert!(footprint.cgroup.unwrap().members().is_empty());
    assert_eq!(left_of("oci-orphan"), [""; 0]);
}

#[tokio::test]
async fn a_container_that_is_stopped_while_it_is_made_leaves_nothing() {
    let conditions = conditions("oci-early");
    let prepared = lane().prepare(&built("json-api"), &conditions).await.unwrap();
    let mut bed = prepared.stage().await.unwrap();
    for after_ms in (0..60).step_by(3) {
        let instance = bed.start().await.unwrap();
        tokio::time::sleep(Duration::from_millis(after_ms)).await;
        let footprint = instance.footprint();
        instance.stop().await.unwrap();
        assert!(footprint.processes.iter().all(|process| !lives(process.pid)), "after {after_ms} ms");
    }
    bed.end().await.unwrap();
    prepared.discard().await.unwrap();
    assert_eq!(left_of("oci-early"), [""; 0]);
}

#[tokio::test]
async fn a_command_that_eats_memory_is_told_as_out_of_memory() {
    let body = "let mut v: Vec<Vec<u8>> = Vec::new(); loop { v.push(vec![1; 1 << 20]); }";
    let compiled = Compiled::new(JobKind::Run, body);
    let mut limited = conditions("oci-memory");
    limited.limits.memory_bytes = 64 << 20;
    let mut instance = start(lane().as_ref(), &compiled.workload, &limited).await;
    let exit = instance.wait().await.unwrap();
    assert!(exit.out_of_memory && exit.signal == Some(9), "{exit:?}");
    let stopped = instance.stop().await.unwrap();
    assert!(stopped.exit.out_of_memory && stopped.killed.is_none());
    let peak = stopped.peak.unwrap().reading.value().unwrap();
    assert!(peak.abs_diff(64 << 20) < 1 << 20, "{peak}");
}

#[tokio::test]
async fn a_command_that_floods_stdout_is_read_to_its_end_and_cut() {
    let body = "use std::io::Write; let mut o = std::io::stdout(); let b = [b'x'; 4096];
        for _ in 0..8192 { o.write_all(&b).unwrap(); }";
    let compiled = Compiled::new(JobKind::Run, body);
    let mut limited = conditions("oci-flood");
    limited.limits.output_bytes = 10_000;
    let mut instance = start(lane().as_ref(), &compiled.workload, &limited).await;
    let exit = instance.wait().await.unwrap();
    assert_eq!((exit.code, exit.stdout.len(), exit.truncated), (Some(0), 10_000, true));
    instance.stop().await.unwrap();
}

#[tokio::test]
async fn a_service_that_exits_at_once_is_told_so() {
    let compiled = Compiled::new(JobKind::Serve, "eprintln!(\"no configuration\"); std::process::exit(78);");
    let mut instance = start(lane().as_ref(), &compiled.workload, &conditions("oci-exits")).await;
    let exit = end_of(instance.as_mut()).await;
    assert_eq!((exit.code, exit.stderr_tail.as_str()), (Some(78), "no configuration"));
    assert_eq!(instance.stop().await.unwrap().exit, exit);
    assert_eq!(left_of("oci-exits"), [""; 0]);
}

#[tokio::test]
async fn a_limit_that_the_kernel_refuses_is_told_before_the_first_trial() {
    let mut conditions = conditions("oci-refused");
    conditions.instance_cpus = vec![0];
    // A CPU that this machine does not have.
    conditions.instance_cpus.push(1_000);
    let error = lane().prepare(&built("hello"), &conditions).await.err().unwrap();
    let told = error.to_string();
    assert!(told.contains("`runc` did not run a container that does nothing"), "{told}");
    assert!(told.contains("cpuset"), "in its own words: {told}");
    assert_eq!(left_of("oci-refused"), [""; 0]);
}

async fn unavailable(runtime: &str) -> (String, String) {
    match lane_of(runtime).tried().await {
        Availability::Unavailable { problem, remedy } => (problem, remedy),
        Availability::Available { detail } => panic!("{detail}"),
    }
}

#[tokio::test]
async fn a_runtime_that_is_not_here_is_told_with_what_installs_it() {
    let (problem, remedy) = unavailable("no-such-runtime").await;
    assert!(problem.contains("`no-such-runtime`") && remedy.contains("`runtime`"));
    let lane = lane_of("no-such-runtime");
    let error = lane.prepare(&built("hello"), &conditions("oci-absent")).await.err().unwrap();
    assert_eq!(error.kind(), FailureKind::RuntimeLost);
    assert!(lane.versions().await.is_empty());
}

#[tokio::test]
async fn a_runtime_that_says_it_ran_a_container_and_did_not_is_found_out() {
    let (problem, _) = unavailable("true").await;
    assert!(problem.contains("said that it ran a container, and did not"), "{problem}");
}

#[tokio::test]
async fn a_runtime_that_hangs_is_told_in_time_and_ended() {
    let ground = tempfile::tempdir().unwrap();
    let script = |name: &str, text: &str| {
        let file = ground.path().join(name);
        std::fs::write(&file, format!("#!/bin/sh\n{text}\n")).unwrap();
        std::fs::set_permissions(&file, PermissionsExt::from_mode(0o755)).unwrap();
        file.to_string_lossy().into_owned()
    };
    let begun = Instant::now();
    let mute = script("mute", "exec tail -f /dev/null");
    let (problem, _) = unavailable(&mute).await;
    assert!(problem.contains("did not tell its version within 3 s"), "{problem}");
    assert!(begun.elapsed() < Duration::from_secs(10));
    let stuck = script("stuck", "[ \"$1\" = --version ] && echo stuck 1 && exit\nexec tail -f /dev/null");
    let (problem, _) = unavailable(&stuck).await;
    assert!(problem.contains("within 10 s"), "{problem}");
    let failing = script("failing", "[ \"$1\" = --version ] && exit\necho no luck >&2; exit 7");
    let (problem, remedy) = unavailable(&failing).await;
    assert!(problem.contains("exit code 7: no luck") && remedy.contains("by hand"), "{problem} {remedy}");
    assert!(begun.elapsed() < Duration::from_secs(30));
    for program in [mute, stuck] {
        let own = std::process::id().to_string();
        let found = std::process::Command::new("pgrep").args(["-P", &own, "-f", &program]).output().unwrap();
        assert!(found.stdout.is_empty(), "`{program}` still runs");
    }
    assert_eq!(left_of(&format!("probe-{}", std::process::id())), [""; 0]);
}
