//! Files that are named by links: what they end at is written, and they stay.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;

use crate::capsule::recorded;
use crate::ground::{Ended, Ground, machine};

impl Ground {
    /// A link `name` and, where it ends, `name.real`.
    fn link(&self, name: &str) -> String {
        let link = self.data_folder().join(name);
        symlink(format!("{name}.real"), &link).unwrap();
        link.to_str().unwrap().to_owned()
    }

    fn linked_file(&self, name: &str) -> String {
        fs::write(self.data_folder().join(format!("{name}.real")), "as it was").unwrap();
        self.link(name)
    }

    fn linked_pipe(&self, name: &str) -> String {
        let pipe = self.data_folder().join(format!("{name}.real"));
        assert!(Command::new("mkfifo").arg(pipe).status().unwrap().success());
        self.link(name)
    }

    #[track_caller]
    fn assert_written_through(&self, name: &str) {
        assert!(self.data_folder().join(name).is_symlink(), "`{name}` was replaced");
        let written = fs::read(self.data_folder().join(format!("{name}.real"))).unwrap();
        assert!(written != b"as it was" && !written.is_empty(), "`{name}` was not written through");
    }
}

/// Calls that write files of made runs, each with the place where its file is named.
fn writers<'a>(run: &'a str, newer: &'a str, file: &'a str) -> [Vec<&'a str>; 3] {
    [
        vec!["report", run, "--force", "--export", file],
        vec!["compare", run, newer, "--force", "--export", file],
        vec!["pack", run, "--without-workloads", "--force", "--output", file],
    ]
}

fn newer(ground: &Ground) -> String {
    let run =
        fs::read_to_string(recorded()).unwrap().replace("r20261121-013200-7f3a", "r20261121-020000-0000");
    let path = ground.data_folder().join("newer.json");
    fs::write(&path, run).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn the_target_of_a_link_is_written_and_the_link_stays() {
    let ground = Ground::new();
    let (run, newer) = (recorded(), newer(&ground));
    for at in 0..3 {
        let name = format!("{at}.html");
        let link = ground.linked_file(&name);
        let words = &writers(run.to_str().unwrap(), &newer, &link)[at];
        ground.run(words).assert_code(0);
        ground.assert_written_through(&name);
    }
}

#[test]
fn a_link_to_a_pipe_is_refused_and_nothing_waits_for_it() {
    let ground = Ground::new();
    let (run, newer) = (recorded(), newer(&ground));
    let pipe = ground.linked_pipe("a.html");
    let bench = ["bench", "hello", "--lane", "wasmtime", "--trials", "1", "--force"];
    let of_bench = ["--output", "--decisions", "--export"].map(|flag| [&bench[..], &[flag, &pipe]].concat());
    for words in writers(run.to_str().unwrap(), &newer, &pipe).iter().chain(&of_bench) {
        let ended = ground.run(words);
        ended.assert_code(2);
        assert!(ended.stderr.contains("name a"), "no way out: {ended}");
    }
    assert!(ground.data_folder().join("a.html").is_symlink());
    assert!(!ground.data_folder().join("plimsoll/runs").exists());
}

#[test]
fn standard_output_is_no_file_even_where_it_is_one() {
    let ground = Ground::new();
    let (link, out) = (ground.data_folder().join("stdout"), ground.data_folder().join("out"));
    symlink("/proc/self/fd/1", &link).unwrap();
    let link = link.to_str().unwrap();
    let words = ["bench", "hello", "--lane", "wasmtime", "--trials", "1", "--force", "--output", link];
    let mut command = ground.command(&words);
    let output = command.stdout(fs::File::create(&out).unwrap()).output().unwrap();
    Ended::of(output).assert_code(2);
    assert_eq!(fs::read(out).unwrap(), b"");
}

#[test]
fn what_a_bench_writes_goes_where_links_end() {
    let _machine = machine();
    let ground = Ground::new();
    let names = ["run.json", "decisions.json", "page.html", "summary.md"];
    let [output, decisions, export, summary] = names.map(|name| ground.linked_file(name));
    let words = ["bench", "hello", "--lane", "wasmtime", "--trials", "1", "--ci", "--force"];
    let files = ["--output", &output, "--decisions", &decisions, "--export", &export];
    let mut command = ground.command(&[&words[..], &files].concat());
    Ended::of(command.env("GITHUB_STEP_SUMMARY", &summary).output().unwrap()).assert_code(0);
    names.iter().for_each(|name| ground.assert_written_through(name));

    let pipe = ground.linked_pipe("pipe.md");
    let noted = Ended::of(ground.command(&words).env("GITHUB_STEP_SUMMARY", &pipe).output().unwrap());
    noted.assert_code(0);
    assert!(noted.stderr.contains("could not add the summary"), "{noted}");
}

#[test]
fn the_summary_is_not_added_to_another_target() {
    let ground = Ground::new();
    let link = ground.link("s.json");
    let file = format!("{link}.real");
    let words = ["bench", "hello", "--lane", "wasmtime", "--trials", "1", "--ci", "--output", &file];
    let refused = Ended::of(ground.command(&words).env("GITHUB_STEP_SUMMARY", &link).output().unwrap());
    refused.assert_code(2);
    assert!(refused.stderr.contains("two files would be written to"), "{refused}");
    assert!(!ground.data_folder().join("plimsoll/runs").exists());
}
