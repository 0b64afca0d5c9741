use plimsoll_model::{LaneRecord, LaneSpec, Side, Words};

use crate::parent::apart::{Apart, apart};
use crate::parent::compilation::Compilation;
use crate::parent::parameters::Parameters;
use crate::parent::start::Start;
use crate::{MemoryFrom, Reuse};

/// What of this host a record tells.
#[derive(Clone, Debug, Default)]
pub(super) struct OfHost {
    /// Why instances can't be held to the limits; `None` where they are.
    pub(super) unlimited: Option<String>,
    /// Whether anything may be swapped out.
    pub(super) swaps: bool,
}

/// What a lane is, in words a reader of the run can weigh: put together of what its parameters say each. It has no look
/// yet.
pub(super) fn record(spec: LaneSpec, parameters: Parameters, here: OfHost) -> LaneRecord {
    let Begun { summary, unequal: of_start, outside } = begun(parameters.begin, parameters.compile);
    let apart = apart(parameters);
    let each = |of: fn(&Apart) -> &str| apart.iter().map(of).collect::<String>();
    let mut unequal: Vec<String> = of_start.iter().map(|told| (*told).to_owned()).collect();
    unequal.push(of_requests(parameters.reuse));
    unequal.extend(ALWAYS_UNEQUAL.map(str::to_owned));
    unequal.extend(apart.iter().map(|apart| apart.unequal.clone()).filter(|told| !told.is_empty()));
    if here.swaps && parameters.memory == MemoryFrom::Pooling {
        unequal.push(SWAPS.to_owned());
    }
    let (own_process, [starts, is]) = match parameters.begin {
        Start::Instance => (false, ["a new Wasm instance", "Wasm"]),
        Start::Process => (true, ["a new Wasm process", "the Wasm process"]),
    };
    let called = |name: &str| format!("{name}{}", each(|apart| &apart.called));
    LaneRecord {
        spec,
        side: Side::Wasm,
        shade: None,
        own_process,
        words: Words { starts: called(starts), is: called(is) },
        reach: None,
        summary: format!("{summary}{}.", each(|apart| &apart.summary)),
        unequal,
        outside_limits: [KERNEL, outside].map(str::to_owned).to_vec(),
        unlimited: here.unlimited,
    }
}

/// What a start begins with, in words.
struct Begun {
    summary: &'static str,
    unequal: &'static [&'static str],
    /// Of what it reads, what stands outside the limits.
    outside: &'static str,
}

const fn begun(begin: Start, compile: Compilation) -> Begun {
    match (begin, compile) {
        (Start::Instance, _) => Begun {
            summary: "A new instance of the precompiled component in a worker process that is already running: engine, \
                      pre-instance and listener are up, and one request was answered and discarded",
            unequal: &[
                "Cold start begins with a live worker, as on a host that serves many components: starting a \
                        process is not part of it, while `docker` and `native` start one.",
            ],
            outside: MAPPED,
        },
        (Start::Process, Compilation::Ahead) => Begun {
            summary: "A fresh worker process that maps the precompiled component, then serves it or runs it",
            unequal: &[
                "Cold start includes starting Wasmtime itself, but not compiling: the `.cwasm` was made while \
                        preparing.",
            ],
            outside: MAPPED,
        },
        (Start::Process, Compilation::Start) => Begun {
            summary: "A fresh worker process that compiles the component, then serves it or runs it",
            unequal: &[
                "Cold start includes starting Wasmtime itself and compiling the `.wasm`, which a host does once that keeps \
                 what it has compiled.",
                "Compiling has what the instance has: the CPUs of its limits, with a thread for each, and the memory of its \
                 limit, some of which stays taken afterwards.",
                "While preparing it is compiled too, so that what is wrong with it is told before anything is measured: that \
                 code is thrown away, and what it took is in no figure of this lane.",
            ],
            outside: "The page cache of the worker's binary and of the `.wasm`, which is charged to whoever read them first.",
        },
        (Start::Process, Compilation::Cache) => Begun {
            summary: "A fresh worker process that finds the compiled component in Wasmtime's own compile cache, then serves it \
                      or runs it",
            unequal: &[
                "Cold start includes starting Wasmtime itself and finding the code in its compile cache, which was \
                        filled while preparing, in a folder for this lane alone: the `.wasm` is read and its digest taken, and \
                        the code that is kept by that is unpacked into memory, where a `.cwasm` would be mapped.",
            ],
            outside: "The page cache of the worker's binary, of the `.wasm` and of the compile cache's file, which is charged to \
                      whoever read them first.",
        },
    }
}

fn of_requests(reuse: Reuse) -> String {
    if !reuse.is_kept() {
        return "Every request is answered by a new instance and nothing is kept between requests, while `docker` and \
                `native` answer all requests in one process that keeps its memory."
            .to_owned();
    }
    format!(
        "An instance answers up to {} requests, one after the other, and keeps its memory between them, as `docker` and \
         `native` do for all requests; requests at the same time get an instance each, also with WASI 0.3, where `wasmtime \
         serve` lets several share one. One that nobody has asked for 1 s, or that has trapped, is dropped. A cold start has a \
         new one.",
        reuse.times()
    )
}

const ALWAYS_UNEQUAL: [&str; 3] = [
    "Clients connect straight to the worker on loopback: there is no `docker-proxy` and no network \
     namespace in between.",
    "HTTP is parsed by the worker's hyper on tokio, outside the component, while the native binary \
     parses it itself.",
    "Linear memory is limited to the whole memory limit, and the control group holds the worker with \
     engine, code and linear memory together to the same figure.",
];

const SWAPS: &str = "This host swaps, so the kernel is not asked which pages of a pooled slot an instance has touched \
                     (`PAGEMAP_SCAN`): one that lies in swap could be passed over, and the next instance would find what the \
                     former one left. Slots are given back whole instead, and a new instance has more page faults than on a \
                     host without swap.";

const KERNEL: &str = "The kernel's work for loopback connections and page faults.";

const MAPPED: &str =
    "The page cache of the worker's binary and of the `.cwasm`, which is charged to whoever read them first.";

#[cfg(test)]
mod tests {
    use plimsoll_model::Slug;

    use super::*;
    use crate::{Compiler, Interrupt};

    fn recorded(parameters: Parameters, swaps: bool) -> LaneRecord {
        let spec = LaneSpec::plain(Slug::known("mine"), Slug::known("family"));
        record(spec, parameters, OfHost { swaps, unlimited: None })
    }

    /// Every combination that there can be.
    fn all() -> Vec<Parameters> {
        let mut all = Vec::new();
        for (begin, compile) in [
            (Start::Instance, Compilation::Ahead),
            (Start::Process, Compilation::Ahead),
            (Start::Process, Compilation::Start),
            (Start::Process, Compilation::Cache),
        ] {
            for compiler in [Compiler::Cranelift, Compiler::Winch, Compiler::Pulley] {
                for memory in [MemoryFrom::Pooling, MemoryFrom::OnDemand] {
                    for interrupt in [Interrupt::None, Interrupt::Epoch, Interrupt::Fuel] {
                        for reuse in [Reuse::ONCE, Reuse::AS_SERVED] {
                            all.push(Parameters { begin, compile, compiler, memory, interrupt, reuse });
                        }
                    }
                }
            }
        }
        all
    }

    #[test]
    fn nothing_is_said_that_is_untrue_of_a_combination() {
        for parameters in all() {
            for swaps in [false, true] {
                let LaneRecord { summary, unequal, outside_limits, .. } = recorded(parameters, swaps);
                let told = [vec![summary], unequal, outside_limits].concat().join(" ");
                let says = |words: &str| told.contains(words);
                let Parameters { begin, compile, compiler, memory, interrupt, reuse } = parameters;
                assert_eq!(says("already running"), begin == Start::Instance, "{told}");
                assert_eq!(
                    says("the `.cwasm` was made"),
                    begin == Start::Process && compile == Compilation::Ahead
                );
                assert_eq!(says("and of the `.cwasm`, which"), compile == Compilation::Ahead, "{told}");
                assert_eq!(says("a thread for each"), compile == Compilation::Start, "{told}");
                assert_eq!(says("filled while preparing"), compile == Compilation::Cache, "{told}");
                assert_eq!(says("made by Winch"), compiler == Compiler::Winch, "{told}");
                assert_eq!(says("Pulley"), compiler == Compiler::Pulley, "{told}");
                assert_eq!(says("mapped for it alone"), memory == MemoryFrom::OnDemand, "{told}");
                assert_eq!(says("each 10 ms"), interrupt == Interrupt::Epoch, "{told}");
                assert_eq!(says("whose fuel"), interrupt == Interrupt::Fuel, "{told}");
                assert_eq!(says("answered by a new instance"), !reuse.is_kept(), "{told}");
                assert_eq!(says("up to 128 requests"), reuse.is_kept(), "{told}");
                assert_eq!(says("PAGEMAP_SCAN"), swaps && memory == MemoryFrom::Pooling, "{told}");
                assert!(!told.contains("  ") && !told.contains(".."), "{told}");
            }
        }
    }

    #[test]
    fn no_two_combinations_are_called_the_same() {
        let called: std::collections::BTreeSet<_> =
            all().into_iter().map(|parameters| recorded(parameters, false).words.starts).collect();
        assert_eq!(called.len(), all().len());
    }
}
