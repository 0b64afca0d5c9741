//! What a runtime is told of a container: as Docker's defaults have it where that matters.

use std::path::{Path, PathBuf};

use oci_spec::runtime::{
    Capabilities, LinuxBuilder, LinuxCapabilitiesBuilder, LinuxCpuBuilder, LinuxDeviceCgroupBuilder,
    LinuxMemoryBuilder, LinuxNamespaceBuilder, LinuxNamespaceType, LinuxPidsBuilder, LinuxResources,
    LinuxResourcesBuilder, Mount, MountBuilder, ProcessBuilder, RootBuilder, Spec, SpecBuilder,
    get_default_mounts,
};
use plimsoll_model::Limits;
use plimsoll_runtime::{Conditions, GivenFolder};

use crate::OciError;
use crate::groups::Mounted;
use crate::home::PROGRAM;

/// The version of the specification that is kept to, which each runtime knows.
const VERSION: &str = "1.0.2";

/// The period over which the CPU quota is counted, in microseconds: the kernel's and Docker's default.
const PERIOD_US: u64 = 100_000;

/// As Docker has them.
const MASKED: [&str; 11] = [
    "/proc/asound",
    "/proc/acpi",
    "/proc/kcore",
    "/proc/keys",
    "/proc/latency_stats",
    "/proc/timer_list",
    "/proc/timer_stats",
    "/proc/sched_debug",
    "/proc/scsi",
    "/sys/firmware",
    "/sys/devices/virtual/powercap",
];
const READ_ONLY: [&str; 5] = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

/// What one container is made of.
pub(crate) struct Bundle<'a> {
    pub(crate) name: &'a str,
    pub(crate) root: PathBuf,
    /// The program's, behind its name.
    pub(crate) args: &'a [String],
    /// Each as `NAME=value`.
    pub(crate) environment: Vec<String>,
    pub(crate) folders: &'a [GivenFolder],
    /// A file of this host that is run in place of the workload.
    pub(crate) instead: Option<&'a Path>,
    /// The container's control group.
    pub(crate) group: &'a str,
    pub(crate) conditions: &'a Conditions,
    pub(crate) mounted: &'a Mounted,
}

impl Bundle<'_> {
    /// Writes `config.json` into the bundle's folder.
    pub(crate) fn write(&self, folder: &Path) -> Result<(), OciError> {
        Ok(self.spec()?.save(folder.join("config.json"))?)
    }

    fn spec(&self) -> Result<Spec, OciError> {
        let args: Vec<String> = [PROGRAM.to_owned()].into_iter().chain(self.args.iter().cloned()).collect();
        // None at all, as our images drop them.
        let none = Capabilities::new;
        let capabilities = LinuxCapabilitiesBuilder::default()
            .bounding(none())
            .effective(none())
            .inheritable(none())
            .permitted(none())
            .ambient(none())
            .build()?;
        let process = ProcessBuilder::default()
            .terminal(false)
            .args(args)
            .env(self.environment.clone())
            .cwd("/")
            .capabilities(capabilities)
            // Those of the runtime's own process, as with Docker.
            .rlimits(Vec::new())
            .no_new_privileges(true)
            .build()?;
        let linux = LinuxBuilder::default()
            .namespaces(self.namespaces()?)
            .resources(self.resources()?)
            .cgroups_path(self.group)
            .masked_paths(MASKED.map(str::to_owned).to_vec())
            .readonly_paths(READ_ONLY.map(str::to_owned).to_vec())
            .build()?;
        let spec = SpecBuilder::default()
            .version(VERSION)
            .root(RootBuilder::default().path(self.root.clone()).readonly(true).build()?)
            .hostname(self.name)
            .mounts(self.mounts()?)
            .process(process)
            .linux(linux)
            .build()?;
        Ok(spec)
    }

    fn namespaces(&self) -> Result<Vec<oci_spec::runtime::LinuxNamespace>, OciError> {
        use LinuxNamespaceType::{Cgroup, Ipc, Mount, Pid, Uts};
        // As Docker: with version 1 of control groups its containers see the host's.
        let groups = self.mounted.is_unified().then_some(Cgroup);
        let kinds = [Pid, Ipc, Uts, Mount].into_iter().chain(groups);
        kinds.map(|kind| Ok(LinuxNamespaceBuilder::default().typ(kind).build()?)).collect()
    }

    fn mounts(&self) -> Result<Vec<Mount>, OciError> {
        let mut mounts = get_default_mounts();
        let bind = |to: &Path, at: &Path, write: bool| {
            let rights = if write { "rw" } else { "ro" };
            let options = ["rbind", "rprivate", rights].map(str::to_owned).to_vec();
            MountBuilder::default().destination(to).typ("bind").source(at).options(options).build()
        };
        for folder in self.folders {
            mounts.push(bind(Path::new(&folder.to), &folder.at, folder.write)?);
        }
        if let Some(program) = self.instead {
            mounts.push(bind(Path::new(PROGRAM), program, false)?);
        }
        Ok(mounts)
    }

    fn resources(&self) -> Result<LinuxResources, OciError> {
        let Limits { cpu_milli, memory_bytes, pids, .. } = self.conditions.limits;
        let bytes = i64::try_from(memory_bytes).unwrap_or(i64::MAX);
        let quota_us = i64::try_from(u64::from(cpu_milli) * PERIOD_US / 1_000).unwrap_or(i64::MAX);
        let mut memory = LinuxMemoryBuilder::default().limit(bytes);
        if self.mounted.counts_swap() {
            // The sum of both: nothing may be swapped out.
            memory = memory.swap(bytes);
        }
        let mut cpu = LinuxCpuBuilder::default().quota(quota_us).period(PERIOD_US);
        let cpus: Vec<String> = self.conditions.instance_cpus.iter().map(u32::to_string).collect();
        if !cpus.is_empty() {
            cpu = cpu.cpus(cpus.join(","));
        }
        // No device but the usual ones, which the runtime adds.
        let devices = LinuxDeviceCgroupBuilder::default().allow(false).access("rwm").build()?;
        Ok(LinuxResourcesBuilder::default()
            .devices(vec![devices])
            .memory(memory.build()?)
            .cpu(cpu.build()?)
            .pids(LinuxPidsBuilder::default().limit(i64::from(pids)).build()?)
            .build()?)
    }
}

#[cfg(test)]
mod tests {
    use plimsoll_model::RunId;
    use plimsoll_runtime::Owner;
    use serde_json::json;

    use super::*;

    #[test]
    fn limits_rights_and_namespaces_are_told_and_no_network_s() {
        let owner = Owner::current(RunId::known("bundle"));
        let conditions = Conditions { limits: Limits::default(), instance_cpus: vec![1, 3], owner };
        let folder = GivenFolder { to: "/in".to_owned(), at: "/there".into(), write: false };
        let bundle = Bundle {
            name: "one",
            root: "/root".into(),
            args: &["a b".to_owned()],
            environment: vec!["A=b".to_owned()],
            folders: &[folder],
            instead: None,
            group: "/above/container",
            conditions: &conditions,
            mounted: &Mounted::here(),
        };
        let told = serde_json::to_value(bundle.spec().unwrap()).unwrap();
        let process = &told["process"];
        assert_eq!((&process["args"], &process["env"]), (&json!(["/workload", "a b"]), &json!(["A=b"])));
        assert_eq!(process["noNewPrivileges"], json!(true));
        assert_eq!(process["capabilities"]["bounding"], json!([]));
        assert!(process["rlimits"].as_array().is_none_or(Vec::is_empty));
        let resources = &told["linux"]["resources"];
        assert_eq!(resources["memory"]["limit"], json!(256 << 20));
        assert_eq!(resources["cpu"]["quota"], json!(100_000));
        assert_eq!((&resources["cpu"]["cpus"], &resources["pids"]["limit"]), (&json!("1,3"), &json!(512)));
        assert_eq!(told["linux"]["cgroupsPath"], json!("/above/container"));
        assert!(!told["linux"]["namespaces"].to_string().contains("network"));
        assert!(told["linux"].get("seccomp").is_none());
        let last = told["mounts"].as_array().unwrap().last().unwrap();
        assert_eq!((&last["source"], &last["options"][2]), (&json!("/there"), &json!("ro")));
    }
}
