//! Engines as others have them, told by name and once, and figures that are right on them.

use std::os::unix::fs::PermissionsExt;

use plimsoll_model::Availability;
use plimsoll_runtime::{Family, Role, Runtime};

use crate::ground::{command, conditions, lanes_of, prepare, ready, service, start};
use crate::second::{Second, has_a_mount};

/// What one engine does without.
const WITHOUT: [&str; 2] = ["cpuset", "pids"];

async fn found(lane: &dyn Runtime) -> String {
    match lane.tried().await {
        Availability::Available { detail } => format!("good: {detail}"),
        Availability::Unavailable { problem, remedy } => format!("{problem}: {remedy}"),
    }
}

#[test]
fn an_engine_with_an_init_process_without_proxy_and_controllers_is_told_and_measured_rightly() {
    let second = Second::start("--init --userland-proxy=false", &WITHOUT);
    second.inside(async || {
        let [bridge, host] = lanes_of(&second.family());
        for lane in [&bridge, &host] {
            let found = found(lane.as_ref()).await;
            assert!(found.starts_with("good: ") && found.contains("`init` is its default"), "{found}");
            assert_eq!(found.contains("no `docker-proxy`"), lane.spec() == bridge.spec(), "{found}");
            let unlimited = lane.record().unlimited.unwrap_or_default();
            for controller in ["memory", "cpu", "pids", "cpuset"] {
                let is_away = WITHOUT.contains(&controller) && has_a_mount(controller);
                let told = format!("`{controller}` is not limited");
                assert_eq!(unlimited.contains(&told), is_away, "{controller}: {unlimited}");
            }
        }
        let told = format!("{:?}", bridge.record());
        assert!(told.contains("carried by no `docker-proxy`") && !told.contains("role `proxy`"), "{told}");
        let conditions = conditions("second");
        let prepared = prepare(bridge.as_ref(), &service("serve"), &conditions).await;
        let warnings = prepared.warnings().join("; ");
        assert_eq!(warnings.contains("cpuset"), has_a_mount("cpuset"), "{warnings}");
        let mut instance = start(prepared.as_ref()).await.unwrap();
        ready(instance.as_mut()).await;
        instance.marks().await.unwrap();
        let roles: Vec<Role> = instance.footprint().processes.iter().map(|process| process.role).collect();
        instance.stop().await.unwrap();
        prepared.discard().await.unwrap();
        assert_eq!(roles, [Role::Instance, Role::Shim], "no init process, no proxy");
    });
}

#[tokio::test]
async fn an_engine_whose_ports_are_not_reached_from_here_is_told_before_any_trial() {
    let second = Second::start("", &[]);
    for lane in lanes_of(&second.family()) {
        let first = found(lane.as_ref()).await;
        assert!(first.contains("its port is not reached from here") && first.contains("network"), "{first}");
        assert!(first.contains("at `unix:///"), "{first}");
    }
    // Somebody who has mended it meanwhile is believed.
    let [bridge, _] = lanes_of(&second.family());
    found(bridge.as_ref()).await;
    assert!(second.inside(async || found(bridge.as_ref()).await).starts_with("good: "));
    let warnings = second.inside(async || {
        let conditions = conditions("mended");
        let prepared = prepare(bridge.as_ref(), &command("print"), &conditions).await;
        let warnings = prepared.warnings();
        prepared.discard().await.unwrap();
        warnings
    });
    assert!(!warnings.iter().any(|warning| warning.contains("reached")), "{warnings:?}");
}

#[test]
fn an_engine_without_a_bridge_and_with_mapped_users_is_told_by_name() {
    let second = Second::start("--bridge=none --userns-remap=daemon", &[]);
    second.inside(async || {
        let [bridge, host] = lanes_of(&second.family());
        let bridge = found(bridge.as_ref()).await;
        assert!(bridge.contains("no default bridge") && bridge.contains("--bridge=none"), "{bridge}");
        let host = found(host.as_ref()).await;
        assert!(host.contains("user namespaces") && host.contains("--userns-remap"), "{host}");
    });
}

#[test]
fn a_runtime_that_hangs_or_is_gone_is_found_told_in_time_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("hangs");
    std::fs::write(&script, "#!/bin/sh\nexec sleep 1000\n").unwrap();
    std::fs::set_permissions(&script, PermissionsExt::from_mode(0o755)).unwrap();
    let flags = format!("--add-runtime hangs={} --add-runtime gone=/no/such/runtime", script.display());
    let second = Second::start(&flags, &[]);
    let (slugs, told, left) = second.inside(async || {
        let family = second.family();
        let lanes = family.found().await;
        let slugs: Vec<String> = lanes.iter().map(|lane| lane.spec.slug.to_string()).collect();
        let mut told = Vec::new();
        for lane in &lanes {
            told.push(found(family.open(&lane.spec).unwrap().as_ref()).await);
        }
        (slugs, told, second.containers().await)
    });
    assert_eq!(slugs, ["docker+gone", "docker+hangs"]);
    assert!(
        told[0].contains("refused `container start`") && told[0].contains("/no/such/runtime"),
        "{told:?}"
    );
    assert!(told[1].contains("did not answer within 20 s"), "{told:?}");
    assert_eq!(left, [""; 0]);
}
