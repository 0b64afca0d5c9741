//! Names that are bytes and no text: Latin-1 from an old disk.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::ground::{Ended, Ground, machine, repository};

/// `café` as Latin-1 writes it.
const CAFE: &[u8] = b"caf\xe9";

fn cafe(folder: &Path, ending: &str) -> PathBuf {
    let mut name = OsStr::from_bytes(CAFE).to_owned();
    name.push(ending);
    folder.join(name)
}

/// A call with arguments that need not be text.
fn called(ground: &Ground, arguments: &[&OsStr]) -> Command {
    let mut command = ground.command(&[]);
    command.args(arguments);
    command
}

fn run(ground: &Ground, arguments: &[&OsStr]) -> Ended {
    Ended::of(called(ground, arguments).output().unwrap())
}

/// `option=path`.
fn with(before: &str, path: &Path) -> OsString {
    let mut text = OsString::from(before);
    text.push(path);
    text
}

fn copy(folder: &Path, to: &Path) {
    assert!(Command::new("cp").arg("-r").args([folder, to]).status().unwrap().success());
}

#[test]
fn a_data_folder_and_files_whose_names_are_no_text_take_a_run_and_give_it_back() {
    let _machine = machine();
    let ground = Ground::new();
    let data = cafe(ground.data_folder(), "");
    let [own, page, svg, capsule] =
        [".json", ".html", "-pictures", ".plimsoll"].map(|ending| cafe(ground.data_folder(), ending));
    fs::create_dir(&svg).unwrap();
    let in_data = |arguments: &[&OsStr]| {
        run(&ground, &[arguments, &[OsStr::new("--data-dir"), data.as_os_str()]].concat())
    };
    let words = |words: &'static str| words.split(' ').map(OsStr::new).collect::<Vec<_>>();

    let mut bench = words("bench hello --lane native --lane wasmtime --lane wasmtime-process --trials 2");
    let (output, export) = (with("--output=", &own), with("--export=html=", &page));
    bench.extend([output.as_os_str(), export.as_os_str()]);
    in_data(&bench).assert_code(0);
    assert!(own.is_file() && page.is_file());

    let listed = in_data(&words("list --json"));
    listed.assert_code(0);
    let id = listed.json()[0]["run"]["id"].as_str().unwrap().to_owned();
    in_data(&[OsStr::new("show"), OsStr::new(&id)]).assert_code(0);
    in_data(&[OsStr::new("show"), own.as_os_str()]).assert_code(0);
    let pictures = with("--export=svg=", &svg);
    in_data(&[OsStr::new("report"), own.as_os_str(), pictures.as_os_str()]).assert_code(0);
    assert!(fs::read_dir(&svg).unwrap().count() > 0);
    let packed =
        in_data(&[OsStr::new("pack"), OsStr::new(&id), OsStr::new("--json"), &with("--output=", &capsule)]);
    packed.assert_code(0);
    assert_eq!(packed.json()["path"].as_array().map(Vec::len), Some(capsule.as_os_str().len()));
    in_data(&[OsStr::new("open"), capsule.as_os_str()]).assert_code(0);
    let baseline = with("--baseline=", &own);
    let mut again = words("bench --lane native --trials 2");
    again.push(&baseline);
    in_data(&again).assert_code(0);
    let removed = in_data(&[OsStr::new("rm"), OsStr::new(&id), OsStr::new("--json")]);
    removed.assert_code(0);
}

#[test]
fn workloads_and_temporary_files_may_lie_where_the_name_is_no_text() {
    let _machine = machine();
    let ground = Ground::new();
    let folders = cafe(ground.data_folder(), "");
    fs::create_dir(&folders).unwrap();
    copy(&repository().join("workloads/hello"), &folders.join("hello"));
    let temporary = cafe(ground.data_folder(), "-tmp");
    fs::create_dir(&temporary).unwrap();
    let words = "bench hello --lane native --lane wasmtime --lane wasmtime-process --trials 2 --workloads";
    let words: Vec<&OsStr> = words.split(' ').map(OsStr::new).collect();
    let mut bench = called(&ground, &[words, vec![folders.as_os_str()]].concat());
    let ended = Ended::of(bench.env("TMPDIR", &temporary).output().unwrap());
    ended.assert_code(0);
    assert_eq!(fs::read_dir(&temporary).unwrap().count(), 0, "{ended}");
    let listed = run(
        &ground,
        &["workloads", "--json", "--workloads"]
            .map(OsStr::new)
            .into_iter()
            .chain([folders.as_os_str()])
            .collect::<Vec<_>>(),
    );
    listed.assert_code(0);
    assert_eq!(listed.json()[0]["workload"]["name"], "hello");
}

#[test]
fn a_workload_whose_own_folder_has_no_text_for_a_name_is_refused_with_the_way_out() {
    let ground = Ground::new();
    let folder = cafe(ground.data_folder(), "");
    copy(&repository().join("workloads/hello"), &folder);
    let mut bench: Vec<&OsStr> = ["bench", "hello", "--workloads"].map(OsStr::new).to_vec();
    bench.push(folder.as_os_str());
    let ended = run(&ground, &bench);
    assert_ne!(ended.code, Some(0), "{ended}");
    assert!(ended.stderr.contains("give the folder and `name` the same name"), "{ended}");
}

#[test]
fn noise_is_not_measured_where_it_can_not_be_kept() {
    let ground = Ground::new();
    fs::create_dir(ground.data_folder().join("plimsoll")).unwrap();
    fs::write(ground.data_folder().join("plimsoll/noise"), "a file").unwrap();
    let ended = ground.run(&["noise", "hello", "--lane", "native", "--runs", "5", "--trials", "2"]);
    ended.assert_code(3);
    assert!(ended.stderr.contains("could not make the folder"), "{ended}");
    assert!(!ground.data_folder().join("plimsoll/runs").exists(), "{ended}");
}
