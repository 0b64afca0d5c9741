//! A request as it is told in words, whoever tells them: flags or a form.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use plimsoll_files::read_file;
use plimsoll_model::{Answer, Exchange, Slug};
use serde::{Deserialize, Serialize};

use crate::Error;

/// The largest body that is sent or expected, in bytes.
const LONGEST_BODY: u64 = 64 << 20;
/// The most requests that are told at once: in a form, or by one file.
pub(crate) const MOST_REQUESTS: usize = 64;
/// The methods that can be asked with.
pub(crate) const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/// A request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// HTTP method.
    pub method: String,
    /// Path with query.
    pub path: String,
    /// The body: text, or `@` and the name of a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// Headers.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
}

/// What is wrong with what is told of a request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuestionFault {
    /// No method that can be asked with.
    #[error("`{}` is none of {}", .0.escape_debug(), METHODS.join(", "))]
    Method(String),
    /// No path.
    #[error("`{}` is no path: it begins with `/` and has no blanks, e.g. `/carts/17`", .0.escape_debug())]
    Path(String),
    /// No header, or one that can't be sent.
    #[error("`{}` is no header: write it as `Accept: text/plain`, in one line", .0.escape_debug())]
    Header(String),
}

impl QuestionFault {
    /// What of a request it is wrong with: `method`, `path` or `headers`.
    #[must_use]
    pub fn part(&self) -> &'static str {
        match self {
            Self::Method(_) => "method",
            Self::Path(_) => "path",
            Self::Header(_) => "headers",
        }
    }
}

impl Question {
    /// Reads what is told. A method may be in small letters.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn read(
        method: &str,
        path: &str,
        body: Option<&str>,
        headers: &BTreeMap<String, String>,
    ) -> Result<Self, Vec<QuestionFault>> {
        let told = Self {
            method: method.to_ascii_uppercase(),
            path: path.to_owned(),
            body: body.map(str::to_owned),
            headers: headers.clone(),
        };
        let faults = told.faults();
        if faults.is_empty() { Ok(told) } else { Err(faults) }
    }

    fn faults(&self) -> Vec<QuestionFault> {
        let mut faults = Vec::new();
        if !METHODS.contains(&self.method.as_str()) {
            faults.push(QuestionFault::Method(self.method.clone()));
        }
        if !self.path.starts_with('/') || !self.path.bytes().all(|byte| byte.is_ascii_graphic()) {
            faults.push(QuestionFault::Path(self.path.clone()));
        }
        let wrong = self.headers.iter().find(|(name, value)| !is_header(name, value));
        faults.extend(wrong.map(|(name, _)| QuestionFault::Header(name.clone())));
        faults
    }

    /// The request, with what its answer must be.
    pub(super) fn exchange(&self, name: Slug, expect: Answer) -> Result<Exchange, Error> {
        if let Some(fault) = self.faults().first() {
            return Err(Error::of(crate::Code::Usage, fault));
        }
        let body = match self.body.as_deref().map(|body| (body, body.strip_prefix('@'))) {
            None => Arc::default(),
            Some((_, Some(file))) => read_body(Path::new(file))?,
            Some((text, None)) => text.as_bytes().into(),
        };
        let mut headers = Vec::new();
        let mut content_type = None;
        for (name, value) in &self.headers {
            match name.eq_ignore_ascii_case("content-type") {
                true => content_type = Some(value.clone()),
                false => headers.push((name.clone(), value.clone())),
            }
        }
        let usual = || {
            let is_json = serde_json::from_slice::<serde_json::Value>(&body).is_ok();
            if is_json { "application/json" } else { "text/plain" }.to_owned()
        };
        let content_type = content_type.or_else(|| (!body.is_empty()).then(usual));
        let (method, path) = (self.method.clone(), self.path.clone());
        Ok(Exchange { name, method, path, headers, content_type, body, weight: 1, expect })
    }
}

/// Whether it can be sent as one line.
pub(super) fn is_header(name: &str, value: &str) -> bool {
    let is_name =
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    is_name && !value.bytes().any(|byte| byte.is_ascii_control())
}

pub(super) fn read_body(file: &Path) -> Result<Arc<[u8]>, Error> {
    read_file(file, LONGEST_BODY).map(Into::into).map_err(|why| {
        let told = Error::usage(format!("could not read `{}`", file.display()));
        Error { causes: vec![why.to_string()], ..told }.with_hint("name a file that is there")
    })
}
