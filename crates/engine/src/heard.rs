//! Answers as they came, and what of them can be expected again.

use plimsoll_model::{Answer, Compare, Failure, Misfit, Slug};

use crate::difference::difference;
use crate::json::{self, Different, Expected};

/// An answer that was heard more than once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// HTTP status.
    pub status: u16,
    /// Content type.
    pub content_type: Option<String>,
    /// The first one's body.
    pub body: Vec<u8>,
    /// How others can be compared with it.
    pub compare: Compare,
    /// What of it changes from one answer to the next, as JSON Pointers.
    pub left_out: Vec<String>,
}

/// A request that was left out, since it could be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missed {
    /// Its name.
    pub request: Slug,
    /// What became of it.
    pub failure: Failure,
}

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Once {
    pub(crate) status: u16,
    pub(crate) content_type: Option<String>,
    pub(crate) body: Vec<u8>,
}

impl Heard {
    /// Of one request's answers. JSON is compared as what it says; an answer that changes otherwise, by its status.
    pub(crate) fn of(first: Once, second: &Once) -> Self {
        let (compare, left_out) = comparison(&first.body, &second.body);
        let Once { status, content_type, body } = first;
        Self { status, content_type, body, compare, left_out }
    }

    /// Of one answer alone.
    pub(crate) fn once(once: Once) -> Self {
        let compare = if json::is_structured(&once.body) { Compare::Json } else { Compare::Bytes };
        let Once { status, content_type, body } = once;
        Self { status, content_type, body, compare, left_out: Vec::new() }
    }

    /// The same after another instance has answered: what differs between the two is not compared either.
    pub(crate) fn and(self, other: &Self) -> Self {
        let (compare, changed) = comparison(&self.body, &other.body);
        if self.compare == Compare::Status || compare == Compare::Status {
            return Self { compare: Compare::Status, left_out: Vec::new(), ..self };
        }
        let mut left_out = self.left_out;
        left_out.extend(changed);
        left_out.sort_unstable();
        left_out.dedup();
        Self { compare, left_out, ..self }
    }

    /// What is expected of other lanes after this answer of one. Two stacks write one content type in two ways: it is not
    /// part of it.
    #[must_use]
    pub fn expected(self, lane: Slug) -> Answer {
        let Self { status, content_type, body, compare, left_out } = self;
        let body = if compare == Compare::Status { Vec::new() } else { body };
        let (recorded, recorded_type) = (Some(lane), content_type);
        Answer { compare, left_out, recorded, recorded_type, ..Answer::exactly(status, body.into()) }
    }

    /// How it differs from what is expected, where it does: status first, then the body as it is compared.
    pub(crate) fn differs_from(&self, expected: &Answer) -> Option<String> {
        if self.status != expected.status {
            return Some(format!("status {}, and not {}", self.status, expected.status));
        }
        match expected.compare {
            Compare::Status => None,
            Compare::Schema => {
                expected.schema.as_ref().and_then(|schema| schema.judge(&self.body).err()).map(|misfit| {
                    match misfit {
                        Misfit::Value { expected, received, .. } => {
                            difference(expected.as_bytes(), received.as_bytes())
                        }
                        Misfit::NoJson(_) => misfit.to_string(),
                    }
                })
            }
            Compare::Json => {
                let found = Expected::read(&expected.body, &expected.left_out)
                    .and_then(|expected| expected.compare(&self.body));
                found.err().map(|different| match different {
                    Different::Value { expected, received } => {
                        difference(expected.as_bytes(), received.as_bytes())
                    }
                    Different::Expected(_) | Different::Received(_) => different.to_string(),
                })
            }
            Compare::Bytes | Compare::Pixels => {
                (*self.body != *expected.body).then(|| difference(&expected.body, &self.body))
            }
        }
    }
}

fn comparison(first: &[u8], second: &[u8]) -> (Compare, Vec<String>) {
    if json::is_structured(first) {
        return match json::places(first, second) {
            Some(places) => (Compare::Json, places),
            None => (Compare::Status, Vec::new()),
        };
    }
    (if first == second { Compare::Bytes } else { Compare::Status }, Vec::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(first: &str, second: &str) -> Heard {
        let once = |body: &str| Once { status: 200, content_type: None, body: body.as_bytes().to_vec() };
        Heard::of(once(first), &once(second))
    }

    #[test]
    fn json_is_expected_as_json_without_what_changes() {
        let answer = heard(r#"{"id":1,"n":2}"#, r#"{"id":2,"n":2}"#).expected(Slug::known("docker"));
        assert_eq!((answer.compare, answer.left_out), (Compare::Json, vec!["/id".to_owned()]));
        assert_eq!(answer.recorded, Some(Slug::known("docker")));
    }

    #[test]
    fn text_is_expected_as_it_is_and_by_its_status_where_it_changes() {
        assert_eq!(heard("hello", "hello").compare, Compare::Bytes);
        // A number alone is JSON too, but nobody who writes `17` means so.
        assert_eq!(heard("17", "17").compare, Compare::Bytes);
        let changing = heard("<p>10:01</p>", "<p>10:02</p>").expected(Slug::known("docker"));
        assert_eq!((changing.compare, changing.body.len()), (Compare::Status, 0));
        assert_eq!(heard("[1]", "[1,2]").compare, Compare::Status);
    }

    #[test]
    fn what_differs_between_instances_is_left_out_too() {
        let first = heard(r#"{"n":1,"of":"a","name":"lamp"}"#, r#"{"n":2,"of":"a","name":"lamp"}"#);
        let second = r#"{"n":1,"of":"b","name":"lamp"}"#;
        let both = first.clone().and(&heard(second, second));
        assert_eq!(
            (both.compare, both.left_out.as_slice()),
            (Compare::Json, ["/n", "/of"].map(str::to_owned).as_slice())
        );
        assert_eq!(both.body, first.body);
        assert_eq!(
            heard("host one", "host one").and(&heard("host two", "host two")).compare,
            Compare::Status
        );
        assert_eq!(heard("1", "2").and(&heard("1", "1")).compare, Compare::Status);
        assert_eq!(heard("hello", "hello").and(&heard("hello", "hello")).compare, Compare::Bytes);
    }

    #[test]
    fn another_lanes_answer_differs_in_what_is_compared_alone() {
        let expected = heard(r#"{"id":1,"n":2}"#, r#"{"id":2,"n":2}"#).expected(Slug::known("docker"));
        assert_eq!(heard(r#"{ "n": 2, "id": 9 }"#, r#"{"n":2,"id":9}"#).differs_from(&expected), None);
        assert!(heard(r#"{"n":3}"#, r#"{"n":3}"#).differs_from(&expected).unwrap().contains("+  \"n\": 3"));
        let gone = Heard { status: 404, ..heard("{}", "{}") };
        assert_eq!(gone.differs_from(&expected).unwrap(), "status 404, and not 200");
        let text = heard("hello", "hello").expected(Slug::known("docker"));
        assert!(heard("hullo", "hullo").differs_from(&text).unwrap().contains("+hullo"));
    }
}
