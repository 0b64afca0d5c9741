//! A request ready to be fired, and the judgement of its answers.

use std::cell::OnceCell;
use std::net::SocketAddr;

use plimsoll_model::{Compare, Exchange, Misfit};

use crate::answered;
use crate::difference::difference;
use crate::form;
use crate::forms::{KeptForms, Shelf};
use crate::heard::Once;
use crate::http::{Answer, request_bytes};
use crate::json::{self, Different, Expected};
use crate::pixels;

/// A request as bytes, with what its answer must be.
pub(crate) struct Shot {
    pub(crate) request: Exchange,
    pub(crate) bytes: Vec<u8>,
    /// Bodies that came under load, to be judged when it is over.
    forms: KeptForms,
    /// The expected body, where it is compared as JSON: read when it is first needed, which is after an answer has come.
    json: OnceCell<Result<Expected, Different>>,
    /// Where any answer of the right status is right: the last one.
    listens: Option<Option<Once>>,
    /// Where it is noted: in what the last right answer was not the expected one, though that is not compared.
    notes: Option<Vec<String>>,
}

/// What is known of an answer as it comes under load.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum AsItComes {
    /// It is the expected one.
    Right,
    /// It is kept, and judged when the load is over.
    Later,
    /// There was no room to keep it: it was judged at once, and is right.
    RightAtOnce,
    /// It is wrong.
    Wrong(Mismatch),
}

/// Why an answer is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mismatch {
    pub(crate) message: String,
    pub(crate) diff: Option<String>,
}

impl Shot {
    pub(crate) fn new(request: &Exchange, address: SocketAddr) -> Self {
        let bytes = request_bytes(request, address);
        Self {
            request: request.clone(),
            bytes,
            forms: KeptForms::default(),
            json: OnceCell::new(),
            listens: None,
            notes: None,
        }
    }

    /// One that takes any answer with the expected status, or one as good as 200, and keeps it.
    pub(crate) fn listening(request: &Exchange, address: SocketAddr) -> Self {
        Self { listens: Some(None), ..Self::new(request, address) }
    }

    /// One that notes in what a right answer is not the expected one.
    pub(crate) fn noting(request: &Exchange, address: SocketAddr) -> Self {
        Self { notes: Some(Vec::new()), ..Self::new(request, address) }
    }

    /// What it noted of the last right answer, each in a sentence.
    pub(crate) fn noted(self) -> Vec<String> {
        let called = self.request.called();
        let notes = self.notes.into_iter().flatten();
        notes.map(|how| format!("the answer to {called} {how}")).collect()
    }

    /// What it heard last.
    pub(crate) fn heard(&mut self) -> Option<Once> {
        self.listens.as_mut().and_then(Option::take)
    }

    /// Whether a complete answer is the expected one.
    pub(crate) fn judge(&mut self, answer: &mut Answer) -> Result<(), Mismatch> {
        let expect = &self.request.expect;
        let looks_right = match expect.status {
            200 => (200..300).contains(&answer.status()),
            other => answer.status() == other,
        };
        if self.listens.is_some() && looks_right {
            if expect.compare == Compare::Schema {
                self.judge_body(answer.body())?;
            }
            let content_type = answer.content_type().map(|told| String::from_utf8_lossy(told).into_owned());
            let heard = Once { status: answer.status(), content_type, body: answer.body().to_vec() };
            self.listens = Some(Some(heard));
            return Ok(());
        }
        if !self.is_as_expected(answer) {
            self.judge_closely(answer)?;
        }
        if let Some(notes) = &mut self.notes {
            let content_type = answer.content_type().map(String::from_utf8_lossy);
            *notes = form::differences(&self.request.expect, content_type.as_deref(), answer.body());
        }
        Ok(())
    }

    /// What can be said of a complete answer under load without reading it. What is only kept has to be judged by
    /// [`Shot::judge_kept`].
    pub(crate) fn judge_later(&mut self, answer: &mut Answer, shelf: &mut Shelf) -> AsItComes {
        if self.is_as_expected(answer) {
            return AsItComes::Right;
        }
        let expect = &self.request.expect;
        let has_to_be_read = matches!(expect.compare, Compare::Json | Compare::Schema | Compare::Pixels);
        let may_be_right = has_to_be_read && answer.status() == expect.status && self.has_right_type(answer);
        if may_be_right && self.forms.take(answer.body(), shelf) {
            return AsItComes::Later;
        }
        match self.judge_closely(answer) {
            Ok(()) => AsItComes::RightAtOnce,
            Err(mismatch) => AsItComes::Wrong(mismatch),
        }
    }

    /// How often wrong bodies came among those that were kept, and why each is wrong.
    pub(crate) fn judge_kept(&mut self) -> Vec<(u64, Mismatch)> {
        let kept = self.forms.hand_over().into_iter();
        kept.filter_map(|(body, count)| Some((count, self.judge_body(&body).err()?))).collect()
    }

    /// Whether that can be said without reading its body.
    fn is_as_expected(&self, answer: &mut Answer) -> bool {
        let expect = &self.request.expect;
        let known = match expect.compare {
            Compare::Status => true,
            Compare::Schema => false,
            Compare::Bytes | Compare::Json | Compare::Pixels => answer.is(&expect.body),
        };
        known && answer.status() == expect.status && self.has_right_type(answer)
    }

    fn has_right_type(&self, answer: &Answer) -> bool {
        match (&self.request.expect.content_type, answer.content_type()) {
            (None, _) => true,
            (Some(expected), Some(received)) => received.eq_ignore_ascii_case(expected.as_bytes()),
            (Some(_), None) => false,
        }
    }

    fn judge_closely(&self, answer: &Answer) -> Result<(), Mismatch> {
        let (name, expect) = (self.request.called(), &self.request.expect);
        let (expected, received) = (&*expect.body, answer.body());
        if answer.status() != expect.status {
            let message = format!(
                "the answer to {name} has status {}, expected {}{}",
                answer.status(),
                expect.status,
                answered::told(answer)
            );
            let is_held_against_none = matches!(expect.compare, Compare::Status | Compare::Schema);
            let nothing = expected.is_empty() && (self.listens.is_some() || is_held_against_none);
            let diff = (!nothing).then(|| difference(expected, received));
            return Err(Mismatch { message, diff });
        }
        if !self.has_right_type(answer) {
            let told = answer.content_type().map(String::from_utf8_lossy).unwrap_or_default();
            let wanted = expect.content_type.as_deref().unwrap_or_default();
            let message = format!("the answer to {name} has the content type `{told}`, expected `{wanted}`");
            return Err(Mismatch { message, diff: None });
        }
        self.judge_body(received)
    }

    fn judge_body(&self, received: &[u8]) -> Result<(), Mismatch> {
        let (name, expect) = (self.request.called(), &self.request.expect);
        let wrong = |why: &dyn std::fmt::Display, diff| {
            Err(Mismatch { message: format!("the answer to {name} {why}"), diff })
        };
        match expect.compare {
            Compare::Status => Ok(()),
            Compare::Pixels => match pixels::compare(&expect.body, received, expect.tolerance) {
                Ok(()) => Ok(()),
                Err(why) => wrong(&why, None),
            },
            Compare::Schema => match expect.schema.as_ref().map(|schema| schema.judge(received)) {
                None | Some(Ok(())) => Ok(()),
                Some(Err(misfit)) => match &misfit {
                    Misfit::Value { expected, received, .. } => {
                        wrong(&misfit, Some(difference(expected.as_bytes(), received.as_bytes())))
                    }
                    Misfit::NoJson(_) => {
                        wrong(&format_args!("{misfit}{}", answered::told_of_body(received)), None)
                    }
                },
            },
            Compare::Json => {
                let read = || Expected::read(&expect.body, &expect.left_out);
                match self.json.get_or_init(read) {
                    Ok(json) => {
                        json.compare(received).map_err(|different| different.into_mismatch(&name, received))
                    }
                    Err(different) => wrong(different, None),
                }
            }
            Compare::Bytes => {
                let form = only_in_form(&expect.body, received);
                let diff = Some(difference(&expect.body, received));
                wrong(&format_args!("is not the expected one{form}"), diff)
            }
        }
    }
}

impl Different {
    fn into_mismatch(self, name: &str, received: &[u8]) -> Mismatch {
        let mut message = format!("the answer to {name} {self}");
        let diff = match self {
            Self::Value { expected, received } => Some(difference(expected.as_bytes(), received.as_bytes())),
            Self::Expected(_) => None,
            Self::Received(_) => {
                message.push_str(&answered::told_of_body(received));
                None
            }
        };
        Mismatch { message, diff }
    }
}

/// What is said of answers that differ in nothing that they say.
fn only_in_form(expected: &[u8], received: &[u8]) -> &'static str {
    if expected.trim_ascii() == received.trim_ascii() {
        return ": the two differ only in white space at an end";
    }
    if json::is_same(expected, received) {
        return ": the two differ only in the form of their JSON, its white space or the order of keys, which \
                `compare = \"json\"` does not count";
    }
    ""
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, SocketAddr};
    use std::sync::Arc;

    use plimsoll_model::{BodySchema, Slug};

    use super::*;
    use crate::http::Bodies;

    fn shot(expect: plimsoll_model::Answer) -> Shot {
        let request = Exchange {
            name: Slug::known("cart"),
            method: "GET".to_owned(),
            path: "/".to_owned(),
            headers: Vec::new(),
            content_type: None,
            body: Arc::default(),
            weight: 1,
            expect,
        };
        Shot::new(&request, SocketAddr::from((Ipv4Addr::LOCALHOST, 1)))
    }

    fn answer(status: u16, body: &str) -> Answer {
        let bytes = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        let mut answer = Answer::expecting(Bodies::up_to(bytes.len()));
        answer.begin("GET");
        answer.space()[..bytes.len()].copy_from_slice(bytes.as_bytes());
        assert_eq!(answer.received(bytes.len()), Ok(true));
        answer
    }

    #[test]
    fn under_load_only_bytes_are_taken_and_what_is_wrong_is_found_when_it_is_over() {
        let schema = br#"{"properties": {"id": {"type": "integer"}}}"#.as_slice();
        let fitting = plimsoll_model::Answer::fitting(200, BodySchema::read(schema.into()).unwrap());
        let json = plimsoll_model::Answer {
            compare: Compare::Json,
            ..plimsoll_model::Answer::exactly(200, br#"{"id":1}"#.as_slice().into())
        };
        for expect in [fitting, json] {
            let (mut shot, mut shelf) = (shot(expect), Shelf::empty());
            for body in ["{ \"id\": 1 }", "{\"id\": \"one\"}", "{ \"id\": 1 }", "{\"id\": \"one\"}"] {
                assert_eq!(shot.judge_later(&mut answer(200, body), &mut shelf), AsItComes::Later);
            }
            let wrong = shot.judge_kept();
            assert!(
                matches!(&*wrong, [(2, Mismatch { diff: Some(diff), .. })] if diff.contains("one")),
                "{wrong:?}"
            );
            // Its status alone tells that of another one.
            let failed = shot.judge_later(&mut answer(500, "{}"), &mut shelf);
            assert!(matches!(failed, AsItComes::Wrong(_)));
            assert_eq!(shot.judge_kept(), []);
        }
    }

    #[test]
    fn what_there_is_no_room_for_is_judged_at_once() {
        let schema = br#"{"minimum": 0}"#.as_slice();
        let fitting = plimsoll_model::Answer::fitting(200, BodySchema::read(schema.into()).unwrap());
        let (mut shot, mut shelf) = (shot(fitting), Shelf::empty());
        let mut take = |number: i32| shot.judge_later(&mut answer(200, &number.to_string()), &mut shelf);
        assert!((0..64).all(|number| take(number) == AsItComes::Later));
        assert_eq!(take(64), AsItComes::RightAtOnce);
        assert!(matches!(take(-1), AsItComes::Wrong(_)));
    }
}
