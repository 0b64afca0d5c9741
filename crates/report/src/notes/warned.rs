//! Warnings, those of one kind together.

use plimsoll_analysis::{Advice, Warning};
use plimsoll_format::plain;
use plimsoll_model::Slug;

use crate::Report;
use crate::alike::alike;
use crate::list::counted;
use crate::places::Whereabouts;

/// A line for all warnings that differ only in their numbers, with all that they are about.
pub(crate) fn warned(report: &Report<'_>) -> Vec<String> {
    let mut found: Vec<(String, Vec<&Warning>)> = Vec::new();
    for warning in report.warnings.iter().filter(|warning| !is_told_first(report, &warning.advice)) {
        let key = kind(&warning.advice);
        match found.iter_mut().find(|(known, _)| *known == key) {
            Some((_, all)) if warning.case.is_some() => all.push(warning),
            _ => found.push((key, vec![warning])),
        }
    }
    found.into_iter().flat_map(|(_, all)| line(&all)).collect()
}

/// Whether what is to be known first holds it already, with its only reason.
fn is_told_first(report: &Report<'_>, advice: &Advice) -> bool {
    let Advice::NotPrepared { reason } = advice else { return false };
    report.warnings.iter().all(|other| match &other.advice {
        Advice::NotPrepared { reason: another } => alike(another) == alike(reason),
        _ => true,
    })
}

/// What is told in one line: what can be added up whatever its reason, the rest where it is in the same words.
fn kind(advice: &Advice) -> String {
    match advice {
        Advice::Invalid { .. } => "invalid".to_owned(),
        Advice::Failed { .. } => "failed".to_owned(),
        other => alike(&other.to_string()),
    }
}

fn line(all: &[&Warning]) -> Option<String> {
    let [first, _, ..] = all else { return all.first().map(|only| plain(&only.to_string())) };
    let of = all.iter().filter_map(|warning| {
        Some((warning.case.as_ref()?.to_string(), warning.lane.as_ref().map(Slug::to_string)))
    });
    let places = Whereabouts::named(of);
    Some(added(all).map_or_else(
        || {
            let told = plain(&first.advice.to_string());
            format!("{places}: {told} (numbers of the first of these {})", all.len())
        },
        |added| format!("{places}: {added}"),
    ))
}

/// What was lost in one row of the table.
struct Lost<'a> {
    count: u32,
    of: u32,
    what: &'static str,
    first: &'a str,
    warning: &'a Warning,
}

impl<'a> Lost<'a> {
    fn of(warning: &'a Warning) -> Option<Self> {
        let (count, of, what, first) = match &warning.advice {
            Advice::Invalid { count, of, first } => (*count, *of, "loads in {} rows were invalid", first),
            Advice::Failed { count, of, first, .. } => (*count, *of, "trials in {} rows failed", first),
            _ => return None,
        };
        Some(Self { count, of, what, first, warning })
    }

    fn share(&self) -> f64 {
        f64::from(self.count) / f64::from(self.of.max(1))
    }
}

/// Over all rows, and where it was worst; nothing of what can't be added up.
fn added(all: &[&Warning]) -> Option<String> {
    let lost: Vec<Lost<'_>> = all.iter().map(|warning| Lost::of(warning)).collect::<Option<_>>()?;
    let worst = lost.iter().max_by(|one, other| one.share().total_cmp(&other.share()))?;
    let sum = |of: fn(&Lost<'_>) -> u32| counted(lost.iter().map(|lost| of(lost) as usize).sum());
    let Warning { case, lane, .. } = worst.warning;
    let place = case.as_ref().zip(lane.as_ref()).map(|(case, lane)| format!("`{case}` in `{lane}`"))?;
    Some(format!(
        "{} of {} {}, and are in no figure; worst: {place}, {} of {}; the first one there: {}",
        sum(|lost| lost.count),
        sum(|lost| lost.of),
        worst.what.replacen("{}", &counted(lost.len()), 1),
        worst.count,
        worst.of,
        plain(worst.first)
    ))
}
