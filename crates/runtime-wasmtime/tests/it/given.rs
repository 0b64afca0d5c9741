//! What guests are given of this host.

use std::fs;
use std::path::Path;

use plimsoll_model::{Compare, ExpectedFile, FolderGrant, Form, Job, JobKind, Workload};
use plimsoll_runtime::conformance;

use crate::lanes::{BOTH, lane};
use crate::modules;
use crate::workloads::{conditions, of_form};

fn given(folder: &Path, wasm: &[u8], prints: &[u8], input: Option<&[u8]>) -> Workload {
    fs::create_dir(folder).unwrap();
    let mut workload = of_form(Form::Module, folder, JobKind::Run, wasm);
    let Job::Run(run) = &mut workload.job else { panic!("it is a command") };
    run.expect.stdout = prints.into();
    run.stdin = input.map(Into::into);
    workload
}

#[tokio::test]
async fn standard_input_is_given_to_its_end_and_need_not_be_read() {
    let ground = tempfile::tempdir().unwrap();
    let input = vec![b'x'; 1 << 20];
    let echo = given(&ground.path().join("echo"), &modules::echoes(), &input, Some(&input));
    let deaf = given(&ground.path().join("deaf"), &modules::exits(0), b"", Some(&input));
    for start in BOTH {
        let lane = lane(start);
        conformance::gives_standard_input(lane.as_ref(), &echo, &deaf, &conditions()).await.unwrap();
    }
}

#[tokio::test]
async fn folders_are_given_read_alone_or_as_a_copy_that_is_fresh_each_time() {
    let ground = tempfile::tempdir().unwrap();
    let mut workload = given(&ground.path().join("guest"), &modules::uses_folders(), b"hello", None);
    let Job::Run(run) = &mut workload.job else { panic!("it is a command") };
    let (path, body) = ("/out/made".to_owned(), b"made".as_slice().into());
    run.expect.files = vec![ExpectedFile { path, body, compare: Compare::Bytes, left_out: Vec::new() }];
    for (name, to, write) in [("in", "/in", false), ("out", "/out", true)] {
        let from = ground.path().join(name);
        fs::create_dir(&from).unwrap();
        workload.grants.folders.push(FolderGrant { from, to: to.to_owned(), write });
    }
    fs::write(ground.path().join("in/a"), "hello").unwrap();
    for start in BOTH {
        let told = conformance::gives_folders(lane(start).as_ref(), &workload, &conditions()).await.unwrap();
        assert_eq!(told, None);
    }
    assert!(fs::read_dir(ground.path().join("out")).unwrap().next().is_none(), "the user's own folder");
}
