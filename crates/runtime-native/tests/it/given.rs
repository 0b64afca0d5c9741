//! What a process is given, and what it can't be.

use plimsoll_model::{Compare, ExpectedFile, FolderGrant, Job, Workload};
use plimsoll_runtime::{Unfit, conformance};

use crate::workload::Compiled;
use crate::{conditions, lane};

/// Gives a command an input of many pages.
fn given(workload: &mut Workload, prints: Option<&[u8]>) {
    let Job::Run(run) = &mut workload.job else { panic!("it is a command") };
    let input = vec![b'x'; 1 << 20];
    run.expect.stdout = prints.unwrap_or(&input).into();
    run.stdin = Some(input.into());
}

#[tokio::test]
async fn standard_input_is_given_to_its_end_and_need_not_be_read() {
    let mut echo =
        Compiled::printing("std::io::copy(&mut std::io::stdin(), &mut std::io::stdout()).unwrap();", &[], "");
    let mut deaf = Compiled::printing("print!(\"hello\");", &[], "hello");
    given(&mut echo.workload, None);
    given(&mut deaf.workload, Some(b"hello"));
    let (lane, conditions) = (lane(), conditions());
    conformance::gives_standard_input(lane.as_ref(), &echo.workload, &deaf.workload, &conditions)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_folder_is_seen_where_it_lies_and_nowhere_else_and_the_lane_says_so() {
    let ground = tempfile::tempdir().unwrap();
    let from = ground.path().canonicalize().unwrap();
    std::fs::write(from.join("a"), "hello").unwrap();
    let body = "print!(\"{}\", std::fs::read_to_string(std::env::args().nth(1).unwrap()).unwrap());";
    let mut compiled = Compiled::printing(body, &[from.join("a").to_str().unwrap()], "hello");
    let grant = |to: &str, write| FolderGrant { from: from.clone(), to: to.to_owned(), write };
    compiled.workload.grants.folders = vec![grant(from.to_str().unwrap(), false)];
    conformance::runs_a_command(lane().as_ref(), &compiled.workload, &conditions()).await.unwrap();
    for elsewhere in [grant("/data", false), grant(from.to_str().unwrap(), true)] {
        compiled.workload.grants.folders = vec![elsewhere];
        let Job::Run(run) = &mut compiled.workload.job else { panic!("it is a command") };
        let (path, body) = ("/data/a".to_owned(), b"a".as_slice().into());
        run.expect.files = vec![ExpectedFile { path, body, compare: Compare::Bytes, left_out: Vec::new() }];
        let told =
            conformance::gives_folders(lane().as_ref(), &compiled.workload, &conditions()).await.unwrap();
        let Some(unfit @ Unfit::Folder { .. }) = told else { panic!("{told:?}") };
        assert!(unfit.to_string().contains("it sees the machine's own files"), "{unfit}");
    }
}
