//! Disks that are full or read-only, and run files that are not what they should be.

use std::fs;
use std::process::Command;

use insta::assert_snapshot;

use crate::ground::{Ended, Ground, PLIMSOLL, machine};

#[test]
fn a_read_only_data_folder_ends_the_command_with_3_before_anything_is_measured() {
    let _machine = machine();
    let ground = Ground::new();
    let script = r#""$PLIMSOLL" bench hello --lane native --trials 1 --data-dir "$DISK""#;
    let ended = on_a_disk(&ground, "ro", script);
    ended.assert_code(3);
    assert_eq!(ended.stdout, "");
    assert_snapshot!("data_folder_read_only", without_folder(&ended.stderr, &ground));
}

#[test]
fn the_doctor_tells_that_the_data_folder_is_read_only() {
    let _machine = machine();
    let ground = Ground::new();
    let ended = on_a_disk(&ground, "ro", r#""$PLIMSOLL" doctor --data-dir "$DISK""#);
    ended.assert_code(3);
    assert!(ended.stdout.contains("Read-only file system"), "{ended}");
}

#[test]
fn a_disk_that_fills_up_in_mid_run_ends_with_3_and_what_was_measured_opens() {
    let _machine = machine();
    let ground = Ground::new();
    let script = r#"
        "$PLIMSOLL" bench hello --lane native --trials 2000 --data-dir "$DISK"
        code=$?
        run=$(basename "$DISK"/runs/*.journal .journal)
        "$PLIMSOLL" show "$run" --data-dir "$DISK" || exit 99
        exit $code"#;
    let ended = on_a_disk(&ground, "size=128k", script);
    ended.assert_code(3);
    assert!(ended.stderr.contains("the disk is full"), "{ended}");
    assert!(ended.stderr.contains("`plimsoll show "), "no way to what was kept: {ended}");
    assert!(ended.stdout.contains("hello"), "{ended}");
}

#[test]
fn a_run_file_that_is_damaged_newer_or_forged_is_named_with_the_way_out() {
    let ground = Ground::new();
    let cases = [
        ("empty", ""),
        ("cut_short", "{\"schema_version\":2,\"id\":\"r2026\",\"started_at\":\"2026-11-2"),
        ("not_json", "<html>not found</html>"),
        ("newer", "{\"schema_version\":99,\"id\":\"r2026\"}"),
        ("not_a_run", "{\"schema_version\":2,\"id\":\"r2026\"}"),
        ("not_a_run_of_format_1", "{\"schema_version\":1,\"id\":\"r2026\"}"),
    ];
    for (name, text) in cases {
        let file = ground.data_folder().join(format!("{name}.json"));
        fs::write(&file, text).unwrap();
        let ended = ground.run(&["show", file.to_str().unwrap()]);
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(3), ""), "{name}: {ended}");
        assert_snapshot!(format!("run_file_{name}"), without_folder(&ended.stderr, &ground));
    }
}

#[test]
fn a_run_that_can_t_be_read_is_listed_with_why_and_does_not_hide_the_others() {
    let ground = Ground::new();
    let folder = ground.data_folder().join("plimsoll/runs");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("r20261121-013200-7f3a.json"), "{\"schema_version\":99}").unwrap();
    let ended = ground.run(&["list"]);
    ended.assert_code(0);
    assert!(ended.stdout.contains("needs a newer Plimsoll"), "{ended}");
}

/// Runs a script with a small disk of its own at `$DISK`, in a mount namespace that ends with it.
pub(crate) fn on_a_disk(ground: &Ground, options: &str, script: &str) -> Ended {
    let disk = ground.data_folder().join("disk");
    fs::create_dir(&disk).unwrap();
    let mount = format!(r#"mount -t tmpfs -o {options} none "$DISK" || exit 98; {script}"#);
    let mut command = Command::new("unshare");
    command.args(["--mount", "sh", "-c", &mount]).env("DISK", &disk).env("PLIMSOLL", PLIMSOLL);
    command.current_dir(crate::ground::repository()).env("COLUMNS", "100");
    Ended::of(command.output().unwrap())
}

pub(crate) fn without_folder(text: &str, ground: &Ground) -> String {
    text.replace(ground.data_folder().to_str().unwrap(), "DATA")
}
