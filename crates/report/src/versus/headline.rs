//! What came out, in a sentence that says no more than the figures do.

use plimsoll_analysis::{RunComparison, Verdict};

use super::Versus;
use super::called::{kind, told, word};
use super::figure;
use super::pair::{Pair, distance, is_called};
use crate::table::EntryTone;
use crate::verdict::{Headline, Sure};

/// Verdicts that say that there is no difference.
const NONE_SEEN: [Verdict; 2] = [Verdict::NoDifference, Verdict::WithinNoise];
/// Verdicts without a noise floor.
const NO_FLOOR: [Verdict; 2] = [Verdict::RunNoiseUnknown, Verdict::NoiseFloorNotMeasured];

/// The worst and the best difference that is called; or that none is, and why.
pub(super) fn of_pair(pair: &Pair<'_>) -> Headline {
    let [worse, better, other] =
        [EntryTone::Bad, EntryTone::Good, EntryTone::Plain].map(|tone| pair.of_tone(tone));
    if worse.is_empty() && better.is_empty() && other.is_empty() {
        return none_called(pair);
    }
    let counts = [(worse.len(), "worse"), (better.len(), "better"), (other.len(), "different")];
    let counts: Vec<String> =
        counts.iter().filter(|(count, _)| *count > 0).map(|(count, how)| format!("{count} {how}")).collect();
    let [_, after] = pair.sides().told;
    let mut text = format!("`{}` {after}: {} of {} figures", pair.case, counts.join(", "), pair.found.len());
    for (which, found) in [("worst", &worse), ("best", &better), ("largest", &other)] {
        if let Some(found) = found.first() {
            text.push_str(&format!("; {which}: {}", difference(pair, found)));
        }
    }
    text.push_str(&rest(&pair.found));
    let exact = pair.found.iter().filter(|found| is_called(found)).all(|found| found.figure.is_exact());
    Headline { text, sure: if exact { Sure::Exact } else { Sure::Difference } }
}

/// `the cold start in `docker`, slower: 305 ms to 458 ms, 1.50× (1.45–1.55×)`.
fn difference(pair: &Pair<'_>, found: &RunComparison) -> String {
    let unit = pair.unit(found);
    let [new, base] = found.points;
    format!(
        "{} in `{}` is {}, {} to {}, {}",
        figure::spoken(pair.words(found)),
        found.lane,
        word(found, unit),
        figure::value(base, unit),
        figure::value(new, unit),
        figure::spoken_ratio(found)
    )
}

/// What is not judged beside what is called, and why.
fn rest(found: &[&RunComparison]) -> String {
    let count = |verdicts: &[Verdict]| found.iter().filter(|found| verdicts.contains(&found.verdict)).count();
    let within = found.first().is_some_and(|found| found.base == found.new);
    let noise = if within { "the noise floor was not measured" } else { "run-to-run noise is unknown" };
    let barred = found.iter().flat_map(|found| &found.obstacles).map(kind);
    let parts = [
        (count(&NO_FLOOR), format!("because {noise}")),
        (count(&[Verdict::TooFew]), "because of too few samples".to_owned()),
        (
            count(&[Verdict::NotComparable]),
            format!("that can't be compared ({})", most_frequent(barred).unwrap_or_default()),
        ),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, how)| format!("{count} {how}"))
        .collect();
    if parts.is_empty() { ".".to_owned() } else { format!(". Not judged: {}.", parts.join(", ")) }
}

/// What occurs most often; of several the first.
fn most_frequent<T: PartialEq>(all: impl Iterator<Item = T>) -> Option<T> {
    let mut counted: Vec<(T, usize)> = Vec::new();
    for one in all {
        match counted.iter_mut().find(|(known, _)| *known == one) {
            Some((_, count)) => *count += 1,
            None => counted.push((one, 1)),
        }
    }
    let most = counted.iter().map(|(_, count)| *count).max()?;
    counted.into_iter().find(|(_, count)| *count == most).map(|(one, _)| one)
}

fn none_called(pair: &Pair<'_>) -> Headline {
    let case = &pair.case;
    let all = pair.found.len();
    if all == 0 {
        let text = format!("`{case}` can't be compared: neither side has a figure of it.");
        return Headline { text, sure: Sure::NotMeasured };
    }
    let barred = pair.count(&[Verdict::NotComparable]);
    if barred == all {
        return Headline { text: barred_by(pair), sure: Sure::NotMeasured };
    }
    let (none, few) = (pair.count(&NONE_SEEN), pair.count(&[Verdict::TooFew]));
    let unknown = pair.count(&NO_FLOOR);
    let counts = [
        (none, "show none"),
        (unknown, "have no noise floor to be judged by"),
        (few, "have too few samples"),
        (barred, "can't be compared"),
    ];
    let counts: Vec<String> =
        counts.iter().filter(|(count, _)| *count > 0).map(|(count, how)| format!("{count} {how}")).collect();
    let sure = match (unknown, few, none) {
        (1.., ..) if pair.base.id == pair.new.id => Sure::NoiseFloorNotMeasured,
        (1.., ..) => Sure::RunNoiseUnknown,
        (_, few, none) if few > none => Sure::TooFew,
        _ => Sure::NoDifference,
    };
    let what =
        if sure == Sure::NoDifference { "no difference is seen" } else { "nothing is called a difference" };
    let mut text = format!("`{case}`: {what}: of {all} figures {}", counts.join(", "));
    if unknown > 0
        && let Some(found) = farthest(pair)
    {
        let whose = if pair.base.id == pair.new.id {
            "noise floor was not measured"
        } else {
            "run-to-run noise of this host is unknown"
        };
        let [before, _] = pair.sides().told;
        let so_far = format!(
            ". The {whose}; so far {} in `{}` is {} of what it was {before}",
            figure::spoken(pair.words(found)),
            found.lane,
            figure::spoken_ratio(found)
        );
        text.push_str(&so_far);
    }
    text.push('.');
    Headline { text, sure }
}

/// The figure without a floor whose ratio is farthest from 1.
fn farthest<'a>(pair: &Pair<'a>) -> Option<&'a RunComparison> {
    let without = pair.found.iter().copied().filter(|found| NO_FLOOR.contains(&found.verdict));
    without.max_by(|a, b| distance(a).total_cmp(&distance(b)))
}

/// The reason that stands in the way of most figures.
fn barred_by(pair: &Pair<'_>) -> String {
    let within = pair.base.id == pair.new.id;
    let all = pair.found.iter().flat_map(|found| &found.obstacles);
    let why = most_frequent(all.map(|obstacle| told(obstacle, within)));
    format!("`{}` can't be compared: {}.", pair.case, why.unwrap_or_default())
}

/// What came out, over all runs and workloads.
pub(super) fn of_all(versus: &Versus<'_>) -> Headline {
    let pairs = versus.pairs();
    if let [only] = pairs.as_slice() {
        return of_pair(only);
    }
    let found = || pairs.iter().flat_map(|pair| &pair.found);
    let count = |verdicts: &[Verdict]| found().filter(|found| verdicts.contains(&found.verdict)).count();
    let (worse, better) = (count(&[Verdict::Worse]), count(&[Verdict::Better]));
    let sure = sure(&pairs);
    let subject = match versus.news.len() {
        1 if versus.within_one_run() => "after the change".to_owned(),
        1 => format!("in `{}`", versus.news.first().map_or("", |new| new.id.as_str())),
        news => format!("in {news} runs"),
    };
    let all = found().count();
    if !found().any(|found| is_called(found)) {
        let why = match sure {
            Sure::NotMeasured => "nothing can be compared",
            Sure::NoiseFloorNotMeasured | Sure::RunNoiseUnknown => {
                "nothing is called a difference, because the noise is unknown"
            }
            Sure::TooFew => "nothing is called a difference, because there are too few samples",
            _ => "no difference is seen",
        };
        return Headline { text: format!("Of {all} figures {subject}: {why}."), sure };
    }
    let runs_worse = versus
        .news
        .iter()
        .filter(|new| {
            pairs.iter().any(|pair| pair.new.id == new.id && !pair.of_tone(EntryTone::Bad).is_empty())
        })
        .count();
    let counts = [(worse, "worse"), (better, "better"), (count(&[Verdict::Different]), "different")];
    let counts = counts.into_iter().filter(|(count, _)| *count > 0).enumerate();
    let counts: Vec<String> = counts
        .map(|(at, (count, how))| match (at, count) {
            (0, 1) => format!("1 is {how}"),
            (0, count) => format!("{count} are {how}"),
            (_, count) => format!("{count} {how}"),
        })
        .collect();
    let mut text = format!("Of {all} figures {subject}, {}", counts.join(" and "));
    if versus.news.len() > 1 && runs_worse > 0 {
        text.push_str(&format!("; a figure is worse in {runs_worse} of the runs"));
    }
    let worst =
        pairs.iter().filter_map(|pair| Some((pair, pair.of_tone(EntryTone::Bad).into_iter().next()?)));
    if let Some((pair, worst)) = worst.max_by(|(_, a), (_, b)| distance(a).total_cmp(&distance(b))) {
        let [_, after] = pair.sides().told;
        text.push_str(&format!("; the worst, of `{}` {after}: {}", pair.case, difference(pair, worst)));
    }
    let found: Vec<&RunComparison> = found().copied().collect();
    text.push_str(&rest(&found));
    Headline { text, sure }
}

/// How sure the surest of them is.
fn sure(pairs: &[Pair<'_>]) -> Sure {
    let of = |pair: &Pair<'_>| of_pair(pair).sure;
    let all: Vec<Sure> = pairs.iter().map(of).collect();
    let order = [
        Sure::Difference,
        Sure::Exact,
        Sure::NoiseFloorNotMeasured,
        Sure::RunNoiseUnknown,
        Sure::TooFew,
        Sure::NoDifference,
        Sure::NotMeasured,
    ];
    order.into_iter().find(|sure| all.contains(sure)).unwrap_or(Sure::NotMeasured)
}
