//! One request of a workload of the user's own, as a row of a form tells it.

use serde::{Deserialize, Serialize};

use super::form_text::{path, said, told};
use super::order::Fault;
use crate::Question;

/// A row of a form; empty text: not told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct OwnRequest {
    /// The HTTP method; empty: `GET`.
    pub method: String,
    /// The path that is asked for.
    pub path: String,
    /// What is sent, or `@` and the path of a file that holds it.
    pub body: String,
    /// Its share in the load; empty: 1.
    pub weight: String,
}

impl OwnRequest {
    /// What an empty form begins with.
    pub(super) fn usual() -> Self {
        Self { method: "GET".to_owned(), path: "/".to_owned(), ..Self::default() }
    }

    /// Whether nothing is asked for or sent.
    pub(super) fn is_blank(&self) -> bool {
        told(&self.path).is_none() && told(&self.body).is_none()
    }

    /// What is asked, in two words.
    pub(super) fn title(&self) -> String {
        format!("{} {}", self.method(), self.path.trim())
    }

    fn method(&self) -> String {
        told(&self.method).unwrap_or("GET").to_ascii_uppercase()
    }

    /// Its share in the load, 1 where none is told or none can be read.
    pub(super) fn weight(&self) -> u32 {
        self.read_weight().unwrap_or(1)
    }

    fn read_weight(&self) -> Result<u32, String> {
        let Some(text) = told(&self.weight) else { return Ok(1) };
        text.parse().map_err(|_| format!("`{text}` is no share: write e.g. `3`, or `0` for none of the load"))
    }

    /// The request, read from the row of this number; what is wrong is added to the faults.
    pub(super) fn question(&self, row: usize, faults: &mut Vec<Fault>) -> Option<Question> {
        let field = |name: &str| field_of(row, name);
        let method = self.method();
        if let Err(message) = self.read_weight() {
            faults.push(said(&field("weight"), message));
        }
        let body = self.read_body(&field("body"), faults);
        let Some(path) = told(&self.path) else {
            let message = "a request has a path: write e.g. `/carts/17`, or remove the row".to_owned();
            faults.push(said(&field("path"), message));
            return None;
        };
        match Question::read(&method, path, body.as_deref(), &[].into()) {
            Ok(question) => Some(question),
            Err(wrong) => {
                faults.extend(wrong.iter().map(|fault| said(&field(fault.part()), fault.to_string())));
                None
            }
        }
    }

    fn read_body(&self, field: &str, faults: &mut Vec<Fault>) -> Option<String> {
        let body = told(&self.body)?;
        let Some(named) = body.strip_prefix('@') else { return Some(body.to_owned()) };
        match path(named) {
            Ok(Some(file)) if file.is_file() => Some(format!("@{}", file.display())),
            Ok(Some(file)) => {
                let message = format!("`{}` is no file: name one that is there", file.display());
                faults.push(said(field, message));
                None
            }
            Ok(None) => {
                faults.push(said(field, "after `@` comes the path of a file".to_owned()));
                None
            }
            Err(message) => {
                faults.push(said(field, message));
                None
            }
        }
    }
}

/// What the field of a row is called.
pub(super) fn field_of(row: usize, name: &str) -> String {
    format!("requests.{row}.{name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(request: &OwnRequest) -> Vec<String> {
        let mut faults = Vec::new();
        request.question(2, &mut faults);
        faults.into_iter().filter_map(|fault| fault.field).collect()
    }

    #[test]
    fn what_is_wrong_stands_at_its_row_and_field() {
        let wrong = OwnRequest {
            method: "LOOK".to_owned(),
            path: "carts".to_owned(),
            body: "@cart.json".to_owned(),
            weight: "much".to_owned(),
        };
        let fields = ["weight", "body", "method", "path"].map(|name| field_of(2, name));
        assert_eq!(faults(&wrong), fields);
        assert_eq!(faults(&OwnRequest::default()), [field_of(2, "path")]);
    }

    #[test]
    fn a_weight_is_one_where_none_is_told_and_may_be_nothing() {
        let of = |weight: &str| OwnRequest { weight: weight.to_owned(), ..OwnRequest::default() }.weight();
        assert_eq!(["", " ", "0", "60"].map(of), [1, 1, 0, 60]);
    }
}
