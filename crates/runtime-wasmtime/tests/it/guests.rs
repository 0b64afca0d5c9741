//! What a guest may do, and what becomes of one that goes wrong.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use plimsoll_model::{Grants, JobKind};
use plimsoll_runtime_wasmtime::{Ending, Program, Rights, Settings, compile};

use crate::components;

const MEMORY_BYTES: u64 = 16 << 20;

pub(crate) fn rights() -> Rights {
    Rights {
        grants: Grants::default(),
        arguments: vec!["guest".to_owned()],
        stdin: None,
        folders: Vec::new(),
        hosts: Vec::new(),
        memory_bytes: MEMORY_BYTES,
        output_bytes: 10_000,
    }
}

pub(crate) fn run(wasm: &[u8], grants: Grants) -> Ending {
    let folder = tempfile::tempdir().unwrap();
    let component = folder.path().join("guest.wasm");
    let compiled = folder.path().join("guest.cwasm");
    std::fs::write(&component, wasm).unwrap();
    let settings = Settings::lane(JobKind::Run, MEMORY_BYTES);
    compile(&component, &compiled, JobKind::Run, settings).unwrap();
    let program = Program::load(&compiled, settings, Rights { grants, ..rights() }).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(program.run())
}

fn trap(body: &str) -> String {
    let ending = run(&components::command(body), Grants::default());
    assert_eq!(ending.code, None);
    ending.trap.expect("must trap")
}

#[test]
fn a_command_ends_with_its_code_and_marks_in_order() {
    let ending = run(&components::command("(i32.const 0)"), Grants::default());
    assert_eq!((ending.code, ending.trap), (Some(0), None));
    let marks =
        [ending.marks.asked_ns, ending.marks.created_ns, ending.marks.started_ns, ending.marks.done_ns];
    assert!(marks[0] > 0 && marks.is_sorted(), "{marks:?}");
    assert_eq!(run(&components::command("(i32.const 1)"), Grants::default()).code, Some(1));
}

#[test]
fn traps_are_told_in_wasmtimes_words() {
    assert!(trap("unreachable").contains("unreachable"));
    assert!(trap("(i32.load (i32.const 0x7ffffff0))").contains("out of bounds"));
    assert!(trap("(call $run)").contains("call stack exhausted"));
}

#[test]
fn memory_grows_up_to_the_limit_and_no_further() {
    let grow = "(loop $again (br_if $again (i32.ne (memory.grow (i32.const 16)) (i32.const -1))))";
    let held = format!("{grow} (i32.gt_u (memory.size) (i32.const 256))");
    assert_eq!(run(&components::command(&held), Grants::default()).code, Some(0));
    let trap = trap(&format!("{grow} unreachable"));
    assert!(trap.contains("more memory than its limit of 16 MiB"), "{trap}");
}

#[test]
fn standard_output_beyond_the_limit_is_dropped_and_counted() {
    let granted = Grants { stdout: true, ..Grants::default() };
    let ending = run(&components::prints_pages(1000), granted);
    assert_eq!(ending.code, Some(0), "{:?}", ending.trap);
    assert_eq!(STANDARD.decode(&ending.stdout).unwrap(), [0; 10_000]);
    assert_eq!(ending.dropped_bytes, 1000 * 4096 - 10_000);
}

#[test]
fn standard_output_that_is_not_granted_goes_nowhere() {
    let ending = run(&components::prints_pages(1), Grants::default());
    assert_eq!((ending.code, ending.stdout.as_str(), ending.dropped_bytes), (Some(0), "", 0));
}

#[test]
fn nothing_is_granted_by_default() {
    // Each of these succeeds only where it gets nothing.
    for wasm in [
        components::wants_environment(),
        components::wants_folders(),
        components::wants_clock(),
        components::wants_socket(),
    ] {
        let ending = run(&wasm, Grants::default());
        assert_eq!((ending.code, ending.trap), (Some(0), None));
    }
}

#[test]
fn what_is_granted_is_had() {
    let grants = Grants {
        clock: true,
        environment: [("REGION".to_owned(), "eu".to_owned())].into(),
        ..Grants::default()
    };
    for wasm in [components::wants_environment(), components::wants_clock()] {
        assert_eq!(run(&wasm, grants.clone()).code, Some(1));
    }
}

#[test]
fn random_bytes_are_the_same_each_time_unless_they_are_granted() {
    let drawn = |random| {
        let grants = Grants { stdout: true, random, ..Grants::default() };
        let stdout = run(&components::prints_random_bytes(), grants).stdout;
        assert_eq!(STANDARD.decode(&stdout).unwrap().len(), 8);
        stdout
    };
    assert_eq!(drawn(false), drawn(false));
    assert_ne!(drawn(true), drawn(true));
}
