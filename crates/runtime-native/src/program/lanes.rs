//! The lanes that there are without being written down.

use plimsoll_model::Slug;
use plimsoll_runtime::{LaneOffer, Standing};

use super::lane::{Lane, Parameters};
use super::runs::Runs;

/// One of them.
pub(super) struct Offered {
    lane: Lane,
    standing: Standing,
    /// What a start makes, and what it is then called.
    pub(super) words: [&'static str; 2],
    /// How the program is got.
    pub(super) remedy: &'static str,
}

const WASMTIME: &str = "cargo install wasmtime-cli";
const WASMEDGE: &str = "install WasmEdge: its releases, or `apt-get install wasmedge` from Debian 13 on";
const WAMR: &str = "build `iwasm` (and `wamrc`) of the WebAssembly Micro Runtime and put it on `PATH`";
const WASMER: &str = "install Wasmer: `cargo install wasmer-cli --features cranelift`, or its releases";
const BUBBLEWRAP: &str = "apt-get install bubblewrap";

/// Every one, in the order in which they are shown.
pub(super) fn offered() -> Vec<Offered> {
    let parameters = |program: &str, runs, texts: [&str; 5]| {
        let [command, serve, compile, variable, folder] = texts.map(str::to_owned);
        Parameters { program: program.to_owned(), runs, command, serve, compile, variable, folder }
    };
    let lane = |slug, parameters, standing, words, remedy| Offered {
        lane: Lane { slug: Slug::known(slug), parameters },
        standing,
        words,
        remedy,
    };
    let variable = "--env {name}={value}";
    vec![
        lane(
            "wasmtime-cli",
            parameters(
                "wasmtime",
                Runs::Component,
                [
                    "run --allow-precompiled {variables} {folders} {artifact}",
                    "serve --allow-precompiled -S cli=y --addr {host}:{port} {variables} {folders} {artifact}",
                    "wasmtime compile --output {compiled} {artifact}",
                    variable,
                    "--dir {from}::{to}",
                ],
            ),
            Standing::Aside,
            ["a new `wasmtime` command", "the `wasmtime` command"],
            WASMTIME,
        ),
        lane(
            "wasmedge",
            parameters(
                "wasmedge",
                Runs::Module,
                ["{variables} {folders} {artifact}", "", "", variable, "--dir {to}:{from}"],
            ),
            Standing::Aside,
            ["a new WasmEdge process that interprets", "the WasmEdge process that interprets"],
            WASMEDGE,
        ),
        lane(
            "wasmedge+aot",
            parameters(
                "wasmedge",
                Runs::Module,
                [
                    "{variables} {folders} {artifact}",
                    "",
                    "wasmedge compile {artifact} {compiled}",
                    variable,
                    "--dir {to}:{from}",
                ],
            ),
            Standing::Aside,
            ["a new WasmEdge process", "the WasmEdge process"],
            WASMEDGE,
        ),
        lane(
            "wamr",
            parameters(
                "iwasm",
                Runs::Module,
                [
                    "{variables} {folders} {artifact}",
                    "",
                    "",
                    "--env={name}={value}",
                    "--map-dir={to}::{from}",
                ],
            ),
            Standing::Aside,
            ["a new WAMR process that interprets", "the WAMR process that interprets"],
            WAMR,
        ),
        lane(
            "wamr+aot",
            parameters(
                "iwasm",
                Runs::Module,
                [
                    "{variables} {folders} {artifact}",
                    "",
                    "wamrc -o {compiled} {artifact}",
                    "--env={name}={value}",
                    "--map-dir={to}::{from}",
                ],
            ),
            Standing::Aside,
            ["a new WAMR process", "the WAMR process"],
            WAMR,
        ),
        lane(
            "wasmer",
            parameters(
                "wasmer",
                Runs::Module,
                [
                    "run {variables} {folders} {artifact} -- {arguments}",
                    "",
                    "",
                    variable,
                    "--mapdir {to}:{from}",
                ],
            ),
            Standing::Aside,
            ["a new Wasmer process", "the Wasmer process"],
            WASMER,
        ),
        lane(
            "native+sandbox",
            parameters(
                "bwrap",
                Runs::Binary,
                [
                    "--unshare-all --die-with-parent --ro-bind {artifact} /workload {folders} --proc /proc --dev /dev -- /workload",
                    "--unshare-all --share-net --die-with-parent --ro-bind {artifact} /workload {folders} --proc /proc --dev /dev -- /workload",
                    "",
                    "",
                    "--bind {from} {to}",
                ],
            ),
            Standing::Rung,
            ["a new native process in namespaces", "the native process in namespaces"],
            BUBBLEWRAP,
        ),
    ]
}

impl Offered {
    pub(super) fn offer(&self) -> LaneOffer {
        LaneOffer::new(self.lane.spec(), self.standing)
    }

    /// Where among them this lane is, and what is said of it; `None` where a user wrote it down.
    pub(super) fn of(lane: &Lane) -> Option<(usize, Self)> {
        offered().into_iter().enumerate().find(|(_, offered)| offered.lane == *lane)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_one_opens_and_is_spoken_of_by_itself() {
        let mut words = std::collections::HashSet::new();
        for offered in offered() {
            assert_eq!(Lane::of(&offered.lane.spec()).unwrap(), offered.lane);
            assert!(offered.words.iter().all(|word| words.insert(*word)), "{:?}", offered.words);
        }
    }
}
