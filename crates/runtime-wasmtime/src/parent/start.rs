/// What is started for a trial: the two lanes differ in nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// Lane `wasmtime`: a new instance in a live engine.
    NewInstance,
    /// Lane `wasmtime-process`: a fresh worker process.
    NewProcess,
}
