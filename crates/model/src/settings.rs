//! Under which settings instances run and are loaded.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::bounds::within;
use crate::{PlanError, Slug};

/// Everything that can differ from point to point of a plan, the same in each lane.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The load.
    pub load: LoadPlan,
    /// Limits on every instance.
    pub limits: Limits,
    /// State of the page cache when a trial begins.
    pub page_cache: PageCache,
    /// Instances that are alive together in a trial.
    pub alive: u32,
    /// Instances that are started at once.
    pub at_once: u32,
}

/// Settings that differ from the plan's, by name; empty for none.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Point(pub BTreeMap<Slug, u64>);

/// The load on a service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LoadPlan {
    /// At which rate requests are due.
    pub rate: Rate,
    /// How long each loaded trial is loaded, in milliseconds.
    pub duration_ms: u64,
    /// Keep-alive connections opened before the first request is due.
    pub connections: u32,
    /// Rates of single services in thousandths of a request per second, which stand before the load's own.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rates: BTreeMap<Slug, u64>,
}

/// At which rate requests are due, in every lane alike.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Rate {
    /// Half the capacity of the slowest lane that answers rightly, rounded down to 1, 2 or 5 × 10ⁿ.
    HalfOfSlowest,
    /// This many thousandths of a request per second.
    FixedMilliPerSecond(u64),
}

/// Limits on every instance, the same in each lane.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Limits {
    /// CPU quota in thousandths of a CPU.
    pub cpu_milli: u32,
    /// Memory in bytes.
    pub memory_bytes: u64,
    /// Processes and threads.
    pub pids: u32,
    /// How long an instance may take to become ready, and a command to exit, in milliseconds.
    pub ready_timeout_ms: u64,
    /// How long it may take to stop after SIGTERM before it is killed, in milliseconds.
    pub stop_timeout_ms: u64,
    /// The longest standard output of a command that is read, in bytes.
    pub output_bytes: u64,
}

impl Default for Limits {
    /// 1 CPU, 256 MiB, 512 processes, 30 s to be ready, 10 s to stop, 1 MiB of output.
    fn default() -> Self {
        Self {
            cpu_milli: 1_000,
            memory_bytes: 256 << 20,
            pids: 512,
            ready_timeout_ms: 30_000,
            stop_timeout_ms: 10_000,
            output_bytes: 1 << 20,
        }
    }
}

/// State of the page cache when a trial begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PageCache {
    /// As earlier trials left it.
    #[default]
    WarmDisk,
    /// Dropped before every trial; needs root.
    ColdDisk,
}

/// Thousandths of a request per second.
pub(crate) const MOST_RATE_MILLI: u64 = 10_000_000_000;
/// The longest load.
pub(crate) const MOST_DURATION_MS: u64 = 3_600_000;
/// As many instances as a trial starts today.
const MOST_ALIVE: u64 = 1;

impl Settings {
    /// One instance at a time, with the usual limits.
    #[must_use]
    pub fn of(load: LoadPlan) -> Self {
        Self { load, limits: Limits::default(), page_cache: PageCache::default(), alive: 1, at_once: 1 }
    }

    /// These, but for what a point says otherwise.
    ///
    /// # Errors
    /// When it names something that is no number of these, or one that is too large.
    pub fn at(&self, point: &Point) -> Result<Self, PlanError> {
        let mut settings = self.clone();
        for (name, value) in &point.0 {
            settings.set(name, *value)?;
        }
        Ok(settings)
    }

    fn set(&mut self, name: &Slug, value: u64) -> Result<(), PlanError> {
        let narrow = u32::try_from(value);
        let place = match name.as_str() {
            "alive" => &mut self.alive,
            "at_once" => &mut self.at_once,
            "connections" => &mut self.load.connections,
            "cpu_milli" => &mut self.limits.cpu_milli,
            "pids" => &mut self.limits.pids,
            wide => {
                *match wide {
                    "memory_bytes" => &mut self.limits.memory_bytes,
                    "duration_ms" => &mut self.load.duration_ms,
                    _ => {
                        let problem = format!("names `{name}`, which is no number of the settings");
                        return Err(PlanError { field: "axes", problem });
                    }
                } = value;
                return Ok(());
            }
        };
        *place = narrow.map_err(|_| PlanError {
            field: "axes",
            problem: format!("sets `{name}` to {value}: use at most {}", u32::MAX),
        })?;
        Ok(())
    }

    pub(crate) fn validate(&self) -> Result<(), PlanError> {
        let Self { load, limits, .. } = self;
        let rate_milli = match load.rate {
            Rate::HalfOfSlowest => 1_000,
            Rate::FixedMilliPerSecond(rate) => rate,
        };
        within("load.rate", rate_milli, 1, MOST_RATE_MILLI)?;
        within("load.duration_ms", load.duration_ms, 100, MOST_DURATION_MS)?;
        within("load.connections", load.connections.into(), 1, 10_000)?;
        within("limits.cpu_milli", limits.cpu_milli.into(), 10, 1_024_000)?;
        within("limits.memory_bytes", limits.memory_bytes, 8 << 20, 1 << 44)?;
        for rate_milli in load.rates.values() {
            within("rates", *rate_milli, 1, MOST_RATE_MILLI)?;
        }
        within("limits.pids", limits.pids.into(), 1, 1 << 22)?;
        within("limits.ready_timeout_ms", limits.ready_timeout_ms, 1, 3_600_000)?;
        within("limits.stop_timeout_ms", limits.stop_timeout_ms, 1, 3_600_000)?;
        within("limits.output_bytes", limits.output_bytes, 1, 1 << 30)?;
        within("alive", self.alive.into(), 1, MOST_ALIVE)?;
        within("at_once", self.at_once.into(), 1, MOST_ALIVE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> Settings {
        Settings::of(LoadPlan {
            rate: Rate::HalfOfSlowest,
            duration_ms: 500,
            connections: 4,
            rates: BTreeMap::new(),
        })
    }

    #[test]
    fn a_point_says_what_differs_and_nothing_else() {
        let point = Point([(Slug::known("connections"), 9), (Slug::known("memory_bytes"), 1 << 30)].into());
        let found = settings().at(&point).unwrap();
        assert_eq!((found.load.connections, found.limits.memory_bytes), (9, 1 << 30));
        assert_eq!(settings().at(&Point::default()).unwrap(), settings());
    }

    #[test]
    fn a_point_that_names_nothing_is_refused() {
        let error = settings().at(&Point([(Slug::known("colour"), 1)].into())).unwrap_err();
        assert_eq!(error.to_string(), "`axes` names `colour`, which is no number of the settings");
        let error = settings().at(&Point([(Slug::known("pids"), 1 << 40)].into())).unwrap_err();
        assert!(error.to_string().contains("at most 4294967295"), "{error}");
    }

    #[test]
    fn more_than_one_instance_is_refused_as_long_as_none_can_be_started() {
        let error = Settings { alive: 2, ..settings() }.validate().unwrap_err();
        assert_eq!(error.to_string(), "`alive` is 2: use 1 to 1");
    }
}
