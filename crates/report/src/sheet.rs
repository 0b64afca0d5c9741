//! The figures of one workload as they stand in a table, whichever form the table has.

mod asked;

use plimsoll_analysis::{Comparison, Estimate, FigureOutcome, Interval, LaneSummary, TooFew, Verdict, names};
use plimsoll_format as format;
use plimsoll_model::{Case, Phase, Slug, Unit};

use self::asked::Asked;

pub(crate) use self::asked::asked_for;
use crate::Report;
use crate::table::{Column, EntryTone, Table, TableEntry, TableRow};

/// What the figures of each column include.
pub(crate) const COLD_START: &str = "from the call that makes an instance exist to the last byte of the first right answer (a service) or \
     to the exit with the right output (a command). Median; below it the interval that holds the true median with \
     95 %, by order statistics. Building, pulling and compiling are not in it.";
pub(crate) const RATIO: &str = "how many times as fast or as slow the cold start is as the baseline lane's, by the medians; below it the \
     95 % interval of that factor by bootstrap. In brackets: not to be called a difference, because trials are too few or \
     nothing tells the noise.";
pub(crate) const SIZE: &str =
    "compressed bytes that travel to a host that has none of it. Unpacked: on its disk.";
pub(crate) const MEMORY: &str =
    "proportional and unique memory of the instance's own processes, median over trials.";
const FAILURES: &str = "trials that failed, and loads that can't be trusted; they are in no figure.";
pub(crate) const LATENCY: &str = "latency from the time a request was due, at a rate that does not wait for answers; below it its 95 % \
     interval by resampling trials. P99 needs 299 requests, P99.9 needs 2,995. Every request has a new instance in \
     the Wasm lanes, but for a lane that says that it keeps one.";
const LOAD: &str = "the rate that was achieved, and its share of what the lane could serve in a short burst.";

/// Lanes that a reader takes in without being told where each stands.
const FEW: usize = 7;

/// The figures of one workload: a row for each lane, all arms together.
pub(crate) fn of_case(report: &Report<'_>, case: &Case) -> Table {
    let lanes: Vec<&LaneSummary> = report.summaries.iter().filter(|lane| lane.case == *case).collect();
    let phase = latest_phase(&lanes, &names::PSS);
    let asked: Vec<Asked<'_>> =
        asked_for(report.run).filter_map(|metric| Asked::of(metric, &lanes)).collect();
    let loaded = lanes.iter().any(|lane| lane.rate_milli.is_some() || !lane.latencies.is_empty());
    let is_compared =
        report.baseline.is_some() && lanes.iter().any(|it| report.baseline.as_ref() != Some(&it.lane));
    let row = |lane: &&LaneSummary| {
        let place = if lanes.len() > FEW { place(report, lane) } else { String::new() };
        let mut entries = vec![TableEntry::new(lane.lane.as_str(), place), cold_start(lane)];
        if is_compared {
            entries.push(ratio(report, lane));
        }
        entries.extend([
            pair(lane, [&names::WIRE_SIZE, &names::UNPACKED_SIZE], Phase::Prepare),
            pair(lane, [&names::PSS, &names::USS], phase),
            failures(lane),
        ]);
        if loaded {
            entries.extend(load(lane));
        }
        entries.extend(asked.iter().map(|asked| asked.entry(lane)));
        TableRow { lane: Some(lane.lane.clone()), run: None, called: false, entries }
    };
    let mut columns = columns(report, is_compared, phase, loaded);
    columns.extend(asked.iter().map(Asked::column));
    Table {
        heading: case.to_string(),
        caption: format!("Every lane of `{case}`"),
        columns,
        rows: lanes.iter().map(row).collect(),
        elsewhere: "they are in the CSV export".to_owned(),
        most: None,
    }
}

/// Where a lane stands among many: its family, and whether the others are set against it.
fn place(report: &Report<'_>, lane: &LaneSummary) -> String {
    let family = report.run.lane(&lane.lane).map(|lane| lane.spec.family.to_string()).unwrap_or_default();
    if report.baseline.as_ref() == Some(&lane.lane) { format!("{family}, the baseline") } else { family }
}

fn columns(report: &Report<'_>, is_compared: bool, memory: Phase, loaded: bool) -> Vec<Column> {
    let baseline = report.baseline.as_ref().map_or("—", Slug::as_str);
    let column = |of_load: bool| move |told: [&str; 3]| Column { of_load, ..Column::of_figures(told) };
    let against = format!("against {baseline}");
    let pss = format!("PSS, {memory}");
    let start = [
        ["lane", "", ""],
        ["cold start", "[95 %]", COLD_START],
        [&against, "[95 %]", RATIO],
        ["wire size", "unpacked", SIZE],
        [&pss, "USS", MEMORY],
        ["failed", "invalid", FAILURES],
    ];
    let load = [
        ["P50", "[95 %]", LATENCY],
        ["P99", "[95 %]", LATENCY],
        ["P99.9", "[95 %]", LATENCY],
        ["rate", "capacity", LOAD],
    ];
    let start = start.into_iter().filter(|told| is_compared || told[2] != RATIO);
    let mut columns: Vec<Column> = start.map(column(false)).collect();
    if loaded {
        columns.extend(load.into_iter().map(column(true)));
    }
    columns
}

fn cold_start(lane: &LaneSummary) -> TableEntry {
    match lane.cold_start() {
        Some(found) => TableEntry::new(
            format::duration(found.median),
            format::interval_beside(found.interval, found.median, Unit::Nanoseconds),
        ),
        None if lane.prepare_failure.is_some() => {
            TableEntry { tone: EntryTone::Bad, ..TableEntry::new("not prepared", "") }
        }
        None => TableEntry::absent(),
    }
}

fn ratio(report: &Report<'_>, lane: &LaneSummary) -> TableEntry {
    if report.baseline.as_ref() == Some(&lane.lane) {
        return lane.cold_start().map_or_else(TableEntry::absent, |_| TableEntry::new("1", ""));
    }
    let of_cold_start = |found: &&Comparison| {
        found.case == lane.case && found.lane == lane.lane && found.figure.metric == names::COLD_START
    };
    let Some(found) = report.comparisons.iter().find(of_cold_start) else { return TableEntry::absent() };
    let is_faster = found.ratio < 1.0;
    let turned = if is_faster { 1.0 / found.ratio } else { found.ratio };
    let ends = found.interval.map(|Interval { low, high }| match is_faster {
        true => Interval { low: 1.0 / high, high: 1.0 / low },
        false => Interval { low, high },
    });
    let words = format!("{} {}", format::ratio(turned), if is_faster { "faster" } else { "slower" });
    let (main, tone) = match found.verdict {
        Verdict::TooFew
        | Verdict::NoiseFloorNotMeasured
        | Verdict::RunNoiseUnknown
        | Verdict::NotComparable => (format!("({words})"), EntryTone::Plain),
        Verdict::Equal => ("equal".to_owned(), EntryTone::Plain),
        Verdict::TooClose => ("too close to call".to_owned(), EntryTone::Plain),
        Verdict::TooNoisy => ("too noisy to say".to_owned(), EntryTone::Plain),
        Verdict::Better => (words, EntryTone::Good),
        Verdict::Worse => (words, EntryTone::Bad),
        Verdict::Different => (words, EntryTone::Plain),
    };
    TableEntry { main, beside: format::ratio_interval(ends), tone }
}

fn pair(lane: &LaneSummary, metrics: [&Slug; 2], phase: Phase) -> TableEntry {
    let [main, beside] = metrics.map(|metric| {
        let found = whole(lane, metric, phase);
        found.map_or("—".to_owned(), |found| format::bytes(found.median))
    });
    TableEntry::new(main, beside)
}

/// A figure of the whole instance or artifact: not of a shim, a proxy or one layer.
fn whole<'lane>(lane: &'lane LaneSummary, metric: &Slug, phase: Phase) -> Option<&'lane Estimate> {
    let of_whole = |subject: Option<&Slug>| subject.is_none_or(|subject| *subject == names::INSTANCE);
    lane.figures
        .iter()
        .filter(|figure| figure.series.metric == *metric && figure.series.phase == phase)
        .filter(|figure| of_whole(figure.series.subject.as_ref()))
        .find_map(|figure| figure.estimate())
}

/// The latest phase in which every lane that has such a figure at all has one: under load where all were loaded.
pub(crate) fn latest_phase(lanes: &[&LaneSummary], metric: &Slug) -> Phase {
    let has_any = |lane: &&&LaneSummary| Phase::ALL.iter().any(|phase| has(lane, metric, *phase));
    let with_some: Vec<_> = lanes.iter().filter(has_any).collect();
    let all_have =
        |phase: &Phase| !with_some.is_empty() && with_some.iter().all(|lane| has(lane, metric, *phase));
    Phase::ALL.into_iter().rev().find(all_have).unwrap_or(Phase::Ready)
}

fn has(lane: &LaneSummary, metric: &Slug, phase: Phase) -> bool {
    whole(lane, metric, phase).is_some()
}

fn failures(lane: &LaneSummary) -> TableEntry {
    let trials = lane.trials;
    let of = trials.passed + trials.failed + trials.invalid + trials.interrupted;
    let tone = if trials.failed > 0 { EntryTone::Bad } else { EntryTone::Plain };
    let loads = trials.loaded + trials.invalid;
    let beside = if loads == 0 { String::new() } else { format!("{}/{loads}", trials.invalid) };
    TableEntry { main: format!("{}/{of}", trials.failed), beside, tone }
}

fn load(lane: &LaneSummary) -> [TableEntry; 4] {
    let Some(latency) = lane.latency(&names::LATENCY, None) else {
        return [TableEntry::absent(), TableEntry::absent(), TableEntry::absent(), rate(lane)];
    };
    let percentile = |found: &Result<plimsoll_analysis::Percentile, TooFew>| match found {
        Ok(found) => TableEntry::new(
            format::duration(found.value_ns as f64),
            format::interval_beside(found.interval, found.value_ns as f64, Unit::Nanoseconds),
        ),
        Err(too_few) => TableEntry::new(format::too_few(*too_few), ""),
    };
    [percentile(&latency.p50), percentile(&latency.p99), percentile(&latency.p999), rate(lane)]
}

fn rate(lane: &LaneSummary) -> TableEntry {
    let utilisation = lane.utilisation_milli.as_ref().and_then(plimsoll_model::Reading::value);
    let achieved = lane.figure(&names::ACHIEVED_RATE, None, None).and_then(|found| found.estimate());
    let main = achieved.map_or("—".to_owned(), |achieved| format::rate(achieved.median));
    let tone = if utilisation.is_some_and(|milli| milli > 1_000) { EntryTone::Bad } else { EntryTone::Plain };
    TableEntry { main, beside: utilisation.map_or("—".to_owned(), format::percent), tone }
}

/// Figures of a metric beside the instance's own, e.g. PSS of the shim, as `shim 3.99 MiB`; of any phase where none is
/// asked for.
pub(crate) fn parts(lane: &LaneSummary, metric: &Slug, phase: Option<Phase>) -> Vec<String> {
    let mut shown: Vec<(Option<&Slug>, String)> = Vec::new();
    let is_wanted = |series: &plimsoll_model::Series| {
        series.metric == *metric && phase.is_none_or(|phase| series.phase == phase)
    };
    for figure in lane.figures.iter().filter(|figure| is_wanted(&figure.series)) {
        let subject = figure.series.subject.as_ref();
        // Taken in several phases: the first one stands for all.
        let told = subject == Some(&names::INSTANCE) || shown.iter().any(|(other, _)| *other == subject);
        if let (false, Some(found)) = (told, figure.estimate()) {
            let value = format::value(found.median, figure.unit);
            shown.push((subject, subject.map_or(value.clone(), |subject| format!("{subject} {value}"))));
        }
    }
    shown.into_iter().map(|(_, part)| part).collect()
}

/// Why a lane has no figure of a metric, where it says so.
pub(crate) fn reason<'lane>(lane: &'lane LaneSummary, metric: &Slug) -> Option<&'lane str> {
    let figure = lane.figure(metric, None, None)?;
    match &figure.outcome {
        FigureOutcome::Unavailable(reason) => Some(reason),
        FigureOutcome::Measured(_) => None,
    }
}
