use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use plimsoll_model::Host;
use sha2::{Digest, Sha256};
use sysinfo::{CpuRefreshKind, MemoryRefreshKind, RefreshKind, System};

/// The fingerprint of this machine, from sysinfo and /proc. Versions of the runtimes are added by a run.
#[must_use]
pub fn fingerprint() -> Host {
    let what = RefreshKind::nothing()
        .with_cpu(CpuRefreshKind::nothing())
        .with_memory(MemoryRefreshKind::nothing().with_ram());
    let system = System::new_with_specifics(what).ok();
    let brand = system.as_ref().and_then(|system| system.cpus().first().map(|cpu| cpu.brand().to_owned()));
    let cpu_info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let cpus = std::thread::available_parallelism().map_or(1, |count| count.get() as u32);
    Host {
        arch: std::env::consts::ARCH.to_owned(),
        machine: line_of("/etc/machine-id").as_deref().and_then(machine),
        cpu_model: brand.filter(|brand| !brand.is_empty()),
        cpus,
        memory_bytes: system.as_ref().map_or(0, System::total_memory),
        os: os(),
        kernel: System::kernel_version().ok(),
        governor: line_of("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"),
        clock_source: line_of("/sys/devices/system/clocksource/clocksource0/current_clocksource"),
        virtualised: virtualised(&cpu_info),
        emulated: emulated(&cpu_info),
        cgroup: cgroup(Path::new("/sys/fs/cgroup")),
        load_1m_milli: System::load_average().ok().map(|load| (load.one * 1_000.0).round() as u32),
        page_bytes: page_bytes(),
        versions: BTreeMap::from([("plimsoll".to_owned(), env!("CARGO_PKG_VERSION").to_owned())]),
    }
}

/// The identity of a system, which its owner may not want to be known, as one that only Plimsoll has: hashed with a key
/// of its own. `None` for what is none, such as the `uninitialized` of a first start.
fn machine(id: &str) -> Option<String> {
    const KEY: &str = "plimsoll machine 1";
    let is_id = id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    let hash = || Sha256::new().chain_update(KEY).chain_update(id.to_ascii_lowercase()).finalize();
    is_id.then(|| hex::encode(hash().get(..16).unwrap_or_default()))
}

/// E.g. `Debian GNU/Linux 12`.
fn os() -> Option<String> {
    let name = System::name().ok()?;
    Some(System::os_version().map_or(name.clone(), |version| format!("{name} {version}")))
}

fn line_of(path: &str) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    Some(text.trim().to_owned()).filter(|line| !line.is_empty())
}

/// The hypervisor as far as the firmware tells; `yes` where only the CPU tells that there is one.
fn virtualised(cpu_info: &str) -> Option<String> {
    let told = line_of("/sys/hypervisor/type").or_else(|| {
        let vendor = line_of("/sys/class/dmi/id/sys_vendor")?;
        let known =
            ["QEMU", "Amazon EC2", "Google", "Microsoft", "VMware", "Xen", "innotek", "Parallels", "KVM"];
        known.iter().any(|name| vendor.starts_with(name)).then_some(vendor)
    });
    told.or_else(|| has_word(cpu_info, "flags", "hypervisor").then(|| "yes".to_owned()))
}

/// An emulator runs this binary when the CPU the kernel shows is of another architecture: user-mode QEMU passes
/// the host's own `/proc/cpuinfo` through. `None` where the kernel tells nothing to go by.
fn emulated(cpu_info: &str) -> Option<bool> {
    let is_x86 = cpu_info.contains("vendor_id");
    let is_arm = cpu_info.contains("CPU implementer");
    match std::env::consts::ARCH {
        "x86_64" | "x86" if is_x86 || is_arm => Some(!is_x86),
        "aarch64" | "arm" if is_x86 || is_arm => Some(!is_arm),
        _ => None,
    }
}

fn has_word(text: &str, key: &str, word: &str) -> bool {
    let lines = text.lines().filter(|line| line.starts_with(key));
    lines.flat_map(str::split_whitespace).any(|known| known == word)
}

fn cgroup(root: &Path) -> Option<String> {
    let is_v1 = root.join("memory/memory.limit_in_bytes").exists() || root.join("cpu").is_dir();
    let kind = if root.join("cgroup.controllers").exists() {
        "v2"
    } else if is_v1 && root.join("unified/cgroup.procs").exists() {
        "hybrid"
    } else if is_v1 {
        "v1"
    } else {
        return None;
    };
    Some(kind.to_owned())
}

#[cfg(unix)]
fn page_bytes() -> u32 {
    rustix::param::page_size() as u32
}

#[cfg(not(unix))]
fn page_bytes() -> u32 {
    4_096
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_is_known_again_and_its_own_identity_is_not_told() {
        let id = "0123456789abcdef0123456789abcdef";
        let told = machine(id).unwrap();
        assert!(told.len() == 32 && told != id, "{told}");
        assert_eq!(machine(&id.to_uppercase()), Some(told.clone()));
        assert_ne!(machine("0123456789abcdef0123456789abcdee"), Some(told));
        assert_eq!([machine("uninitialized"), machine("")], [None, None]);
    }

    #[test]
    fn this_machine_is_described() {
        let host = fingerprint();
        assert_eq!(host.arch, std::env::consts::ARCH);
        assert!(host.cpus > 0 && host.memory_bytes > 0 && host.page_bytes >= 4_096, "{host:?}");
        assert!(host.kernel.is_some() && host.os.is_some(), "{host:?}");
        assert_eq!(host.emulated, Some(false), "{host:?}");
    }

    #[test]
    fn a_hypervisor_flag_alone_says_yes_to_virtualised() {
        assert!(has_word("model\nflags\t: fpu hypervisor lm\n", "flags", "hypervisor"));
        assert!(!has_word("flags\t: fpu lm\n", "flags", "hypervisor"));
    }
}
