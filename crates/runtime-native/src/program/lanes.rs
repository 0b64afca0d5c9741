//! The lanes that there are without being written down.

use plimsoll_model::Slug;
use plimsoll_runtime::{LaneOffer, Standing};

use super::lane::{Lane, Parameters};
use super::runs::Runs;

/// What one of them calls, and how.
#[derive(Clone, Copy)]
pub(super) struct EngineLane {
    program: &'static str,
    runs: Runs,
    command: &'static str,
    serve: &'static str,
    compile: &'static str,
    variable: &'static str,
    folder: &'static str,
    standing: Standing,
    /// What a start makes, and what it is then called.
    pub(super) words: [&'static str; 2],
    /// How the program is got.
    pub(super) remedy: &'static str,
}

const WASMEDGE: EngineLane = EngineLane {
    program: "wasmedge",
    runs: Runs::Module,
    command: "{variables} {folders} {artifact}",
    serve: "",
    compile: "",
    variable: "--env {name}={value}",
    folder: "--dir {to}:{from}",
    standing: Standing::Aside,
    words: ["a new WasmEdge process that interprets", "the WasmEdge process that interprets"],
    remedy: "install WasmEdge: its releases, or `apt-get install wasmedge` from Debian 13 on",
};

const WAMR: EngineLane = EngineLane {
    program: "iwasm",
    variable: "--env={name}={value}",
    folder: "--map-dir={to}::{from}",
    words: ["a new WAMR process that interprets", "the WAMR process that interprets"],
    remedy: "build `iwasm` (and `wamrc`) of the WebAssembly Micro Runtime and put it on `PATH`",
    ..WASMEDGE
};

/// Every one, in the order in which they are shown.
const LANES: [(Slug, EngineLane); 7] = [
    (
        Slug::known("wasmtime-cli"),
        EngineLane {
            program: "wasmtime",
            runs: Runs::Component,
            command: "run --allow-precompiled {variables} {folders} {artifact}",
            serve: "serve --allow-precompiled -S cli=y --addr {host}:{port} {variables} {folders} {artifact}",
            compile: "wasmtime compile --output {compiled} {artifact}",
            folder: "--dir {from}::{to}",
            words: ["a new `wasmtime` command", "the `wasmtime` command"],
            remedy: "cargo install wasmtime-cli",
            ..WASMEDGE
        },
    ),
    (Slug::known("wasmedge"), WASMEDGE),
    (
        Slug::known("wasmedge+aot"),
        EngineLane {
            compile: "wasmedge compile {artifact} {compiled}",
            words: ["a new WasmEdge process", "the WasmEdge process"],
            ..WASMEDGE
        },
    ),
    (Slug::known("wamr"), WAMR),
    (
        Slug::known("wamr+aot"),
        EngineLane {
            compile: "wamrc -o {compiled} {artifact}",
            words: ["a new WAMR process", "the WAMR process"],
            ..WAMR
        },
    ),
    (
        Slug::known("wasmer"),
        EngineLane {
            program: "wasmer",
            command: "run {variables} {folders} {artifact} -- {arguments}",
            folder: "--mapdir {to}:{from}",
            words: ["a new Wasmer process", "the Wasmer process"],
            remedy: "install Wasmer: `cargo install wasmer-cli --features cranelift`, or its releases",
            ..WASMEDGE
        },
    ),
    (
        Slug::known("native+sandbox"),
        EngineLane {
            program: "bwrap",
            runs: Runs::Binary,
            command: "--unshare-all --die-with-parent --ro-bind {artifact} /workload {folders} --proc /proc --dev /dev \
                  -- /workload",
            serve: "--unshare-all --share-net --die-with-parent --ro-bind {artifact} /workload {folders} --proc /proc \
                --dev /dev -- /workload",
            variable: "",
            folder: "--bind {from} {to}",
            standing: Standing::Rung,
            words: ["a new native process in namespaces", "the native process in namespaces"],
            remedy: "apt-get install bubblewrap",
            ..WASMEDGE
        },
    ),
];

impl EngineLane {
    fn lane(&self, slug: Slug) -> Lane {
        let Self { program, runs, command, serve, compile, variable, folder, .. } = *self;
        let [program, command, serve, compile, variable, folder] =
            [program, command, serve, compile, variable, folder].map(str::to_owned);
        Lane { slug, parameters: Parameters { program, runs, command, serve, compile, variable, folder } }
    }

    /// All that are offered.
    pub(super) fn offers() -> Vec<LaneOffer> {
        let offer = |(slug, engine): (Slug, Self)| LaneOffer::new(engine.lane(slug).spec(), engine.standing);
        LANES.into_iter().map(offer).collect()
    }

    /// Where among them this lane is, and what is said of it; `None` where a user wrote it down.
    pub(super) fn of(lane: &Lane) -> Option<(usize, Self)> {
        let known = LANES.into_iter().map(|(slug, engine)| (engine.lane(slug), engine));
        known.enumerate().find(|(_, (known, _))| known == lane).map(|(place, (_, engine))| (place, engine))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_one_opens_and_is_spoken_of_by_itself() {
        let mut words = std::collections::HashSet::new();
        for (slug, engine) in LANES {
            let lane = engine.lane(slug);
            assert_eq!(Lane::of(&lane.spec()).unwrap(), lane);
            assert!(engine.words.iter().all(|word| words.insert(*word)), "{:?}", engine.words);
        }
    }
}
