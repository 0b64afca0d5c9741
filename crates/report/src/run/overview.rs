//! All workloads at a glance: who wins what, by how much, and how sure that is.

use plimsoll_analysis::{Comparison, Verdict, names};
use plimsoll_format as format;
use plimsoll_model::{Case, Side, Slug};

use crate::Report;
use crate::document::{Block, Remarks, Section};
use crate::table::{Column, EntryTone, Table, TableEntry, TableRow};

/// Most workloads with a row.
const MOST: usize = 40;

/// What is won, in the words for having less of it.
struct Contest {
    column: [&'static str; 3],
    /// The metric, or the one that stands in for it where a workload has none of it.
    metrics: &'static [Slug],
    /// Thousandths, the first that there are enough requests for.
    percentiles: &'static [Option<u32>],
    less: &'static str,
}

const BESIDE: &str = "how sure";

const CONTESTS: [Contest; 4] = [
    Contest {
        column: ["cold start", BESIDE, "who starts faster, by the medians over trials."],
        metrics: &[names::COLD_START],
        percentiles: &[None],
        less: "faster",
    },
    Contest {
        column: [
            "serving",
            BESIDE,
            "whose 99th percentile of latency is lower, at the same rate; the median where there are too few requests for it.",
        ],
        metrics: &[names::LATENCY],
        percentiles: &[Some(990), Some(500)],
        less: "faster",
    },
    Contest {
        column: [
            "memory",
            BESIDE,
            "whose processes hold less (PSS); of a command, whose control group held less at its peak.",
        ],
        metrics: &[names::PSS, names::GROUP_PEAK],
        percentiles: &[None],
        less: "less",
    },
    Contest {
        column: ["size", BESIDE, "whose compressed bytes are fewer."],
        metrics: &[names::WIRE_SIZE],
        percentiles: &[None],
        less: "smaller",
    },
];

/// The table, and what it does not claim; `None` where nothing was set against anything.
pub(super) fn overview(report: &Report<'_>) -> Option<Section> {
    let cases = report.run.cases();
    let rows: Vec<TableRow> = cases.iter().take(MOST).map(|case| row(report, case)).collect();
    let told = |row: &TableRow| row.entries.iter().skip(1).any(|entry| *entry != TableEntry::absent());
    if !rows.iter().any(told) {
        return None;
    }
    let baseline = report.baseline.as_ref()?;
    let first = Column::of_figures(["workload", "", ""]);
    let columns =
        std::iter::once(first).chain(CONTESTS.iter().map(|contest| Column::of_figures(contest.column)));
    let table = Table {
        heading: "At a glance".to_owned(),
        caption: format!("Who wins: the best other lane against `{baseline}`"),
        columns: columns.collect(),
        rows,
        elsewhere: "each has a section of its own".to_owned(),
        most: None,
    };
    let unclaimed =
        Remarks { heading: "What this does not claim".to_owned(), lines: unclaimed(report), standing: false };
    let blocks = vec![Block::Table(table), Block::Remarks(unclaimed)];
    Some(Section { aside: true, ..Section::new("overview", "At a glance", blocks) })
}

fn row(report: &Report<'_>, case: &Case) -> TableRow {
    let first = TableEntry::new(case.to_string(), "");
    let entries = std::iter::once(first).chain(CONTESTS.iter().map(|contest| contest.entry(report, case)));
    TableRow { lane: None, run: None, entries: entries.collect(), called: false }
}

impl Contest {
    fn entry(&self, report: &Report<'_>, case: &Case) -> TableEntry {
        let all =
            || self.metrics.iter().flat_map(|metric| self.percentiles.iter().map(move |of| (metric, *of)));
        let found = all().find_map(|(metric, percentile)| best(report, case, metric, percentile));
        found.map_or_else(TableEntry::absent, |found| self.told(found))
    }

    fn told(&self, found: &Comparison) -> TableEntry {
        let is_less = found.ratio < 1.0;
        let (winner, ratio) =
            if is_less { (&found.lane, found.ratio.recip()) } else { (&found.baseline, found.ratio) };
        let at = if found.figure.percentile_milli == Some(500) { " at P50" } else { "" };
        let words = format!("{winner}, {} {}{at}", format::ratio(ratio), self.less);
        let open = |why: &str| TableEntry::new(format!("({words})"), why);
        match found.verdict {
            Verdict::Better | Verdict::Worse | Verdict::Different if found.figure.is_exact() => {
                TableEntry::new(words, "exact")
            }
            Verdict::Better | Verdict::Worse | Verdict::Different => TableEntry::new(words, "beyond noise"),
            Verdict::Equal => TableEntry::new("equal", format!("({words})")),
            Verdict::TooClose => open("too close to call"),
            Verdict::TooNoisy => open("too noisy to say"),
            Verdict::TooFew => open("too few trials"),
            Verdict::NoiseFloorNotMeasured | Verdict::RunNoiseUnknown => open("noise not measured"),
            Verdict::NotComparable => open("not comparable"),
        }
        .toned(EntryTone::Plain)
    }
}

/// Of the lanes that are set against the baseline here, the one with the least of it.
fn best<'a>(
    report: &'a Report<'_>,
    case: &Case,
    metric: &Slug,
    percentile: Option<u32>,
) -> Option<&'a Comparison> {
    let side = |lane: &Slug| report.run.lane(lane).map(|lane| lane.side);
    let same = |lane: &Slug| side(lane) == report.baseline.as_ref().and_then(side);
    let is_told = |found: &&Comparison| {
        found.case == *case && found.figure.metric == *metric && found.figure.percentile_milli == percentile
    };
    let all = || report.comparisons.iter().filter(is_told);
    // Memory is taken twice: after the load where that was enough trials, else when ready.
    let phase =
        all().rfind(|found| found.verdict != Verdict::TooFew).or_else(|| all().next_back())?.figure.phase;
    let of_phase = || all().filter(|found| found.figure.phase == phase);
    let others = || of_phase().filter(|found| side(&found.lane) != Some(Side::Control) && !same(&found.lane));
    let least = |one: &&Comparison, other: &&Comparison| one.ratio.total_cmp(&other.ratio);
    others().min_by(least).or_else(|| of_phase().min_by(least))
}

/// What a reader might take from the table and should not.
fn unclaimed(report: &Report<'_>) -> Vec<String> {
    let run = report.run;
    let unequal = run.lanes.iter().map(|lane| lane.unequal.len()).sum::<usize>() + run.inequalities().count();
    let mut lines = vec![
        "Another machine, another load or another workload may come out otherwise: all of this is of one host.".to_owned(),
        "A cold start begins with what a host already has. Building, pulling and compiling are not in it.".to_owned(),
    ];
    if unequal > 0 {
        lines.push(format!(
            "The lanes are not alike in everything: the {unequal} differences that are known stand under \"What is unequal\"."
        ));
    }
    if run.site.host.emulated == Some(true) {
        lines.push("An emulated processor's times are no times of that processor.".to_owned());
    }
    lines
}
