//! What stands around the tables: where the figures come from, what they include, and what to doubt.

use plimsoll_analysis::{LaneSummary, Warning, names};
use plimsoll_format::{self as format, plain};
use plimsoll_model::{Case, Plan, Run, Slug, Unequal};

use crate::Report;
use crate::alike::alike;
use crate::document::{Fact, Remarks};
use crate::list::{distinct, each_once};
use crate::places::Whereabouts;
use crate::sheet::{COLD_START, LATENCY, MEMORY, RATIO, SIZE, asked_for, parts, reason};

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
                trials(plan),
                plan.seed
            ),
        ),
    ]
}

/// How many trials each workload has in a lane.
pub(crate) fn trials(plan: &Plan) -> String {
    let each = match plan.arms.len() {
        0 | 1 => "each lane".to_owned(),
        arms => format!("each of the {arms} arms of a lane"),
    };
    format!("{} cold starts in {each}, {} of them loaded", plan.trials.cold_starts, plan.trials.loaded)
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
    lines.extend(listed("PSS beside the instance, not in its figure", &lanes, &names::PSS));
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

fn listed(what: &str, of: &[&LaneSummary], metric: &Slug) -> Option<String> {
    let mut lanes: Vec<String> = Vec::new();
    for lane in of {
        let parts = parts(lane, metric);
        if !parts.is_empty() {
            lanes.push(format!("{}: {}", lane.lane, parts.join(", ")));
        }
    }
    (!lanes.is_empty()).then(|| format!("{what}: {}", lanes.join("; ")))
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
    remarks(false, [("Noise floor", vec![noise_floor(report)]), ("Warnings", warnings(report))])
}

/// Warnings that differ only in their numbers once, with all that they are about.
fn warnings(report: &Report<'_>) -> Vec<String> {
    let mut found: Vec<(String, Vec<&Warning>)> = Vec::new();
    for warning in &report.warnings {
        let key = alike(&warning.advice.to_string());
        match found.iter_mut().find(|(known, _)| *known == key) {
            Some((_, all)) if warning.case.is_some() => all.push(warning),
            _ => found.push((key, vec![warning])),
        }
    }
    let line = |(_, all): (String, Vec<&Warning>)| match all.as_slice() {
        [first, _, ..] => {
            let of = all.iter().filter_map(|warning| {
                Some((warning.case.as_ref()?.to_string(), warning.lane.as_ref().map(Slug::to_string)))
            });
            let told = plain(&first.advice.to_string());
            format!("{}: {told} (numbers of the first of these {})", Whereabouts::named(of), all.len())
        }
        all => all.iter().map(|warning| plain(&warning.to_string())).collect(),
    };
    found.into_iter().map(line).collect()
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
        .map(|lane| (&lane.lane, parts(lane, &names::HOST_SIZE).join(", ")))
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

fn unequal(report: &Report<'_>) -> Vec<String> {
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

fn noise_floor(report: &Report<'_>) -> String {
    let mut floors: Vec<String> = Vec::new();
    for found in report.comparisons.iter().filter(|found| found.figure.metric == names::COLD_START) {
        let floor =
            found.floor.map(|floor| format!("{} in {} {}", found.case, found.lane, format::ratio(floor)));
        floors.extend(floor.filter(|floor| !floors.contains(floor)));
    }
    if floors.is_empty() && report.run.plan.lanes.len() < 2 {
        return "there is one lane, so that no ratio needs a noise floor here; comparisons with another run have theirs."
            .to_owned();
    }
    if floors.is_empty() {
        let measured_by = match report.run.plan.arms.len() {
            0 | 1 => "Two arms of each lane measure it.",
            _ => "It takes 10 cold starts that passed in each arm of a lane.",
        };
        return format!("noise floor not measured: no ratio is called a difference. {measured_by}");
    }
    format!(
        "cold starts of the lane, or of the baseline where that is more, differed from themselves by up to: {}",
        floors.join(", ")
    )
}
