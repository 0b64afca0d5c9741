//! Under which conditions a run was made, and on which host.

use plimsoll_format as format;
use plimsoll_model::{LoadPlan, PageCache, Rate, Settings, Slug};

use crate::Report;
use crate::document::{Block, Fact, LaneWords, Section};
use crate::list::more;
use crate::notes::trials;
use crate::titled::Titled;

/// Most lanes that are told.
const MOST: usize = 60;

type Told = Vec<(&'static str, String)>;

/// Conditions, host and lanes.
pub(super) fn conditions(report: &Report<'_>) -> Section {
    let lanes = &report.run.lanes;
    let words = lanes.iter().take(MOST).map(|lane| LaneWords {
        lane: lane.slug().clone(),
        text: match &lane.unlimited {
            Some(why) => format!("{} Not held to the limits: {why}", lane.summary),
            None => lane.summary.clone(),
        },
    });
    let titled = |heading: &str, told: Told| {
        let of = told.into_iter().map(|(title, text)| Fact::new(title, text)).collect();
        Block::Facts(Titled { heading: heading.to_owned(), of })
    };
    let mut blocks = vec![
        titled("Conditions", of_plan(report)),
        titled("Host", of_host(report)),
        Block::Lanes(Titled { heading: "Lanes".to_owned(), of: words.collect() }),
    ];
    if lanes.len() > MOST {
        blocks.push(Block::More(format!("{} lanes", more(lanes.len() - MOST))));
    }
    Section::new("conditions", "Conditions and host", blocks)
}

fn of_plan(report: &Report<'_>) -> Told {
    let run = report.run;
    let Settings { load, limits, page_cache, .. } = &run.plan.settings;
    let list = |cpus: &[u32]| cpus.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
    let pinning = if run.site.pinning.instance_cpus.is_empty() {
        "none".to_owned()
    } else {
        let [instance, generator] =
            [&run.site.pinning.instance_cpus, &run.site.pinning.generator_cpus].map(|cpus| list(cpus));
        format!("instances on CPU {instance}, load generator and observer on CPU {generator}")
    };
    let arms: Vec<&str> = run.plan.arms.iter().map(|arm| arm.slug.as_str()).collect();
    let mut facts = vec![
        ("began", run.started_at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()),
        (
            "ended",
            run.end.as_ref().map_or("no end was written".to_owned(), |end| {
                end.at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
            }),
        ),
        ("trials of each workload", trials_told(report)),
        ("arms of each lane", arms.join(", ")),
        ("order", format!("shuffled within each round, seed {}", run.plan.seed)),
        ("load", load_told(load)),
        ("CPU limit", format!("{} CPU", f64::from(limits.cpu_milli) / 1e3)),
        ("memory limit", format::bytes(limits.memory_bytes as f64)),
        ("process limit", limits.pids.to_string()),
        (
            "time limits",
            format!(
                "{} to be ready, {} to stop",
                format::duration(limits.ready_timeout_ms as f64 * 1e6),
                format::duration(limits.stop_timeout_ms as f64 * 1e6)
            ),
        ),
        (
            "page cache",
            match page_cache {
                PageCache::WarmDisk => "as earlier trials left it (warm-disk)".to_owned(),
                PageCache::ColdDisk => "dropped before every trial (cold-disk)".to_owned(),
            },
        ),
        ("pinning", pinning),
    ];
    facts.extend(run.site.pinning.shared.clone().map(|why| ("shared cores", why)));
    facts.push(("baseline", report.baseline.as_ref().map_or("none".to_owned(), Slug::to_string)));
    facts
}

fn trials_told(report: &Report<'_>) -> String {
    let plan = &report.run.plan;
    let told = trials(report.run);
    plan.trials.precision.map_or(told.clone(), |until| {
        let percent = f64::from(until.half_width_milli) / 10.0;
        format!("{told}; on until the median is known to ± {percent} %, at most {}", until.cap)
    })
}

fn load_told(load: &LoadPlan) -> String {
    let rate = match load.rate {
        Rate::HalfOfSlowest => "half of what the slowest lane can serve".to_owned(),
        Rate::FixedMilliPerSecond(milli) => format::rate(milli as f64),
    };
    let duration = format::duration(load.duration_ms as f64 * 1e6);
    format!("open loop, {rate}, {duration} over {} connections", load.connections)
}

fn of_host(report: &Report<'_>) -> Told {
    let host = &report.run.site.host;
    let known =
        |value: &Option<String>| value.clone().unwrap_or_else(|| "the system does not tell".to_owned());
    let yes = |value: bool| if value { "yes" } else { "no" }.to_owned();
    vec![
        ("architecture", host.arch.clone()),
        ("CPU", known(&host.cpu_model)),
        ("CPUs that may be used", host.cpus.to_string()),
        ("memory", format::bytes(host.memory_bytes as f64)),
        ("memory page", format::bytes(f64::from(host.page_bytes))),
        ("system", known(&host.os)),
        ("kernel", known(&host.kernel)),
        ("control groups", known(&host.cgroup)),
        ("frequency governor", known(&host.governor)),
        ("clock source", known(&host.clock_source)),
        ("virtual", host.virtualised.clone().unwrap_or_else(|| "no hypervisor is seen".to_owned())),
        ("emulated", host.emulated.map_or_else(|| known(&None), yes)),
        (
            "load average before",
            host.load_1m_milli.map_or_else(
                || known(&None),
                |milli| format!("{:.2} over one minute", f64::from(milli) / 1e3),
            ),
        ),
    ]
}
