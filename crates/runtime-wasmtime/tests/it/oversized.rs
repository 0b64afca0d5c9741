//! What asks for much: told by the numbers and by the flag that mends it, or given.

use std::time::{Duration, Instant};

use plimsoll_model::{FailureKind, Form, Grants, JobKind};

use crate::faults::{compiling, refusal};
use crate::guests::run;
use crate::lanes::{BOTH, lane, limits, started};
use crate::workloads::{conditions, of_form};
use crate::{components, modules};

/// Pages of 64 KiB in a mebibyte.
const MIB: u32 = 16;

/// Longer than any of these may take to be told, on a busy machine.
const PROMPT: Duration = Duration::from_secs(60);

#[test]
fn ten_thousand_imports_are_told_in_a_few_words() {
    let begun = Instant::now();
    let told = refusal(&modules::wants_much(10_000), JobKind::Run).to_string();
    assert!(told.contains("`acme.0`, `acme.1`, ") && told.contains("and 9990 more"), "{told}");
    assert!(told.len() < 500 && begun.elapsed() < PROMPT, "{told}");
}

#[test]
fn memory_beyond_the_limit_at_the_start_is_told_with_the_flag_that_gives_it() {
    for wasm in [modules::with_pages(2_048 * MIB), components::with_pages(2_048 * MIB)] {
        let error = refusal(&wasm, JobKind::Run);
        assert_eq!(error.kind(), FailureKind::BadArtifact);
        let told = error.to_string();
        assert!(told.contains("needs 2048 MiB") && told.contains("the limit of 64 MiB"), "{told}");
        assert!(told.contains("`--memory 4096MiB`"), "{told}");
    }
    // Each of two fits, and both together do not.
    compiling(&components::with_pages_twice(40 * MIB), JobKind::Run).unwrap();
    let trap = run(&components::with_pages_twice(12 * MIB), Grants::default()).trap.unwrap();
    assert!(
        trap.contains("24 MiB, more memory than its limit of 16 MiB") && trap.contains("`--memory 32MiB`"),
        "{trap}"
    );
}

#[tokio::test]
async fn the_flag_that_is_told_mends_it_in_both_lanes() {
    let folder = tempfile::tempdir().unwrap();
    for (form, wasm) in
        [(Form::Module, modules::with_pages(300 * MIB)), (Form::Component, components::with_pages(300 * MIB))]
    {
        let workload = of_form(form, folder.path(), JobKind::Run, &wasm);
        let more = limits(|limits| limits.memory_bytes = 512 << 20);
        for start in BOTH {
            let error = lane(start).prepare(&workload, &conditions()).await.err().expect("must be refused");
            assert_eq!(error.kind(), FailureKind::BadArtifact);
            assert!(
                error.to_string().contains("300 MiB") && error.to_string().contains("`--memory 512MiB`"),
                "{error}"
            );
            let (prepared, mut instance) = started(start, &workload, &more).await.unwrap();
            assert_eq!(instance.wait().await.unwrap().code, Some(0));
            instance.stop().await.unwrap();
            prepared.discard().await.unwrap();
        }
    }
}

#[test]
fn a_table_of_a_hundred_thousand_elements_works_by_default() {
    let ending = run(&components::with_table(100_000), Grants::default());
    assert_eq!((ending.code, ending.trap), (Some(0), None));
    let told = refusal(&components::with_table(1_000_000), JobKind::Run).to_string();
    assert!(told.contains("1000000") && told.contains("limit"), "{told}");
}

#[tokio::test]
async fn a_module_of_sixty_megabytes_runs_in_both_lanes() {
    let folder = tempfile::tempdir().unwrap();
    let workload = of_form(Form::Module, folder.path(), JobKind::Run, &modules::with_data(60_000_000));
    for start in BOTH {
        let begun = Instant::now();
        let (prepared, mut instance) = started(start, &workload, &conditions()).await.unwrap();
        assert_eq!(instance.wait().await.unwrap().code, Some(0));
        assert!(begun.elapsed() < PROMPT);
        instance.stop().await.unwrap();
        prepared.discard().await.unwrap();
    }
}

#[test]
fn text_and_pieces_of_files_are_told_from_modules() {
    let pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n";
    assert!(refusal(pointer, JobKind::Run).to_string().contains("`git lfs pull`"));
    assert!(refusal(b"404: Not Found", JobKind::Run).to_string().contains("is not WebAssembly"));
    let whole = modules::exits(0);
    let told = refusal(&whole[..whole.len() / 2], JobKind::Run).to_string();
    assert!(told.contains("is cut short"), "{told}");
}
