//! Runs handed on, compared and held against budgets, as a user and a CI job meet them.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::capsule::recorded;
use crate::ground::{Ended, Ground, machine, repository};
use crate::measuring::copy_folder;

const ID: &str = "r20261121-013200-7f3a";

impl Ground {
    fn path(&self, name: &str) -> String {
        self.data_folder().join(name).to_str().unwrap().to_owned()
    }

    /// The recorded run under other numbers, as a file.
    fn run_with(&self, name: &str, change: impl FnOnce(&mut Value)) -> String {
        let mut run = serde_json::from_slice(&fs::read(recorded()).unwrap()).unwrap();
        change(&mut run);
        let path = self.data_folder().join(name);
        fs::write(&path, serde_json::to_vec(&run).unwrap()).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

fn file() -> String {
    recorded().to_str().unwrap().to_owned()
}

#[test]
fn a_run_goes_into_every_form_that_is_asked_for_and_no_file_is_replaced_unasked() {
    let ground = Ground::new();
    let (csv, page) = (ground.path("a.csv"), ground.path("a page.html"));
    let words = ["report", &file(), "--export", &csv, "--export", &format!("html={page}")];
    let ended = ground.run(&words);
    ended.assert_code(0);
    assert_eq!(ended.stdout, format!("{csv}\n{page}\n"));
    assert!(fs::read_to_string(&page).unwrap().starts_with("<!DOCTYPE html>"));
    let before = fs::read(&csv).unwrap();

    let ended = ground.run(&words);
    ended.assert_code(2);
    assert!(ended.stderr.contains("is there already") && ended.stderr.contains("--force"), "{ended}");
    assert_eq!(fs::read(&csv).unwrap(), before);
    ground.run(&[words.as_slice(), &["--force"]].concat()).assert_code(0);
}

#[test]
fn a_form_of_many_files_goes_beside_the_name_or_into_a_folder() {
    let ground = Ground::new();
    let folder = ground.path("out");
    fs::create_dir(&folder).unwrap();
    let ended = ground.run(&["report", &file(), "--export", &format!("svg={folder}")]);
    ended.assert_code(0);
    let written: Vec<PathBuf> = ended.stdout.lines().map(PathBuf::from).collect();
    assert!(written.len() > 4, "{ended}");
    for path in &written {
        let name = path.file_name().unwrap().to_str().unwrap();
        assert!(name.starts_with(ID) && name.ends_with(".svg") && path.is_file(), "{name}");
    }
}

#[test]
fn a_target_that_takes_nothing_is_named_and_nothing_is_written() {
    let ground = Ground::new();
    let whole = ground.path("a.csv");
    for (target, code) in [
        ("gone/a.html".to_owned(), 3),
        ("pdf=a.pdf".to_owned(), 2),
        ("noending".to_owned(), 2),
        (format!("csv={whole}"), 2),
    ] {
        let target = if target.starts_with("gone") { ground.path(&target) } else { target };
        let runs: &[String] = if code == 3 { &[file()] } else { &[file(), file()] };
        let words =
            ["report"].into_iter().chain(runs.iter().map(String::as_str)).chain(["--export", &target]);
        let ended = ground.run(&words.collect::<Vec<_>>());
        ended.assert_code(code);
        assert!(ended.stderr.contains("way out: ") || ended.stderr.contains("write FORMAT=PATH"), "{ended}");
    }
    assert!(!PathBuf::from(whole).exists(), "two runs would have had one file");
}

#[test]
fn two_runs_are_compared_and_without_known_noise_nothing_is_called() {
    let ground = Ground::new();
    let slower = ground.run_with("slower.json", |run| {
        run["id"] = json!("r20261121-020000-0000");
        for trial in run["trials"].as_array_mut().unwrap() {
            for sample in trial["samples"].as_array_mut().unwrap() {
                if let Some(value) = sample[1].as_u64() {
                    sample[1] = json!(value * 3);
                }
            }
        }
    });
    let ended = ground.run(&["compare", &file(), &slower, "--json"]);
    ended.assert_code(0);
    let text = ended.json().to_string();
    assert!(text.contains("run_noise_unknown") && !text.contains("\"worse\""), "{text}");
    let (page, words) = (ground.path("both.html"), ground.run(&["compare", &file(), &slower]));
    assert!(words.stdout.contains("run-to-run noise unknown"), "{words}");
    ground.run(&["compare", &file(), &slower, "--markdown", "--export", &page]).assert_code(0);
    assert!(fs::read_to_string(page).unwrap().contains("run-to-run noise unknown"));
}

#[test]
fn a_comparison_in_a_folder_is_named_like_its_runs() {
    let ground = Ground::new();
    let newer = ground.run_with("newer.json", |run| run["id"] = json!("r20261121-020000-0000"));
    let target = format!("markdown={}", ground.path(""));
    let words = ["compare", &file(), &newer, "--export", &target];
    ground.run(&words).assert_code(0);
    let written = ground.path(&format!("r20261121-020000-0000-against-{ID}.md"));
    assert!(fs::read_to_string(written).unwrap().starts_with("# Run r20261121-020000-0000 against"));
    ground.run(&words).assert_code(2);
}

#[test]
fn a_run_without_a_version_before_a_change_has_nothing_to_compare() {
    let ended = Ground::new().run(&["compare", &file()]);
    ended.assert_code(2);
    assert_snapshot!("nothing_to_compare", ended.stderr);
}

#[test]
fn a_run_is_not_set_against_itself() {
    let ground = Ground::new();
    let ended = ground.run(&["compare", &file(), &file()]);
    ended.assert_code(2);
    assert!(ended.stderr.contains("was to be set against itself"), "{ended}");

    let newer = ground.run_with("newer.json", |run| run["id"] = json!("r20261121-020000-0000"));
    let ended = ground.run(&["compare", &file(), &file(), &newer, "--json"]);
    ended.assert_code(0);
    assert_eq!(ended.json()["news"].as_array().map(Vec::len), Some(1));
    assert!(ended.stderr.contains("is the base"), "{ended}");
}

#[test]
fn noise_needs_five_runs_of_one_plan() {
    let ground = Ground::new();
    let ended = ground.run(&["noise", "--of", &file(), &file()]);
    ended.assert_code(2);
    assert!(ended.stderr.contains("2 runs are too few"), "{ended}");

    let runs: Vec<String> = (0..5)
        .map(|at| {
            ground
                .run_with(&format!("{at}.json"), |run| run["id"] = json!(format!("r20261121-03000{at}-0000")))
        })
        .collect();
    let words: Vec<&str> = ["noise", "--of"].into_iter().chain(runs.iter().map(String::as_str)).collect();
    let ended = ground.run(&words);
    ended.assert_code(0);
    assert!(ended.stdout.contains("Noise between 5 runs"), "{ended}");
    let compared = ground.run(&["compare", &runs[0], &runs[1], "--json"]);
    assert!(!compared.json().to_string().contains("run_noise_unknown"), "kept noise is used");

    fs::write(ground.path("plimsoll/noise/newer.json"), "{\"noise_version\": 99}").unwrap();
    let compared = ground.run(&["compare", &runs[0], &runs[1], "--json"]);
    assert!(!compared.json().to_string().contains("run_noise_unknown"), "one file takes no other away");
    assert!(compared.stderr.contains("newer.json` is left out: it is in format 99"), "{compared}");
}

#[test]
fn a_wrong_budget_is_told_with_its_place_before_anything_is_measured() {
    let ground = Ground::new();
    let budget = ground.path("plimsoll.toml");
    fs::write(&budget, "budget_version = 1\n[[budget]]\nmetric = \"speed\"\nat_most = \"5 ms\"\n").unwrap();
    let ended = ground.run(&["bench", "hello", "--budget", &budget]);
    ended.assert_code(2);
    assert!(ended.stderr.contains("plimsoll.toml` is wrong at line 3, column 10"), "{ended}");
    assert!(!ground.data_folder().join("plimsoll/runs").exists());
    for missing in
        [["--budget", "/nowhere/a.toml"], ["--baseline", "nothing.json"], ["--against", "no-such-commit"]]
    {
        let ended = ground.run(&["bench", "hello", "--lane", "wasmtime", missing[0], missing[1]]);
        ended.assert_code(2);
    }
}

/// A quick gate of `hello` in one lane, with more words; its summary is where CI would name it.
fn gate(ground: &Ground, budget: &str, more: &[&str]) -> Ended {
    let file = ground.path("plimsoll.toml");
    fs::write(&file, format!("budget_version = 1\n{budget}\n")).unwrap();
    let words =
        ["bench", "hello", "--lane", "wasmtime", "--trials", "12", "--ci", "--explain", "--budget", &file];
    let mut command = ground.command(&[words.as_slice(), more].concat());
    command.env("GITHUB_STEP_SUMMARY", ground.path("summary.md"));
    Ended::of(command.output().unwrap())
}

#[test]
fn a_broken_budget_ends_with_exit_code_4_and_a_kept_one_does_not() {
    let _machine = machine();
    let ground = Ground::new();
    let size = |most: &str| format!("[[budget]]\nmetric = \"wire_size\"\nat_most = \"{most}\"");
    let decisions = ground.path("decisions.json");
    let ended = gate(&ground, &size("1 kB"), &["--decisions", &decisions]);
    ended.assert_code(4);
    assert!(
        ended.stdout.contains("BROKEN: budget at line 2, column 1, hello, wasmtime, wire_size"),
        "{ended}"
    );
    assert!(fs::read_to_string(ground.path("summary.md")).unwrap().starts_with("## Regression"));
    let told: Value = serde_json::from_slice(&fs::read(decisions).unwrap()).unwrap();
    assert_eq!(told["decisions"][0]["outcome"], "broken", "{told}");

    let ended = gate(&ground, &size("1 MB"), &[]);
    assert!(matches!(ended.code, Some(0 | 1)), "{ended}");
    assert!(ended.stdout.contains("Budgets: 1 kept, 0 undecided, 0 broken"), "{ended}");
}

#[test]
fn a_budget_that_a_run_can_not_answer_is_refused_before_anything_is_measured() {
    let ground = Ground::new();
    for (budget, told) in [
        ("metric = \"wire_size\"\nat_most_over_baseline = \"+1 %\"", "give `--baseline` or `--against`"),
        ("metric = \"latency\"\npercentile = \"p99\"\nat_most = \"1 s\"", "nothing is loaded in this run"),
        ("metric = \"pss\"\nsmaller_than = { lane = \"wasmtime\", times = 2 }", "no lane but `wasmtime`"),
        ("metric = \"cold_start\"\nphase = \"serve\"\nat_most = \"1 s\"", "is not taken in the phase"),
    ] {
        let ended = gate(&ground, &format!("[[budget]]\n{budget}"), &[]);
        ended.assert_code(2);
        assert!(
            ended.stderr.contains("plimsoll.toml` is wrong at line ") && ended.stderr.contains(told),
            "{ended}"
        );
        assert!(!ground.data_folder().join("plimsoll/runs").exists());
    }
}

#[test]
fn what_can_not_be_written_is_refused_before_and_a_summary_that_can_not_be_is_a_note() {
    let ground = Ground::new();
    let one = ground.path("a.json");
    for words in [
        ["--output", "/proc/run.json", "--decisions", "x"],
        ["--output", "/nowhere/run.json", "--decisions", "x"],
        ["--export", "svg=/nowhere/a.svg", "--decisions", "x"],
        ["--output", one.as_str(), "--export", &format!("csv={one}")],
    ] {
        let ended = gate(&ground, "", &words);
        assert!(matches!(ended.code, Some(2 | 3)), "{words:?}: {ended}");
        assert!(!ground.data_folder().join("plimsoll/runs").exists(), "{words:?}");
    }
    let _machine = machine();
    let file = ground.path("plimsoll.toml");
    fs::write(&file, "budget_version = 1\n[[budget]]\nmetric = \"wire_size\"\nat_most = \"1 kB\"\n").unwrap();
    let words = ["bench", "hello", "--lane", "wasmtime", "--trials", "12", "--ci", "--budget", &file];
    let mut command = ground.command(&words);
    let broken = Ended::of(command.env("GITHUB_STEP_SUMMARY", "/nowhere/summary.md").output().unwrap());
    broken.assert_code(4);
    assert!(broken.stderr.contains("could not add the summary to `/nowhere/summary.md`"), "{broken}");
}

#[test]
fn the_first_job_of_a_folder_of_baselines_makes_one() {
    let _machine = machine();
    let ground = Ground::new();
    let folder = ground.path("baselines");
    let slower = "[[budget]]\nmetric = \"cold_start\"\nat_most_over_baseline = \"+900 %\"";
    let first = gate(&ground, slower, &["--baseline", &folder]);
    assert!(matches!(first.code, Some(0 | 1)), "{first}");
    assert!(format!("{first}").contains("there is no baseline yet"), "{first}");

    fs::create_dir(&folder).unwrap();
    let kept = format!("{folder}/{}.json", ground.only_run()["id"].as_str().unwrap());
    let made = gate(&ground, slower, &["--baseline", &folder, "--output", &kept]);
    assert!(format!("{made}").contains("there is no baseline yet"), "{made}");
    let next = gate(&ground, slower, &["--baseline", &folder]);
    assert!(format!("{next}").contains("the baseline is run"), "{next}");
}

#[test]
fn git_is_asked_of_the_workload_s_own_repository_and_its_words_are_passed_on() {
    let ground = Ground::new();
    copy_folder(&repository().join("workloads/hello"), &ground.data_folder().join("mine/hello"));
    let mine = ground.path("mine");
    let git = |words: &[&str]| {
        let author = ["-c", "user.name=a", "-c", "user.email=a@b.c"];
        let done = Command::new("git").current_dir(&mine).args(author).args(words).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    };
    let bench = |against: &str, of_git: &[(&str, &str)]| {
        let words = ["bench", "hello", "--lane", "wasmtime", "--trials", "1", "--arms", "1"];
        let mut command = ground.command(&words);
        command.args(["--workloads", &mine, "--against", against]);
        Ended::of(command.envs(of_git.iter().copied()).output().unwrap())
    };
    let none = bench("main", &[]);
    none.assert_code(2);
    assert!(none.stderr.contains("not a git repository"), "{none}");

    git(&["init", "-q", "-b", "main"]);
    git(&["add", "-f", "."]);
    git(&["commit", "-q", "-m", "first"]);
    let absent = bench("elsewhere", &[]);
    absent.assert_code(2);
    assert!(absent.stderr.contains("neither a folder nor a commit"), "{absent}");

    // As in a hook of another repository.
    let other = repository().join(".git");
    let _machine = machine();
    let hook = [("GIT_DIR", other.to_str().unwrap()), ("GIT_INDEX_FILE", "/nonexistent/index")];
    bench("main", &hook).assert_code(0);
    assert_eq!(ground.only_run()["plan"]["variants"].as_array().map(Vec::len), Some(2));

    fs::remove_dir_all(format!("{mine}/.git/objects")).unwrap();
    fs::create_dir(format!("{mine}/.git/objects")).unwrap();
    let broken = bench("main", &[]);
    broken.assert_code(2);
    assert!(broken.stderr.contains("fatal:"), "{broken}");
}

#[test]
fn a_workload_is_measured_beside_its_version_before_the_change_in_one_order() {
    let _machine = machine();
    let ground = Ground::new();
    let before = ground.data_folder().join("before/hello");
    copy_folder(&repository().join("workloads/hello"), &before);
    let growth = "[[budget]]\nmetric = \"wire_size\"\nat_most_over_baseline = \"+1 %\"";
    let ended = gate(&ground, growth, &["--against", before.to_str().unwrap()]);
    assert!(matches!(ended.code, Some(0 | 1)), "{ended}");
    assert!(ended.stdout.contains("Budgets: 1 kept"), "{ended}");
    let run = ground.only_run();
    assert_eq!(run["plan"]["variants"], json!([{ "slug": "new" }, { "slug": "before", "of": ["hello"] }]));
    let cells: Vec<u64> =
        run["trials"].as_array().unwrap().iter().map(|it| it["cell"].as_u64().unwrap()).collect();
    // Four cells: two versions, two arms; no version runs in a block of its own.
    let changes = cells.windows(2).filter(|pair| pair[0] / 2 != pair[1] / 2).count();
    assert!(changes > 8, "{cells:?}");
    assert!(ground.run(&["compare", run["id"].as_str().unwrap()]).stdout.contains("hello"));
}
