//! Modules of WASI 0.1, run as components are.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use plimsoll_model::{FailureKind, Form, Grants, Job, JobKind, Workload};
use plimsoll_runtime::{Exit, Family, Unfit, conformance};

use crate::guests::run;
use crate::lanes::{BOTH, Start, family, lane, runs_commands, specs, started};
use crate::workloads::{conditions, granted, granted_of, of_form};
use crate::{components, modules};

fn module(folder: &std::path::Path, wasm: &[u8]) -> Workload {
    of_form(Form::Module, folder, JobKind::Run, wasm)
}

fn expecting(mut workload: Workload, code: i32) -> Workload {
    let Job::Run(run) = &mut workload.job else { panic!("it is a command") };
    run.expect.exit_code = code;
    workload
}

fn printed(wasm: &[u8], grants: Grants) -> Vec<u8> {
    STANDARD.decode(run(wasm, Grants { stdout: true, ..grants }).stdout).unwrap()
}

#[test]
fn a_module_ends_with_its_code_and_marks_in_order() {
    for code in [0, 1, 42, 125] {
        let ending = run(&modules::exits(code), Grants::default());
        assert_eq!((ending.code, ending.trap), (Some(code), None));
        let marks = ending.marks;
        let marks = [marks.asked_ns, marks.created_ns, marks.started_ns, marks.done_ns];
        assert!(marks[0] > 0 && marks.is_sorted(), "{marks:?}");
    }
    assert_eq!(run(&modules::command(""), Grants::default()).code, Some(0));
    let beyond = run(&modules::exits(126), Grants::default());
    assert!(beyond.trap.is_some_and(|trap| trap.contains("exit status outside")));
}

#[test]
fn a_module_is_granted_what_a_component_is() {
    let granted = Grants {
        clock: true,
        environment: [("REGION".to_owned(), "eu".to_owned())].into(),
        ..Grants::default()
    };
    assert_eq!(printed(&modules::prints_first_variable(), granted.clone()), b"eu");
    assert_eq!(run(&modules::prints_first_variable(), Grants::default()).code, Some(1));
    assert_eq!(run(&modules::wants_clock(), granted).code, Some(1));
    assert_eq!(run(&modules::wants_clock(), Grants::default()).code, Some(0));
    assert_eq!(run(&modules::wants_folders(), Grants::default()).code, Some(0));
    // Without a clock it stands still, and Go would stop at a zero.
    assert_eq!(run(&modules::tells_whether_its_clock_is_zero(), Grants::default()).code, Some(0));
    assert_eq!(printed(&modules::prints_arguments(), Grants::default()), b"guest\0");
    assert!(run(&modules::prints_arguments(), Grants::default()).stdout.is_empty());
    let drawn = |random| printed(&modules::prints_random_bytes(), Grants { random, ..Grants::default() });
    assert_eq!(drawn(false), drawn(false));
    assert_ne!(drawn(true), drawn(true));
}

#[test]
fn a_module_s_traps_and_last_words_are_told() {
    let ending = run(&modules::complains("woe"), Grants::default());
    assert_eq!((ending.code, ending.stderr_tail.as_str()), (None, "woe"));
    assert!(ending.trap.is_some_and(|trap| trap.contains("unreachable")));
    let deep = run(&modules::command("(call $run)"), Grants::default());
    assert!(deep.trap.is_some_and(|trap| trap.contains("call stack exhausted")));
}

#[test]
fn a_module_that_was_denied_memory_tells_the_flag_however_it_ends() {
    let grow = "(if (i32.eq (memory.grow (i32.const 512)) (i32.const -1))";
    let trap =
        run(&modules::command(&format!("{grow} (then unreachable))")), Grants::default()).trap.unwrap();
    assert!(trap.contains("its limit of 16 MiB: raise it with `--memory 64MiB`"), "{trap}");
    let exit =
        run(&modules::command(&format!("{grow} (then (call $exit (i32.const 3))))")), Grants::default());
    assert!(exit.code == Some(3) && exit.stderr_tail.contains("`--memory 64MiB`"), "{}", exit.stderr_tail);
}

#[test]
fn a_module_is_run_where_there_is_no_component_or_none_that_can_tell_the_code() {
    let folder = tempfile::tempdir().unwrap();
    let workload = module(folder.path(), &modules::exits(3));
    let mut both = workload.clone();
    both.artifacts.extend(granted(folder.path()).artifacts);
    for start in BOTH {
        let lane = lane(start);
        let form = |workload: &Workload| lane.accepts(workload).map(|artifact| artifact.form);
        assert_eq!(form(&workload), Ok(Form::Module));
        assert_eq!(form(&both), Ok(Form::Component));
        assert_eq!(form(&expecting(both.clone(), 3)), Ok(Form::Module));
        let unfit = Unfit::ExitCode { workload: both.name.clone(), code: 126, form: Form::Module, most: 125 };
        assert_eq!(form(&expecting(workload.clone(), 126)), Err(unfit));
    }
}

#[test]
fn a_service_that_is_a_module_is_refused_before_anything_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let workload = of_form(Form::Module, folder.path(), JobKind::Serve, &modules::command(""));
    for start in BOTH {
        let refusal = lane(start).accepts(&workload).unwrap_err();
        assert_eq!(refusal, Unfit::module_serves(&workload));
        let told = refusal.to_string();
        assert!(told.contains("can't listen") && told.contains("`wasi:http/proxy`"), "{told}");
    }
}

#[tokio::test]
async fn every_offered_lane_conforms_with_modules() {
    let folder = tempfile::tempdir().unwrap();
    let family = family();
    let workload = granted_of(Form::Module, folder.path(), &modules::prints_first_variable());
    for lane in specs(&family).iter().filter(|lane| runs_commands(lane)) {
        let runtime = family.open(lane).unwrap();
        if let Err(error) =
            conformance::grants_the_environment(runtime.as_ref(), &workload, &conditions()).await
        {
            panic!("{lane:?}: {error:?}");
        }
    }
}

#[tokio::test]
async fn a_module_s_code_reaches_the_parent_and_its_form_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let workload = expecting(module(folder.path(), &modules::exits(42)), 42);
    for start in BOTH {
        let (prepared, mut instance) = started(start, &workload, &conditions()).await.unwrap();
        assert!(prepared.warnings()[0].contains("Wasmtime's own preview 1"), "{:?}", prepared.warnings());
        assert_eq!(prepared.digests().keys().collect::<Vec<_>>(), ["cwasm", "module"]);
        let Exit { code, trap, .. } = instance.wait().await.unwrap();
        assert_eq!((code, trap), (Some(42), None));
        instance.stop().await.unwrap();
        prepared.discard().await.unwrap();
    }
}

#[tokio::test]
async fn preparing_runs_no_guest_and_a_start_that_never_returns_is_ended_when_its_time_is_over() {
    let folder = tempfile::tempdir().unwrap();
    for (form, wasm) in
        [(Form::Module, modules::never_begins()), (Form::Component, components::never_begins())]
    {
        let workload = of_form(form, folder.path(), JobKind::Run, &wasm);
        let mut short = conditions();
        short.limits.ready_timeout_ms = 300;
        let prepared = lane(Start::NewInstance).prepare(&workload, &short).await.unwrap();
        let error = prepared.stage().await.err().expect("must time out");
        assert_eq!(error.kind(), FailureKind::TimedOut, "{error}");
        prepared.discard().await.unwrap();

        let (prepared, instance) = started(Start::NewProcess, &workload, &short).await.unwrap();
        let pid = instance.footprint().processes[0].pid;
        instance.stop().await.unwrap();
        assert!(!std::path::Path::new(&format!("/proc/{pid}")).exists());
        prepared.discard().await.unwrap();
    }
}
