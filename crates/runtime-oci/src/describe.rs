//! What a lane is, and what is unequal in it.

use plimsoll_model::{LaneRecord, Limits, Side, Words};

use crate::groups::Mounted;
use crate::lane::Lane;

/// Shades of the containers' families that are shown before.
const SHADES_BEFORE: usize = 9;

const ALONE: &str = "There is no engine: no daemon, no call to one, no `containerd-shim`, no log. The root is a plain folder on \
     disk that all containers of a workload read, and no image's layers that are mounted for each.";
const EXEC: &str = "Cold start begins with exec of the runtime, in a process that Plimsoll made before; what describes the \
     container is written before, too. All that the runtime does until the program answers is part of it: namespaces, mounts, \
     the container's control group.";
const NETWORK: &str = "There is no network namespace: a service listens on 127.0.0.1 of the host itself, as in lane \
     `docker+hostnet`; no proxy and no address translation stand before it.";
const FILTER: &str = "There is no seccomp filter, which Docker has by default. Capabilities, masked paths, mounts and the other \
     namespaces are as in Docker's containers.";
const ENVIRONMENT: &str = "A container has the variables that it is told and, of some runtimes (`runc`), `HOME`; it has no \
     `/etc/hosts` and no `/etc/resolv.conf`, which an engine adds.";
const CPUS: &str = "The runtime itself runs on the CPUs of the instances; an engine's runs on any.";
const COMMAND: &str =
    "A command has ended when the runtime's own process has, which takes the container down before.";
const PEAK: &str = "The most memory that the container's group held includes the runtime's own code that runs in it before the \
     program does; whether a container was killed for memory is told by that and by how it ended.";

const SHIM: &str = "The runtime's own process, which stays as long as its container does: its memory is recorded as role `shim`. \
     It is not held to the limits on CPU time and memory.";
const KERNEL: &str = "The kernel: network stack, file systems and the making and clearing of namespaces and control groups are \
     mostly charged to nobody.";
const READER: &str = "A thread of Plimsoll that reads a service's output, on the generator's CPUs; it sleeps while there is none.";

pub(crate) fn record(lane: &Lane) -> LaneRecord {
    let runtime = &lane.parameters.runtime;
    let swap = "`swap` is not limited: this kernel does not account swap (boot option `swapaccount=1`)";
    LaneRecord {
        spec: lane.spec(),
        side: Side::Container,
        shade: lane.place().and_then(|place| u8::try_from(SHADES_BEFORE + place).ok()),
        own_process: true,
        words: Words {
            starts: format!("a new container of `{runtime}` alone"),
            is: format!("the container of `{runtime}` alone"),
        },
        reach: Some("its container is in this machine's network".to_owned()),
        summary: format!(
            "A container of the workload's static native binary that `{runtime}` runs by itself, without an engine, on the \
             host's network."
        ),
        unequal: [ALONE, EXEC, NETWORK, FILTER, ENVIRONMENT, CPUS, COMMAND, PEAK].map(str::to_owned).into(),
        outside_limits: [SHIM, READER, KERNEL].map(str::to_owned).into(),
        unlimited: (!Mounted::here().counts_swap()).then(|| swap.to_owned()),
    }
}

/// What does the same by hand.
pub(crate) fn by_hand(lane: &Lane, limits: &Limits) -> Vec<String> {
    let runtime = &lane.parameters.runtime;
    let Limits { cpu_milli, memory_bytes, pids, .. } = limits;
    let quota_us = u64::from(*cpu_milli) * 100;
    vec![
        "mkdir -p BUNDLE/rootfs && cp BINARY BUNDLE/rootfs/workload".to_owned(),
        format!(
            "# `{runtime} spec --bundle BUNDLE` writes BUNDLE/config.json, in which are then changed: `terminal` false; `args` \
             [\"/workload\"]; `env` [\"PLIMSOLL_LISTEN=127.0.0.1:PORT\", \"PORT=PORT\"]; all `capabilities` empty; no `network` \
             among the `namespaces`; `resources`: `cpu` {{\"quota\": {quota_us}, \"period\": 100000, \"cpus\": \"CPUS\"}}, `memory` {{\"limit\": \
             {memory_bytes}, \"swap\": {memory_bytes}}}, `pids` {{\"limit\": {pids}}}"
        ),
        "# the clock starts here, and stops when the right answer has come, or the command has ended"
            .to_owned(),
        format!("{runtime} run --bundle BUNDLE NAME &"),
        "until curl --silent --fail --output /dev/null http://127.0.0.1:PORT/PATH; do :; done".to_owned(),
        format!("{runtime} kill NAME TERM"),
    ]
}
