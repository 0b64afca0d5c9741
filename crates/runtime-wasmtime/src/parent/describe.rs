use plimsoll_model::{LaneRecord, LaneSpec, Side, Words};

use crate::parent::start::Start;

/// What a lane is, in words a reader of the run can weigh.
pub(super) fn record(spec: LaneSpec, start: Start, unlimited: Option<String>) -> LaneRecord {
    let (summary, of_start) = match start {
        Start::Instance => (
            "A new instance of the precompiled component in a worker process that is already running: engine, \
             pre-instance and listener are up, and one request was answered and discarded",
            "Cold start begins with a live worker, as on a host that serves many components: starting a \
             process is not part of it, while `docker` and `native` start one.",
        ),
        Start::Process => (
            "A fresh worker process that maps the precompiled component, then serves it or runs it",
            "Cold start includes starting Wasmtime itself, but not compiling: the `.cwasm` was made while \
             preparing.",
        ),
    };
    let unequal = [
        of_start,
        "Every request is answered by a new instance and nothing is kept between requests, while `docker` and \
         `native` answer all requests in one process that keeps its memory.",
        "Clients connect straight to the worker on loopback: there is no `docker-proxy` and no network \
         namespace in between.",
        "HTTP is parsed by the worker's hyper on tokio, outside the component, while the native binary \
         parses it itself.",
        "Linear memory is limited to the whole memory limit, and the control group holds the worker with \
         engine, code and linear memory together to the same figure.",
    ];
    let outside_limits = [
        "The kernel's work for loopback connections and page faults.",
        "The page cache of the worker's binary and of the `.cwasm`, which is charged to whoever read them first.",
    ];
    let (shade, own_process, [starts, is]) = match start {
        Start::Instance => (0, false, ["a new Wasm instance", "Wasm"]),
        Start::Process => (1, true, ["a new Wasm process", "the Wasm process"]),
    };
    LaneRecord {
        spec,
        side: Side::Wasm,
        shade: Some(shade),
        own_process,
        words: Words { starts: starts.to_owned(), is: is.to_owned() },
        reach: None,
        summary: format!("{summary}."),
        unequal: unequal.map(str::to_owned).to_vec(),
        outside_limits: outside_limits.map(str::to_owned).to_vec(),
        unlimited,
    }
}
