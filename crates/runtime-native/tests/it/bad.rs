use std::net::TcpListener;
use std::path::Path;
use std::time::Duration;

use plimsoll_model::{FailureKind, JobKind};
use plimsoll_runtime::proc::Unheard;
use plimsoll_runtime::{Exit, Instance, NotEnough};
use rustix::process::{Pid, Signal, kill_process};

use crate::workload::{Compiled, built, with_binary};
use crate::{conditions, exists, lane, start};

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

#[tokio::test]
async fn a_missing_binary_says_how_to_build_it() {
    let workload = with_binary(built("hello"), Path::new("/no/such/hello"));
    let error = lane().prepare(&workload, &conditions()).await.err().unwrap();
    assert_eq!(error.kind(), FailureKind::BadArtifact);
    assert!(error.to_string().contains("cargo xtask workloads native"), "{error}");
}

#[tokio::test]
async fn a_command_that_eats_memory_is_told_as_out_of_memory() {
    let body = "let mut v: Vec<Vec<u8>> = Vec::new(); loop { v.push(vec![1; 1 << 20]); }";
    let compiled = Compiled::new(JobKind::Run, body);
    let mut limited = conditions();
    limited.limits.memory_bytes = 32 << 20;
    let mut instance = start(lane().as_ref(), &compiled.workload, &limited).await;
    let exit = instance.wait().await.unwrap();
    assert!(exit.out_of_memory && exit.signal == Some(9), "{exit:?}");
    assert!(instance.stop().await.unwrap().exit.out_of_memory);
}

#[tokio::test]
async fn a_command_that_floods_stdout_is_read_to_its_end_and_cut() {
    let body = "use std::io::Write; let mut o = std::io::stdout(); let b = [b'x'; 4096];
        for _ in 0..8192 { o.write_all(&b).unwrap(); }";
    let compiled = Compiled::new(JobKind::Run, body);
    let mut limited = conditions();
    limited.limits.output_bytes = 10_000;
    let mut instance = start(lane().as_ref(), &compiled.workload, &limited).await;
    let exit = instance.wait().await.unwrap();
    assert_eq!((exit.code, exit.stdout.len(), exit.truncated), (Some(0), 10_000, true));
    instance.stop().await.unwrap();
}

#[tokio::test]
async fn a_service_that_floods_stdout_does_not_come_to_stand_still() {
    let body = "use std::io::Write; let b = [b'x'; 4096];
        for _ in 0..8192 { std::io::stdout().write_all(&b).unwrap(); } std::process::exit(4);";
    let compiled = Compiled::new(JobKind::Serve, body);
    let mut instance = start(lane().as_ref(), &compiled.workload, &conditions()).await;
    let exit = end_of(instance.as_mut()).await;
    assert_eq!((exit.code, exit.truncated, exit.taken), (Some(4), true, None));
    instance.stop().await.unwrap();
}

#[tokio::test]
async fn an_instance_that_ignores_sigterm_is_killed_without_waiting() {
    // A static Rust program has no signal handlers: it gets one that does nothing from the C library.
    let body = r#"unsafe extern "C" { fn signal(number: i32, handler: usize) -> usize; }
        unsafe { signal(15, 1); } println!("up"); loop { std::thread::park(); }"#;
    let compiled = Compiled::new(JobKind::Serve, body);
    let mut limited = conditions();
    limited.limits.stop_timeout_ms = 3_600_000;
    let instance = start(lane().as_ref(), &compiled.workload, &limited).await;
    let pid = instance.footprint().processes[0].pid;
    until_sigterm_is_ignored(pid).await;
    let stopped = instance.stop().await.unwrap();
    let ignored = NotEnough::Unheard(Unheard::Ignored);
    assert_eq!(stopped.killed.map(|killed| killed.why), Some(ignored));
    assert_eq!(stopped.exit.signal, Some(9));
    assert!(!exists(pid));
}

/// The kernel gives no event for "a foreign process has set a handler".
async fn until_sigterm_is_ignored(pid: u32) {
    let ignored = || {
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).unwrap();
        u64::from_str_radix(mask.trim(), 16).unwrap() & (1 << 14) != 0
    };
    let asked = async {
        while !ignored() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), asked).await.unwrap();
}

#[tokio::test]
async fn a_service_that_exits_at_once_or_is_killed_from_outside_is_told_so_and_removed() {
    let compiled = Compiled::new(JobKind::Serve, "eprintln!(\"no configuration\"); std::process::exit(78);");
    let mut instance = start(lane().as_ref(), &compiled.workload, &conditions()).await;
    let exit = end_of(instance.as_mut()).await;
    assert_eq!((exit.code, exit.stderr_tail.as_str()), (Some(78), "no configuration"));
    assert_eq!(instance.stop().await.unwrap().exit, exit);

    let mut instance = start(lane().as_ref(), &built("json-api"), &conditions()).await;
    let pid = instance.footprint().processes[0].pid;
    kill_process(Pid::from_raw(pid as i32).unwrap(), Signal::KILL).unwrap();
    let exit = end_of(instance.as_mut()).await;
    assert_eq!((exit.signal, exit.out_of_memory), (Some(9), false));
    let stopped = instance.stop().await.unwrap();
    assert!(stopped.killed.is_none() && !exists(pid));
}

#[tokio::test]
async fn a_port_that_was_taken_meanwhile_is_a_conflict_that_names_it() {
    // Waits until the test has taken the address, which is known only from the start on.
    let body = r#"let a = std::env::var("PLIMSOLL_LISTEN").unwrap(); let mut line = String::new();
        while std::net::TcpStream::connect(&a).is_err() { std::thread::yield_now(); }
        if let Err(error) = std::net::TcpListener::bind(&a) { line += &error.to_string(); }
        eprintln!("{line}"); std::process::exit(1);"#;
    let compiled = Compiled::new(JobKind::Serve, body);
    let mut instance = start(lane().as_ref(), &compiled.workload, &conditions()).await;
    let address = instance.address().unwrap();
    let _holder = TcpListener::bind(address).unwrap();
    let exit = end_of(instance.as_mut()).await;
    assert_eq!((exit.code, exit.taken), (Some(1), Some(address.to_string())), "{}", exit.stderr_tail);
    let error = instance.wait().await.unwrap_err();
    assert_eq!(error.kind(), FailureKind::Conflict);
    assert!(error.to_string().contains(&address.to_string()), "{error}");
    instance.stop().await.unwrap();
}
