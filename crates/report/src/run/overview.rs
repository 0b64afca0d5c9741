//! All workloads at a glance: who wins what, by how much, and how sure that is.

use plimsoll_analysis::{Comparison, Verdict, names};
use plimsoll_format as format;
use plimsoll_model::{Case, Side, Slug};

use crate::document::{Block, Remarks, Section};
use crate::list::counted;
use crate::table::{Column, EntryTone, Table, TableEntry, TableRow};
use crate::verdict::{TwoLanes, is_like_for_like, pairs};
use crate::{Report, notes};

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
            "whose processes hold less (PSS), alone and, where that turns it round, with what is started for each instance; of \
             a command, whose control group held less at its peak, which includes what sets a container up, and is set \
             against nothing where it counts less than the process holds.",
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
    let mut cases = report.run.cases();
    cases.retain(|case| case.is_new());
    let lanes = lanes(report);
    let rows: Vec<TableRow> = cases
        .iter()
        .take(MOST)
        .flat_map(|case| lanes.iter().filter_map(|lane| row(report, case, lane)))
        .collect();
    if rows.is_empty() {
        return None;
    }
    let baseline = report.baseline.as_ref()?;
    let first = Column::of_figures([
        "workload",
        "lane",
        "each row is of one lane; like for like: both start a process of their own.",
    ]);
    let columns =
        std::iter::once(first).chain(CONTESTS.iter().map(|contest| Column::of_figures(contest.column)));
    let table = Table {
        heading: "At a glance".to_owned(),
        caption: caption(report, &lanes, baseline),
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

/// The lanes with a row in each workload: those of the sentences, and where nobody chose them the first control.
fn lanes<'a>(report: &'a Report<'_>) -> Vec<&'a Slug> {
    let mut lanes = pairs(report);
    if !report.chosen.is_empty() {
        return lanes;
    }
    let controls = report.run.lane_slugs().filter(|lane| side(report, lane) == Some(Side::Control));
    let mut others = controls.filter(|lane| report.baseline.as_ref() != Some(*lane) && !lanes.contains(lane));
    let control = others.next();
    lanes.extend(control);
    lanes
}

fn side(report: &Report<'_>, lane: &Slug) -> Option<Side> {
    report.run.lane(lane).map(|lane| lane.side)
}

/// Who is set against whom, each lane by its name.
fn caption(report: &Report<'_>, lanes: &[&Slug], baseline: &Slug) -> String {
    let named = |lane: &&Slug| {
        let like = if is_like_for_like(report, lane, baseline) { " (like for like)" } else { "" };
        format!("`{lane}`{like}")
    };
    let lanes: Vec<String> = lanes.iter().map(named).collect();
    format!("Who wins against `{baseline}`, lane by lane: {}", lanes.join(", "))
}

/// A lane in a workload; nothing where the two have no figure in common.
fn row(report: &Report<'_>, case: &Case, lane: &Slug) -> Option<TableRow> {
    let baseline = report.baseline.as_ref()?;
    let pair = TwoLanes::of(report, case, lane, baseline);
    let first = TableEntry::new(case.to_string(), lane.to_string());
    let entries: Vec<TableEntry> = CONTESTS.iter().map(|contest| contest.entry(&pair)).collect();
    if entries.iter().all(|entry| *entry == TableEntry::absent()) {
        return None;
    }
    let entries = std::iter::once(first).chain(entries).collect();
    Some(TableRow { lane: None, run: None, entries, called: false })
}

impl Contest {
    fn entry(&self, pair: &TwoLanes<'_>) -> TableEntry {
        let all =
            || self.metrics.iter().flat_map(|metric| self.percentiles.iter().map(move |of| (metric, *of)));
        let found = all().find_map(|(metric, percentile)| pair.comparison(metric, percentile));
        found.map_or_else(TableEntry::absent, |found| self.told(pair, found))
    }

    fn told(&self, pair: &TwoLanes<'_>, found: &Comparison) -> TableEntry {
        let words = format!("{}{}", self.won(pair, found.ratio), aside(found));
        let open = |why: &str| TableEntry::new(format!("({words})"), why);
        let is_same = found.figure.is_exact() && format::ratio(found.ratio) == format::ratio(1.0);
        let is_uncharged = found.figure.metric == names::GROUP_PEAK && pair.is_uncharged();
        match found.verdict {
            _ if is_uncharged => open("the peak counts too little"),
            _ if is_same => TableEntry::new("equal", "exact"),
            Verdict::Better | Verdict::Worse | Verdict::Different if found.figure.is_exact() => {
                TableEntry::new(words, "exact")
            }
            Verdict::Better | Verdict::Worse | Verdict::Different => match pair.turned_round(found) {
                Some(whole) => TableEntry::new(
                    format!("alone {words}"),
                    format!("beyond noise; with {}: {}", whole.helpers, self.won(pair, whole.ratio)),
                ),
                None => TableEntry::new(words, "beyond noise"),
            },
            Verdict::Equal => TableEntry::new("equal", format!("({words})")),
            Verdict::TooClose => open("too close to call"),
            Verdict::TooNoisy => open("too noisy to say"),
            Verdict::TooFew => open("too few trials"),
            Verdict::NoiseFloorNotMeasured | Verdict::RunNoiseUnknown => open("noise not measured"),
            Verdict::NotComparable => open("not comparable"),
        }
        .toned(EntryTone::Plain)
    }

    /// Who has less of it, by what factor.
    fn won(&self, pair: &TwoLanes<'_>, ratio: f64) -> String {
        let factor = format::ratio(ratio.max(ratio.recip()));
        if factor == format::ratio(1.0) {
            return factor;
        }
        format!("{}, {factor} {}", called(pair, ratio), self.less)
    }
}

/// The winner by its side alone, since the row says which lane; by its name where both are of one side.
fn called(pair: &TwoLanes<'_>, ratio: f64) -> String {
    let winner = pair.winner(ratio);
    let [own, base] = [0.5, 2.0].map(|ratio| side(pair.report, pair.winner(ratio)));
    match side(pair.report, winner).filter(|_| own != base) {
        Some(Side::Container) => "container".to_owned(),
        Some(Side::Wasm) => "Wasm".to_owned(),
        Some(Side::Control) => "plain process".to_owned(),
        None => winner.to_string(),
    }
}

/// What a figure is of, where it is not what the column says first.
fn aside(found: &Comparison) -> &'static str {
    if found.figure.percentile_milli == Some(500) {
        " at P50"
    } else if found.figure.metric == names::GROUP_PEAK {
        " at its peak"
    } else {
        ""
    }
}

/// What a reader might take from the table and should not.
fn unclaimed(report: &Report<'_>) -> Vec<String> {
    let run = report.run;
    let unequal = notes::unequal(report).len();
    let mut lines = vec![
        "Another machine, another load or another workload may come out otherwise: all of this is of one host.".to_owned(),
        "A cold start begins with what a host already has. Building, pulling and compiling are not in it.".to_owned(),
    ];
    if unequal > 0 {
        lines.push(format!(
            "The lanes are not alike in everything: what is known of it stands under \"What is unequal\", in {} {}.",
            counted(unequal),
            if unequal == 1 { "point" } else { "points" }
        ));
    }
    if run.site.host.emulated == Some(true) {
        lines.push("An emulated processor's times are no times of that processor.".to_owned());
    }
    lines
}
