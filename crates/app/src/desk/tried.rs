//! What a workload answered in each lane, for people.

use std::str;

use plimsoll_chart::LaneLook;
use plimsoll_engine::Hearing;
use plimsoll_model::{ExpectedOutput, LeftOut};
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
    /// What it answered.
    pub answer: Option<TriedAnswer>,
    /// Where it differs from the first lane's answer, or what it said before it failed; lines that begin with `-` are
    /// expected, those with `+` came.
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
            lanes.push(lane(lane_card(looks.swap_remove(found)), ended, is_first));
        }
        let left_out = heard.left_out.iter().map(|LeftOut { lane, why }| Remark {
            tone: Tone::Plain,
            text: format!("`{lane}`: {why}"),
            remedy: None,
        });
        let left_out = left_out.collect();
        Self { verdict: verdict(heard), lanes, left_out, can_be_added: heard.recorded.is_some() }
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
            "It gave no right answer in any lane: see below why. A right answer has a status from 200 to 299.",
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

fn lane(card: Card, ended: &Ended, is_first: bool) -> TriedLane {
    match ended {
        Ended::Answered { hearing, difference } => TriedLane {
            lane: card,
            remark: match difference {
                Some(_) => remark(Tone::Warning, "differs from the first lane's answer"),
                None if is_first => remark(Tone::Good, "answered: the others are compared with this"),
                None => remark(Tone::Good, "answered the same"),
            },
            ready: Some(format::duration(hearing.ready.as_nanos() as f64)),
            answer: answer(hearing),
            difference: difference.clone(),
        },
        Ended::Failed(failure) => TriedLane {
            lane: card,
            remark: remark(Tone::Problem, format!("phase {}: {}", failure.phase, failure.message)),
            ready: None,
            answer: None,
            difference: failure.diff.clone(),
        },
    }
}

fn answer(hearing: &Hearing) -> Option<TriedAnswer> {
    if let Some(heard) = hearing.answers.first() {
        let (body, cut) = shown(&heard.body);
        let mut notes: Vec<String> = cut.into_iter().collect();
        if !heard.left_out.is_empty() {
            let places: Vec<String> = heard.left_out.iter().map(|place| format!("`{place}`")).collect();
            notes.push(format!(
                "changes from one answer to the next, and is not compared: {}",
                places.join(", ")
            ));
        } else if heard.compare == plimsoll_model::Compare::Status {
            notes.push("changes from one answer to the next: only the status is compared".to_owned());
        }
        return Some(TriedAnswer {
            status: format!("status {}", heard.status),
            content_type: heard.content_type.as_deref().map(format::plain),
            size: format::bytes(heard.body.len() as f64),
            body,
            notes,
        });
    }
    let ExpectedOutput { exit_code, stdout, .. } = hearing.output.as_ref()?;
    let (body, cut) = shown(stdout);
    Some(TriedAnswer {
        status: format!("exit code {exit_code}"),
        content_type: None,
        size: format::bytes(stdout.len() as f64),
        body,
        notes: cut.into_iter().collect(),
    })
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
