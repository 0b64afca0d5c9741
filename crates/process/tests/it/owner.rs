use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use plimsoll_model::Limits;
use plimsoll_process::{Launch, Stream};

use crate::{block_until_end, cgroups, label, run, script};

/// Set in the process that is to be killed; holds its label.
const VICTIM: &str = "PLIMSOLL_TEST_VICTIM";

#[test]
fn a_child_lives_as_long_as_its_parent() {
    let label = std::env::var(VICTIM);
    let group = cgroups()
        .create(label.as_deref().unwrap_or(&crate::label("lives")), &Limits::default(), &[])
        .unwrap();
    let launch = script("sleep 1000 & echo $!; exec sleep 1000").stdout(Stream::Pipe);
    let mut child = launch.ready().unwrap().spawn(Some(&group)).unwrap();
    let mut grandchild = String::new();
    BufReader::new(child.take_stdout().unwrap()).read_line(&mut grandchild).unwrap();
    assert_eq!(child.try_wait().unwrap(), None);
    if label.is_ok() {
        println!("\nvictim {} {}", child.pid(), grandchild.trim());
        loop {
            std::thread::park();
        }
    }
}

#[test]
fn the_death_of_its_parent_kills_a_child_and_a_sweep_removes_what_is_left() {
    let label = label("victim");
    let mut victim = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "owner::a_child_lives_as_long_as_its_parent", "--nocapture"])
        .env(VICTIM, &label)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let told = BufReader::new(victim.stdout.take().unwrap())
        .lines()
        .map(Result::unwrap)
        .find(|line| line.starts_with("victim "))
        .unwrap();
    let pids: Vec<u32> = told.split_whitespace().skip(1).map(|pid| pid.parse().unwrap()).collect();
    victim.kill().unwrap();
    victim.wait().unwrap();
    block_until_end(pids[0]);
    let cgroups = cgroups();
    let removed = cgroups.sweep(|other| other == label).unwrap();
    assert_eq!(removed.len(), 1, "{removed:?}");
    assert!(removed[0].starts_with(&label), "{removed:?}");
    block_until_end(pids[1]);
    assert_eq!(cgroups.sweep(|other| other == label).unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn a_sweep_leaves_the_groups_of_living_owners_alone() {
    let (mut living, group) = run(Launch::new("/bin/sleep").arg("1000"), "living", &Limits::default(), &[]);
    let dead = cgroups().create(&label("dead"), &Limits::default(), &[]).unwrap();
    let removed = cgroups().sweep(|other| other == label("dead")).unwrap();
    assert_eq!(removed.len(), 1, "{removed:?}");
    assert_eq!(living.try_wait().unwrap(), None);
    assert_eq!(group.oom_kills(), Some(0), "the group is still there");
    // Already gone: no error.
    dead.remove().unwrap();
    living.kill().unwrap();
    living.wait().await.unwrap();
    group.remove().unwrap();
}
