use insta::assert_snapshot;
use plimsoll_app::{Gives, exporters};

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
        assert_snapshot!(
            format!("help {command}").trim_end().replace(' ', "_"),
            without_forms(&ended.stdout)
        );
    }
}

/// Help without its lists of forms, which a new form makes longer: those say what the forms say of themselves.
fn without_forms(help: &str) -> String {
    let (mut kept, mut in_list, mut in_option) = (String::new(), false, false);
    for line in help.lines() {
        in_list &= !line.trim().is_empty();
        let begins = line.contains("  Export as ");
        in_option = begins || in_option && line.starts_with(CONTINUED);
        match (in_list || in_option, begins) {
            (false, _) => kept.extend([line, "\n"]),
            (true, true) => kept.push_str("      (a form)\n"),
            (true, false) => {}
        }
        in_list |= line.trim() == "There are:";
    }
    let mut lines: Vec<&str> = kept.lines().collect();
    lines.dedup();
    lines.join("\n") + "\n"
}

/// How a line goes on that explains an option, beside the column of the options' names.
const CONTINUED: &str = "                    ";

#[test]
fn every_form_is_told_with_what_it_says_of_itself() {
    let ground = Ground::new();
    let help = |command: &str| {
        let told = ground.run(&[command, "--help"]).stdout;
        told.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let (report, show) = (help("report"), help("show"));
    for exporter in exporters() {
        let (slug, summary) = (exporter.slug(), exporter.about().summary);
        assert!(report.contains(&format!(" {slug} {summary}")), "{slug}: {report}");
        let shown = show.contains(&format!("--{slug} Export as {slug}: {summary}"));
        assert_eq!(shown, exporter.gives() == Gives::OneFile, "{slug}: {show}");
    }
}

#[test]
fn help_is_not_coloured_without_a_terminal() {
    let ended = Ground::new().run(&["bench", "--help"]);
    assert!(!ended.stdout.contains('\u{1b}'), "{ended}");
}
