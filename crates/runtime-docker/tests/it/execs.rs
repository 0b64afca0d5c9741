//! A process that is started in a container that runs already.

use std::sync::Arc;

use bollard::query_parameters::InspectContainerOptions;
use plimsoll_model::{Job, Phase, Workload};
use plimsoll_runtime::proc::{self, Stat};
use plimsoll_runtime::{Conditions, Family, NotEnough, Role, Runtime, conformance};
use plimsoll_runtime_docker::DockerFamily;
use serde_json::json;

use crate::given::{with_folders, with_input};
use crate::ground::{command, conditions, engine, granted, held_by, prepare, ready, service, start};
use crate::images::{by_name, image};

fn lane() -> Arc<dyn Runtime> {
    let family = DockerFamily::new();
    let offered = family.offers().into_iter().find(|lane| lane.spec.slug.as_str().ends_with("+exec"));
    family.open(&offered.unwrap().spec).unwrap()
}

/// What waits for its parent holds nothing any more.
fn is_gone(pid: u32) -> bool {
    Stat::of(pid).map_or(true, |found| found.has_ended())
}

/// Runs a command to its end. Gives its code, what it printed and the end of what it complained of.
async fn run(workload: &Workload, conditions: &Conditions) -> (Option<i32>, String, String) {
    let prepared = prepare(lane().as_ref(), workload, conditions).await;
    let mut instance = start(prepared.as_ref()).await.unwrap();
    let exit = instance.wait().await.unwrap();
    instance.stop().await.unwrap();
    prepared.discard().await.unwrap();
    (exit.code, String::from_utf8(exit.stdout).unwrap(), exit.stderr_tail)
}

#[tokio::test]
async fn the_container_runs_before_and_the_process_stands_in_its_groups_beside_what_sleeps() {
    let conditions = conditions("exec");
    let runtime = lane();
    let prepared = prepare(runtime.as_ref(), &service("serve"), &conditions).await;
    let mut bed = prepared.stage().await.unwrap();
    let name = held_by(&conditions.owner).await.into_iter().find(|name| name.starts_with('/')).unwrap();
    let found = engine().inspect_container(&name[1..], None::<InspectContainerOptions>).await.unwrap();
    let state = found.state.unwrap();
    assert_eq!((state.running, found.path.as_deref()), (Some(true), Some("/plimsoll-idle")));
    let idle = u32::try_from(state.pid.unwrap()).unwrap();

    let mut instance = bed.start().await.unwrap();
    ready(instance.as_mut()).await;
    let phases: Vec<Phase> = instance.marks().await.unwrap().iter().map(|mark| mark.phase).collect();
    assert_eq!(phases, [Phase::Create, Phase::Start]);
    let footprint = instance.footprint();
    let of = |role| footprint.processes.iter().filter(move |found| found.role == role).map(|found| found.pid);
    let inside: Vec<u32> = of(Role::Instance).collect();
    assert!(inside.len() == 2 && inside.contains(&idle), "{inside:?}");
    let named: Vec<String> = inside.iter().map(|&pid| proc::arguments(pid)[0].clone()).collect();
    assert!(named.contains(&"/workload".to_owned()), "{named:?}");
    assert_eq!((of(Role::Shim).count(), of(Role::Proxy).count()), (1, 1));
    assert_eq!(instance.ended().await, None);

    let stopped = instance.stop().await.unwrap();
    assert_eq!((stopped.exit.code, stopped.killed), (Some(0), None), "it hears its signal");
    assert!(inside.iter().all(|&pid| is_gone(pid)));
    bed.end().await.unwrap();
    prepared.discard().await.unwrap();
    assert_eq!(held_by(&conditions.owner).await, [""; 0]);
}

#[tokio::test]
async fn the_lane_keeps_the_contract() {
    let (family, conditions) = (DockerFamily::new(), conditions("exec-contract"));
    let (http, printing, granted) = (service("serve"), command("print"), granted());
    let spec = lane().spec();
    conformance::check(&family, &spec, &http, &printing, &granted, &conditions).await.unwrap();
    let (echo, deaf) = (with_input("echo", None), with_input("print", Some(b"hello\n")));
    conformance::gives_standard_input(lane().as_ref(), &echo, &deaf, &conditions).await.unwrap();
    let ground = tempfile::tempdir().unwrap();
    let folders = with_folders(ground.path());
    assert_eq!(conformance::gives_folders(lane().as_ref(), &folders, &conditions).await.unwrap(), None);
    assert_eq!(held_by(&conditions.owner).await, [""; 0]);
}

#[tokio::test]
async fn a_command_s_code_and_words_are_told_and_a_service_s_as_well() {
    let conditions = conditions("exec-codes");
    let (code, _, told) = run(&command("unknown"), &conditions).await;
    assert_eq!((code, told.as_str()), (Some(3), "no such mode"));
    let prepared = prepare(lane().as_ref(), &service("unknown"), &conditions).await;
    let mut instance = start(prepared.as_ref()).await.unwrap();
    let exit = loop {
        if let Some(exit) = instance.ended().await {
            break exit;
        }
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    };
    assert_eq!((exit.code, exit.stderr_tail.as_str()), (Some(3), "no such mode"));
    instance.stop().await.unwrap();
    prepared.discard().await.unwrap();
    assert_eq!(held_by(&conditions.owner).await, [""; 0]);
}

#[tokio::test]
async fn what_does_not_end_or_leaves_others_behind_goes_with_its_container() {
    let image = image("exec-fork", json!({"Entrypoint": ["/program"]})).await;
    for (mode, is_late) in [("stubborn", true), ("fork", false)] {
        let conditions = conditions(&format!("exec-{mode}"));
        let prepared = prepare(lane().as_ref(), &by_name(service(mode), &image), &conditions).await;
        let mut instance = start(prepared.as_ref()).await.unwrap();
        ready(instance.as_mut()).await;
        instance.marks().await.unwrap();
        let inside: Vec<u32> = instance.footprint().processes.iter().map(|found| found.pid).collect();
        let stopped = instance.stop().await.unwrap();
        let why = stopped.killed.map(|killed| killed.why);
        assert_eq!(why, is_late.then_some(NotEnough::Late { after_ms: 1_000 }), "{mode}");
        assert_eq!(stopped.exit.code, Some(if is_late { 137 } else { 0 }), "{mode}");
        assert!(inside.iter().all(|&pid| is_gone(pid)), "{mode}: {inside:?}");
        prepared.discard().await.unwrap();
        assert_eq!(held_by(&conditions.owner).await, [""; 0], "{mode}");
    }
}

#[tokio::test]
async fn a_process_of_somebody_s_image_runs_as_that_has_it() {
    let config = json!({"Entrypoint": ["/program", "say"], "Cmd": ["by", "itself"], "User": "65534"});
    let image = image("exec", config).await;
    let conditions = conditions("exec-image");
    let mut workload = by_name(command("say"), &image);
    let Job::Run(run_job) = &mut workload.job else { panic!("it is a command") };
    run_job.arguments = Vec::new();
    let told = run(&workload, &conditions).await;
    assert_eq!(told, (Some(0), "by itself\n".to_owned(), String::new()));
    assert_eq!(held_by(&conditions.owner).await, [""; 0]);
}
