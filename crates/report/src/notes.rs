//! What stands around the tables: where the figures come from, what they include, and what to doubt.

mod floors;
mod warned;

use plimsoll_analysis::{LaneSummary, names};
use plimsoll_format::{self as format, plain};
use plimsoll_model::{Case, Phase, Run, Slug, Unequal};

use crate::Report;
use crate::document::{Fact, Remarks};
use crate::list::{distinct, each_once};
use crate::sheet::{COLD_START, LATENCY, MEMORY, RATIO, SIZE, asked_for, latest_phase, parts, reason};
use crate::verdict::is_uncharged;

use self::floors::noise_floors;
pub(crate) use self::warned::warned;

/// What was run, where and how.
pub(crate) fn origin(report: &Report<'_>) -> Vec<Fact> {
    let run = report.run;
    let (host, plan) = (&run.site.host, &run.plan);
    let known = |text: &Option<String>| text.as_deref().map_or("unknown".to_owned(), plain);
    let versions: Vec<String> =
        host.versions.iter().map(|(name, version)| format!("{} {}", plain(name), plain(version))).collect();
    let cpus = |cpus: &[u32]| cpus.iter().map(u32::to_string).collect::<Vec<_>>().join(",");
    let pinning = if run.site.pinning.instance_cpus.is_empty() {
        "not pinned".to_owned()
    } else {
        let (instance, generator) = (&run.site.pinning.instance_cpus, &run.site.pinning.generator_cpus);
        format!("instances on CPU {}, load generator on CPU {}", cpus(instance), cpus(generator))
    };
    vec![
        Fact::new("Run", format!("run {} of {}", run.id, run.started_at)),
        Fact::new(
            "Host",
            format!(
                "{}, {}, {} CPUs, {}, {}, kernel {}",
                plain(&host.arch),
                known(&host.cpu_model),
                host.cpus,
                format::bytes(host.memory_bytes as f64),
                known(&host.os),
                known(&host.kernel)
            ),
        ),
        Fact::new("Versions", format!("versions: {}", versions.join(", "))),
        Fact::new(
            "Plan",
            format!(
                "limits {} CPU and {}, {pinning}, {}, seed {}",
                f64::from(plan.settings.limits.cpu_milli) / 1e3,
                format::bytes(plan.settings.limits.memory_bytes as f64),
                trials(report.run),
                plan.seed
            ),
        ),
    ]
}

/// How many trials each workload has in a lane; loads only where any was tried.
pub(crate) fn trials(run: &Run) -> String {
    let plan = &run.plan;
    let each = match plan.arms.len() {
        0 | 1 => "each lane".to_owned(),
        arms => format!("each of the {arms} arms of a lane"),
    };
    let starts = match plan.trials.cold_starts {
        1 => "1 cold start".to_owned(),
        many => format!("{many} cold starts"),
    };
    let is_sought = run.trials.iter().any(|trial| trial.aim().is_loaded());
    match plan.trials.loaded {
        0 => format!("{starts} in {each}"),
        loaded if !run.loads.is_empty() => format!("{starts} in {each}, {loaded} of them loaded"),
        loaded if is_sought => format!("{starts} in {each}, {loaded} of them to be loaded, which none was"),
        _ => format!("{starts} in {each}"),
    }
}

/// What belongs to one case: how it was loaded, what stands beside its figures, what could not be had.
pub(crate) fn of_case(report: &Report<'_>, case: &Case) -> Vec<String> {
    let lanes: Vec<&LaneSummary> = report.summaries.iter().filter(|lane| lane.case == *case).collect();
    let mut lines = Vec::new();
    if let Some(load) = report.run.load(case) {
        lines.push(format!(
            "load: {} in every lane, {}",
            format::rate(load.rate_milli as f64),
            plain(&load.chosen)
        ));
    }
    lines.extend(in_parts(&lanes));
    lines.extend(beside(&lanes));
    lines.extend(uncharged(&lanes));
    lines.extend(absent(report.run, &lanes));
    lines
}

/// Why figures of the table are absent, those with one reason in one line.
fn absent(run: &Run, of: &[&LaneSummary]) -> Vec<String> {
    let shown = || run.metrics.iter().filter(|metric| metric.table.is_some()).map(|metric| &metric.slug);
    let said = || {
        let all = of.iter().flat_map(|lane| shown().map(move |metric| (*lane, metric)));
        all.filter_map(|(lane, metric)| Some((reason(lane, metric)?, metric.as_str(), lane.lane.as_str())))
    };
    let lanes = each_once(said().map(|(why, _, lane)| (why, Some(lane))));
    let of = |why: &str| {
        let metrics = said().filter(|(known, ..)| *known == why).map(|(_, metric, _)| metric);
        distinct(metrics).join(", ")
    };
    let line =
        |(why, lanes): (&str, Vec<&str>)| format!("no {} in {}: {}", of(why), lanes.join(", "), plain(why));
    lanes.into_iter().map(line).collect()
}

/// Memory beside the instance, of the phase that the table's column has; where there is none, of the one that there is.
fn beside(of: &[&LaneSummary]) -> Option<String> {
    let column = latest_phase(of, &names::PSS);
    let of_lane = |lane: &&LaneSummary| {
        let parts = parts(lane, &names::PSS, Some(column));
        let parts = if parts.is_empty() { parts_of_any(lane, column) } else { parts };
        (!parts.is_empty()).then(|| format!("{}: {}", lane.lane, parts.join(", ")))
    };
    let lanes: Vec<String> = of.iter().filter_map(of_lane).collect();
    (!lanes.is_empty()).then(|| format!("PSS beside the instance, not in its figure: {}", lanes.join("; ")))
}

/// What the parts of a start took, where what makes an instance tells them.
fn in_parts(of: &[&LaneSummary]) -> Option<String> {
    let of_lane = |lane: &&LaneSummary| {
        let parts = parts(lane, &names::START_PARTS, None);
        (!parts.is_empty()).then(|| format!("{}: {}", lane.lane, parts.join(", ")))
    };
    let lanes: Vec<String> = of.iter().filter_map(of_lane).collect();
    (!lanes.is_empty()).then(|| format!(
            "`start` in parts, medians, until the container is connected to its network, until its process is running, until \
             the call has returned: {}",
            lanes.join("; ")
        ))
}

/// The same of another phase than the column's, which is named.
fn parts_of_any(lane: &LaneSummary, column: Phase) -> Vec<String> {
    let others = Phase::ALL.into_iter().filter(|phase| *phase != column);
    let told = |phase: Phase| {
        let parts = parts(lane, &names::PSS, Some(phase)).into_iter();
        parts.map(move |part| format!("{part} ({phase})")).collect::<Vec<_>>()
    };
    others.map(told).find(|parts| !parts.is_empty()).unwrap_or_default()
}

/// That a group's peak can be less than what its processes hold, where it is.
fn uncharged(of: &[&LaneSummary]) -> Option<String> {
    let lanes = of.iter().filter(|lane| is_uncharged(lane));
    let lanes: Vec<&str> = lanes.map(|lane| lane.lane.as_str()).collect();
    (!lanes.is_empty()).then(|| {
        format!(
            "group peak below USS in {}: a group's peak does not count pages that others were charged for first, \
             such as the page cache of a shared binary",
            lanes.join(", ")
        )
    })
}

/// What figures include and what is unequal: the same of every run in these lanes.
pub(crate) fn standing(report: &Report<'_>) -> Vec<Remarks> {
    remarks(
        true,
        [
            ("What the figures are", figures(report)),
            ("On the host already, in no size", host_sizes(report)),
            ("What is unequal", unequal(report)),
            ("Outside the limits", outside(report)),
        ],
    )
}

/// What is to be doubted in this run.
pub(crate) fn of_run(report: &Report<'_>) -> Vec<Remarks> {
    remarks(false, [("Noise floor", noise_floors(report)), ("Warnings", warned(report))])
}

/// Those that say something.
pub(crate) fn remarks<const N: usize>(standing: bool, said: [(&str, Vec<String>); N]) -> Vec<Remarks> {
    let said = said.into_iter().filter(|(_, lines)| !lines.is_empty());
    said.map(|(heading, lines)| Remarks { heading: heading.to_owned(), lines, standing }).collect()
}

/// What a lane wants on the host before it can run anything.
fn host_sizes(report: &Report<'_>) -> Vec<String> {
    let sizes: Vec<(&Slug, String)> = report
        .summaries
        .iter()
        .map(|lane| (&lane.lane, parts(lane, &names::HOST_SIZE, None).join(", ")))
        .filter(|(_, parts)| !parts.is_empty())
        .collect();
    by_sentence(sizes.iter().map(|(lane, parts)| (Some(*lane), parts)))
}

fn figures(report: &Report<'_>) -> Vec<String> {
    let serves = report.run.workloads.iter().any(|workload| workload.job.serves());
    let mut lines = vec![
        format!("Cold start: {COLD_START}"),
        format!("Ratio: {RATIO}"),
        format!("Wire size: {SIZE}"),
        format!("PSS, USS: {MEMORY}"),
    ];
    if serves {
        lines.push(format!("P50, P99, P99.9: {LATENCY}"));
    }
    let asked = asked_for(report.run);
    lines.extend(asked.map(|metric| format!("{}: {}", plain(&metric.name), plain(&metric.help))));
    lines
}

/// What is unequal between lanes, each sentence once.
pub(crate) fn unequal(report: &Report<'_>) -> Vec<String> {
    let run = report.run;
    let all: Vec<Unequal> = run.inequalities().collect();
    let of_lanes =
        run.lanes.iter().flat_map(|lane| lane.unequal.iter().map(move |what| (Some(lane.slug()), what)));
    let of_run = all.iter().map(|unequal| (unequal.lane.as_ref(), &unequal.what));
    by_sentence(of_lanes.chain(of_run))
}

fn outside(report: &Report<'_>) -> Vec<String> {
    let lanes = report.run.lanes.iter();
    by_sentence(lanes.flat_map(|lane| lane.outside_limits.iter().map(move |what| (Some(lane.slug()), what))))
}

/// Each sentence once, behind the lanes it is true of.
fn by_sentence<'a>(sentences: impl Iterator<Item = (Option<&'a Slug>, &'a String)>) -> Vec<String> {
    let found = each_once(sentences.map(|(lane, what)| (what, lane.map(Slug::as_str))));
    let line = |(what, lanes): (&String, Vec<&str>)| match lanes.is_empty() {
        true => plain(what),
        false => format!("{}: {}", lanes.join(", "), plain(what)),
    };
    found.into_iter().map(line).collect()
}
