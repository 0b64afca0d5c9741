//! An OpenAPI document of version 3: every operation whose request can be made of its examples.

mod answer;
mod document;
mod example;
mod parameter;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::Arc;

use serde_json::{Map, Value};
use url::Url;
use url::form_urlencoded::Serializer;

use self::document::{Contract, shortened, text_of};
use super::error::Reasons;
use super::{ImportError, Imported, ImportedRequest, LARGEST_OPENAPI};
use crate::own::name::slug_in;
use crate::own::question::{METHODS, MOST_REQUESTS, is_header};

/// The requests of a file.
pub(in crate::own) fn openapi(file: &Path) -> Result<Imported, ImportError> {
    let name = file.display().to_string();
    match super::read(file, LARGEST_OPENAPI) {
        Ok(bytes) => read(&bytes, &name),
        Err(source) => Err(ImportError::Unread { file: name, source }),
    }
}

pub(super) fn read(bytes: &[u8], file: &str) -> Result<Imported, ImportError> {
    let contract = Contract::read(bytes, file)?;
    let mut requests = Vec::new();
    let mut remarks = Vec::new();
    let mut all = 0;
    for operation in operations(&contract, &mut remarks) {
        all += 1;
        let called = operation.called();
        if operation.rank().is_none() {
            remarks.push(format!("{called} is left out: only {} can be asked with.", METHODS.join(", ")));
            continue;
        }
        // What is refused as too much needs no schemas.
        let wants_answer = requests.len() < MOST_REQUESTS;
        match operation.request(&contract, wants_answer) {
            Err(missing) => remarks.push(format!("{called} is left out: {}.", missing.join("; "))),
            Ok((request, unjudged)) => {
                requests.push(request);
                let why = unjudged.map(|why| {
                    format!(
                        "The answer to {called} is not held against its schema: {}.",
                        why.trim_end_matches('.')
                    )
                });
                remarks.extend(why);
            }
        }
    }
    if requests.is_empty() {
        if remarks.is_empty() {
            remarks.push("It has no operation.".to_owned());
        }
        let why = Reasons(Imported { requests, remarks, unsent: None }.bounded().remarks);
        return Err(ImportError::Nothing { file: file.to_owned(), why });
    }
    if requests.len() > MOST_REQUESTS {
        return Err(ImportError::TooMany { file: file.to_owned(), found: requests.len() });
    }
    let judged = requests.iter().filter(|request| request.answer.schema.is_some()).count();
    let taken = format!(
        "Requests from `{file}`: {} of {all} operations, the answers to {judged} of them held against their schemas.",
        requests.len()
    );
    remarks.insert(0, taken);
    Ok(Imported { requests, remarks, unsent: None }.bounded())
}

/// One operation, where it stands.
struct Operation<'a> {
    /// In capitals.
    method: String,
    path: &'a str,
    item: &'a Value,
    told: &'a Value,
}

/// All of them: those that only read first, then by path.
fn operations<'a>(contract: &'a Contract, remarks: &mut Vec<String>) -> Vec<Operation<'a>> {
    let mut found = Vec::new();
    let paths = contract.root.get("paths").and_then(Value::as_object);
    for (path, item) in paths.into_iter().flatten().filter(|(path, _)| path.starts_with('/')) {
        let item = match contract.follow(item) {
            Ok(item) => item,
            Err(why) => {
                remarks.push(format!("`{}` is left out: {why}.", shortened(path).escape_debug()));
                continue;
            }
        };
        // Nothing else of a path is an object under a word in small letters.
        let is_method = |key: &str| key.bytes().all(|byte| byte.is_ascii_lowercase());
        let operations = item.as_object().into_iter().flatten();
        for (key, told) in operations.filter(|(key, told)| is_method(key) && told.is_object()) {
            found.push(Operation { method: shortened(key).to_ascii_uppercase(), path, item, told });
        }
    }
    found.sort_by_key(|operation| (operation.method != "GET", operation.path, operation.rank()));
    found
}

impl Operation<'_> {
    /// Its method's place among those that can be asked with.
    fn rank(&self) -> Option<usize> {
        METHODS.iter().position(|known| *known == self.method)
    }

    fn called(&self) -> String {
        let place = format!("{} {}", self.method, shortened(self.path).escape_debug());
        match self.told.get("operationId").and_then(Value::as_str) {
            Some(id) => format!("`{}` ({place})", shortened(id).escape_debug()),
            None => format!("`{place}`"),
        }
    }

    /// The request, and why its answer is not held against the schema that it has. Else all that is missing.
    fn request(
        &self,
        contract: &Contract,
        wants_answer: bool,
    ) -> Result<(ImportedRequest, Option<String>), Vec<String>> {
        let parameters = self.parameters(contract).map_err(|why| vec![why])?;
        let filled = parameter::fill(contract, self.path, &parameters);
        let sent = self.body(contract);
        let (filled, (content_type, body)) = match (filled, sent) {
            (Ok(filled), Ok(sent)) => (filled, sent),
            (filled, sent) => {
                let mut missing = filled.err().unwrap_or_default();
                missing.extend(sent.err());
                return Err(missing);
            }
        };
        let path = self
            .whole_path(contract, &filled.path)
            .ok_or_else(|| vec![format!("`{}` is no path", shortened(&filled.path).escape_debug())])?;
        if let Some((name, _)) = filled.headers.iter().find(|(name, value)| !is_header(name, value)) {
            return Err(vec![format!("its header `{}` can't be sent", shortened(name).escape_debug())]);
        }
        let (answer, unjudged) =
            if wants_answer { answer::of_operation(contract, self.told) } else { Default::default() };
        let name = self.told.get("operationId").and_then(Value::as_str).and_then(slug_in);
        let request = ImportedRequest {
            name,
            method: self.method.clone(),
            path,
            headers: filled.headers,
            content_type,
            body,
            weight: 1,
            answer,
        };
        Ok((request, unjudged))
    }

    /// The path's own and the operation's, of which the latter win.
    fn parameters<'a>(&'a self, contract: &'a Contract) -> Result<Vec<&'a Value>, String> {
        let mut all: Vec<&Value> = Vec::new();
        let named = |one: &Value| (one.get("name").map(text_of), one.get("in").map(text_of));
        for bearer in [self.item, self.told] {
            for parameter in bearer.get("parameters").and_then(Value::as_array).into_iter().flatten() {
                let parameter = contract.follow(parameter).map_err(|why| why.to_string())?;
                all.retain(|known| named(known) != named(parameter));
                all.push(parameter);
            }
        }
        Ok(all)
    }

    fn body(&self, contract: &Contract) -> Result<(Option<String>, Arc<[u8]>), String> {
        let nothing = || Ok((None, Arc::default()));
        let Some(told) = self.told.get("requestBody") else { return nothing() };
        let told = contract.follow(told).map_err(|why| why.to_string())?;
        let is_required = told.get("required") == Some(&Value::Bool(true));
        let mut why = "its body has no content".to_owned();
        for (kind, media) in told.get("content").and_then(Value::as_object).into_iter().flat_map(Map::iter) {
            let made = example::of_bearer(contract, media).map_err(|why| format!("its body {why}"));
            match made.and_then(|value| written(kind, &value)) {
                Ok(bytes) if is_header("content-type", kind) => {
                    return Ok((Some(kind.clone()), bytes.into()));
                }
                Ok(_) => {}
                Err(reason) => why = reason,
            }
        }
        if is_required { Err(why) } else { nothing() }
    }

    /// Below the path of the first server that is told nearest.
    fn whole_path(&self, contract: &Contract, path: &str) -> Option<String> {
        let bearers = [self.told, self.item, &contract.root];
        let server = bearers.into_iter().find_map(|bearer| bearer.get("servers")?.get(0));
        let base = server.map(base_path).unwrap_or_default();
        let url = Url::parse(&format!("http://service{}{path}", base.trim_end_matches('/'))).ok()?;
        let path = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        path.bytes().all(|byte| byte.is_ascii_graphic()).then_some(path)
    }
}

fn base_path(server: &Value) -> String {
    let mut told = server.get("url").and_then(Value::as_str).unwrap_or_default().to_owned();
    for (name, variable) in server.get("variables").and_then(Value::as_object).into_iter().flatten() {
        let usual = variable.get("default").map(text_of).unwrap_or_default();
        told = shortened(&told).replace(&format!("{{{name}}}"), &shortened(&usual));
    }
    let here = Url::parse("http://service/").ok();
    let url = here.and_then(|here| here.join(&told).ok());
    url.map(|url| url.path().to_owned()).unwrap_or_default()
}

/// An example as the bytes of its media type.
fn written(kind: &str, value: &Value) -> Result<Vec<u8>, String> {
    let plain = kind.split(';').next().unwrap_or(kind).trim().to_ascii_lowercase();
    if plain == "application/json" || plain.ends_with("+json") {
        return Ok(value.to_string().into_bytes());
    }
    match value {
        Value::Object(fields) if plain == "application/x-www-form-urlencoded" => {
            let mut form = Serializer::new(String::new());
            for (name, value) in fields {
                form.append_pair(name, &text_of(value));
            }
            Ok(form.finish().into_bytes())
        }
        Value::String(text) if !plain.starts_with("multipart/") => Ok(text.clone().into_bytes()),
        _ => {
            Err(format!("its body of type `{}` can't be made of an example", shortened(kind).escape_debug()))
        }
    }
}
