use insta::assert_snapshot;

use crate::ground::Ground;

#[test]
fn every_command_explains_itself() {
    let ground = Ground::new();
    for command in [
        "",
        "bench",
        "show",
        "report",
        "compare",
        "noise",
        "pack",
        "open",
        "replay",
        "list",
        "workloads",
        "doctor",
        "clean",
        "schema",
        "rm",
        "completions",
        "man",
    ] {
        let arguments: Vec<&str> = [command, "--help"].into_iter().filter(|word| !word.is_empty()).collect();
        let ended = ground.run(&arguments);
        ended.assert_code(0);
        assert_eq!(ended.stderr, "");
        assert_snapshot!(format!("help {command}").trim_end().replace(' ', "_"), ended.stdout);
    }
}

#[test]
fn help_is_not_coloured_without_a_terminal() {
    let ended = Ground::new().run(&["bench", "--help"]);
    assert!(!ended.stdout.contains('\u{1b}'), "{ended}");
}
