//! What does by hand, with the command `wasmtime` of the same release, what a lane does.

use plimsoll_model::Limits;

use crate::parent::compilation::Compilation;
use crate::parent::parameters::Parameters;
use crate::parent::start::Start;
use crate::{Compiler, Interrupt, MemoryFrom};

/// Commands, line by line.
pub(super) fn lines(lane: Parameters, limits: &Limits) -> Vec<String> {
    let code = code_flags(lane);
    let mut flags = code.clone();
    let pooling = if lane.memory == MemoryFrom::Pooling { "y" } else { "n" };
    flags.push(format!("-O pooling-allocator={pooling}"));
    flags.push(format!("-W max-memory-size={}", limits.memory_bytes));
    let file = match lane.compile {
        Compilation::Ahead => "COMPONENT.cwasm",
        Compilation::Start | Compilation::Cache => "COMPONENT.wasm",
    };
    let cached = match lane.compile {
        Compilation::Ahead => vec!["--allow-precompiled".to_owned()],
        Compilation::Start => vec!["-C cache=n".to_owned()],
        Compilation::Cache => vec!["-C cache=y".to_owned()],
    };
    let all = cached.iter().chain(&flags).cloned().collect::<Vec<_>>().join(" ");
    let mut lines = vec![
        "# in a control group with the same limits and CPUs, as by `plimsoll lanes --explain native`"
            .to_owned(),
    ];
    match lane.compile {
        Compilation::Ahead => {
            let words = [vec!["wasmtime compile".to_owned()], code].concat().join(" ");
            lines.push(format!("{words} --output COMPONENT.cwasm COMPONENT.wasm"));
        }
        Compilation::Cache => lines.push("# run it once before: that fills the cache".to_owned()),
        Compilation::Start => {}
    }
    let reuse = format!("--max-instance-reuse-count {}", lane.reuse.times());
    // Without a time limit `wasmtime serve` leaves the epoch's deadline where a store begins, and the first check traps.
    let ticking = if lane.interrupt == Interrupt::Epoch { "-W timeout=3600s " } else { "" };
    let serve = format!("wasmtime serve --addr 127.0.0.1:PORT -S cli=y {reuse} {ticking}{all} {file} &");
    let ask = "until curl --silent --fail --output /dev/null http://127.0.0.1:PORT/PATH; do :; done";
    let clock = "# the clock starts here, and stops when the right answer has come, or the command has ended";
    match lane.begin {
        Start::Process => {
            lines.extend([
                clock.to_owned(),
                format!("{serve}  # a service"),
                ask.to_owned(),
                format!("wasmtime run {all} {file}  # a command"),
            ]);
        }
        Start::Instance => lines.extend([
            serve,
            format!("{ask}  # thrown away"),
            clock.to_owned(),
            "curl http://127.0.0.1:PORT/PATH".to_owned(),
            "# a command's instance in a live engine has no command of `wasmtime` that does the same"
                .to_owned(),
        ]),
    }
    lines
}

/// What changes the code that is made, and so has to be told whenever it is loaded.
fn code_flags(lane: Parameters) -> Vec<String> {
    let compiler = match lane.compiler {
        Compiler::Cranelift => None,
        Compiler::Winch => Some("-C compiler=winch"),
        Compiler::Pulley => Some("--target pulley64"),
    };
    let interrupt = match lane.interrupt {
        Interrupt::None => None,
        Interrupt::Epoch => Some("-W epoch-interruption=y"),
        Interrupt::Fuel => Some("-W fuel=18446744073709551615"),
    };
    compiler.into_iter().chain(interrupt).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parent::lane::Lane;

    #[test]
    fn every_lane_that_is_offered_can_be_repeated_by_hand() {
        let of = |slug: &str| {
            let lane = Lane::offered().into_iter().find(|lane| lane.slug.as_str() == slug).unwrap();
            lines(lane.parameters, &Limits::default()).join("\n")
        };
        assert!(of("wasmtime").contains("wasmtime compile --output COMPONENT.cwasm COMPONENT.wasm"));
        assert!(of("wasmtime+winch").contains("wasmtime compile -C compiler=winch --output"));
        assert!(
            of("wasmtime+jit").contains("wasmtime run -C cache=n")
                && !of("wasmtime+jit").contains("compile --")
        );
        assert!(of("wasmtime+ondemand").contains("-O pooling-allocator=n"));
        assert!(of("wasmtime+reuse").contains("--max-instance-reuse-count 128"));
    }
}
