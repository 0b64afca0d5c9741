use insta::assert_snapshot;

use crate::ground::Ground;

#[test]
fn wrong_usage_ends_with_2_and_says_what_would_be_right() {
    let ground = Ground::new();
    let cases: &[(&str, &[&str])] = &[
        ("no_command", &[]),
        ("unknown_command", &["race"]),
        ("unknown_lane", &["bench", "--lane", "firecracker"]),
        ("unknown_workload", &["bench", "no-such-workload"]),
        ("not_a_name", &["bench", "../up"]),
        ("no_unit_of_time", &["bench", "--duration", "5"]),
        ("no_unit_of_memory", &["bench", "--memory", "256"]),
        ("no_percent_sign", &["bench", "--precision", "5"]),
        ("rate_of_nothing", &["bench", "--rate", "0"]),
        ("no_trials", &["bench", "--trials", "0"]),
        ("more_loaded_than_trials", &["bench", "--trials", "2", "--loaded", "3"]),
        ("cap_without_precision", &["bench", "--max-trials", "100"]),
        ("too_many_arms", &["bench", "--arms", "27"]),
        ("two_formats", &["show", "x", "--csv", "--json"]),
        ("no_such_run", &["show", "r19700101", "--data-dir", "/nonexistent"]),
        ("nothing_to_remove", &["rm"]),
        ("folders_beside_what_is_told", &["bench", "--image", "a", "--get", "/", "--workloads", "."]),
        ("no_such_folder", &["workloads", "--workloads", "/nonexistent"]),
    ];
    for (name, arguments) in cases {
        let ended = ground.run(arguments);
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""), "{name}: {ended}");
        assert_snapshot!(format!("usage_{name}"), ended.stderr);
    }
}

#[test]
fn an_error_is_json_where_json_is_asked_for() {
    let ended = Ground::new().run(&["bench", "--lane", "firecracker", "--json"]);
    ended.assert_code(2);
    let told: serde_json::Value = serde_json::from_str(&ended.stderr).unwrap();
    assert_eq!(told["error"]["code"], "usage");
    assert_eq!(told["error"]["message"], "there is no lane `firecracker`");
}

#[test]
fn a_name_that_moves_the_cursor_or_turns_text_round_comes_back_as_text_for_machines_too() {
    let ground = Ground::new();
    for arguments in [&["show", "a\u{1b}[31m\u{9b}2J\u{202e}b"][..], &["show", "a\u{9b}\u{202e}b", "--json"]]
    {
        let ended = ground.run(arguments);
        ended.assert_code(2);
        let is_raw = |letter: char| letter.is_control() && letter != '\n' || letter == '\u{202e}';
        assert!(
            ended.stderr.contains("found no run") && !ended.stderr.contains(is_raw),
            "{:?}",
            ended.stderr
        );
    }
}

#[test]
fn a_folder_without_a_workload_is_told_with_what_was_looked_for() {
    let ground = Ground::new();
    let folder = ground.data_folder().to_str().unwrap();
    let listed = ground.run(&["workloads", "--workloads", folder]);
    listed.assert_code(0);
    assert!(listed.stdout.starts_with(&format!("found no workload in `{folder}`: ")), "{listed}");
    assert!(listed.stdout.contains("`workload.toml`: one of these, or directly in one"), "{listed}");
    assert_eq!(ground.run(&["workloads", "--workloads", folder, "--json"]).stdout, "[]\n");
}
