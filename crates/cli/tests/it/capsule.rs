//! Capsules as a user meets them: packed, opened elsewhere, refused, run again.

use std::fs;
use std::path::{Path, PathBuf};

use insta::assert_snapshot;
use plimsoll_engine::Owner;
use plimsoll_model::RunId;
use serde_json::{Value, json};

use crate::ground::{Ended, Ground, machine, repository};
use crate::measuring::copy_folder;
use crate::storage::{on_a_disk, without_folder};

const ID: &str = "r20261121-013200-7f3a";

/// A run as the first format has it, of workloads that nobody has any more.
pub(crate) fn recorded() -> PathBuf {
    repository().join("crates/store/tests/fixtures/run-v2.json")
}

impl Ground {
    fn file(&self, name: &str) -> String {
        self.data_folder().join(name).to_str().unwrap().to_owned()
    }

    fn capsule(&self) -> String {
        self.file("x.plimsoll")
    }

    /// Packs a run's file alone.
    pub(crate) fn packed(&self, run: &Path) -> String {
        let capsule = self.capsule();
        let ended = self.run(&["pack", run.to_str().unwrap(), "-o", &capsule, "--without-workloads"]);
        ended.assert_code(0);
        capsule
    }

    /// The recorded run with something changed, packed alone.
    fn packed_with(&self, change: impl FnOnce(&mut Value)) -> String {
        let mut run = serde_json::from_slice(&fs::read(recorded()).unwrap()).unwrap();
        change(&mut run);
        let file = self.data_folder().join("changed.json");
        fs::write(&file, serde_json::to_vec(&run).unwrap()).unwrap();
        self.packed(&file)
    }

    /// The identities that `plimsoll list` knows.
    fn listed(&self) -> Vec<String> {
        let listed = self.run(&["list", "--json"]).json();
        listed.as_array().unwrap().iter().map(|kept| kept["run"]["id"].as_str().unwrap().to_owned()).collect()
    }
}

#[test]
fn a_capsule_is_opened_elsewhere_and_its_run_is_kept_there_as_a_stranger_s() {
    let (here, there) = (Ground::new(), Ground::new());
    let capsule = here.packed(&recorded());
    let opened = there.run(&["open", &capsule]);
    opened.assert_code(0);
    assert_eq!(opened.stdout, here.run(&["show", recorded().to_str().unwrap()]).stdout);
    assert!(opened.stderr.contains("came from elsewhere, in the capsule `x.plimsoll`"), "{opened}");
    assert!(opened.stderr.contains("holds no workloads"), "{opened}");
    assert!(opened.stderr.contains(&format!("`plimsoll show {ID}`")), "{opened}");

    assert_eq!(there.listed(), [ID]);
    assert!(there.run(&["list"]).stdout.contains("elsewhere"));
    let shown = there.run(&["show", ID]);
    assert_eq!(shown.stdout, opened.stdout);
    assert!(shown.stderr.contains("was not measured here: it came in the capsule `x.plimsoll`"), "{shown}");
    let file = there.data_folder().join(format!("plimsoll/runs/{ID}.json"));
    assert_eq!(fs::read(file).unwrap(), fs::read(recorded()).unwrap(), "byte for byte");

    there.run(&["open", &capsule]).assert_code(0);
    there.run(&["rm", ID]).assert_code(0);
    assert_eq!(fs::read_dir(there.data_folder().join("plimsoll/runs")).unwrap().count(), 0);
}

#[test]
fn a_capsule_is_shown_and_exported_without_being_kept() {
    let (here, there) = (Ground::new(), Ground::new());
    let capsule = here.packed(&recorded());
    let run: Value = serde_json::from_slice(&fs::read(recorded()).unwrap()).unwrap();
    assert_eq!(there.run(&["show", &capsule, "--json"]).json(), run);
    assert_eq!(there.run(&["open", "--no-keep", &capsule, "--json"]).json(), run);
    assert!(
        there
            .run(&["open", "--no-keep", &capsule, "--csv", "--baseline", "native"])
            .stdout
            .contains("hello,")
    );
    assert_eq!(there.listed(), [""; 0]);
}

#[test]
fn another_run_of_the_same_identity_is_not_touched() {
    let ground = Ground::new();
    let capsule = ground.packed_with(|run| run["plan"]["seed"] = json!(8));
    let runs = ground.data_folder().join("plimsoll/runs");
    fs::create_dir_all(&runs).unwrap();
    fs::copy(recorded(), runs.join(format!("{ID}.json"))).unwrap();
    let refused = ground.run(&["open", &capsule]);
    refused.assert_code(3);
    assert_snapshot!("capsule_other_run", without_folder(&refused.stderr, &ground));
    ground.run(&["open", &capsule, "--no-keep"]).assert_code(0);
    assert_eq!(fs::read(runs.join(format!("{ID}.json"))).unwrap(), fs::read(recorded()).unwrap());
}

#[test]
fn what_a_capsule_holds_can_be_looked_at_and_checked_without_plimsoll() {
    let ground = Ground::new();
    let capsule = ground.capsule();
    let told = ground
        .run(&["pack", recorded().to_str().unwrap(), "-o", &capsule, "--without-workloads", "--json"])
        .json();
    assert_eq!(told["run"], ID);
    assert_eq!(told["bytes"], fs::metadata(&capsule).unwrap().len());
    let script = "import zipfile, sys, json, hashlib\n\
                  z = zipfile.ZipFile(sys.argv[1])\n\
                  assert z.testzip() is None\n\
                  c = json.loads(z.read('capsule.json'))\n\
                  assert z.read('capsule.sha256').decode().split()[0] == hashlib.sha256(z.read('capsule.json')).hexdigest()\n\
                  for e in c['entries']: assert hashlib.sha256(z.read(e['name'])).hexdigest() == e['sha256'], e\n\
                  print(hashlib.sha256(open(sys.argv[1], 'rb').read()).hexdigest())\n\
                  print(sorted(z.namelist()))";
    let python = std::process::Command::new("python3").args(["-c", script, &capsule]).output().unwrap();
    let looked = Ended::of(python);
    looked.assert_code(0);
    assert_eq!(looked.stdout.lines().next(), told["sha256"].as_str());
    for name in ["run.json", &format!("reports/{ID}.md"), &format!("reports/{ID}.csv")] {
        assert!(looked.stdout.contains(&format!("'{name}'")), "{looked}");
    }
}

#[test]
fn files_that_are_no_capsules_and_capsules_that_were_changed_are_refused_and_nothing_is_kept() {
    let ground = Ground::new();
    let whole = fs::read(ground.packed(&recorded())).unwrap();
    let mut flipped = whole.clone();
    flipped[200] ^= 0x10;
    let cases: [(&str, &[u8]); 4] = [
        ("empty", b""),
        ("not_a_capsule", b"<html>not found</html>"),
        ("run_file", &fs::read(recorded()).unwrap()),
        ("cut_short", &whole[..5_000]),
    ];
    for (name, bytes) in cases {
        let file = ground.data_folder().join(format!("{name}.plimsoll"));
        fs::write(&file, bytes).unwrap();
        for command in [["open"].as_slice(), &["show"], &["replay", "--again"]] {
            let ended = ground.run(&[command, &[file.to_str().unwrap()]].concat());
            assert_eq!((ended.code, ended.stdout.as_str()), (Some(3), ""), "{name}: {ended}");
            assert_snapshot!(format!("capsule_{name}"), without_folder(&ended.stderr, &ground));
        }
    }
    fs::write(ground.capsule(), flipped).unwrap();
    let damaged = ground.run(&["open", &ground.capsule()]);
    damaged.assert_code(3);
    assert!(damaged.stderr.contains("entry `run.json` of"), "{damaged}");
    let missing = ground.run(&["open", &ground.file("none.plimsoll")]);
    missing.assert_code(2);
    assert_snapshot!("capsule_missing", without_folder(&missing.stderr, &ground));
    assert_eq!(ground.listed(), [""; 0]);
}

#[test]
fn a_target_that_is_there_is_not_replaced_without_being_asked() {
    let ground = Ground::new();
    let run = recorded();
    let pack = |more: &[&str]| {
        let arguments = ["pack", run.to_str().unwrap(), "--without-workloads", "-o", &ground.capsule()];
        ground.run(&[&arguments, more].concat())
    };
    fs::write(ground.capsule(), "mine").unwrap();
    let refused = pack(&[]);
    refused.assert_code(2);
    assert_snapshot!("pack_target_exists", without_folder(&refused.stderr, &ground));
    assert_eq!(fs::read(ground.capsule()).unwrap(), b"mine");
    pack(&["--force"]).assert_code(0);
    ground.run(&["open", &ground.capsule()]).assert_code(0);
    let again = ground.run(&["pack", &ground.capsule(), "-o", &ground.file("y.plimsoll")]);
    again.assert_code(2);
    assert_snapshot!("pack_a_capsule", without_folder(&again.stderr, &ground));
}

#[test]
fn a_target_folder_that_is_missing_read_only_or_full_is_named_and_nothing_is_left() {
    let ground = Ground::new();
    let missing = ground.run(&[
        "pack",
        recorded().to_str().unwrap(),
        "--without-workloads",
        "-o",
        &ground.file("no/x.plimsoll"),
    ]);
    missing.assert_code(2);
    assert_snapshot!("pack_no_folder", without_folder(&missing.stderr, &ground));
    for (name, options) in [("read_only", "ro"), ("full", "size=4k")] {
        let ground = Ground::new();
        let script = format!(
            r#""$PLIMSOLL" pack {} --without-workloads -o "$DISK/x.plimsoll"; code=$?; ls -A "$DISK"; exit $code"#,
            recorded().display()
        );
        let ended = on_a_disk(&ground, options, &script);
        ended.assert_code(3);
        assert_eq!(ended.stdout, "", "{name}: {ended}");
        assert_snapshot!(format!("pack_disk_{name}"), without_folder(&ended.stderr, &ground));
    }
}

#[test]
fn a_disk_that_can_t_take_the_run_of_a_capsule_says_so_and_keeps_no_half() {
    let ground = Ground::new();
    let capsule = ground.packed(&recorded());
    let script = format!(
        r#""$PLIMSOLL" open {capsule} --data-dir "$DISK"; code=$?; ls -A "$DISK/runs" 2>/dev/null; exit $code"#
    );
    let ended = on_a_disk(&ground, "size=8k", &script);
    ended.assert_code(3);
    assert_eq!(ended.stdout, "", "{ended}");
    assert!(ended.stderr.contains("the disk is full") && ended.stderr.contains("`--no-keep`"), "{ended}");
}

#[test]
fn a_run_without_trials_is_packed_and_opened() {
    let ground = Ground::new();
    let capsule = ground.packed_with(|run| {
        run["trials"] = json!([]);
        run["preparations"] = json!([]);
    });
    ground.run(&["open", &capsule]).assert_code(0);
    assert_eq!(ground.listed(), [ID]);
}

#[test]
fn words_of_a_stranger_do_not_move_the_cursor_or_turn_the_line() {
    let ground = Ground::new();
    let odd = "a,\"b\"|c\n<script>alert(1)</script>\u{1b}[2J\u{202e}dcba";
    let capsule = ground.packed_with(|run| {
        run["site"]["host"]["cpu_model"] = json!(odd);
        run["workloads"][0]["summary"] = json!(odd);
    });
    let renamed = ground.file("a\nb\u{202e}<script>.plimsoll");
    fs::rename(capsule, &renamed).unwrap();
    let opened = ground.run(&["open", &renamed]);
    opened.assert_code(0);
    let shown = ground.run(&["show", ID]);
    for text in [&opened.stderr, &opened.stdout, &shown.stderr, &ground.run(&["list"]).stdout] {
        assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text}");
    }
}

#[test]
fn a_million_samples_are_packed_and_opened() {
    let ground = Ground::new();
    let capsule = ground.packed_with(|run| {
        // Many values in few trials: what a report costs by trial is not what is tested here.
        let each = 1_000_000 / run["trials"].as_array().unwrap().len() + 1;
        let series = run["series"].as_array_mut().unwrap();
        let (first, like) = (series.len(), series[0].clone());
        series.extend((0..each).map(|at| {
            let mut more = like.clone();
            more["subject"] = Value::String(format!("part-{at}"));
            more
        }));
        for trial in run["trials"].as_array_mut().unwrap() {
            trial["samples"].as_array_mut().unwrap().extend((first..first + each).map(|at| json!([at, 1])));
        }
    });
    let opened = ground.run(&["open", &capsule, "--csv"]);
    opened.assert_code(0);
    assert!(opened.stdout.lines().count() > 1_000_000);
}

#[test]
fn what_can_t_be_replayed_says_why() {
    let ground = Ground::new();
    let capsule = ground.packed(&recorded());
    let ended = ground.run(&["replay", "--again", &capsule]);
    ended.assert_code(3);
    assert_snapshot!("replay_without_workloads", without_folder(&ended.stderr, &ground));
}

#[test]
fn a_workload_that_is_gone_or_was_changed_is_named_with_what_differs() {
    let ground = Ground::new();
    let (run, capsule) = (recorded(), ground.capsule());
    let pack = ["pack", run.to_str().unwrap(), "-o", &capsule];
    let changed = ground.run(&pack);
    changed.assert_code(3);
    assert!(changed.stderr.contains("`workload.toml`: the run measured SHA-256 0000"), "{changed}");
    assert!(changed.stderr.contains("`--without-workloads`"), "{changed}");
    fs::create_dir(ground.data_folder().join("none")).unwrap();
    let gone = ground.run(&[&pack[..], &["--workloads", &ground.file("none")]].concat());
    gone.assert_code(3);
    assert_snapshot!("pack_workload_gone", without_folder(&gone.stderr, &ground));
    assert!(!Path::new(&capsule).exists());
}

/// A run of `hello`, measured here and packed.
fn measured(ground: &Ground) -> String {
    let workloads = ground.data_folder().join("workloads");
    copy_folder(&repository().join("workloads/hello"), &workloads.join("hello"));
    let folder = workloads.to_str().unwrap();
    let plan =
        ["--lane", "wasmtime", "--lane", "native", "--trials", "2", "--seed", "7", "--memory", "64MiB"];
    ground.run(&[&["bench", "hello", "--workloads", folder], &plan[..]].concat()).assert_code(0);
    let id = ground.listed().remove(0);
    let capsule = ground.capsule();
    let packed = ground.run(&["pack", &id, "-o", &capsule, "--workloads", folder]);
    packed.assert_code(0);
    assert!(packed.stdout.contains("with `hello`"), "{packed}");

    fs::write(workloads.join("hello/expected/stdout.txt"), "Something else.\n").unwrap();
    let refused = ground.run(&["pack", &id, "-o", &ground.file("y.plimsoll"), "--workloads", folder]);
    refused.assert_code(3);
    assert!(refused.stderr.contains("`expected/stdout.txt`: the run measured SHA-256"), "{refused}");
    fs::remove_dir_all(workloads).unwrap();
    capsule
}

#[test]
fn the_plan_of_a_capsule_is_run_again_with_the_workloads_in_it() {
    let _machine = machine();
    let (here, there) = (Ground::new(), Ground::new());
    let capsule = measured(&here);
    let first = here.only_run();

    let refused = there.run(&["replay", &capsule]);
    refused.assert_code(2);
    assert_snapshot!("replay_not_wished", without_folder(&refused.stderr, &here));

    let temporary = there.data_folder().join("tmp");
    fs::create_dir(&temporary).unwrap();
    let replay = |more: &[&str]| {
        let mut command = there.command(&[&["replay", "--again", &capsule], more].concat());
        // Not the repository: no workload is found there.
        command.current_dir(there.data_folder()).env("TMPDIR", &temporary);
        let ended = Ended::of(command.output().unwrap());
        assert_eq!(fs::read_dir(&temporary).unwrap().count(), 0, "what was unpacked is removed: {ended}");
        ended
    };
    let ended = replay(&["--json"]);
    ended.assert_code(0);
    assert!(ended.stderr.contains("runs the capsule's code on this machine"), "{ended}");
    assert!(ended.stderr.contains("lane `native` was left out: it is a process of this machine"), "{ended}");
    let again = ended.json();
    assert_eq!(again["lanes"][0]["spec"]["slug"], "wasmtime");
    assert_eq!(again["plan"]["lanes"].as_array().unwrap().len(), 1);
    assert_eq!(again["workloads"], first["workloads"], "the same digests");
    for field in ["seed", "trials", "settings", "workloads", "arms"] {
        assert_eq!(again["plan"][field], first["plan"][field], "{field}");
    }
    assert_eq!(again["left_out"][0]["lane"], "native");
    assert_eq!(there.listed(), [again["id"].as_str().unwrap()]);

    let trusted = replay(&["--trust-native"]);
    trusted.assert_code(0);
    assert!(trusted.stdout.contains("native") && trusted.stdout.contains("Run file: "), "{trusted}");
}

#[test]
fn a_capsule_whose_workload_is_not_the_one_its_run_measured_is_refused() {
    let _machine = machine();
    let ground = Ground::new();
    let capsule = measured(&ground);
    let forge = "import zipfile, sys, json, hashlib\n\
                 z = zipfile.ZipFile(sys.argv[1]); o = zipfile.ZipFile(sys.argv[2], 'w', zipfile.ZIP_DEFLATED)\n\
                 f = {n: z.read(n) for n in z.namelist()}; n = 'workloads/hello/hello.wasm'; f[n] = b'evil'\n\
                 c = json.loads(f['capsule.json'])\n\
                 e = [e for e in c['entries'] if e['name'] == n][0]\n\
                 e['bytes'] = 4; e['sha256'] = hashlib.sha256(b'evil').hexdigest()\n\
                 f['capsule.json'] = json.dumps(c).encode()\n\
                 f['capsule.sha256'] = (hashlib.sha256(f['capsule.json']).hexdigest() + '  capsule.json\\n').encode()\n\
                 [o.writestr(n, b) for n, b in f.items()]; o.close()";
    let forged = ground.file("forged.plimsoll");
    let python =
        std::process::Command::new("python3").args(["-c", forge, &capsule, &forged]).output().unwrap();
    Ended::of(python).assert_code(0);
    let refused = ground.run(&["replay", "--again", &forged]);
    refused.assert_code(3);
    assert!(
        refused.stderr.contains("contradicts itself: its run measured `workloads/hello/hello.wasm`"),
        "{refused}"
    );
}

#[test]
fn what_a_killed_replay_left_is_removed() {
    let _machine = machine();
    let ground = Ground::new();
    let temporary = ground.data_folder().join("tmp");
    // No process has this number.
    let dead = Owner { pid: 4_194_999, ..Owner::current(RunId::known("r1")) };
    let left = temporary.join(format!("plimsoll-capsule-{}~x", dead.label()));
    let other = temporary.join("plimsoll-capsule-mine");
    fs::create_dir_all(left.join("hello")).unwrap();
    fs::create_dir_all(&other).unwrap();
    let cleaned = Ended::of(ground.command(&["clean"]).env("TMPDIR", &temporary).output().unwrap());
    assert!(cleaned.stdout.contains(&format!("removed folder `{}`", left.display())), "{cleaned}");
    assert!(!left.exists() && other.exists());
}
