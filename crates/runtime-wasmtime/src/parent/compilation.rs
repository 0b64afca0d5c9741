use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// When what is run is compiled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Compilation {
    /// While preparing: a start maps the `.cwasm`.
    #[default]
    Ahead,
    /// Within the start, from the `.wasm`; only with `begin = "process"`.
    Start,
    /// While preparing, into Wasmtime's own compile cache: a start finds it there; only with `begin = "process"`.
    Cache,
}
