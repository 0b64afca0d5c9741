//! What a workload answered in each lane, for people.

use std::str;

use plimsoll_chart::LaneLook;
use plimsoll_engine::Hearing;
use plimsoll_model::{Compare, ExpectedOutput, LeftOut, Workload};
use serde::Serialize;

use super::offer::{Card, lane_card};
use super::words::{Remark, Tone};
use crate::format;
use crate::own::{Ended, Heard};

/// The most of a body that is shown, in bytes.
const MOST_SHOWN: usize = 64 << 10;
/// The most of one that is no text.
const MOST_BYTES: usize = 48;

/// What a workload answered in each lane that runs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct TriedOut {
    /// All in a sentence.
    pub verdict: Remark,
    /// One for each lane that runs it, in the order in which they were started.
    pub lanes: Vec<TriedLane>,
    /// What is asked, each in two words, in the order of every lane's answers; empty: a command.
    pub requests: Vec<String>,
    /// Lanes that don't run it, with the reason.
    pub left_out: Vec<Remark>,
    /// Whether there is an answer that can be called right.
    pub can_be_added: bool,
}

/// What became of it in one lane.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct TriedLane {
    /// The lane.
    pub lane: Card,
    /// How it went, in a sentence.
    pub remark: Remark,
    /// How long it took until it answered, once.
    pub ready: Option<String>,
    /// What it answered to each request, in order, or what a command wrote; empty where it failed.
    pub answers: Vec<TriedAnswer>,
    /// What it said before it failed; lines that begin with `-` are expected, those with `+` came.
    pub difference: Option<String>,
}

/// An answer, or what a command wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct TriedAnswer {
    /// Its status, or a command's exit code.
    pub status: String,
    /// Its content type.
    pub content_type: Option<String>,
    /// How much it is.
    pub size: String,
    /// It as text, as far as it is shown.
    pub body: String,
    /// Where it differs from the first lane's answer; lines that begin with `-` are expected, those with `+` came.
    pub difference: Option<String>,
    /// What is not shown, and what is not compared.
    pub notes: Vec<String>,
}

impl TriedOut {
    pub(super) fn of(heard: &Heard, looks: Vec<LaneLook>) -> Self {
        let mut looks = looks;
        let mut lanes = Vec::new();
        for (at, (slug, ended)) in heard.lanes.iter().enumerate() {
            let Some(found) = looks.iter().position(|look| look.lane == *slug) else { continue };
            let is_first = !heard.lanes[..at].iter().any(|(_, it)| matches!(it, Ended::Answered { .. }));
            let card = lane_card(looks.swap_remove(found));
            lanes.push(lane(card, ended, heard.recorded.as_ref(), is_first));
        }
        let left_out = heard.left_out.iter().map(|LeftOut { lane, why }| Remark {
            tone: Tone::Plain,
            text: format!("`{lane}`: {why}"),
            remedy: None,
        });
        let left_out = left_out.collect();
        let exchanges = heard.recorded.iter().flat_map(|recorded| recorded.job.exchanges());
        let requests = exchanges.map(|asked| format!("{} {}", asked.method, asked.path)).collect();
        let can_be_added = heard.recorded.is_some();
        Self { verdict: verdict(heard), lanes, requests, left_out, can_be_added }
    }
}

fn remark(tone: Tone, text: impl Into<String>) -> Remark {
    Remark { tone, text: text.into(), remedy: None }
}

fn verdict(heard: &Heard) -> Remark {
    let count = |is: fn(&Ended) -> bool| heard.lanes.iter().filter(|(_, ended)| is(ended)).count();
    let answered = count(|ended| matches!(ended, Ended::Answered { .. }));
    let different = count(|ended| matches!(ended, Ended::Answered { difference: Some(_), .. }));
    let lanes = heard.lanes.len();
    match (answered, different) {
        _ if lanes == 0 => remark(
            Tone::Problem,
            "No lane runs this here. Below stands why, lane by lane: name what one of them runs.",
        ),
        (0, _) => remark(
            Tone::Problem,
            "It gave nothing right in any lane: see below why. A service's right answer has a status from 200 to 299, a \
             command's right run ends with 0.",
        ),
        (answered, 0) if answered < lanes => remark(
            Tone::Warning,
            format!("{answered} of {lanes} lanes answer, all the same. In the others its trials would fail."),
        ),
        (1, 0) => remark(Tone::Good, "The one lane that runs it answers. Is the answer right?"),
        (answered, 0) => {
            remark(Tone::Good, format!("All {answered} lanes answer the same. Is the answer right?"))
        }
        _ => remark(
            Tone::Warning,
            format!(
                "The answers differ: {different} of {answered} are not the first lane's. Where they differ its trials \
                 would fail."
            ),
        ),
    }
}

fn lane(card: Card, ended: &Ended, recorded: Option<&Workload>, is_first: bool) -> TriedLane {
    match ended {
        Ended::Answered { hearing, difference } => TriedLane {
            lane: card,
            remark: match difference {
                Some(_) => remark(Tone::Warning, differing(hearing, recorded)),
                None if is_first => remark(Tone::Good, "answered: the others are compared with this"),
                None => remark(Tone::Good, "answered the same"),
            },
            ready: Some(format::duration(hearing.ready.as_nanos() as f64)),
            answers: answers(hearing, recorded),
            difference: None,
        },
        Ended::Failed(failure) => TriedLane {
            lane: card,
            remark: remark(Tone::Problem, format!("phase {}: {}", failure.phase, failure.message)),
            ready: None,
            answers: Vec::new(),
            difference: failure.diff.clone(),
        },
    }
}

fn differing(hearing: &Hearing, recorded: Option<&Workload>) -> String {
    let differences = recorded.map(|recorded| hearing.differences(recorded)).unwrap_or_default();
    match (differences.iter().flatten().count(), differences.len()) {
        (_, 0 | 1) => "differs from the first lane's answer".to_owned(),
        (count, all) => format!("{count} of {all} answers differ from the first lane's"),
    }
}

fn answers(hearing: &Hearing, recorded: Option<&Workload>) -> Vec<TriedAnswer> {
    let mut differences = recorded.map(|recorded| hearing.differences(recorded)).unwrap_or_default();
    differences.resize(hearing.answers.len().max(1), None);
    let heard = hearing.answers.iter().map(answer);
    let written = hearing.output.iter().map(output).filter(|_| hearing.answers.is_empty());
    let told = heard.chain(written).zip(differences);
    told.map(|(answer, difference)| TriedAnswer { difference, ..answer }).collect()
}

fn answer(heard: &plimsoll_engine::Heard) -> TriedAnswer {
    let (body, cut) = shown(&heard.body);
    let mut notes: Vec<String> = cut.into_iter().collect();
    if !heard.left_out.is_empty() {
        let places: Vec<String> = heard.left_out.iter().map(|place| format!("`{place}`")).collect();
        notes
            .push(format!("changes from one answer to the next, and is not compared: {}", places.join(", ")));
    } else if heard.compare == Compare::Status {
        notes.push("changes from one answer to the next: only the status is compared".to_owned());
    }
    TriedAnswer {
        status: format!("status {}", heard.status),
        content_type: heard.content_type.as_deref().map(format::plain),
        size: format::bytes(heard.body.len() as f64),
        body,
        difference: None,
        notes,
    }
}

fn output(output: &ExpectedOutput) -> TriedAnswer {
    let ExpectedOutput { exit_code, stdout, compare, left_out, .. } = output;
    let (body, cut) = shown(stdout);
    let mut notes: Vec<String> = cut.into_iter().collect();
    if *compare == Compare::Status {
        notes.push("changes from one run to the next: only the exit code is compared".to_owned());
    } else if !left_out.is_empty() {
        let places: Vec<String> = left_out.iter().map(|place| format!("`{place}`")).collect();
        notes.push(format!("changes from one run to the next, and is not compared: {}", places.join(", ")));
    }
    TriedAnswer {
        status: format!("exit code {exit_code}"),
        content_type: None,
        size: format::bytes(stdout.len() as f64),
        body,
        difference: None,
        notes,
    }
}

/// Bytes as text, as far as they are shown, and what is not.
fn shown(bytes: &[u8]) -> (String, Option<String>) {
    let begin = bytes.get(..MOST_SHOWN).unwrap_or(bytes);
    let text = match str::from_utf8(begin) {
        Ok(text) => Some(text),
        // Cut in the middle of a sign.
        Err(error) if error.error_len().is_none() && begin.len() < bytes.len() => {
            str::from_utf8(&begin[..error.valid_up_to()]).ok()
        }
        Err(_) => None,
    };
    let told = |sign: &char| matches!(sign, '\n' | '\t') || !format::is_command(*sign);
    match text.filter(|text| !text.contains('\0')) {
        Some(text) => {
            let cut = (begin.len() < bytes.len())
                .then(|| format!("the first {} are shown", format::bytes(MOST_SHOWN as f64)));
            (text.chars().filter(told).collect(), cut)
        }
        None => {
            let few: Vec<String> = bytes.iter().take(MOST_BYTES).map(|byte| format!("{byte:02x}")).collect();
            (few.join(" "), Some(format!("no text: its first {} bytes are shown", few.len())))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_body_is_cut_between_two_signs() {
        let long = format!("a{}", "ä".repeat(MOST_SHOWN));
        let (text, cut) = shown(long.as_bytes());
        assert!(text.len() < MOST_SHOWN && text.ends_with('ä'));
        assert_eq!(cut.unwrap(), "the first 64.0 KiB are shown");
        assert_eq!(shown(b"a\x1b[1m\r\n"), ("a[1m\n".to_owned(), None));
    }

    #[test]
    fn what_is_no_text_is_shown_by_its_first_bytes() {
        assert_eq!(shown(&[0x89, b'P', 0xff]).0, "89 50 ff");
        assert_eq!(shown(&[0; 100]).1.unwrap(), "no text: its first 48 bytes are shown");
    }
}
