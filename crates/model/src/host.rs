//! The fingerprint of the machine that measured.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The machine a run was made on. `None` in a field means that the system does not tell.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Host {
    /// Machine architecture, e.g. `x86_64`, `aarch64`.
    pub arch: String,
    /// Which machine it is: the first half of a SHA-256 (hex) of the identity that its system gave it, which by itself
    /// tells nothing. Absent where it has none, and in older runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub machine: Option<String>,
    /// CPU model as the kernel names it.
    pub cpu_model: Option<String>,
    /// Logical CPUs this process may use.
    pub cpus: u32,
    /// Physical memory in bytes.
    pub memory_bytes: u64,
    /// Operating system, e.g. `Debian GNU/Linux 12 (bookworm)`.
    pub os: Option<String>,
    /// Kernel release.
    pub kernel: Option<String>,
    /// Frequency governor of the first CPU.
    pub governor: Option<String>,
    /// Where the kernel takes the time from, e.g. `tsc`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock_source: Option<String>,
    /// The hypervisor, where the machine is virtual.
    pub virtualised: Option<String>,
    /// Whether this binary runs under an instruction-set emulator.
    pub emulated: Option<bool>,
    /// `v1`, `v2` or `hybrid`.
    pub cgroup: Option<String>,
    /// Load average over one minute before the run, in thousandths.
    pub load_1m_milli: Option<u32>,
    /// Size of a memory page in bytes.
    pub page_bytes: u32,
    /// Versions of what took part, by name: `wasmtime`, `docker`, `containerd`, `runc`, `plimsoll`.
    pub versions: BTreeMap<String, String>,
}

/// How the instance and the load generator were kept off each other's cores.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Pinning {
    /// CPUs of the instances, in every lane alike. Empty: not pinned.
    pub instance_cpus: Vec<u32>,
    /// CPUs of the load generator and of the observer. Empty: not pinned.
    pub generator_cpus: Vec<u32>,
    /// Why generator and instance share cores; absent when they do not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shared: Option<String>,
}

/// Where instances ran, and how the observer reached them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Site {
    /// The machine.
    pub host: Host,
    /// How instances and the load generator were kept apart.
    pub pinning: Pinning,
    /// How it was reached.
    pub reached: Reached,
}

/// How the observer reached the machine that it measured on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reached {
    /// It ran there.
    #[default]
    Here,
}

/// How much a container engine held when a trial began, so that drift can be tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Held {
    /// Containers in any state.
    pub containers: u32,
    /// Images.
    pub images: u32,
}
