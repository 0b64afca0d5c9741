//! What a client is told when its request can't be met.

use plimsoll_sides::Response;
use serde::Serialize;

use crate::JSON;

#[derive(Debug)]
pub(crate) struct Failure {
    status: u16,
    message: String,
    allow: Option<&'static str>,
}

#[derive(Serialize)]
struct Body<'a> {
    error: Detail<'a>,
}

#[derive(Serialize)]
struct Detail<'a> {
    status: u16,
    message: &'a str,
}

impl Failure {
    pub(crate) fn bad_request(message: String) -> Self {
        Self { status: 400, message, allow: None }
    }

    pub(crate) fn not_found(message: String) -> Self {
        Self { status: 404, message, allow: None }
    }

    pub(crate) fn method_not_allowed(allowed: &'static str, method: &str) -> Self {
        Self {
            status: 405,
            message: format!("`{method}` is not allowed here: use {allowed}"),
            allow: Some(allowed),
        }
    }

    pub(crate) fn internal(error: &serde_json::Error) -> Self {
        Self { status: 500, message: format!("the answer could not be encoded: {error}"), allow: None }
    }

    pub(crate) fn into_response(self) -> Response {
        let body = Body { error: Detail { status: self.status, message: &self.message } };
        let encoded = serde_json::to_vec(&body).unwrap_or_default();
        match self.allow {
            Some(allow) => Response::method_not_allowed(allow, JSON, encoded),
            None => Response::new(self.status, JSON, encoded),
        }
    }
}
