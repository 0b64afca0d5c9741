//! What came out over all workloads of a run, and whether its machine let anything come out.

use plimsoll_analysis::{Comparison, NOISY, Verdict, names};
use plimsoll_format::spoken::{count, range_of_times, times};
use plimsoll_model::Slug;

use super::lines::capital;
use super::pair::{TwoLanes, versus};
use super::{Headline, Sure, pairs};
use crate::Report;
use crate::list::counted;
use crate::titled::Titled;

/// A line for each pair of lanes, under what it is about; none for a single workload, of which its verdict says all.
pub(crate) fn of_all(report: &Report<'_>) -> Vec<Titled<Headline>> {
    let Some(baseline) = report.baseline.as_ref() else { return Vec::new() };
    // What a change did is another question than which lane is better: a version before it is no workload more.
    let mut cases = report.run.cases();
    cases.retain(|case| case.is_new());
    if cases.len() < 2 {
        return Vec::new();
    }
    let line = |lane: &Slug| {
        let of_case = |case| TwoLanes::of(report, case, lane, baseline);
        let lanes: Vec<TwoLanes<'_>> = cases.iter().copied().map(of_case).collect();
        Titled { heading: versus(report, lane, baseline), of: line(&lanes) }
    };
    pairs(report).into_iter().map(line).collect()
}

/// What is said of one figure over all workloads.
#[derive(Default)]
struct Tally {
    all: usize,
    faster: Vec<f64>,
    slower: Vec<f64>,
    /// As [`Self::faster`], where nothing tells the noise.
    looks_faster: Vec<f64>,
    looks_slower: Vec<f64>,
    others: Vec<Sure>,
}

impl Tally {
    fn of<'a>(found: impl Iterator<Item = Option<&'a Comparison>>) -> Self {
        let mut tally = Self::default();
        for found in found {
            tally.all += 1;
            let Some(found) = found else {
                tally.others.push(Sure::NotMeasured);
                continue;
            };
            let sure = Sure::of(found.verdict);
            let looks = sure == Sure::NoiseFloorNotMeasured
                && found.interval.is_ok_and(|interval| !interval.contains(1.0));
            let counted = match (found.verdict.is_called(), looks, found.ratio < 1.0) {
                (true, _, true) => &mut tally.faster,
                (true, _, false) => &mut tally.slower,
                (_, true, true) => &mut tally.looks_faster,
                (_, true, false) => &mut tally.looks_slower,
                _ => {
                    tally.others.push(sure);
                    continue;
                }
            };
            counted.push(found.ratio);
        }
        tally
    }

    /// How most of them are, and those that are so.
    fn most(&self) -> Option<(Most, &[f64])> {
        let groups = [
            (Most::Faster, &self.faster),
            (Most::Slower, &self.slower),
            (Most::LooksFaster, &self.looks_faster),
            (Most::LooksSlower, &self.looks_slower),
        ];
        let most = groups.iter().map(|(_, group)| group.len()).max().filter(|most| *most > 0)?;
        groups.into_iter().find(|(_, group)| group.len() == most).map(|(how, group)| (how, group.as_slice()))
    }

    fn equal(&self) -> usize {
        self.others.iter().filter(|sure| **sure == Sure::Equal).count()
    }
}

/// How most workloads are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Most {
    Faster,
    Slower,
    LooksFaster,
    LooksSlower,
}

/// What a lane does, as one and as many.
struct Verb {
    does: [&'static str; 2],
    to_do: &'static str,
}

const STARTS: Verb = Verb { does: ["starts", "start"], to_do: "start" };
const SERVES: Verb = Verb { does: ["serves", "serve"], to_do: "serve" };

/// `Wasm starts faster in 4 of 4 workloads, serves slower in 2 of 3.`
fn line(lanes: &[TwoLanes<'_>]) -> Headline {
    let starts = Tally::of(lanes.iter().map(|two| two.comparison(&names::COLD_START, None)));
    let serving = lanes.iter().filter(|two| two.serves()).filter_map(TwoLanes::served);
    let serves = Tally::of(serving.map(Some));
    let many = lanes.first().is_some_and(|two| two.own.many.many);
    let says = |tally: &Tally, verb: &Verb| {
        let [one, plural] = verb.does;
        let does = if many { plural } else { one };
        let looks = if many { "look" } else { "looks" };
        let of = |how: String, count: usize| format!("{how} in {count} of {}", tally.all);
        match tally.most() {
            Some((Most::Faster, group)) => Some(of(format!("{does} faster"), group.len())),
            Some((Most::Slower, group)) => Some(of(format!("{does} slower"), group.len())),
            Some((Most::LooksFaster, group)) => {
                Some(of(format!("{looks} faster to {}", verb.to_do), group.len()))
            }
            Some((Most::LooksSlower, group)) => {
                Some(of(format!("{looks} slower to {}", verb.to_do), group.len()))
            }
            None => Some(of(format!("{does} equally fast"), tally.equal())).filter(|_| tally.equal() > 0),
        }
    };
    let said: Vec<String> = [says(&starts, &STARTS), says(&serves, &SERVES)].into_iter().flatten().collect();
    let who = lanes.first().map_or("", |two| two.own.many.words.as_str());
    let big = match said.as_slice() {
        [] => format!("Nothing can be called in {} workloads.", starts.all),
        [first, rest @ ..] => {
            let rest: String = rest.iter().map(|said| format!(", {said}")).collect();
            capital(&format!("{who} {first} workloads{rest}."))
        }
    };
    let sure = sure([&starts, &serves]);
    let tallies = [&starts, &serves];
    match alike(tallies) {
        // The chip says it of all of them.
        Some(sure) => Headline { big, second: String::new(), chip: sure.in_words().to_owned(), sure },
        None => Headline { big, second: second(tallies), chip: chip(tallies, sure), sure },
    }
}

/// What holds of every comparison, where none is called or looks different.
fn alike(tallies: [&Tally; 2]) -> Option<Sure> {
    if tallies.iter().any(|tally| tally.most().is_some()) {
        return None;
    }
    let mut others = tallies.iter().flat_map(|tally| &tally.others);
    let first = *others.next()?;
    others.all(|other| *other == first).then_some(first)
}

/// How many of all comparisons are beyond noise; where nothing tells the noise, that.
fn chip(tallies: [&Tally; 2], sure: Sure) -> String {
    let called: usize = tallies.iter().map(|tally| tally.faster.len() + tally.slower.len()).sum();
    let all: usize = tallies.iter().map(|tally| tally.all).sum();
    let beyond = Sure::Difference.in_words();
    match called {
        0 if sure == Sure::NoiseFloorNotMeasured => sure.in_words().to_owned(),
        0 => format!("none of {} {beyond}", counted(all)),
        called if called == all => beyond.to_owned(),
        called => format!("{} of {} {beyond}", counted(called), counted(all)),
    }
}

/// How far they are apart, and what is not called.
fn second(tallies: [&Tally; 2]) -> String {
    let mut told: Vec<String> =
        tallies.iter().filter_map(|tally| tally.most()).map(|(_, group)| range_of_times(group)).collect();
    let others = |how: Most, of: fn(&Tally) -> &Vec<f64>| -> usize {
        tallies
            .iter()
            .filter(|tally| tally.most().is_some_and(|(most, _)| most != how))
            .map(|tally| of(tally).len())
            .sum()
    };
    let mut rest = vec![
        (others(Most::Faster, |tally| &tally.faster), "faster"),
        (others(Most::Slower, |tally| &tally.slower), "slower"),
        (others(Most::LooksFaster, |tally| &tally.looks_faster), "looking faster, not checked against noise"),
        (others(Most::LooksSlower, |tally| &tally.looks_slower), "looking slower, not checked against noise"),
    ];
    let kinds = [
        (Sure::Equal, "equal"),
        (Sure::TooClose, "too close to call"),
        (Sure::TooNoisy, "too noisy to say"),
        (Sure::NoiseFloorNotMeasured, "not checked against noise"),
        (Sure::TooFew, "with too few trials"),
        (Sure::NotMeasured, "without a result"),
    ];
    let count_of = |tallies: &[&Tally], sure| {
        tallies.iter().flat_map(|tally| &tally.others).filter(|other| **other == sure).count()
    };
    let is_said = |tally: &Tally| tally.most().is_some() || tally.equal() > 0;
    let said: Vec<&Tally> = tallies.into_iter().filter(|tally| is_said(tally)).collect();
    rest.extend(kinds.map(|(sure, words)| (count_of(&said, sure), words)));
    let in_words = |rest: Vec<(usize, &str)>| -> Vec<String> {
        rest.into_iter().filter(|(n, _)| *n > 0).map(|(n, words)| format!("{} {words}", count(n))).collect()
    };
    told.extend(in_words(rest));
    // What the line does not speak of is named before it is counted.
    for (tally, verb) in tallies.into_iter().zip(["starting", "serving"]) {
        let counts: Vec<_> = kinds.map(|(sure, words)| (count_of(&[tally], sure), words)).into();
        let counts = if is_said(tally) { Vec::new() } else { in_words(counts) };
        told.extend((!counts.is_empty()).then(|| format!("{verb}: {}", counts.join(", "))));
    }
    told.join("; ")
}

fn sure(tallies: [&Tally; 2]) -> Sure {
    let any = |of: fn(&Tally) -> bool| tallies.iter().any(|tally| of(tally));
    if any(|tally| !(tally.faster.is_empty() && tally.slower.is_empty())) {
        return Sure::Difference;
    }
    if any(|tally| !(tally.looks_faster.is_empty() && tally.looks_slower.is_empty())) {
        return Sure::NoiseFloorNotMeasured;
    }
    tallies.iter().flat_map(|tally| &tally.others).min().copied().unwrap_or(Sure::NotMeasured)
}

/// That the machine's noise is beyond what trials can make up for; `None` where it is not.
pub(crate) fn noise_of_all(report: &Report<'_>) -> Option<Headline> {
    let is_time = |found: &&Comparison| {
        found.figure.metric == names::COLD_START || found.figure.metric == names::LATENCY
    };
    let found: Vec<&Comparison> = report.comparisons.iter().filter(is_time).collect();
    let worst = found.iter().filter(|found| found.floor.is_some_and(|floor| floor > NOISY));
    let worst = worst.max_by(|a, b| a.floor.unwrap_or(1.0).total_cmp(&b.floor.unwrap_or(1.0)))?;
    let hidden = found.iter().filter(|found| found.verdict == Verdict::TooNoisy).count();
    let metric = report.run.metric(&worst.figure.metric);
    let of = metric.map_or_else(|| worst.figure.metric.to_string(), |metric| metric.in_words().to_string());
    let reached = format!(
        "noise alone may reach {} in the {of} of `{}`",
        worst.floor.map_or_else(String::new, times),
        worst.case
    );
    let (big, second) = match hidden {
        0 => ("This machine was noisy: small differences are hidden.", reached),
        _ => (
            "This machine was too noisy: run again.",
            format!("{reached}; it hides {hidden} of {} comparisons", found.len()),
        ),
    };
    let sure = Sure::TooNoisy;
    Some(Headline { big: big.to_owned(), second, chip: sure.in_words().to_owned(), sure })
}
