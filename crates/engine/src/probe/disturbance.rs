use plimsoll_model::{Direction, Metric, Phase, Reading, Slug, Unit};
use plimsoll_runtime::{Figure, Role};

use super::{Found, Kind, Moment, Probe};

const WAITED: Metric = Metric::known(
    "core_waited",
    "Wait for the core",
    Unit::Nanoseconds,
    Direction::Neutral,
    "How long during the load the load generator's thread could have run while other threads had its core: a \
     published port's proxy, the container engine, the kernel.",
);

const STOLEN: Metric = Metric::known(
    "core_stolen",
    "Stolen time",
    Unit::Nanoseconds,
    Direction::Neutral,
    "How long during the load the host of this virtual machine gave the cores to others, summed over the cores of \
     the load generator or over all others, which are the instance's. Counted in the kernel's clock ticks.",
);

pub(super) const PROBE: Kind = Kind { takes: &[WAITED, STOLEN], begin: || Box::new(Disturbances) };

/// What disturbed a load.
struct Disturbances;

impl Probe for Disturbances {
    fn look(&mut self, moment: &Moment<'_>, found: &mut Found) {
        let Moment::LoadEnded { served, .. } = moment else { return };
        let of = &served.disturbance;
        let generator = Slug::known("generator");
        for (metric, subject, method, value) in [
            (WAITED, &generator, "/proc/thread-self/schedstat", of.waited_ns),
            (STOLEN, &generator, "/proc/stat steal", of.stolen_ns),
            (STOLEN, &Role::Instance.subject(), "/proc/stat steal", of.stolen_elsewhere_ns),
        ] {
            let reading = value.map_or_else(
                || Reading::unavailable("this system does not tell it, or nothing is pinned apart"),
                Reading::Value,
            );
            let (phase, subject) = (Phase::Serve, Some(subject.clone()));
            found.figures.push(Figure { metric, phase, subject, method, reading });
        }
    }
}
