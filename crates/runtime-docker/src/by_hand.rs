//! What does by hand what a lane does.

use std::collections::BTreeMap;

use bollard::models::{ContainerCreateBody, HostConfig};
use plimsoll_model::{Limits, Listen, RunId};
use plimsoll_runtime::{Conditions, Owner};

use crate::base::{self, SCRATCH};
use crate::begin::Begin;
use crate::container::{INNER_PORT_NUMBER, Recipe};
use crate::engine_choice::EngineChoice;
use crate::exec;
use crate::idle;
use crate::image::{ENTRYPOINT, Image};
use crate::lane::Lane;

/// Stands for whichever port is free.
const ANY_PORT: u16 = 1;
/// Stands for the CPUs that a run chooses for its instances.
const ANY_CPUS: &str = "CPUS";
const ASK: &str = "until curl --silent --fail --output /dev/null http://127.0.0.1:PORT/PATH; do :; done";
const CLOCK: &str =
    "# the clock starts here, and stops when the right answer has come, or the command has ended";

/// Commands, line by line, of a service of ours under these limits.
pub(crate) fn lines(lane: &Lane, limits: &Limits) -> Vec<String> {
    let recipe = Recipe {
        lane: lane.clone(),
        image: Image { id: "IMAGE".to_owned(), tag: "IMAGE".to_owned() },
        listen: Some(Listen::default()),
        ready: None,
        args: Vec::new(),
        stdin: None,
        folders: Vec::new(),
        environment: BTreeMap::new(),
        conditions: Conditions {
            limits: *limits,
            instance_cpus: Vec::new(),
            owner: Owner::current(RunId::known("by-hand")),
        },
        inner_port: INNER_PORT_NUMBER,
        foreign: None,
    };
    let client = client(lane);
    let mut body = recipe.body(Some(ANY_PORT));
    let put_off = (lane.begin() == Begin::Exec).then(|| {
        let config = exec::put_off(&recipe, &mut body, None);
        body.host_config.get_or_insert_default().mounts = Some(vec![idle::mount("IDLE")]);
        config.cmd.unwrap_or_default().join(" ")
    });
    let create = create(&client, &body);
    let start = format!("{client} start NAME");
    let before = |line: &str| line.to_owned();
    let mut lines = vec![
        format!("# IMAGE is the workload's own, or of `FROM {}`, `COPY BINARY {ENTRYPOINT}`, `ENTRYPOINT [\"{ENTRYPOINT}\"]`", from(lane)),
        "# in a container of an image of one's own, its rights and root file system are as the image and the engine have them".to_owned(),
        format!("# {ANY_CPUS} are those that a run gives its instances: `1`, or `2-3`"),
    ];
    match lane.begin() {
        Begin::Create => lines.extend([before(CLOCK), create, start, before(ASK)]),
        Begin::Start => lines.extend([create, before(CLOCK), start, before(ASK)]),
        Begin::Restart => {
            let stop = format!("{client} stop -t 0 NAME");
            lines.extend([create, start.clone(), before(ASK), stop, before(CLOCK), start, before(ASK)]);
        }
        Begin::Exec => {
            let idle = "# IDLE is a static program that sleeps until it is sent SIGTERM".to_owned();
            let exec = format!("{client} exec NAME {} &", put_off.unwrap_or_default());
            lines.extend([idle, create, start, before(CLOCK), exec, before(ASK)]);
        }
        Begin::Unpause => {
            let [pause, unpause] = ["pause", "unpause"].map(|act| format!("{client} {act} NAME"));
            lines.extend([create, start, before(ASK), pause, before(CLOCK), unpause, before(ASK)]);
        }
    }
    if lane.begin() != Begin::Exec {
        lines.push(format!("# a command is attached to between the two: `{client} start --attach NAME`"));
    }
    lines.extend(["stop", "rm"].map(|act| format!("{client} {act} NAME")));
    lines
}

/// What a user speaks to the lane's engine with.
fn client(lane: &Lane) -> String {
    match lane.engine() {
        EngineChoice::Usual => "docker".to_owned(),
        EngineChoice::Podman => "podman".to_owned(),
        EngineChoice::At(address) => format!("docker --host {address}"),
    }
}

fn from(lane: &Lane) -> String {
    base::first_name(lane.base()).unwrap_or(SCRATCH).to_owned()
}

/// The request that creates a container, as the engine's client is told it.
fn create(client: &str, body: &ContainerCreateBody) -> String {
    let mut words = vec![format!("{client} create --name NAME")];
    let host = body.host_config.clone().unwrap_or_default();
    words.extend(of_host(&host));
    words.push(format!("--cpuset-cpus {ANY_CPUS}"));
    let variables = body.env.iter().flatten();
    words.extend(variables.map(|variable| {
        format!("--env {}", variable.replace("127.0.0.1:1", "127.0.0.1:PORT").replace("PORT=1", "PORT=PORT"))
    }));
    words.extend(body.entrypoint.iter().flatten().next().map(|word| format!("--entrypoint {word}")));
    words.extend(body.image.clone());
    words.join(" ")
}

fn of_host(host: &HostConfig) -> Vec<String> {
    let mut words = Vec::new();
    let mut say = |word: String| words.push(word);
    if let Some(network) = &host.network_mode {
        say(format!("--network {network}"));
    }
    for inner in host.port_bindings.iter().flatten().map(|(inner, _)| inner) {
        say(format!("--publish 127.0.0.1:PORT:{inner}"));
    }
    for mount in host.mounts.iter().flatten() {
        let [source, target] = [&mount.source, &mount.target].map(|at| at.as_deref().unwrap_or_default());
        say(format!("--mount type=bind,source={source},target={target},readonly"));
    }
    if let Some(runtime) = &host.runtime {
        say(format!("--runtime {runtime}"));
    }
    if let Some(cpus) = host.nano_cpus {
        say(format!("--cpus {}", cpus as f64 / 1e9));
    }
    if let (Some(memory), Some(swap)) = (host.memory, host.memory_swap) {
        say(format!("--memory {memory} --memory-swap {swap}"));
    }
    if let Some(pids) = host.pids_limit {
        say(format!("--pids-limit {pids}"));
    }
    if host.init == Some(false) {
        say("--init=false".to_owned());
    }
    if host.readonly_rootfs == Some(true) {
        say("--read-only".to_owned());
    }
    host.cap_drop.iter().flatten().for_each(|cap| say(format!("--cap-drop {cap}")));
    host.security_opt.iter().flatten().for_each(|option| say(format!("--security-opt {option}")));
    if let Some(log) = &host.log_config {
        log.typ.iter().for_each(|driver| say(format!("--log-driver {driver}")));
        log.config.iter().flatten().for_each(|(key, value)| say(format!("--log-opt {key}={value}")));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::Network;

    #[test]
    fn a_container_is_created_by_hand_as_the_lane_creates_it() {
        let lines = lines(&Lane::to_try(Network::Bridge, "crun"), &Limits::default()).join("\n");
        for word in [
            "--network bridge --publish 127.0.0.1:PORT:8080/tcp --runtime crun --cpus 1 --memory 268435456 --memory-swap 268435456",
            "--pids-limit 512 --init=false --read-only --cap-drop ALL --security-opt no-new-privileges",
            "--log-driver json-file --log-opt max-size=10m --cpuset-cpus CPUS --env PLIMSOLL_LISTEN=0.0.0.0:8080 --env PORT=8080 IMAGE",
        ] {
            assert!(lines.contains(word), "{word} in {lines}");
        }
        let exec = Lane::offers().into_iter().find(|lane| lane.spec.slug.as_str() == "docker+exec").unwrap();
        let exec = super::lines(&Lane::of(&exec.spec).unwrap(), &Limits::default()).join("\n");
        for word in [
            "source=IDLE,target=/plimsoll-idle,readonly",
            "--entrypoint /plimsoll-idle",
            "docker exec NAME /workload &",
        ] {
            assert!(exec.contains(word), "{word} in {exec}");
        }
        for offer in Lane::offers() {
            let told = super::lines(&Lane::of(&offer.spec).unwrap(), &Limits::default()).join("\n");
            assert!(told.contains("--cpuset-cpus CPUS ") && told.contains("# CPUS are"), "{told}");
            // Its longer form is one of which newer clients say that it goes away.
            assert!(!told.contains("--time"), "{told}");
        }
        let podman = Lane::run_by(&EngineChoice::Podman, "crun").unwrap();
        let podman = super::lines(&podman, &Limits::default()).join("\n");
        assert!(podman.contains("podman create --name NAME") && !podman.contains("docker "), "{podman}");
        let host = super::lines(&Lane::to_try(Network::Host, ""), &Limits::default()).join("\n");
        assert!(host.contains("--env PLIMSOLL_LISTEN=127.0.0.1:PORT --env PORT=PORT IMAGE"), "{host}");
    }
}
