//! What a service is asked: what is told in words first, then what files tell.

use plimsoll_model::{Answer, Exchange, Slug};

use super::Own;
use super::import::{self, ImportError, ImportedRequest, Means};
use super::question::is_header;
use crate::{Code, Error};

/// All requests in order, each with what is said of its answer, and what is to be known of where they come from.
pub(super) fn exchanges(own: &Own) -> Result<(Vec<Exchange>, Vec<String>), Error> {
    let mut exchanges = Vec::new();
    let mut remarks = Vec::new();
    for question in &own.questions {
        let name = free(None, &exchanges)?;
        exchanges.push(question.exchange(name, own.right.expected()?)?);
    }
    if let Some((name, _)) = own.headers.iter().find(|(name, value)| !is_header(name, value)) {
        return Err(Error::usage(format!("`{}` is no header", name.escape_debug()))
            .with_hint("write it as `--header 'Accept: text/plain'`"));
    }
    for imported in [own.har.as_deref().map(import::har), own.openapi.as_deref().map(import::openapi)] {
        let Some(imported) = imported.transpose().map_err(|error| refused(&error))? else { continue };
        remarks.extend(imported.remarks(Means::CommandLine));
        for request in imported.requests {
            let name = free(request.name.clone(), &exchanges)?;
            exchanges.push(exchange(request, name, own)?);
        }
    }
    Ok((exchanges, remarks))
}

fn refused(error: &ImportError) -> Error {
    Error::of(Code::Usage, error)
}

/// What it is called, where nothing else is; else a name by its number.
fn free(wished: Option<Slug>, others: &[Exchange]) -> Result<Slug, Error> {
    let is_free = |name: &Slug| !others.iter().any(|other| other.name == *name);
    if let Some(name) = wished.filter(is_free) {
        return Ok(name);
    }
    let number = others.len() + 1;
    let more = (1..).filter_map(|more| format!("request-{number}-{more}").parse().ok());
    // As many as there are others, and one, are never all taken.
    let mut names = std::iter::once(Exchange::numbered(number)).chain(more).take(others.len() + 1);
    names.find(is_free).ok_or_else(|| Error::usage("too many of one name"))
}

fn exchange(request: ImportedRequest, name: Slug, own: &Own) -> Result<Exchange, Error> {
    let ImportedRequest { name: _, method, path, headers, content_type, body, weight, answer } = request;
    let said = own.right.expected()?;
    let status = own.right.status.or(answer.status).unwrap_or(said.status);
    let expect = match answer.schema.filter(|_| !own.says_what_is_right()) {
        Some(schema) => Answer::fitting(status, schema),
        None => Answer { status, ..said },
    };
    let (headers, content_type) = with_own(headers, content_type, own);
    Ok(Exchange { name, method, path, headers, content_type, body, weight, expect })
}

/// With the headers that are told for every request, which win.
fn with_own(
    mut headers: Vec<(String, String)>,
    mut content_type: Option<String>,
    own: &Own,
) -> (Vec<(String, String)>, Option<String>) {
    for (name, value) in &own.headers {
        if name.eq_ignore_ascii_case("content-type") {
            content_type = Some(value.clone());
            continue;
        }
        headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        headers.push((name.clone(), value.clone()));
    }
    (headers, content_type)
}
