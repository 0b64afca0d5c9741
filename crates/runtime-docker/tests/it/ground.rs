//! What the tests stand on: workloads, conditions, and a look at what an owner has in the engine.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, OnceLock};

use bollard::Docker as Client;
use bollard::query_parameters::{CreateImageOptions, ListContainersOptionsBuilder, ListImagesOptionsBuilder};
use futures_util::StreamExt;
use plimsoll_model::{
    Answer, Artifact, Container, Exchange, ExpectedOutput, Form, Grants, Invocation, Job, LaneSpec, Limits,
    Listen, Origin, Parameter, RunId, Service, Slug, Source, Workload,
};
use plimsoll_runtime::proc::Stat;
use plimsoll_runtime::{
    Conditions, Family, Instance, Owner, Prepared, Runtime, RuntimeError, Standing, conformance,
};
use plimsoll_runtime_docker::{DockerFamily, OWNER_LABEL};

/// The lanes that are measured where none is named: on the bridge, and on the host's network.
pub(crate) fn lanes() -> [Arc<dyn Runtime>; 2] {
    lanes_of(&DockerFamily::new())
}

pub(crate) fn lanes_of(family: &DockerFamily) -> [Arc<dyn Runtime>; 2] {
    let fair = family.offers().into_iter().filter(|lane| lane.standing == Standing::Fair);
    let opened: Vec<_> = fair.map(|lane| family.open(&lane.spec).unwrap()).collect();
    opened.try_into().ok().unwrap()
}

/// Every lane that the family offers on the usual engine and that needs no image beside the workload's.
pub(crate) fn standing_alone(family: &DockerFamily) -> Vec<LaneSpec> {
    let is = |lane: &LaneSpec, parameter: &'static str, word: &str| {
        lane.parameters[&Slug::known(parameter)] == Parameter::Text(word.to_owned())
    };
    let offered = family.offers().into_iter().map(|offer| offer.spec);
    offered.filter(|lane| is(lane, "base", "scratch") && is(lane, "engine", "")).collect()
}

/// Gives the engine an image of these files.
pub(crate) async fn import(engine: &Client, name: &str, files: &[(&str, &[u8])]) {
    let mut tar = tar::Builder::new(Vec::new());
    for (path, content) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, path, *content).unwrap();
    }
    let (repository, version) = name.split_once(':').unwrap();
    let options = CreateImageOptions {
        from_src: Some("-".to_owned()),
        repo: Some(repository.to_owned()),
        tag: Some(version.to_owned()),
        ..CreateImageOptions::default()
    };
    let body = bollard::body_full(tar.into_inner().unwrap().into());
    let mut told = Box::pin(engine.create_image(Some(options), Some(body), None));
    while let Some(line) = told.next().await {
        line.unwrap();
    }
}

pub(crate) fn bridge() -> Arc<dyn Runtime> {
    let [bridge, _] = lanes();
    bridge
}

pub(crate) fn hostnet() -> Arc<dyn Runtime> {
    let [_, hostnet] = lanes();
    hostnet
}

pub(crate) fn bridge_at(host: impl Into<String>) -> Arc<dyn Runtime> {
    let [bridge, _] = lanes_of(&DockerFamily::at(host));
    bridge
}

/// A service in one of the program's modes.
pub(crate) fn service(mode: &str) -> Workload {
    let ready = Exchange {
        name: Slug::known("first"),
        method: "GET".to_owned(),
        path: "/".to_owned(),
        headers: Vec::new(),
        content_type: None,
        body: [].into(),
        weight: 1,
        expect: Answer::exactly(200, (*b"hello\n").into()),
    };
    let environment = [("MODE".to_owned(), mode.to_owned())].into();
    workload(
        Slug::known("service"),
        Job::Serve(Service { listen: Listen::default(), ready, others: Vec::new() }),
        environment,
    )
}

/// A command in one of the program's modes.
pub(crate) fn command(mode: &str) -> Workload {
    let expect = ExpectedOutput::exactly(0, (*b"hello\n").into());
    let job = Job::Run(Invocation::of(vec![mode.to_owned()], expect));
    workload(Slug::known("command"), job, BTreeMap::new())
}

/// A command that prints a variable it is granted.
pub(crate) fn granted() -> Workload {
    let mut workload = command("granted");
    workload.grants.environment = [("GRANTED".to_owned(), "hello".to_owned())].into();
    workload
}

fn workload(name: Slug, job: Job, environment: BTreeMap<String, String>) -> Workload {
    let folder = program().parent().unwrap().to_path_buf();
    let workload = Workload {
        name,
        summary: "A test.".to_owned(),
        job,
        artifacts: Vec::new(),
        container: Container::default(),
        grants: Grants { environment, ..Grants::default() },
        origin: Origin::Folder(folder),
        digests: BTreeMap::new(),
        remarks: Vec::new(),
    };
    with_binary(workload, program())
}

/// The same with another binary.
pub(crate) fn with_binary(mut workload: Workload, file: &Path) -> Workload {
    let source = Source::File(file.to_owned());
    workload.artifacts = vec![Artifact { form: Form::Binary, name: "a".to_owned(), source, arch: None }];
    workload
}

pub(crate) fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let binary = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("program-{}", std::process::id()));
        let compiled = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
            .args(["--edition", "2024", "-O", "-C", "target-feature=+crt-static", "-o"])
            .arg(&binary)
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/program.rs"))
            .status();
        assert!(compiled.unwrap().success(), "the test program does not compile");
        binary
    })
}

/// Conditions of an owner of its own, so that tests that run side by side see only what is theirs.
pub(crate) fn conditions(test: &str) -> Conditions {
    let run: RunId = format!("{test}-{}", std::process::id()).parse().unwrap();
    let limits = Limits { memory_bytes: 64 << 20, stop_timeout_ms: 1_000, ..Limits::default() };
    Conditions { limits, instance_cpus: vec![0], owner: Owner::current(run) }
}

pub(crate) async fn start(artifact: &dyn Prepared) -> Result<Box<dyn Instance>, RuntimeError> {
    artifact.stage().await?.start().await
}

pub(crate) async fn prepare(
    runtime: &dyn Runtime,
    workload: &Workload,
    conditions: &Conditions,
) -> Box<dyn Prepared> {
    runtime.prepare(workload, conditions).await.unwrap()
}

pub(crate) fn engine() -> Client {
    Client::connect_with_local_defaults().unwrap()
}

/// Names of the containers and images that carry the owner's label.
pub(crate) async fn held_by(owner: &Owner) -> Vec<String> {
    labelled(&format!("{OWNER_LABEL}={}", owner.label())).await
}

/// Names of the containers and images by which this process tried the engine, in whichever try.
pub(crate) async fn tried_by_this_process() -> Vec<String> {
    let tries = format!("probe-{}-", std::process::id());
    let images =
        ListImagesOptionsBuilder::new().all(true).filters(&[("label", vec![OWNER_LABEL])].into()).build();
    let images = engine().list_images(Some(images)).await.unwrap();
    let is_own = |label: &String| label.starts_with(&tries);
    let mut found: Vec<String> = images
        .into_iter()
        .filter(|image| image.labels.get(OWNER_LABEL).is_some_and(is_own))
        .map(|image| image.id)
        .collect();
    let containers = labelled(OWNER_LABEL).await;
    found.extend(containers.into_iter().filter(|name| name.contains(&tries)));
    found
}

async fn labelled(label: &str) -> Vec<String> {
    let filters: HashMap<_, _> = [("label", vec![label.to_owned()])].into();
    let containers = ListContainersOptionsBuilder::new().all(true).filters(&filters).build();
    let images = ListImagesOptionsBuilder::new().all(true).filters(&filters).build();
    let containers = engine().list_containers(Some(containers)).await.unwrap();
    let images = engine().list_images(Some(images)).await.unwrap();
    let names = containers.into_iter().filter_map(|container| container.names).flatten();
    names.chain(images.into_iter().map(|image| image.id)).collect()
}

/// Waits until a complete answer comes.
pub(crate) async fn ready(instance: &mut dyn Instance) {
    use std::io::{Read, Write};
    let address = instance.address().unwrap();
    for _ in 0..10_000 {
        let answer = std::net::TcpStream::connect(address).and_then(|mut stream| {
            stream.write_all(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n")?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer)?;
            Ok(answer)
        });
        if answer.is_ok_and(|answer| answer.ends_with("hello\n")) {
            return;
        }
        assert_eq!(instance.ended().await, None);
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    panic!("`{address}` does not answer");
}

/// An owner that lives until it is let die: what a dead one makes, another test's sweep takes away at once.
pub(crate) struct Mortal(Child);

impl Mortal {
    /// With what it is called by. It ends by itself when this test does.
    pub(crate) fn born(run: RunId) -> (Self, Owner) {
        let child = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
        let (pid, started_ticks) = (child.id(), Stat::of(child.id()).unwrap().started_ticks);
        (Self(child), Owner { pid, started_ticks, ..Owner::current(run) })
    }

    /// As by a signal.
    pub(crate) fn dies(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

/// Runs a command to its end, and a service until it has answered.
pub(crate) async fn runs_both(runtime: &dyn Runtime, test: &str) {
    let conditions = conditions(test);
    conformance::runs_a_command(runtime, &command("print"), &conditions).await.unwrap();
    let prepared = prepare(runtime, &service("serve"), &conditions).await;
    let mut instance = start(prepared.as_ref()).await.unwrap();
    ready(instance.as_mut()).await;
    instance.stop().await.unwrap();
    prepared.discard().await.unwrap();
}
