//! What lanes answered as what is right.

use plimsoll_engine::{Hearing, Missed};
use plimsoll_model::{Compare, Exchange, Slug, Workload};

use super::to_hear::ToHear;
use crate::Error;

/// A workload whose right answers are known.
pub(super) struct Recording {
    pub(super) workload: Workload,
    /// Which imported requests it is not asked, and why, each in a sentence.
    pub(super) left_out: Vec<String>,
}

/// The workload with what the first lane gave as what is expected, and with what was said beside. What changes from one
/// answer of any lane to its next is left out in all.
///
/// # Errors
/// When what was said can't be true of what was heard, or no request is left.
pub(super) fn recorded<'h>(
    workload: &Workload,
    (lane, first): (&Slug, &Hearing),
    others: impl Iterator<Item = &'h Hearing>,
    to_hear: &ToHear,
) -> Result<Recording, Error> {
    let ToHear { right, by_hand, is_said } = to_hear;
    let asked: Vec<&Exchange> = workload.job.exchanges().collect();
    let imported = &asked[asked.len().min(*by_hand)..];
    let is_imported = |exchange: &Exchange| imported.iter().any(|other| other.name == exchange.name);
    let mut unfit: Vec<(Slug, String)> = first
        .missed
        .iter()
        .map(|Missed { request, failure }| (request.clone(), failure.message.clone()))
        .collect();

    let mut recorded = match is_said {
        true => said(workload, first, right.status),
        false => first.recorded(workload, lane),
    };
    if *is_said {
        let differences = first.differences(&recorded).into_iter();
        let wrong = recorded.job.exchanges().zip(differences).filter(|(exchange, _)| is_imported(exchange));
        unfit.extend(wrong.filter_map(|(exchange, why)| {
            why.map(|_| (exchange.name.clone(), "its answer is not the expected one".to_owned()))
        }));
    }
    for hearing in others {
        for (exchange, heard) in recorded.job.exchanges_mut().zip(&hearing.answers) {
            if exchange.expect.compare == Compare::Json {
                exchange.expect.leave_out(&heard.left_out);
            }
        }
        if let (Some(expected), Some(output)) = (recorded.job.output_mut(), &hearing.output)
            && expected.compare == output.compare
        {
            expected.leave_out(&output.left_out);
        }
    }
    for exchange in recorded.job.exchanges_mut() {
        let heard = exchange.expect.status;
        if let Some(said) = right.status.filter(|said| *said != heard) {
            if is_imported(exchange) {
                unfit
                    .push((exchange.name.clone(), format!("its answer has status {heard}, expected {said}")));
                continue;
            }
            return Err(Error::usage(format!(
                "{} is answered with status {heard}, not {said}",
                exchange.called()
            ))
            .with_hint("say the status that is right, or ask for another path"));
        }
        match exchange.expect.compare {
            _ if right.left_out.is_empty() => {}
            Compare::Json => exchange.expect.leave_out(&right.left_out),
            // A schema says itself what of an answer counts.
            Compare::Schema => {}
            // Of many requests a place is one of those whose answers have it.
            Compare::Bytes | Compare::Pixels | Compare::Status if is_imported(exchange) => {}
            Compare::Bytes | Compare::Pixels | Compare::Status => {
                return Err(Error::usage(format!(
                    "the answer to {} is no JSON, of which a place could be left out",
                    exchange.called()
                ))
                .with_hint("leave out `--leave-out`"));
            }
        }
    }
    if let Some(expected) = recorded.job.output()
        && !right.left_out.is_empty()
        && expected.compare != Compare::Json
    {
        return Err(Error::usage("what it prints is no JSON, of which a place could be left out")
            .with_hint("leave out `--leave-out`"));
    }
    without(workload, recorded, &unfit, lane)
}

/// With what was said, for requests that were answered. A status that is not said is the one that came.
fn said(workload: &Workload, first: &Hearing, status: Option<u16>) -> Workload {
    let mut said = first.without_missed(workload);
    if status.is_none() {
        for (exchange, heard) in said.job.exchanges_mut().zip(&first.answers) {
            if (200..300).contains(&exchange.expect.status) {
                exchange.expect.status = heard.status;
            }
        }
    }
    said
}

/// Without requests that are not answered rightly, each told with its cause.
fn without(
    asked: &Workload,
    mut recorded: Workload,
    unfit: &[(Slug, String)],
    lane: &Slug,
) -> Result<Recording, Error> {
    let is_out = |exchange: &Exchange| unfit.iter().any(|(name, _)| *name == exchange.name);
    let told = asked.job.exchanges().filter_map(|exchange| {
        let (_, why) = unfit.iter().find(|(name, _)| *name == exchange.name)?;
        let called = exchange.called();
        let why = why.replace(&format!("the answer to {called}"), "its answer");
        Some(format!("`{}` is not asked {called}: in lane `{lane}` {why}.", asked.name))
    });
    let left_out: Vec<String> = told.collect();
    let serves = recorded.job.output().is_none();
    if serves && recorded.job.exchanges().all(is_out) {
        let told = format!("`{}` answers no request as it should: nothing was measured", asked.name);
        return Err(Error { causes: left_out, ..Error::environment(told) }
            .with_hint("import requests that this service answers, or ask for a path with `--get`"));
    }
    recorded.job.keep_exchanges(|exchange| !is_out(exchange));
    Ok(Recording { workload: recorded, left_out })
}
