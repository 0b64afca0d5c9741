//! Memory, in two accounts that each add up.

use plimsoll_analysis::names::GROUP_PEAK;
use plimsoll_format as format;
use plimsoll_model::{Entry, Phase, Reading, Run, Unit};

use super::frame::Frame;
use super::rows::{Row, Several, Wanted, short};
use super::spec::{Axis, Fill, Key, Mark, Point, Series, Swatch};
use super::{About, Chart, ChartSpec, Layers};

/// Memory, in two accounts that each add up.
pub(super) struct Memory;

/// One account of memory: parts that share no page and add up to its sum.
struct Account {
    sum: &'static str,
    parts: &'static [Part],
    /// Lower and upper edge of its bar, from the middle of the row.
    edges: [f64; 2],
}

/// What is told apart.
struct Part {
    name: &'static str,
    fill: Fill,
    metric: &'static str,
    subject: &'static str,
    /// Which of the account's parts is contained in this metric and stands by itself.
    less: Option<usize>,
    /// Whether the sum is nothing without it.
    vital: bool,
}

const fn part(name: &'static str, fill: Fill, metric: &'static str, subject: &'static str) -> Part {
    Part { name, fill, metric, subject, less: None, vital: false }
}

/// The parts of the account that has most, and those of all accounts.
const MOST_PARTS: usize = 4;
const PARTS: usize = ACCOUNTS[0].parts.len() + ACCOUNTS[1].parts.len();

const ACCOUNTS: [Account; 2] = [
    Account {
        sum: "PSS",
        parts: &[
            Part { vital: true, ..part("unique", Fill::Solid, "uss", "instance") },
            Part { less: Some(0), ..part("its share of shared", Fill::Rising, "pss", "instance") },
            part("shim", Fill::Dotted, "pss", "shim"),
            part("proxy", Fill::Crossed, "pss", "proxy"),
        ],
        edges: [0.03, 0.36],
    },
    Account {
        sum: "cgroup",
        parts: &[
            Part { vital: true, ..part("anonymous", Fill::Upright, "cgroup_anon", "instance") },
            part("file", Fill::Falling, "cgroup_file", "instance"),
            part("kernel", Fill::Open, "cgroup_kernel", "instance"),
        ],
        edges: [-0.36, -0.03],
    },
];

impl Chart for Memory {
    fn about(&self) -> About<'_> {
        About { slug: "memory", title: "Memory", lays_over: false }
    }

    fn of(&self, layers: &Layers<'_>) -> ChartSpec {
        let run = layers.new.run;
        let phase = phase(run, &layers.rows());
        let books = Books::of(run, phase);
        let first_sum = |stacks: &[Option<Stack>; ACCOUNTS.len()]| {
            stacks.iter().flatten().next().map(|one| one.median.sum)
        };
        let (rows, found) = layers.ranked(|row| books.middle(row), first_sum);
        let includes = format!(
            "Two accounts of the same memory, never added. Upper bar: proportional memory (PSS) of the \
                 instance's processes, split into unique pages and its share of shared ones, and of the shim and the \
                 proxy that Docker starts for it. Lower bar: what the kernel charges to the instance's control \
                 group. {}. Of each account the trial with the middle sum is drawn, so that its parts add up; what is written \
                 beside it are medians over all trials, by which lanes are sorted too.",
            if phase == Phase::Serve { "Just after the load" } else { "Just after the first answer" }
        );
        let frame = Frame::of(self, layers, &includes, "PSS");
        let sums = found.iter().flatten().flatten().map(|stack| stack.sum);
        let (sums, why) = (sums.collect::<Vec<_>>(), why_none(run, &rows, phase));
        if sums.is_empty() {
            let why = why.into_iter().next();
            return frame.nothing(&rows, why.unwrap_or_else(|| "No trial has passed yet.".to_owned()));
        }
        let with_pss = found.iter().filter(|[first, ..]| first.is_some()).count();
        if with_pss == 1 && rows.len() > 1 {
            let why = "One lane alone has PSS here: its figure stands in the table.".to_owned();
            return frame.nothing(&rows, why);
        }
        if sums.len() == 1 {
            return frame
                .nothing(&rows, "There is one bar alone: its figure stands in the table.".to_owned());
        }
        let x = Axis::from_zero("memory", Unit::Bytes, sums).with_room(Unit::Bytes, 0.36);
        let (mut series, mut legend) = (Vec::new(), Vec::new());
        for (row, stacks) in rows.iter().zip(&found) {
            for (account, stack) in ACCOUNTS.iter().zip(stacks) {
                let y = account.edges.map(|edge| row.middle + edge);
                let Some(stack) = stack else {
                    let words = format!("no {}", account.sum);
                    series.push(row.absent(&words, 0.0, f64::midpoint(y[0], y[1])));
                    continue;
                };
                let mut from = 0.0;
                for (part, bytes) in account.parts.iter().zip(&stack.parts).filter(|(_, bytes)| **bytes > 0.0)
                {
                    let label = format!("{}, {}: {}", row.label, part.name, format::bytes(*bytes));
                    let span = Point::span([from, from + bytes], y, label);
                    series.push(Series { fill: part.fill, ..row.single(part.name, Mark::Spans, span) });
                    from += bytes;
                    let key = Key::of(part.name, Swatch::Fill(part.fill));
                    if !legend.contains(&key) {
                        legend.push(key);
                    }
                }
                let Sums { sum, own } = stack.median;
                let mut words = format!("{} {}", account.sum, format::bytes(sum));
                if own < sum {
                    words = format!("{words}, instance {}", format::bytes(own));
                }
                let label = Point::at(from, f64::midpoint(y[0], y[1]), words);
                series.push(row.single(account.sum, Mark::Labels, label));
            }
        }
        let known = ACCOUNTS.iter().flat_map(|account| account.parts).map(|part| part.name);
        let known: Vec<&str> = known.collect();
        legend.sort_by_key(|key| known.iter().position(|name| *name == key.name));
        let notes = why.into_iter().chain(methods(run, &books));
        frame.chart(&rows, [x, Axis::rows(&rows)], series, legend, notes.collect())
    }
}

/// The trial whose parts add up to the middle sum.
struct Stack {
    /// In the account's order; 0 beyond its parts.
    parts: [f64; MOST_PARTS],
    sum: f64,
    /// Over all trials.
    median: Sums,
}

/// All parts of an account, and those of the instance alone.
#[derive(Clone, Copy)]
struct Sums {
    sum: f64,
    own: f64,
}

/// Where the accounts' parts stand in the run.
struct Books {
    phase: Phase,
    parts: Several,
}

impl Books {
    fn of(run: &Run, phase: Phase) -> Self {
        let parts = ACCOUNTS.iter().flat_map(|account| account.parts);
        let wanted = parts.map(|part| Wanted::of(run, part.metric, phase, Some(part.subject)));
        Self { phase, parts: Several::of(wanted) }
    }

    /// Of each account the trial in the middle.
    fn middle(&self, row: &Row<'_>) -> [Option<Stack>; ACCOUNTS.len()] {
        let mut found = ACCOUNTS.map(|_| Vec::new());
        for trial in row.telling_of(self.phase) {
            let values: [Option<f64>; PARTS] = self.parts.values(&trial.samples);
            let mut values = values.as_slice();
            for (account, stacks) in ACCOUNTS.iter().zip(&mut found) {
                let (own, others) = values.split_at(account.parts.len());
                values = others;
                stacks.extend(Stack::of(account, own));
            }
        }
        found.map(|mut stacks: Vec<Stack>| {
            stacks.sort_by(|one, other| one.sum.total_cmp(&other.sum));
            let middle = stacks.len().checked_sub(1)? / 2;
            let [sum, own] = [|one: &Stack| one.median.sum, |one: &Stack| one.median.own]
                .map(|of| median(stacks.iter().map(of).collect()));
            Some(Stack { median: Sums { sum, own }, ..stacks.swap_remove(middle) })
        })
    }
}

impl Stack {
    /// From an account's values, one for each of its parts.
    fn of(account: &Account, values: &[Option<f64>]) -> Option<Self> {
        let mut parts = [0.0; MOST_PARTS];
        for ((part, whole), bytes) in account.parts.iter().zip(values).zip(&mut parts) {
            if part.vital && whole.is_none() {
                return None;
            }
            let less = part.less.and_then(|at| values.get(at).copied().flatten()).unwrap_or(0.0);
            *bytes = (whole.unwrap_or(0.0) - less).max(0.0);
        }
        let sum = parts.iter().sum();
        let own = account.parts.iter().zip(&parts).filter(|(part, _)| part.subject == "instance");
        let own = own.map(|(_, bytes)| bytes).sum();
        Some(Self { sum, parts, median: Sums { sum, own } })
    }
}

/// The value in the middle, or halfway between the two there.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let at = |place: usize| values.get(place).copied().unwrap_or_default();
    f64::midpoint(at(values.len().saturating_sub(1) / 2), at(values.len() / 2))
}

/// Under load where every lane that was looked at was loaded, else when ready: never the two beside each other.
fn phase(run: &Run, rows: &[Row<'_>]) -> Phase {
    let has = |row: &Row<'_>, phase| {
        let wanted = ["pss", "cgroup_anon"].map(|metric| Wanted::of(run, metric, phase, Some("instance")));
        row.telling_of(phase).any(|trial| wanted.iter().any(|wanted| wanted.value(&trial.samples).is_some()))
    };
    let mut ready = rows.iter().filter(|row| has(row, Phase::Ready)).peekable();
    let all_served = ready.peek().is_some() && ready.all(|row| has(row, Phase::Serve));
    if all_served { Phase::Serve } else { Phase::Ready }
}

/// Why a lane has no memory, each reason once.
fn why_none(run: &Run, rows: &[Row<'_>], phase: Phase) -> Vec<String> {
    let mut found: Vec<(String, Vec<&str>)> = Vec::new();
    for (metric, words) in [("pss", "PSS"), ("cgroup_anon", "cgroup memory")] {
        let wanted = Wanted::of(run, metric, phase, Some("instance"));
        for row in rows {
            let mut readings = row.telling_of(phase).filter_map(|trial| wanted.reading(&trial.samples));
            let Some(Reading::Unavailable { reason }) = readings.next() else { continue };
            if readings.any(|reading| reading.value().is_some()) {
                continue;
            }
            let why = match only_peak_is_known(row) {
                true => format!(
                    "No {words} ({{}}): it has ended, and only the peak of its control group is known"
                ),
                false => format!("No {words} ({{}}): {}", short(reason)),
            };
            match found.iter_mut().find(|(known, _)| *known == why) {
                Some((_, lanes)) => lanes.push(&row.label),
                None => found.push((why, vec![&row.label])),
            }
        }
    }
    found.into_iter().map(|(why, lanes)| why.replacen("{}", &lanes.join(", "), 1)).collect()
}

/// Whether it is a command, which had ended before anyone could look, and the most that its group held is known.
fn only_peak_is_known(row: &Row<'_>) -> bool {
    let of = row.cells.first().and_then(|cell| row.run.row_of(*cell));
    if of.and_then(|of| row.run.workload(&of.case)).is_none_or(|record| record.job.serves()) {
        return false;
    }
    let peaks = (0_u32..).zip(&row.run.series).filter(|(_, series)| series.metric == GROUP_PEAK);
    let peaks: Vec<u32> = peaks.map(|(at, _)| at).collect();
    row.telling_of(Phase::Ready)
        .flat_map(|trial| &trial.samples)
        .any(|Entry(series, reading)| peaks.contains(series) && reading.value().is_some())
}

fn methods(run: &Run, books: &Books) -> Option<String> {
    let mut methods: Vec<&str> = Vec::new();
    for wanted in books.parts.each() {
        for method in wanted.methods(run) {
            if !methods.contains(&method) {
                methods.push(method);
            }
        }
    }
    (!methods.is_empty()).then(|| format!("Taken from {}.", short(&methods.join(" · "))))
}
