//! What came out, in a sentence that says no more than the figures do.

use plimsoll_analysis::{RunComparison, Verdict};

use super::Versus;
use super::called::{kind, told, word};
use super::figure;
use super::pair::{Pair, distance, is_called};
use crate::list::distinct;
use crate::table::EntryTone;
use crate::verdict::{Headline, Sure, capital};

/// Verdicts without a noise floor.
const NO_FLOOR: [Verdict; 2] = [Verdict::RunNoiseUnknown, Verdict::NoiseFloorNotMeasured];
/// Most figures that are named where few can be compared.
const MOST_NAMED: usize = 6;

/// The worst and the best difference that is called; or that none is, and why.
pub(super) fn of_pair(pair: &Pair<'_>) -> Headline {
    let [worse, better, other] =
        [EntryTone::Bad, EntryTone::Good, EntryTone::Plain].map(|tone| pair.of_tone(tone));
    if worse.is_empty() && better.is_empty() && other.is_empty() {
        return none_called(pair);
    }
    let counts = counts([
        (worse.len(), "worse"),
        (better.len(), "better"),
        (other.len(), "different"),
        (pair.count(&[Verdict::Equal]), "equal"),
        (unjudged_count(&pair.found), "not judged"),
    ]);
    let all = pair.found.len();
    let [_, after] = pair.sides().told;
    let mut second = Vec::new();
    for (which, found) in [("worst", &worse), ("best", &better), ("largest", &other)] {
        second.extend(found.first().map(|found| format!("{which} {after}: {}", difference(pair, found))));
    }
    second.extend(unjudged(&pair.found));
    second.extend(largest_unjudged(std::slice::from_ref(pair)));
    let exact = pair.found.iter().filter(|found| is_called(found)).all(|found| found.figure.is_exact());
    let sure = if exact { Sure::Exact } else { Sure::Difference };
    let big = format!("`{}`: of {all} figures {}.", pair.case, counts.join(", "));
    Headline { big, second: capital(&second.join("; ")), chip: chip(sure, &pair.found), sure }
}

/// Figures of which it is said neither that they differ nor that they are equal.
fn unjudged_count(found: &[&RunComparison]) -> usize {
    found.iter().filter(|found| !is_called(found) && found.verdict != Verdict::Equal).count()
}

/// The figure that is farthest from 1 of those that are not judged and could be compared; nothing where it is told as 1.
fn largest_unjudged(pairs: &[Pair<'_>]) -> Option<String> {
    let of_pair = |pair: &Pair<'_>| {
        let open = |found: &&RunComparison| {
            !is_called(found) && !matches!(found.verdict, Verdict::Equal | Verdict::NotComparable)
        };
        let most =
            pair.found.iter().copied().filter(open).max_by(|a, b| distance(a).total_cmp(&distance(b)))?;
        Some((distance(most), format!("{}, {}", so_far(pair, most)?, word(most, pair.unit(most)))))
    };
    let all = pairs.iter().filter_map(|pair| Some((pair, of_pair(pair)?)));
    let (pair, (_, told)) = all.max_by(|(_, (a, _)), (_, (b, _))| a.total_cmp(b))?;
    let of = if pairs.len() > 1 { format!(", of `{}`", pair.case) } else { String::new() };
    Some(format!("largest not judged{of}: {told}"))
}

/// `the cold start in `docker` is 1.50× (1.45–1.55×)`; nothing where that is 1.
fn so_far(pair: &Pair<'_>, found: &RunComparison) -> Option<String> {
    let told = |ratio: f64| figure::ratio(ratio);
    found.ratio.filter(|ratio| told(*ratio) != told(1.0))?;
    let (what, whole) = (figure::spoken(pair.words(found)), figure::spoken_ratio(found));
    Some(format!("{what} in `{}` is {whole}", found.lane))
}

fn counts<const N: usize>(counts: [(usize, &str); N]) -> Vec<String> {
    counts.into_iter().filter(|(count, _)| *count > 0).map(|(count, how)| format!("{count} {how}")).collect()
}

/// How sure it is; where most can't be compared, that too.
fn chip(sure: Sure, found: &[&RunComparison]) -> String {
    let barred = barred(found);
    let rest = if barred * 2 > found.len() && barred < found.len() {
        format!(", {barred} of {} {}", found.len(), Sure::NotComparable.in_words())
    } else {
        String::new()
    };
    match sure {
        Sure::NotComparable if !rest.is_empty() => rest.trim_start_matches(", ").to_owned(),
        sure => format!("{}{rest}", sure.in_words()),
    }
}

fn barred(found: &[&RunComparison]) -> usize {
    found.iter().filter(|found| found.verdict == Verdict::NotComparable).count()
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

/// What is not judged beside what is called, and why; of few that can be compared, which they are.
fn unjudged(found: &[&RunComparison]) -> Option<String> {
    let count = |verdicts: &[Verdict]| found.iter().filter(|found| verdicts.contains(&found.verdict)).count();
    let within = found.first().is_some_and(|found| found.base == found.new);
    let noise = if within { "the noise floor was not measured" } else { "run-to-run noise is unknown" };
    let parts = counts([
        (count(&[Verdict::TooClose]), "too close to call"),
        (count(&[Verdict::TooNoisy]), "within the noise"),
        (count(&NO_FLOOR), &format!("because {noise}")),
        (count(&[Verdict::TooFew]), "because of too few samples"),
        (count(&[Verdict::NotComparable]), &format!("that can't be compared ({})", most_barring(found))),
    ]);
    (!parts.is_empty()).then(|| format!("not judged: {}", parts.join(", ")))
}

/// What stands in the way of most figures, in a few words.
fn most_barring(found: &[&RunComparison]) -> &'static str {
    most_frequent(found.iter().flat_map(|found| &found.obstacles).map(kind)).unwrap_or_default()
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
    let (case, all) = (&pair.case, pair.found.len());
    let said = |sure: Sure, big: String, second: String| Headline {
        big,
        second: capital(&second),
        chip: chip(sure, &pair.found),
        sure,
    };
    if all == 0 {
        let why = "neither side has a figure of it".to_owned();
        return said(Sure::NotMeasured, format!("`{case}` can't be compared."), why);
    }
    let barred = barred(&pair.found);
    if barred == all {
        return said(Sure::NotComparable, format!("`{case}` can't be compared."), barred_by(pair));
    }
    let sure = why_none(&pair.found);
    if sure == Sure::NotComparable {
        let big = format!("`{case}`: {} of {all} figures can be compared.", all - barred);
        return said(sure, big, format!("{}; {}", compared(pair), barred_by(pair)));
    }
    let equal = pair.count(&[Verdict::Equal]);
    let big = if equal == all {
        format!("`{case}`: all {all} figures are equal.")
    } else {
        format!("`{case}`: nothing is called a difference.")
    };
    let told = counts([
        (equal, "equal"),
        (pair.count(&[Verdict::TooClose]), "too close to call"),
        (pair.count(&[Verdict::TooNoisy]), "within the noise"),
        (pair.count(&NO_FLOOR), "without a noise floor to be judged by"),
        (pair.count(&[Verdict::TooFew]), "with too few samples"),
        (barred, &format!("that can't be compared ({})", most_barring(&pair.found))),
    ]);
    let [before, _] = pair.sides().told;
    let so_far = farthest(pair)
        .and_then(|found| so_far(pair, found))
        .map(|told| format!("; so far {told} of what it was {before}"));
    said(sure, big, format!("of {all} figures {}{}", told.join(", "), so_far.unwrap_or_default()))
}

/// Why nothing is called: what holds of most figures; a noise that is unknown before all, since it can be measured.
fn why_none(found: &[&RunComparison]) -> Sure {
    let sures: Vec<Sure> = found.iter().map(|found| Sure::of(found.verdict)).collect();
    let unknown = [Sure::NoiseFloorNotMeasured, Sure::RunNoiseUnknown];
    if let Some(sure) = sures.iter().find(|sure| unknown.contains(sure)) {
        let within = found.first().is_some_and(|found| found.base == found.new);
        return if within { Sure::NoiseFloorNotMeasured } else { *sure };
    }
    most_frequent(sures.into_iter()).unwrap_or(Sure::NotMeasured)
}

/// Which figures can be compared: `wire size and unpacked size, all equal`.
fn compared(pair: &Pair<'_>) -> String {
    let judged = || pair.found.iter().copied().filter(|found| found.verdict != Verdict::NotComparable);
    let names = distinct(judged().map(|found| {
        let [name, _] = pair.words(found);
        name
    }));
    let more = names.len().saturating_sub(MOST_NAMED);
    let mut told: Vec<String> = names.into_iter().take(MOST_NAMED).collect();
    told.extend((more > 0).then(|| format!("{more} more")));
    let equal = judged().all(|found| found.verdict == Verdict::Equal);
    format!("{}{}", told.join(", "), if equal { ": all equal" } else { ": no difference is called" })
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
    most_frequent(all.map(|obstacle| told(obstacle, within))).unwrap_or_default()
}

/// What came out, over all runs and workloads.
pub(super) fn of_all(versus: &Versus<'_>) -> Headline {
    let pairs = versus.pairs();
    if let [only] = pairs.as_slice() {
        return of_pair(only);
    }
    let found: Vec<&RunComparison> = pairs.iter().flat_map(|pair| &pair.found).copied().collect();
    let count = |verdict: Verdict| found.iter().filter(|found| found.verdict == verdict).count();
    let subject = match versus.news.len() {
        1 if versus.within_one_run() => "after the change".to_owned(),
        1 => format!("in `{}`", versus.news.first().map_or("", |new| new.id.as_str())),
        news => format!("in {news} runs"),
    };
    let all = found.len();
    if !found.iter().any(|found| is_called(found)) {
        return none_of_all(&pairs, &found, &subject);
    }
    let sure = sure(&pairs);
    let runs_worse = versus
        .news
        .iter()
        .filter(|new| {
            pairs.iter().any(|pair| pair.new.id == new.id && !pair.of_tone(EntryTone::Bad).is_empty())
        })
        .count();
    let counts = [Verdict::Worse, Verdict::Better, Verdict::Different].map(count);
    let rest = [count(Verdict::Equal), unjudged_count(&found)];
    let counts: Vec<String> = counts
        .into_iter()
        .chain(rest)
        .zip(["worse", "better", "different", "equal", "not judged"])
        .filter(|(count, _)| *count > 0)
        .enumerate()
        .map(|(at, (count, how))| match (at, count) {
            (0, 1) => format!("1 is {how}"),
            (0, count) => format!("{count} are {how}"),
            (_, count) => format!("{count} {how}"),
        })
        .collect();
    let mut second = vec![subject];
    if versus.news.len() > 1 && runs_worse > 0 {
        second.push(format!("a figure is worse in {runs_worse} of the runs"));
    }
    let worst =
        pairs.iter().filter_map(|pair| Some((pair, pair.of_tone(EntryTone::Bad).into_iter().next()?)));
    if let Some((pair, worst)) = worst.max_by(|(_, a), (_, b)| distance(a).total_cmp(&distance(b))) {
        // A single run is the subject already.
        let after = match versus.news.len() {
            1 => String::new(),
            _ => format!(" in `{}`", pair.new.id),
        };
        second.push(format!("the worst, of `{}`{after}: {}", pair.case, difference(pair, worst)));
    }
    second.extend(unjudged(&found));
    second.extend(largest_unjudged(&pairs));
    let big = format!("Of {all} figures, {}.", counts.join(", "));
    Headline { big, second: capital(&second.join("; ")), chip: chip(sure, &found), sure }
}

/// Nothing is called, over all runs and workloads.
fn none_of_all(pairs: &[Pair<'_>], found: &[&RunComparison], subject: &str) -> Headline {
    let (all, barred) = (found.len(), barred(found));
    let sure = if all == 0 { Sure::NotMeasured } else { why_none(found) };
    let equal = found.iter().filter(|found| found.verdict == Verdict::Equal).count();
    let big = match sure {
        Sure::NotMeasured => "There is nothing to compare.".to_owned(),
        Sure::NotComparable if barred == all => format!("Of {all} figures none can be compared."),
        Sure::NotComparable => format!("Of {all} figures, {} can be compared.", all - barred),
        Sure::Equal if equal == all => format!("All {all} figures are equal."),
        _ => format!("Of {all} figures none is called different."),
    };
    let why = match sure {
        Sure::NoiseFloorNotMeasured | Sure::RunNoiseUnknown => Some("the noise is unknown".to_owned()),
        Sure::TooFew => Some("there are too few samples".to_owned()),
        Sure::NotComparable => {
            let which = pairs.iter().find(|pair| pair.count(&[Verdict::NotComparable]) < pair.found.len());
            which.map(compared)
        }
        _ => None,
    };
    let rest = unjudged(found);
    let second: Vec<String> = [Some(subject.to_owned()), why, rest].into_iter().flatten().collect();
    Headline { big, second: capital(&second.join("; ")), chip: chip(sure, found), sure }
}

/// How sure the surest of what is called is.
fn sure(pairs: &[Pair<'_>]) -> Sure {
    let all: Vec<Sure> = pairs.iter().map(|pair| of_pair(pair).sure).collect();
    let order = [Sure::Difference, Sure::Exact];
    order.into_iter().find(|sure| all.contains(sure)).unwrap_or(Sure::Difference)
}
