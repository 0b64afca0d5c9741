//! The machine: rights, cores, clock, and what makes figures unsure.

use std::fs;

use plimsoll_model::{Host, Pinning};
use rustix::process::geteuid;

use super::Check;

/// A machine is idle enough below this load per CPU, in thousandths.
const IDLE_LOAD_MILLI: u32 = 250;

/// What an instance and the load generator need at the usual limits, with room to spare: 512 MiB.
const LEAST_MEMORY_BYTES: u64 = 512 << 20;

/// Clock sources that are read without a system call.
const FAST_CLOCKS: [&str; 5] =
    ["tsc", "kvm-clock", "hyperv_clocksource_tsc_page", "arch_sys_counter", "riscv_clocksource"];

pub(super) fn check(host: &Host, pinning: &Pinning) -> Vec<Check> {
    let checks = [
        Some(rights(geteuid().is_root())),
        Some(cores(host, pinning)),
        Some(cgroups(host)),
        Some(governor(host.governor.as_deref())),
        host.load_1m_milli.map(|load| busy(load, host.cpus)),
        Some(virtualised(host)),
        host.clock_source.as_deref().map(clock),
        read("/proc/meminfo").and_then(|text| available_bytes(&text)).map(memory),
    ];
    checks.into_iter().flatten().collect()
}

fn rights(root: bool) -> Check {
    if root {
        return Check::good("rights", "root");
    }
    Check::warning(
        "rights",
        "not root: control groups of other users, `smaps_rollup` of containers and `--cold-disk` are out of reach",
        "run it with `sudo`",
    )
}

fn cores(host: &Host, pinning: &Pinning) -> Check {
    match &pinning.shared {
        None => Check::good(
            "cores",
            format!(
                "{}: instances on {:?}, load generator on {:?}",
                host.cpus, pinning.instance_cpus, pinning.generator_cpus
            ),
        ),
        Some(why) => Check::warning(
            "cores",
            why.clone(),
            "use a machine with two cores or more, or a smaller `--cpus`",
        ),
    }
}

fn cgroups(host: &Host) -> Check {
    match &host.cgroup {
        Some(layout) => Check::good("control groups", layout.clone()),
        None => Check::warning(
            "control groups",
            "none are mounted: nothing can be limited, and containers can't run",
            "mount them: `mount -t cgroup2 none /sys/fs/cgroup`",
        ),
    }
}

fn governor(governor: Option<&str>) -> Check {
    match governor {
        None => Check::good("governor", "none is told: the frequency is not this system's to set"),
        Some(good @ "performance") => Check::good("governor", good),
        Some(other) => Check::warning(
            "governor",
            format!("`{other}`: the clock frequency follows the load, so short work looks slow"),
            "cpupower frequency-set -g performance",
        ),
    }
}

fn busy(load_milli: u32, cpus: u32) -> Check {
    let finding = format!("{:.2} over the last minute on {cpus} CPUs", f64::from(load_milli) / 1_000.0);
    if load_milli <= cpus.saturating_mul(IDLE_LOAD_MILLI) {
        return Check::good("load", finding);
    }
    Check::warning("load", finding, "end what else runs here before you measure")
}

fn virtualised(host: &Host) -> Check {
    if host.emulated == Some(true) {
        return Check::warning(
            "machine",
            format!("{} under an instruction-set emulator: its times say nothing", host.arch),
            "measure on a real machine of this architecture",
        );
    }
    match &host.virtualised {
        None => Check::good("machine", host.cpu_model.as_deref().unwrap_or(&host.arch)),
        Some(by) => Check::warning(
            "machine",
            match by.as_str() {
                // All that the CPU itself tells.
                "yes" => "virtual: neighbours can take its time".to_owned(),
                by => format!("virtual ({by}): neighbours can take its time"),
            },
            "compare lanes of one run only; for absolute figures use a physical machine",
        ),
    }
}

fn clock(source: &str) -> Check {
    if FAST_CLOCKS.contains(&source) {
        return Check::good("clock", source);
    }
    Check::warning(
        "clock",
        format!("`{source}`: each reading is a system call, which adds to every short time"),
        "boot with `clocksource=tsc` where the CPU's counter is stable",
    )
}

fn memory(available_bytes: u64) -> Check {
    let finding = format!("{} MiB available", available_bytes >> 20);
    if available_bytes >= LEAST_MEMORY_BYTES {
        return Check::good("memory", finding);
    }
    Check::warning("memory", finding, "end what else runs here, or lower `--memory`")
}

fn available_bytes(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    Some(line.trim().strip_suffix(" kB")?.parse::<u64>().ok()? * 1024)
}

fn read(path: &str) -> Option<String> {
    fs::read_to_string(path).ok().map(|text| text.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Status;

    #[test]
    fn a_governor_that_saves_power_is_a_warning_with_the_command_that_changes_it() {
        let check = governor(Some("powersave"));
        assert_eq!(check.status, Status::Warning);
        assert!(check.remedy.unwrap().contains("performance"));
        assert_eq!(governor(None).status, Status::Good);
    }

    #[test]
    fn a_busy_machine_is_a_warning() {
        assert_eq!(busy(499, 2).status, Status::Good);
        assert_eq!(busy(501, 2).status, Status::Warning);
    }

    #[test]
    fn available_memory_is_read_in_bytes() {
        assert_eq!(available_bytes("MemTotal: 9 kB\nMemAvailable:   2048 kB\n"), Some(2 << 20));
        assert_eq!(available_bytes("MemTotal: 9 kB\n"), None);
    }

    #[test]
    fn a_clock_that_takes_a_system_call_is_a_warning() {
        assert_eq!(clock("tsc").status, Status::Good);
        assert_eq!(clock("hpet").status, Status::Warning);
    }
}
