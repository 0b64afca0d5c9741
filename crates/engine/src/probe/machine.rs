use std::borrow::Cow;
use std::fs;
use std::path::Path;

use plimsoll_model::{Direction, Metric, Phase, Reading, Slug, Unit};
use plimsoll_runtime::{Figure, proc};
use sysinfo::System;

use super::{Found, Kind, Moment, Probe};
use crate::proc_files::{number_in, reading, stolen_ns, used};

const TRIAL_TIME: Metric = Metric::known(
    "trial_time",
    "Whole trial",
    Unit::Nanoseconds,
    Direction::Neutral,
    "From before the trial was staged until its instance was wholly gone: what the machine's conditions are told of.",
);

const STOLEN: Metric = Metric::known(
    "machine_stolen",
    "Stolen from the machine",
    Unit::Nanoseconds,
    Direction::Neutral,
    "How long during the trial the host of this virtual machine gave its cores to others, summed over all cores. \
     Counted in the kernel's clock ticks.",
);

const FREQUENCY: Metric = Metric::known(
    "core_frequency",
    "Core frequency",
    Unit::MilliPerSecond,
    Direction::Neutral,
    "Cycles per second of the fastest core at the end of the trial, as the kernel's frequency governor tells it.",
);

const TEMPERATURE: Metric = Metric::known(
    "temperature",
    "Temperature",
    Unit::Count,
    Direction::Neutral,
    "Thousandths of a degree Celsius in the hottest thermal zone at the end of the trial.",
);

const LOAD: Metric = Metric::known(
    "load_1m",
    "Load average",
    Unit::Count,
    Direction::Neutral,
    "Thousandths of the load average over one minute at the end of the trial; the trials themselves are part of it.",
);

const FAULTS: Metric = Metric::known(
    "harness_faults",
    "Page faults of the harness",
    Unit::Count,
    Direction::Neutral,
    "Page faults of the measuring process during the trial: `major` had to wait for a disk, `minor` had not.",
);

const CPUS: &str = "/sys/devices/system/cpu";
const ZONES: &str = "/sys/class/thermal";

type Told = Result<u64, Cow<'static, str>>;

pub(super) const PROBE: Kind = Kind {
    takes: &[TRIAL_TIME, STOLEN, FREQUENCY, TEMPERATURE, LOAD, FAULTS],
    begin: || Box::new(Machine::before_the_trial()),
};

/// The machine's conditions during a trial: they are read before it is staged and after its instance is gone, outside
/// of every timed phase.
struct Machine {
    before: Sums,
}

/// What the kernel adds up.
struct Sums {
    at: std::time::Instant,
    stolen_ns: Told,
    minor_faults: Told,
    major_faults: Told,
}

impl Sums {
    fn now() -> Self {
        let stat = fs::read_to_string("/proc/stat").unwrap_or_default();
        let own = proc::Stat::own();
        let faults = |of: fn(&proc::Stat) -> u64| {
            own.as_ref().map(of).map_err(|_| Cow::Borrowed("`/proc/self/stat` tells no page faults"))
        };
        Self {
            at: std::time::Instant::now(),
            stolen_ns: stolen_ns(&stat, |_| true).ok_or(Cow::Borrowed("`/proc/stat` tells no stolen time")),
            minor_faults: faults(|own| own.minor_faults),
            major_faults: faults(|own| own.major_faults),
        }
    }
}

impl Machine {
    fn before_the_trial() -> Self {
        Self { before: Sums::now() }
    }
}

impl Probe for Machine {
    fn look(&mut self, moment: &Moment<'_>, found: &mut Found) {
        let Moment::Gone { .. } = moment else { return };
        let (before, after) = (&self.before, Sums::now());
        let took = u64::try_from((after.at - before.at).as_nanos()).unwrap_or(u64::MAX);
        let of = |subject: &'static str| Some(Slug::known(subject));
        let load = System::load_average().map(|load| (load.one * 1_000.0).round() as u64);
        let load = load.map_err(|error| Cow::from(error.to_string()));
        for (metric, subject, method, told) in [
            (TRIAL_TIME, None, "CLOCK_MONOTONIC", Ok(took)),
            (STOLEN, None, "/proc/stat steal", used(&before.stolen_ns, after.stolen_ns)),
            (FAULTS, of("minor"), "/proc/self/stat minflt", used(&before.minor_faults, after.minor_faults)),
            (FAULTS, of("major"), "/proc/self/stat majflt", used(&before.major_faults, after.major_faults)),
            (FREQUENCY, None, "cpufreq/scaling_cur_freq", frequency_milli_hz()),
            (TEMPERATURE, None, "thermal_zone*/temp", temperature()),
            (LOAD, None, "/proc/loadavg", load),
        ] {
            let reading: Reading = reading(told);
            found.figures.push(Figure { metric, phase: Phase::Stop, subject, method, reading });
        }
    }
}

fn frequency_milli_hz() -> Told {
    largest(Path::new(CPUS), "cpu", "cpufreq/scaling_cur_freq")
        .map(|khz| khz.saturating_mul(1_000_000))
        .ok_or(Cow::Borrowed("this system tells no frequency: it has no `cpufreq`"))
}

fn temperature() -> Told {
    largest(Path::new(ZONES), "thermal_zone", "temp")
        .ok_or(Cow::Borrowed("this system tells no temperature: it has no thermal zone"))
}

/// The largest number in files of this name in the folders that begin so.
fn largest(folder: &Path, begins: &str, file: &str) -> Option<u64> {
    let entries = fs::read_dir(folder).ok()?.flatten();
    let wanted = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(begins));
    wanted.filter_map(|entry| number_in(&entry.path().join(file)).ok()).max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_has_had_page_faults() {
        let sums = Sums::now();
        assert!(sums.minor_faults.is_ok_and(|faults| faults > 0) && sums.major_faults.is_ok());
    }

    #[test]
    fn the_largest_of_several_zones_counts() {
        let folder = tempfile::tempdir().unwrap();
        for (zone, text) in [("thermal_zone0", "41000\n"), ("thermal_zone1", "55000"), ("cooling0", "99000")]
        {
            fs::create_dir(folder.path().join(zone)).unwrap();
            fs::write(folder.path().join(zone).join("temp"), text).unwrap();
        }
        assert_eq!(largest(folder.path(), "thermal_zone", "temp"), Some(55_000));
        assert_eq!(largest(folder.path(), "thermal_zone", "missing"), None);
    }
}
