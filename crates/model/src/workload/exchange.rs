use std::sync::Arc;

use super::schema::BodySchema;
use crate::{Compare, Slug};

/// A request ready to be sent, and the answer it must get.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// Its name, unique in the workload.
    pub name: Slug,
    /// HTTP method.
    pub method: String,
    /// Path with query.
    pub path: String,
    /// Headers beside those that are always sent.
    pub headers: Vec<(String, String)>,
    /// Content type of the body.
    pub content_type: Option<String>,
    /// The body; empty for none.
    pub body: Arc<[u8]>,
    /// Share in the load; 0: checked once per trial, but no part of the load.
    pub weight: u32,
    /// The answer that counts as right.
    pub expect: Answer,
}

/// An answer, as it is expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Content type; any when absent.
    pub content_type: Option<String>,
    /// The body; empty where it is not compared.
    pub body: Arc<[u8]>,
    /// How the body is compared.
    pub compare: Compare,
    /// For [`Compare::Pixels`]: the largest difference allowed in any channel.
    pub tolerance: u8,
    /// For [`Compare::Json`]: what is not compared, as JSON Pointers in which `*` stands for any key or index.
    pub left_out: Vec<String>,
    /// For [`Compare::Schema`]: what the body must fit.
    pub schema: Option<BodySchema>,
    /// The lane whose answer it is; absent where somebody has said what is right.
    pub recorded: Option<Slug>,
    /// The content type of that lane's answer: told where another has another one, never judged.
    pub recorded_type: Option<String>,
}

/// The longest part of a path that a sentence bears, in characters.
const LONGEST_PATH: usize = 120;

impl Exchange {
    /// The name of the request of this number, from 1, where nobody gave it one.
    #[must_use]
    pub fn numbered(number: usize) -> Slug {
        match number {
            0 | 1 => Slug::known("first"),
            // Letters, a dash and digits are always a name.
            _ => format!("request-{number}").parse().unwrap_or(Slug::known("request")),
        }
    }

    /// What it is called in a sentence: what is asked, after its name where somebody gave it one.
    #[must_use]
    pub fn called(&self) -> String {
        let path: String = self.path.chars().take(LONGEST_PATH).collect();
        let more = if path.len() < self.path.len() { "…" } else { "" };
        let asked = format!("{} {}{more}", self.method, path.escape_debug());
        let number = self.name.as_str().strip_prefix("request-").and_then(|number| number.parse().ok());
        match self.name == Self::numbered(number.unwrap_or(1)) {
            true => format!("`{asked}`"),
            false => format!("`{}` ({asked})", self.name),
        }
    }

    /// How its answers are judged where nobody has said what is right.
    pub(super) fn recorded(&self) -> Option<String> {
        let (called, expect) = (self.called(), &self.expect);
        let lane = expect.recorded.as_ref()?;
        if expect.compare == Compare::Status {
            let status = expect.status;
            return Some(format!(
                "of answers to {called} only the status {status} is compared, for the rest of what lane `{lane}` gave changed \
                 when it was asked again"
            ));
        }
        let places: Vec<String> = expect.left_out.iter().map(|place| format!("`{place}`")).collect();
        let without = match places.as_slice() {
            [] => String::new(),
            places => format!(", without {}, which changed when it was asked again", places.join(", ")),
        };
        Some(format!("answers to {called} are held against the one that lane `{lane}` gave{without}"))
    }
}

impl Answer {
    /// An answer that is compared byte for byte, of any content type.
    #[must_use]
    pub fn exactly(status: u16, body: Arc<[u8]>) -> Self {
        let (compare, left_out) = (Compare::Bytes, Vec::new());
        Self {
            status,
            content_type: None,
            body,
            compare,
            tolerance: 0,
            left_out,
            schema: None,
            recorded: None,
            recorded_type: None,
        }
    }

    /// An answer that has to be JSON and fit a schema, of any content type.
    #[must_use]
    pub fn fitting(status: u16, schema: BodySchema) -> Self {
        let (compare, schema) = (Compare::Schema, Some(schema));
        Self { compare, schema, ..Self::exactly(status, Arc::default()) }
    }

    /// Leaves more places out of the comparison, each of them once.
    pub fn leave_out(&mut self, places: &[String]) {
        self.left_out.extend_from_slice(places);
        self.left_out.sort_unstable();
        self.left_out.dedup();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_calls_it_by_what_is_asked_and_by_a_name_that_somebody_gave() {
        let of = |name: Slug, path: &str| Exchange {
            name,
            method: "GET".to_owned(),
            path: path.to_owned(),
            headers: Vec::new(),
            content_type: None,
            body: Arc::default(),
            weight: 1,
            expect: Answer::exactly(200, Arc::default()),
        };
        assert_eq!(of(Exchange::numbered(1), "/").called(), "`GET /`");
        assert_eq!(of(Exchange::numbered(12), "/items/17").called(), "`GET /items/17`");
        assert_eq!(of(Slug::known("product"), "/items/17").called(), "`product` (GET /items/17)");
        let long = of(Exchange::numbered(2), &"/".repeat(500)).called();
        assert!(long.ends_with("…`") && long.len() < 150, "{long}");
    }
}
