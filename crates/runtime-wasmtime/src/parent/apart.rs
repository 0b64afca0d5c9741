use crate::parent::compilation::Compilation;
use crate::parent::parameters::Parameters;
use crate::{Compiler, Interrupt, MemoryFrom};

/// What one parameter that departs from its default adds to a lane's words.
pub(super) struct Apart {
    /// Behind what its instances are called.
    pub(super) called: String,
    /// Behind its summary.
    pub(super) summary: String,
    /// A sentence of its own; empty where the summary's is enough.
    pub(super) unequal: String,
}

impl Apart {
    fn new(called: &str, summary: &str, unequal: &str) -> Self {
        Self { called: called.to_owned(), summary: summary.to_owned(), unequal: unequal.to_owned() }
    }
}

/// Each parameter that departs, in the order in which they are written down. What a start begins is told apart.
pub(super) fn apart(parameters: Parameters) -> Vec<Apart> {
    let Parameters { begin: _, compile, compiler, memory, interrupt, reuse } = parameters;
    let reuse = reuse.is_kept().then(|| Apart {
        called: format!(" kept for {} requests", reuse.times()),
        summary: format!("; it answers up to {} requests", reuse.times()),
        unequal: String::new(),
    });
    [of_compilation(compile), of_compiler(compiler), of_memory(memory), of_interrupt(interrupt), reuse]
        .into_iter()
        .flatten()
        .collect()
}

fn of_compilation(compile: Compilation) -> Option<Apart> {
    // Their sentences are those of what a start begins with.
    match compile {
        Compilation::Ahead => None,
        Compilation::Start => Some(Apart::new(" that compiles", "", "")),
        Compilation::Cache => Some(Apart::new(" with a compile cache", "", "")),
    }
}

fn of_compiler(compiler: Compiler) -> Option<Apart> {
    match compiler {
        Compiler::Cranelift => None,
        Compiler::Winch => Some(Apart::new(
            " compiled by Winch",
            "; its code is made by Winch, Wasmtime's baseline compiler",
            "The code is made by Winch, in one pass that optimises nothing, while that of most Wasm lanes is made by Cranelift, \
             which optimises.",
        )),
        Compiler::Pulley => Some(Apart::new(
            " interpreted by Pulley",
            "; its code is bytecode that Wasmtime's interpreter Pulley runs",
            "The code is bytecode that Wasmtime interprets, as it does on machines for which it has no compiler, while that of \
             most Wasm lanes is machine code.",
        )),
    }
}

fn of_memory(memory: MemoryFrom) -> Option<Apart> {
    match memory {
        MemoryFrom::Pooling => None,
        MemoryFrom::OnDemand => Some(Apart::new(
            " with memory on demand",
            "; its memory is mapped for it alone",
            "Memory, tables and stack of an instance are mapped when it is made and unmapped when it is gone, as Wasmtime does \
             unasked, while most Wasm lanes take them out of a pool that is reserved before the first instance.",
        )),
    }
}

fn of_interrupt(interrupt: Interrupt) -> Option<Apart> {
    match interrupt {
        Interrupt::None => None,
        Interrupt::Epoch => Some(Apart::new(
            " with epochs",
            "; its code looks whether its time is over",
            "In every loop and at every call the code looks at a clock that a thread of the worker moves on each 10 ms, as in \
             hosts that stop a guest whose time is over: an hour here, so that none is stopped. In most Wasm lanes a guest that \
             never ends is ended with its worker.",
        )),
        Interrupt::Fuel => Some(Apart::new(
            " with fuel",
            "; its code counts what it does",
            "In every loop and at every call the code counts what it has done, as in hosts that stop a guest whose fuel is used \
             up: it is given as much as there is, so that none is stopped. In most Wasm lanes a guest that never ends is ended \
             with its worker.",
        )),
    }
}
