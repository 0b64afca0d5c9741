//! From nothing to gone.

use std::net::{IpAddr, SocketAddr, TcpStream, UdpSocket};
use std::time::Duration;

use bollard::query_parameters::{InspectContainerOptions, RemoveImageOptions};
use plimsoll_model::{Availability, LaneSpec, Parameter, Phase, Reading, Slug};
use plimsoll_runtime::{
    BINARY_SIZE, CgroupPaths, Clock, Family, HOST_SIZE, MonotonicClock, PREPARE_TIME, Role, UNPACKED_SIZE,
    WIRE_SIZE, conformance, proc,
};
use plimsoll_runtime_docker::DockerFamily;

use crate::ground::{
    command, conditions, engine, granted, held_by, import, lanes, lanes_of, prepare, program, ready, service,
    standing_alone, start, tried_by_this_process,
};

#[tokio::test]
async fn every_lane_that_stands_on_nothing_else_keeps_the_contract() {
    let family = DockerFamily::new();
    for lane in standing_alone(&family) {
        let conditions = conditions("contract");
        let (http, command, granted) = (service("serve"), command("print"), granted());
        conformance::check(&family, &lane, &http, &command, &granted, &conditions).await.unwrap();
        assert_eq!(held_by(&conditions.owner).await, [""; 0]);
    }
}

#[tokio::test]
async fn a_container_can_stand_on_a_base_that_is_here() {
    let (family, engine) = (DockerFamily::new(), engine());
    let name = format!("plimsoll-test-base:{}", std::process::id());
    let base = [(Slug::known("base"), Parameter::Text(name.clone()))].into();
    let lane = LaneSpec { parameters: base, ..LaneSpec::plain(Slug::known("on-base"), family.slug()) };
    let runtime = family.open(&lane).unwrap();
    let Availability::Unavailable { remedy, .. } = runtime.availability().await else {
        panic!("it is there")
    };
    assert_eq!(remedy, format!("docker pull {name}"));
    assert!(!format!("{:?}", runtime.record()).contains("seccomp"));
    let Availability::Unavailable { remedy: tried, .. } = runtime.tried().await else {
        panic!("it is there")
    };
    assert_eq!(tried, remedy);
    let [bridge, _] = lanes();
    bridge.tried().await;
    let of_engine = |word: &str| format!("{:?}", runtime.record()).matches(word).count();
    for word in ["docker-proxy", "seccomp"] {
        let usual = format!("{:?}", bridge.record()).matches(word).count();
        assert_eq!(of_engine(word), usual, "{word}: the same engine answers");
    }
    assert!(of_engine("seccomp") > 0);

    import(&engine, &name, &[("etc/base-release", b"a base\n".as_slice())]).await;
    let conditions = conditions("base");
    assert!(matches!(runtime.availability().await, Availability::Available { .. }));
    conformance::runs_a_command(runtime.as_ref(), &command("print"), &conditions).await.unwrap();
    let prepared = prepare(runtime.as_ref(), &command("print"), &conditions).await;
    let told = prepared.warnings().join(" ");
    let layers = prepared.figures().await.into_iter().filter(|figure| figure.metric == UNPACKED_SIZE);
    let layers: Vec<String> = layers.filter_map(|figure| Some(figure.subject?.to_string())).collect();
    prepared.discard().await.unwrap();
    engine.remove_image(&name, None::<RemoveImageOptions>, None).await.unwrap();
    assert_eq!(layers, ["layer-0", "layer-1"]);
    assert!(told.contains(&format!("built on `{name}`")), "{told}");
    assert_eq!(held_by(&conditions.owner).await, [""; 0]);
}

#[tokio::test]
async fn what_is_there_before_the_clock_starts_is_no_part_of_the_start() {
    let family = DockerFamily::new();
    for (begin, has_run) in [("start", false), ("restart", true), ("unpause", true)] {
        let parameters = [(Slug::known("begin"), Parameter::Text(begin.to_owned()))].into();
        let lane = LaneSpec { parameters, ..LaneSpec::plain(Slug::known("begun"), family.slug()) };
        let runtime = family.open(&lane).unwrap();
        let conditions = conditions(begin);
        let prepared = prepare(runtime.as_ref(), &service("serve"), &conditions).await;
        let mut bed = prepared.stage().await.unwrap();
        let name = held_by(&conditions.owner).await.into_iter().find(|name| name.starts_with('/')).unwrap();
        let found = engine().inspect_container(&name[1..], None::<InspectContainerOptions>).await.unwrap();
        let state = found.state.unwrap();
        let never = "0001-01-01T00:00:00Z";
        assert_eq!(state.started_at.as_deref() != Some(never), has_run, "{begin}");
        assert_eq!(state.paused, Some(begin == "unpause"), "{begin}");
        let mut instance = bed.start().await.unwrap();
        ready(instance.as_mut()).await;
        let phases: Vec<Phase> = instance.marks().await.unwrap().iter().map(|mark| mark.phase).collect();
        assert_eq!(phases, [Phase::Start], "{begin}");
        instance.stop().await.unwrap();
        bed.end().await.unwrap();
        prepared.discard().await.unwrap();
        assert_eq!(held_by(&conditions.owner).await, [""; 0]);
    }
}

#[tokio::test]
async fn a_service_shows_its_processes_and_leaves_none_of_them() {
    for runtime in lanes() {
        let slug = runtime.record().spec.slug;
        let conditions = conditions("footprint");
        let artifact = prepare(runtime.as_ref(), &service("serve"), &conditions).await;
        let mut bed = artifact.stage().await.unwrap();
        assert_eq!(bed.attendants().len(), 2, "dockerd and containerd");
        let began_ns = MonotonicClock.now_ns();
        let mut instance = bed.start().await.unwrap();
        ready(instance.as_mut()).await;
        let marks = instance.marks().await.unwrap();
        assert_eq!((marks[0].phase, marks[1].phase), (Phase::Create, Phase::Start));
        assert!(began_ns < marks[0].end_ns && marks[0].end_ns < marks[1].end_ns);

        let footprint = instance.footprint();
        assert_eq!(footprint.unseen, None);
        let count = |role| footprint.processes.iter().filter(|process| process.role == role).count();
        assert_eq!((count(Role::Instance), count(Role::Shim)), (1, 1));
        assert_eq!(count(Role::Proxy), usize::from(slug.as_str() == "docker"));
        let memory = match footprint.cgroup.clone().unwrap() {
            CgroupPaths::V1 { memory, cpuacct } => {
                assert!(cpuacct.unwrap().join("cpuacct.usage").exists());
                memory.unwrap()
            }
            CgroupPaths::V2 { folder } => folder,
        };
        let limit = std::fs::read_to_string(memory.join("memory.limit_in_bytes"))
            .or_else(|_| std::fs::read_to_string(memory.join("memory.max")));
        assert_eq!(limit.unwrap().trim(), (64 << 20).to_string());

        let asked_ns = MonotonicClock.now_ns();
        let stopped = instance.stop().await.unwrap();
        assert!(asked_ns < stopped.exited_ns && stopped.exited_ns < stopped.gone_ns);
        assert_eq!((stopped.killed, stopped.exit.code), (None, Some(0)));
        assert!(!memory.exists());
        for process in footprint.processes {
            let stat = proc::Stat::of(process.pid);
            assert!(stat.as_ref().map_or(true, proc::Stat::has_ended), "{process:?}: {stat:?}");
        }
        artifact.discard().await.unwrap();
        assert_eq!(held_by(&conditions.owner).await, [""; 0]);
    }
}

#[tokio::test]
async fn a_command_that_has_ended_tells_the_peak_of_its_group() {
    for runtime in lanes() {
        let mut conditions = conditions("peak");
        conditions.limits.memory_bytes = 256 << 20;
        conformance::tells_its_peak(runtime.as_ref(), &command("fill"), 64 << 20, &conditions).await.unwrap();
        assert_eq!(groups_of(&conditions.owner.label()), [""; 0]);
    }
}

/// Groups at the root of any hierarchy that bear an owner's label.
fn groups_of(label: &str) -> Vec<String> {
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").unwrap();
    let of_groups = mounts.lines().filter(|line| line.contains(" - cgroup"));
    let roots = of_groups.filter_map(|line| line.split(' ').nth(4));
    let folders = roots.filter_map(|root| std::fs::read_dir(root).ok()).flatten().flatten();
    let names = folders.filter_map(|folder| folder.file_name().into_string().ok());
    names.filter(|name| name.contains(label)).collect()
}

#[tokio::test]
async fn a_service_can_be_reached_on_loopback_alone() {
    // No packet is sent: this only asks which address would be used.
    let probe = UdpSocket::bind("0.0.0.0:0").unwrap();
    let outer = match probe.connect("192.0.2.1:9").and_then(|()| probe.local_addr()) {
        Ok(address) => address.ip(),
        // A host without a route still has the bridge's own address.
        Err(_) => IpAddr::from([172, 17, 0, 1]),
    };
    for runtime in lanes() {
        let conditions = conditions("loopback");
        let artifact = prepare(runtime.as_ref(), &service("serve"), &conditions).await;
        let mut instance = start(artifact.as_ref()).await.unwrap();
        ready(instance.as_mut()).await;
        let port = instance.address().unwrap().port();
        let outside = TcpStream::connect_timeout(&SocketAddr::from((outer, port)), Duration::from_secs(1));
        instance.stop().await.unwrap();
        artifact.discard().await.unwrap();
        assert!(outside.is_err(), "{outer}:{port} is open");
    }
}

#[tokio::test]
async fn a_container_has_no_rights_beyond_its_workload() {
    let [runtime, _] = lanes();
    let conditions = conditions("rights");
    let artifact = prepare(runtime.as_ref(), &service("serve"), &conditions).await;
    let instance = start(artifact.as_ref()).await.unwrap();
    let name = held_by(&conditions.owner).await.into_iter().find(|name| name.starts_with('/')).unwrap();
    let found =
        engine().inspect_container(&name[1..], None::<InspectContainerOptions>).await.unwrap().host_config;
    instance.stop().await.unwrap();
    artifact.discard().await.unwrap();
    let host = found.unwrap();
    assert_eq!((host.readonly_rootfs, host.privileged, host.init), (Some(true), Some(false), Some(false)));
    assert_eq!((host.cap_drop, host.cap_add), (Some(vec!["ALL".to_owned()]), None));
    assert_eq!((host.nano_cpus, host.pids_limit), (Some(1_000_000_000), Some(512)));
    assert_eq!(host.cpuset_cpus.as_deref(), Some("0"));
}

#[tokio::test]
async fn preparing_tells_the_sizes_of_image_binary_and_host() {
    let [runtime, _] = lanes();
    let conditions = conditions("sizes");
    let workload = command("print");
    let binary = std::fs::metadata(program()).unwrap().len();
    let artifact = prepare(runtime.as_ref(), &workload, &conditions).await;
    assert!(artifact.digests()["image"].starts_with("sha256:"));
    let told = artifact.warnings().join("; ");
    assert!(told.contains("root file system is read-only") && told.contains("called `/workload`"), "{told}");
    let figures = artifact.figures().await;
    let value = |slug: &str, subject: Option<&str>| {
        let found = figures.iter().find(|figure| {
            figure.metric.slug.as_str() == slug
                && figure.subject.as_ref().map(|name| name.as_str()) == subject
        });
        found.map(|figure| figure.reading.clone())
    };
    let of = |slug: &str, subject| value(slug, subject).and_then(|reading| reading.value()).unwrap();
    artifact.discard().await.unwrap();
    assert_eq!(of(BINARY_SIZE.slug.as_str(), None), binary);
    assert_eq!(of(UNPACKED_SIZE.slug.as_str(), None), binary);
    assert_eq!(of(UNPACKED_SIZE.slug.as_str(), Some("layer-0")), binary);
    let wire = of(WIRE_SIZE.slug.as_str(), None);
    assert!(binary / 5 < wire && wire < binary, "{wire} of {binary}");
    assert!(of(PREPARE_TIME.slug.as_str(), Some("build")) > 0);
    assert!(of(HOST_SIZE.slug.as_str(), None) > of(HOST_SIZE.slug.as_str(), Some("dockerd")));
    assert_eq!(value(WIRE_SIZE.slug.as_str(), Some("layer-1")), None::<Reading>);
}

#[tokio::test]
async fn a_flood_of_output_is_cut_at_the_limit_and_ends() {
    let [_, runtime] = lanes();
    let mut conditions = conditions("flood");
    conditions.limits.output_bytes = 100_000;
    let artifact = prepare(runtime.as_ref(), &command("flood"), &conditions).await;
    let mut instance = start(artifact.as_ref()).await.unwrap();
    let exit = instance.wait().await.unwrap();
    instance.stop().await.unwrap();
    artifact.discard().await.unwrap();
    assert_eq!((exit.code, exit.stdout.len(), exit.truncated), (Some(0), 100_000, true));
    assert!(exit.stderr_tail.ends_with("the end"));
}

#[tokio::test]
async fn a_lane_that_is_tried_tells_what_was_seen_and_leaves_nothing() {
    let lanes = lanes();
    let before = lanes.each_ref().map(|runtime| format!("{:?}", runtime.record())).concat();
    assert!(!before.contains("docker-proxy") && !before.contains("containerd-shim"), "{before}");
    let began = std::time::Instant::now();
    for runtime in lanes {
        let Availability::Available { detail } = runtime.tried().await else { panic!("not available") };
        assert!(detail.contains("at `unix:///"), "{detail}");
        let after = runtime.record();
        assert_eq!(after.unlimited, None);
        let told = format!("{after:?}");
        assert!(told.contains("containerd-shim") && told.contains("json-file"), "{told}");
        let on_the_bridge = runtime.spec().slug.as_str() == "docker";
        assert_eq!(told.contains("`docker-proxy`, a process of its own"), on_the_bridge, "{told}");
    }
    println!("tried in {:?}", began.elapsed());
    assert_eq!(tried_by_this_process().await, [""; 0]);
    // Before the image is there, while containers are made, and while they answer.
    for millis in [20, 100, 300, 600] {
        let [runtime, _] = lanes_of(&DockerFamily::new());
        let _ = tokio::time::timeout(Duration::from_millis(millis), runtime.tried()).await;
    }
    assert_eq!(tried_by_this_process().await, [""; 0]);
}

#[tokio::test]
async fn the_engine_tells_its_versions_and_what_it_holds() {
    let [runtime, _] = lanes();
    assert!(matches!(runtime.availability().await, Availability::Available { .. }));
    let versions = runtime.versions().await;
    for name in [
        "docker",
        "docker-api",
        "containerd",
        "runc",
        "docker-storage",
        "docker-cgroup-driver",
        "docker-endpoint",
    ] {
        assert!(versions.contains_key(name), "{name} is not in {versions:?}");
    }
    let conditions = conditions("held");
    let artifact = prepare(runtime.as_ref(), &command("print"), &conditions).await;
    assert!(runtime.held().await.unwrap().images >= 1);
    artifact.discard().await.unwrap();
}
