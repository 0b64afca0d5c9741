//! What a lane is, and what is unequal in it, on the engine as it was found.

use plimsoll_model::{LaneRecord, Side, Words};
use plimsoll_runtime::by_its_name;

use crate::base;
use crate::begin::Begin;
use crate::engine_choice::EngineChoice;
use crate::engine_kind::EngineKind;
use crate::findings::{Findings, Seccomp, Sight, Traits};
use crate::lane::Lane;
use crate::network::Network;

const HOST_REACH: &str = "its container is in this machine's network";

const ON_BRIDGE: &str = "default bridge, with its port published on 127.0.0.1";
const ON_HOST: &str = "in the host's network namespace";

const PROXIED: &str = "Every connection from 127.0.0.1 is carried by `docker-proxy`, a process of its own that copies \
     each byte once more in either direction.";
const NOT_PROXIED: &str =
    "Connections from 127.0.0.1 are carried by no `docker-proxy`: this engine starts none for a port.";
const BRIDGE_START: &str = "Cold start includes a network namespace, a veth pair on the bridge and what publishes the \
     port.";
const BRIDGE_START_PROXIED: &str = "Cold start includes a network namespace, a veth pair on the bridge, what publishes \
     the port, and the start of `docker-proxy`.";
const HOST_UNEQUAL: &str = "There is no network namespace: the service listens on 127.0.0.1 of the host itself, and no \
     proxy and no address translation stand before it.";
const UNPAUSED: &str = "Cold start includes the engine's own work: an HTTP call to it, and what lets the container's processes go on.";
const STREAMED: &str =
    "Output is written to no log: the engine hands on what is read of it, of a service its standard error.";
const ASKED_BY_PID: &str = "A service is asked to end by a signal to its process; where that can't be seen from here, it ends with its \
     container, and its exit tells that.";
const PAGES: &str = "The program's pages belong to the image's layer in the page cache: whichever container reads them \
     first is charged for them, later ones are not.";
const ENVIRONMENT: &str = "Beside the variables that it is told, a container has those that the engine adds (`PATH`, \
     `HOME`, `HOSTNAME` and others of its own) and those of its image, which WebAssembly does not see.";
const INIT: &str = "This engine puts an init process before what a container runs by default (`init: true`). Here it is \
     switched off, so that the process that is measured is the workload's.";
const OVER_SSH: &str = "The engine is at the other end of `ssh`: each call within cold start begins an `ssh` of its own and has to \
     wait until that is let in.";
const OVER_TLS: &str = "The engine is called over TLS: each call within cold start opens a connection of its own, and both sides \
     show who they are on it.";
const REMAPPED: &str = "This engine maps users (`userns-remap`): those of a container are others outside.";
const ROOTLESS: &str = "This engine runs without root (`rootless`), in namespaces of its own.";

const PROXY_OUTSIDE: &str = "`docker-proxy`: all of a service's traffic passes through it, outside the container's CPU \
     and memory limits and on any CPU; its CPU time and memory are recorded as role `proxy`.";
const OUTSIDE: [&str; 2] = [
    "The engine's daemons: they create, start, log and stop; their CPU time is recorded as role `daemon` where they can \
     be seen.",
    "The kernel: network stack, file systems and the making and clearing of namespaces and cgroups are mostly charged \
     to nobody.",
];
/// Behind the name of what stands beside a container.
const SHIM_OUTSIDE: &str = ", one per container: its memory is recorded as role `shim`.";

/// As the engine was found; where it was not tried, without what only that tells.
pub(crate) fn record(lane: &Lane, found: Option<&Findings>) -> LaneRecord {
    let record = described(lane, found);
    if lane.is_known() { record } else { by_its_name(record) }
}

fn described(lane: &Lane, found: Option<&Findings>) -> LaneRecord {
    let network = lane.network();
    let sight = found.and_then(|found| found.on(network).ok().flatten());
    let traits = found.map(|found| &found.traits);
    let reach = match network {
        Network::Bridge => None,
        Network::Host => Some(HOST_REACH),
    };
    let beside = beside(lane);
    let [starts, is] = lane.begin().words().map(|words| format!("{words}{beside}"));
    let mut unequal = unequal(lane, sight, traits);
    unequal.splice(0..0, lane.begin().unseen().map(str::to_owned));
    let gaps: Vec<String> = sight.iter().flat_map(|sight| &sight.gaps).map(ToString::to_string).collect();
    LaneRecord {
        spec: lane.spec(),
        side: Side::Container,
        shade: lane.place().and_then(|place| u8::try_from(place).ok()),
        own_process: lane.begin() != Begin::Unpause,
        words: Words { starts, is },
        reach: reach.map(str::to_owned),
        summary: summary(lane),
        unequal,
        outside_limits: outside_limits(network, sight, traits),
        unlimited: (!gaps.is_empty()).then(|| gaps.join("; ")),
    }
}

/// What tells its containers from others, behind the word for one.
fn beside(lane: &Lane) -> String {
    let mut words = lane.engine().told().map(|told| format!(" {told}")).unwrap_or_default();
    if lane.network() == Network::Host {
        words.push_str(" on the host's network");
    }
    if let Some(base) = base::told(lane.base()) {
        words.push_str(&format!(" on {base}"));
    }
    if !lane.runtime().is_empty() {
        words.push_str(&format!(" run by `{}`", lane.runtime()));
    }
    words
}

/// Whose the default bridge is.
const fn whose(lane: &Lane) -> &'static str {
    match lane.engine() {
        EngineChoice::Usual => "Docker's",
        EngineChoice::Podman => "Podman's",
        EngineChoice::At(_) => "the engine's",
    }
}

fn summary(lane: &Lane) -> String {
    let of = lane.engine().told().map(|told| format!(" {told}")).unwrap_or_default();
    let built = match base::told(lane.base()) {
        None => format!(
            "A container{of} of the workload's own image, or of one built FROM scratch with its static native binary"
        ),
        Some(base) => {
            format!("A container{of} of an image built on {base} with the workload's static native binary")
        }
    };
    let place = match lane.network() {
        Network::Bridge => format!("on {} {ON_BRIDGE}", whose(lane)),
        Network::Host => ON_HOST.to_owned(),
    };
    let runtime = match lane.runtime() {
        "" => String::new(),
        runtime => format!(", run by `{runtime}` as the engine has registered it"),
    };
    let begin = match lane.begin() {
        Begin::Create => "",
        Begin::Start => "; it is created before the clock starts",
        Begin::Restart => "; it has run once and stopped before the clock starts",
        Begin::Exec => "; it runs before the clock starts, and the workload is started in it",
        Begin::Unpause => "; it has answered once and is paused before the clock starts",
    };
    format!("{built}, {place}{runtime}{begin}.")
}

fn unequal(lane: &Lane, sight: Option<&Sight>, traits: Option<&Traits>) -> Vec<String> {
    let proxied = sight.and_then(|sight| sight.proxied);
    let mut all: Vec<&str> = match (lane.network(), proxied) {
        (Network::Bridge, Some(true)) => vec![PROXIED, BRIDGE_START_PROXIED],
        (Network::Bridge, Some(false)) => vec![NOT_PROXIED, BRIDGE_START],
        (Network::Bridge, None) => vec![BRIDGE_START],
        (Network::Host, _) => vec![HOST_UNEQUAL],
    };
    let is_begun = matches!(lane.begin(), Begin::Exec | Begin::Unpause);
    if is_begun {
        all.retain(|told| ![BRIDGE_START, BRIDGE_START_PROXIED].contains(told));
    }
    let is_exec = lane.begin() == Begin::Exec;
    let log = if is_exec { STREAMED.to_owned() } else { log(sight, traits) };
    let start = match lane.begin() {
        Begin::Exec => executed(sight, traits),
        Begin::Unpause => UNPAUSED.to_owned(),
        Begin::Create | Begin::Start | Begin::Restart => start(sight, traits),
    };
    all.extend([start.as_str(), log.as_str()]);
    all.extend(is_exec.then_some(ASKED_BY_PID));
    all.extend(filter(traits));
    all.extend([ENVIRONMENT, PAGES]);
    let writable = sight.map(writable).unwrap_or_default();
    all.extend((!writable.is_empty()).then_some(writable.as_str()));
    let is = |of: fn(&Traits) -> bool| traits.is_some_and(of);
    all.extend(sight.is_some_and(|sight| sight.init).then_some(INIT));
    all.extend(is(|traits| traits.ssh).then_some(OVER_SSH));
    all.extend(is(|traits| traits.tls).then_some(OVER_TLS));
    all.extend(is(|traits| traits.remapped).then_some(REMAPPED));
    all.extend(is(|traits| traits.rootless).then_some(ROOTLESS));
    all.into_iter().map(str::to_owned).collect()
}

fn outside_limits(network: Network, sight: Option<&Sight>, traits: Option<&Traits>) -> Vec<String> {
    let is_proxied = network == Network::Bridge && sight.is_some_and(|sight| sight.proxied == Some(true));
    let mut all: Vec<String> = is_proxied.then(|| PROXY_OUTSIDE.to_owned()).into_iter().collect();
    let [daemons, kernel] = OUTSIDE.map(str::to_owned);
    all.push(daemons);
    all.extend(sight.and_then(|sight| sight.shim).map(|shim| format!("{shim}{SHIM_OUTSIDE}")));
    all.push(format!(
        "{}, which lives only while a container is created or started: its CPU time is in no figure but the elapsed time.",
        runtime(traits).map_or_else(|| "What starts a container".to_owned(), |name| format!("`{name}`"))
    ));
    all.push(kernel);
    all
}

fn runtime(traits: Option<&Traits>) -> Option<&str> {
    traits?.runtime.as_deref()
}

fn executed(sight: Option<&Sight>, traits: Option<&Traits>) -> String {
    let is_podman = traits.is_some_and(|traits| traits.kind == EngineKind::Podman);
    // Docker's is the container's, and runs by then.
    let another =
        sight.and_then(|sight| sight.shim).filter(|_| is_podman).map(|shim| format!("another {shim} and "));
    let started = runtime(traits).map_or_else(|| "what runs it".to_owned(), |name| format!("`{name}`"));
    let started = another.unwrap_or_default() + &started;
    format!(
        "Cold start includes the engine's own work: two HTTP calls to it, and the start of {started}, which enters the \
         container and starts a process there."
    )
}

fn start(sight: Option<&Sight>, traits: Option<&Traits>) -> String {
    let storage = traits.and_then(|traits| traits.storage.as_deref());
    let storage = storage.map_or_else(String::new, |name| format!(" by `{name}`"));
    let shim = sight.and_then(|sight| sight.shim).map(str::to_owned);
    let names: Vec<String> =
        shim.into_iter().chain(runtime(traits).map(|name| format!("`{name}`"))).collect();
    let started = if names.is_empty() { "what runs it".to_owned() } else { names.join(" and ") };
    format!(
        "Cold start includes the engine's own work: HTTP calls to it, the mount of the container's file system{storage}, \
         and the start of {started}."
    )
}

/// What of a root file system that should be read alone can be written.
fn writable(sight: &Sight) -> String {
    let folders: Vec<String> = sight.writable.iter().map(|folder| format!("`{folder}`")).collect();
    match folders.as_slice() {
        [] => String::new(),
        folders => format!(
            "This engine mounts file systems in memory on {} of a root file system that is read-only.",
            folders.join(", ")
        ),
    }
}

fn log(sight: Option<&Sight>, traits: Option<&Traits>) -> String {
    let kept = sight.and_then(|sight| sight.log.as_deref());
    let usual = traits
        .and_then(|traits| traits.log.as_deref())
        .filter(|usual| kept.is_some_and(|kept| kept != *usual));
    let bound =
        if sight.is_none_or(|sight| sight.log_bounded) { "at most 10 MB" } else { "its size is not told" };
    let kept = kept.map_or_else(String::new, |name| format!("`{name}`, "));
    let usual =
        usual.map_or_else(String::new, |name| format!(" By default this engine would write it to `{name}`."));
    format!("Output is written to the engine's log ({kept}{bound}), besides being read.{usual}")
}

fn filter(traits: Option<&Traits>) -> Option<&'static str> {
    Some(match traits?.seccomp.as_ref()? {
        Seccomp::Default if traits?.kind == EngineKind::Podman => {
            "Podman's default seccomp filter is on every system call."
        }
        Seccomp::Default => "Docker's default seccomp filter is on every system call.",
        Seccomp::Other => "A seccomp filter of this engine's own is on every system call.",
        Seccomp::None => "No seccomp filter is on its system calls.",
    })
}

#[cfg(test)]
mod tests {
    use plimsoll_model::{LaneSpec, Slug};

    use super::*;
    use crate::findings::Tried;
    use crate::lane::FAMILY;

    fn two() -> [Lane; 2] {
        [Network::Bridge, Network::Host].map(|network| Lane::to_try(network, ""))
    }

    fn told(sight: Option<Sight>) -> [String; 2] {
        let traits = Traits { storage: Some("overlay2".to_owned()), ..Traits::default() };
        let both = sight.map(|sight| Tried { bridge: Ok(sight.clone()), host: Ok(sight) });
        let found = Findings { traits, tried: Ok(both) };
        two().map(|lane| format!("{:?}", record(&lane, Some(&found))))
    }

    #[test]
    fn a_proxy_is_told_of_on_the_bridge_and_where_it_was_seen() {
        let seen = Sight { proxied: Some(true), shim: Some("`containerd-shim`"), ..Sight::default() };
        let [bridge, host] = told(Some(seen.clone()));
        assert!(bridge.contains("is carried by `docker-proxy`") && bridge.contains("role `proxy`"));
        assert!(!host.contains("docker-proxy") && host.contains("`containerd-shim`"));
        let [bridge, _] = told(Some(Sight { proxied: Some(false), ..seen }));
        assert!(bridge.contains("carried by no `docker-proxy`") && !bridge.contains("role `proxy`"));
    }

    #[test]
    fn of_an_engine_that_was_not_tried_nothing_is_told_that_only_it_knows() {
        let asked = told(None);
        let unasked = two().map(|lane| format!("{:?}", record(&lane, None)));
        for told in asked.iter().chain(&unasked) {
            for word in ["docker-proxy", "containerd-shim", "json-file", "runc", "init: true", "userns"] {
                assert!(!told.contains(word), "{word}: {told}");
            }
        }
        assert!(asked[0].contains("overlay2") && !asked[0].contains("seccomp"));
        assert!(!unasked[0].contains("overlay"));
    }

    #[test]
    fn another_lane_with_the_same_parameters_is_told_from_the_one_that_is_offered() {
        let bridge = Lane::to_try(Network::Bridge, "");
        let mine = Lane::of(&LaneSpec::plain(Slug::known("mine"), FAMILY)).unwrap();
        assert_eq!(mine.network(), bridge.network());
        assert_eq!(mine.spec().parameters, bridge.spec().parameters);
        let (mine, bridge) = (record(&mine, None), record(&bridge, None));
        assert_eq!(mine.words.is, "the container in lane `mine`");
        assert_eq!((mine.shade, bridge.shade), (None, Some(0)));
    }

    #[test]
    fn no_two_lanes_that_are_offered_are_spoken_of_alike() {
        let mut seen = std::collections::HashSet::new();
        let found =
            [EngineChoice::Usual, EngineChoice::Podman].map(|engine| Lane::run_by(&engine, "crun").unwrap());
        let offered = Lane::offers().into_iter().map(|offer| Lane::of(&offer.spec).unwrap());
        for lane in offered.chain(found) {
            let words = record(&lane, None).words;
            assert!(seen.insert(words.starts.clone()) && seen.insert(words.is.clone()), "{words:?}");
        }
    }

    #[test]
    fn an_init_process_and_another_log_are_told() {
        let traits = Traits { log: Some("journald".to_owned()), ..Traits::default() };
        let sight =
            Sight { init: true, log: Some("json-file".to_owned()), log_bounded: true, ..Sight::default() };
        let told = unequal(&Lane::to_try(Network::Bridge, ""), Some(&sight), Some(&traits)).join(" ");
        assert!(told.contains("(`json-file`, at most 10 MB)") && told.contains("`journald`"), "{told}");
        assert!(told.contains("`init: true`"), "{told}");
    }
}
