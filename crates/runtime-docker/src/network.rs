use plimsoll_model::{LaneRecord, LaneSpec, Side, Words};
use schemars::JsonSchema;
use serde::Deserialize;

/// How a container reaches the network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Network {
    /// The default bridge, with one port published on 127.0.0.1.
    #[default]
    Bridge,
    /// The host's own network.
    Host,
}

impl Network {
    /// The engine's word for it.
    pub(crate) const fn mode(self) -> &'static str {
        match self {
            Self::Bridge => "bridge",
            Self::Host => "host",
        }
    }

    /// What a lane with it is.
    pub(crate) fn record(self, spec: LaneSpec) -> LaneRecord {
        let owned = |sentences: &[&str]| sentences.iter().map(|&sentence| sentence.to_owned()).collect();
        let (summary, unequal, outside): (_, &[&str], &[&str]) = match self {
            Self::Bridge => (BRIDGE_SUMMARY, &BRIDGE_UNEQUAL, &BRIDGE_OUTSIDE),
            Self::Host => (HOST_SUMMARY, &HOST_UNEQUAL, &[]),
        };
        let (shade, [starts, is], reach) = match self {
            Self::Bridge => (0, BRIDGE_WORDS, None),
            Self::Host => (1, HOST_WORDS, Some(HOST_REACH)),
        };
        let mut record = LaneRecord {
            spec,
            side: Side::Container,
            shade: Some(shade),
            words: Words { starts: starts.to_owned(), is: is.to_owned() },
            reach: reach.map(str::to_owned),
            summary: summary.to_owned(),
            unequal: owned(unequal),
            outside_limits: owned(outside),
            unlimited: None,
        };
        record.unequal.extend(owned(&COMMON_UNEQUAL));
        record.outside_limits.extend(owned(&COMMON_OUTSIDE));
        record
    }
}

const BRIDGE_WORDS: [&str; 2] = ["a new container", "the container"];
const HOST_WORDS: [&str; 2] =
    ["a new container on the host's network", "the container on the host's network"];
const HOST_REACH: &str = "its container is in this machine's network";

const BRIDGE_SUMMARY: &str = "A container of an image built FROM scratch with the static native binary, on \
    Docker's default bridge, with its port published on 127.0.0.1.";
const HOST_SUMMARY: &str = "A container of an image built FROM scratch with the static native binary, in the \
    host's network namespace.";

const BRIDGE_UNEQUAL: [&str; 2] = [
    "Every connection from 127.0.0.1 is carried by `docker-proxy`, a process of its own that copies each byte \
     once more in either direction.",
    "Cold start includes a network namespace, a veth pair on `docker0`, iptables rules and the start of \
     `docker-proxy`.",
];
const HOST_UNEQUAL: [&str; 1] = [
    "There is no network namespace: the service listens on 127.0.0.1 of the host itself, and no proxy and no \
     address translation stand before it.",
];
const COMMON_UNEQUAL: [&str; 4] = [
    "Cold start includes the engine's own work: HTTP calls to `dockerd`, the overlay mount, and the start of \
     `containerd-shim` and `runc`.",
    "Output is written to the engine's log (`json-file`, at most 10 MB) as by default, besides being read.",
    "The root file system is read-only, all capabilities are dropped and `no-new-privileges` is set; Docker's \
     default seccomp filter is on every system call.",
    "The binary's pages belong to the image's layer in the page cache: whichever container reads them first is \
     charged for them, later ones are not.",
];
const BRIDGE_OUTSIDE: [&str; 1] =
    ["`docker-proxy`: all of a service's traffic passes through it, outside the container's CPU and memory \
     limits and on any CPU; its CPU time and memory are recorded as role `proxy`."];
const COMMON_OUTSIDE: [&str; 4] = [
    "`dockerd` and `containerd`: they create, start, log and stop; their CPU time is recorded as role `daemon`.",
    "`containerd-shim`, one per container: its memory is recorded as role `shim`.",
    "`runc`, which lives only while a container is created or started: its CPU time is in no figure but the \
     elapsed time.",
    "The kernel: network stack, overlay file system and the making and clearing of namespaces and cgroups are \
     mostly charged to nobody.",
];
