//! What holds for all that is compared.

use plimsoll_analysis::{RunComparison, unlike_software};
use plimsoll_format as format;
use plimsoll_model::{Run, RunId};

use super::Versus;
use super::figure::{self, short};
use super::images;
use super::sheet::{EFFECT, FLOOR, RATIO};
use crate::document::Remarks;
use crate::list::{at_most, each_once};
use crate::notes::remarks;

/// Runs that are named one by one.
const MOST_NAMED: usize = 12;
const COLD_START: &str = "Cold start: median over the trials that passed, from the call that makes an instance exist to the last byte of \
     the first right answer (a service) or to the exit with the right output (a command). Building, pulling and \
     compiling are not in it.";
const MEMORY: &str =
    "PSS, USS: proportional and unique memory of the instance's own processes, median over trials.";
const SIZE: &str = "Sizes: compressed bytes that travel to a host that has none of it; unpacked on its disk; compiled ahead of time.";
const LATENCY: &str = "Latency: from the time a request was due to the last byte of its answer, at a rate that does not wait for answers; \
     its interval by resampling trials. P99 needs 299 requests. Every request has a new instance in the Wasm lanes, but for a lane that says that it keeps one.";
/// Differences of software that are listed.
const MOST_UNLIKE: usize = 40;
/// Reasons why figures can't be compared that are listed.
const MOST_REASONS: usize = 20;

pub(super) fn remarks_of(versus: &Versus<'_>) -> Vec<Remarks> {
    let mut all = remarks(
        false,
        [
            ("What is compared", compared(versus)),
            ("Images that are not the same", images::of(versus)),
            ("Noise floor", noise(versus)),
            ("What can't be compared", barred(versus)),
            ("What else differs", software(versus)),
        ],
    );
    all.extend(remarks(
        true,
        [("How a difference is called", called(versus)), ("What the figures are", figures(versus))],
    ));
    all
}

fn compared(versus: &Versus<'_>) -> Vec<String> {
    if versus.within_one_run() {
        let line = format!("before and after the change, in one shuffled schedule: {}", origin(versus.base));
        return vec![line];
    }
    let news = versus.news.iter().map(|new| format!("new: {}", origin(new))).collect();
    let mut lines = vec![format!("base: {}", origin(versus.base))];
    lines.extend(at_most(news, MOST_NAMED, " new runs"));
    lines
}

fn origin(run: &Run) -> String {
    let host = &run.site.host;
    let cpu = host.cpu_model.as_deref().unwrap_or("unknown CPU");
    format!(
        "run {} of {}, on {}, {}, {} CPUs, {}",
        run.id,
        run.started_at.strftime("%Y-%m-%d %H:%M UTC"),
        short(&host.arch),
        short(cpu),
        host.cpus,
        format::bytes(host.memory_bytes as f64)
    )
}

fn called(versus: &Versus<'_>) -> Vec<String> {
    let tests = versus.comparisons.iter().filter(|found| is_test(found)).count();
    let tests = match tests {
        0 => "No figure could be tested.".to_owned(),
        1 => "One figure was tested, so there is nothing to correct for.".to_owned(),
        tests => format!("In this answer the chances of {tests} figures were corrected."),
    };
    let mut lines = vec![
        format!("Ratio: {RATIO}"),
        format!("Effect: {EFFECT}"),
        format!("Noise floor: {FLOOR}"),
        "Verdict: `faster`, `slower`, `smaller` or `larger` only where the interval excludes 1, where the ranks of the \
         two sides are improbable without a difference, and where the ratio lies beyond the noise floor."
            .to_owned(),
        format!(
            "Many figures at once: the chance of each is corrected by Holm's method for all of them together, so that at \
             most 5 % of such answers call a difference that is none. {tests}"
        ),
    ];
    if versus.comparisons.iter().any(|found| found.figure.is_exact()) {
        lines.push("Sizes are exact: they have no noise, and a byte more is a difference.".to_owned());
    }
    lines
}

/// Whether it took part in the correction.
fn is_test(found: &RunComparison) -> bool {
    found.obstacles.is_empty() && found.interval.is_ok() && found.chance.is_some()
}

/// Where the floor comes from, and how high it is.
fn noise(versus: &Versus<'_>) -> Vec<String> {
    let noisy = || versus.comparisons.iter().filter(|found| !found.figure.is_exact());
    if noisy().next().is_none() {
        return Vec::new();
    }
    let mut floors: Vec<f64> = noisy().filter_map(|found| found.floor).collect();
    floors.sort_by(f64::total_cmp);
    let without = noisy().filter(|found| found.floor.is_none() && found.obstacles.is_empty()).count();
    let from = match (versus.within_one_run(), &versus.noise_from) {
        (true, _) => "from the two arms of each lane on either side (A/A), the larger".to_owned(),
        (false, Some(runs)) => format!(
            "from {} repeated runs of one plan on this host, and from the arms of either run (A/A) where they say more",
            runs.len()
        ),
        (false, None) => "nothing".to_owned(),
    };
    let mut lines = Vec::new();
    match (floors.first(), floors.last()) {
        (Some(least), Some(most)) => {
            let [least, most] = [least, most].map(|floor| figure::ratio(*floor));
            let range = if least == most { least } else { format!("{least} to {most}") };
            lines.push(format!("{from}: {range}"));
        }
        _ if versus.within_one_run() => {
            lines.push("it was not measured: two arms of each lane on either side measure it, with 10 trials in each".to_owned());
        }
        _ if versus.noise_from.is_some() => lines.push(
            "what is known is of another host or of other figures, so nothing but a size is called a difference"
                .to_owned(),
        ),
        _ => lines.push(
            "run-to-run noise is unknown on this host, so nothing but a size is called a difference: `plimsoll noise \
             --runs 10` measures it"
                .to_owned(),
        ),
    }
    if without > 0 && !floors.is_empty() {
        let why = match versus.within_one_run() {
            true => "an arm has fewer than 10 trials with them",
            false => "the runs that told the noise did not have them",
        };
        lines.push(format!("{without} figures have none: {why}"));
    }
    lines
}

/// Every reason once, with the runs that have it counted.
fn barred(versus: &Versus<'_>) -> Vec<String> {
    let sheets = versus.sheets();
    let said = sheets.iter().flat_map(|sheet| {
        sheet.reasons.iter().map(move |reason| (format!("`{}`, {reason}", sheet.case), Some(&sheet.new)))
    });
    let several = versus.news.len() > 1;
    let line = |(reason, runs): (String, Vec<&RunId>)| match runs.as_slice() {
        [only] if several => format!("{reason} (`{only}`)"),
        runs if several => format!("{reason} ({} runs)", runs.len()),
        _ => reason,
    };
    at_most(each_once(said).into_iter().map(line).collect(), MOST_REASONS, "")
}

/// Versions that are not the same and may be why figures differ.
fn software(versus: &Versus<'_>) -> Vec<String> {
    let said = versus.news.iter().flat_map(|new| {
        let unlike = unlike_software(versus.base, new);
        unlike.into_iter().map(|unlike| (short(&unlike.to_string()), Some(&new.id)))
    });
    let several = versus.news.len() > 1;
    let line = |(line, runs): (String, Vec<&RunId>)| match several {
        true => format!("{line} ({} runs)", runs.len()),
        false => line,
    };
    at_most(each_once(said).into_iter().map(line).collect(), MOST_UNLIKE, "")
}

fn figures(versus: &Versus<'_>) -> Vec<String> {
    let mut runs = std::iter::once(&versus.base).chain(&versus.news);
    let cases = versus.cases();
    let serves =
        runs.any(|run| cases.iter().any(|case| run.workload(case).is_some_and(|known| known.job.serves())));
    let lines = [Some(COLD_START), Some(MEMORY), Some(SIZE), serves.then_some(LATENCY)];
    lines.into_iter().flatten().map(str::to_owned).collect()
}
