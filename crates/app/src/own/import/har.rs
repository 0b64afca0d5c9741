//! A HAR: what a browser, or a proxy, has recorded. Its answers came from elsewhere and are not looked at.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use url::{Url, form_urlencoded};

use super::error::Reasons;
use super::{ImportError, Imported, ImportedRequest, LARGEST_HAR, ToldAnswer, Unsent};
use crate::own::question::{METHODS, MOST_REQUESTS, is_header};
use crate::own::secret::is_secret;

/// Headers that belong to one connection, or are made for each request.
const MADE: [&str; 11] = [
    "host",
    "content-length",
    "content-type",
    "connection",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "expect",
];
/// Headers that make an answer a compressed, a partial or an empty one, which tells nothing.
const SPARING: [&str; 7] = [
    "accept-encoding",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "range",
];

#[derive(Deserialize)]
struct Har<'a> {
    #[serde(borrow)]
    log: HarLog<'a>,
}

#[derive(Deserialize)]
struct HarLog<'a> {
    #[serde(borrow)]
    entries: Vec<HarEntry<'a>>,
}

#[derive(Deserialize)]
struct HarEntry<'a> {
    #[serde(borrow)]
    request: SentRequest<'a>,
    #[serde(default)]
    response: Option<Got>,
    #[serde(borrow, default, rename = "_resourceType")]
    kind: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Got {
    /// A number; some tools write it as a text, or none where nothing came.
    #[serde(default)]
    status: serde_json::Value,
}

#[derive(Deserialize)]
struct SentRequest<'a> {
    #[serde(borrow)]
    method: Cow<'a, str>,
    #[serde(borrow)]
    url: Cow<'a, str>,
    #[serde(borrow, default)]
    headers: Vec<NameValue<'a>>,
    #[serde(borrow, default, rename = "postData")]
    body: Option<Posted<'a>>,
}

#[derive(Deserialize)]
struct NameValue<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(borrow, default)]
    value: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Posted<'a> {
    #[serde(borrow, default, rename = "mimeType")]
    kind: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    text: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    params: Vec<NameValue<'a>>,
    #[serde(borrow, default, alias = "_encoding")]
    encoding: Option<Cow<'a, str>>,
}

/// Why an entry is no request that can be made again.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
enum NoRequest {
    #[error("no request over HTTP (`data:`, `blob:` and the like)")]
    NoHttp,
    #[error("a WebSocket")]
    Socket,
    #[error("`{}` can't be asked with, only {}", .0.escape_debug(), METHODS.join(", "))]
    Method(String),
    #[error("with a body that is not kept in it as text or as base64")]
    Body,
    #[error("answered with a status that is not from 200 to 299, or not at all")]
    Answer,
    #[error("of another origin")]
    Elsewhere,
}

/// The requests of a file.
pub(crate) fn har(file: &Path) -> Result<Imported, ImportError> {
    let name = file.display().to_string();
    match super::read(file, LARGEST_HAR) {
        Ok(bytes) => read(&bytes, &name),
        Err(source) => Err(ImportError::Unread { file: name, source }),
    }
}

pub(super) fn read(bytes: &[u8], file: &str) -> Result<Imported, ImportError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let har: Har<'_> = serde_json::from_slice(bytes).map_err(|source| ImportError::NoHar {
        file: file.to_owned(),
        line: source.line(),
        column: source.column(),
        source,
    })?;
    let mut gathered = Gathered::default();
    for entry in &har.log.entries {
        match fit(entry) {
            Ok(url) => gathered.urls.push((url, &entry.request)),
            Err(unfit) => gathered.leave_out(unfit),
        }
    }
    let origin = gathered.busiest();
    for (url, sent) in std::mem::take(&mut gathered.urls) {
        if Some(url.origin().ascii_serialization()) == origin {
            gathered.take(&url, sent);
        } else {
            gathered.leave_out(NoRequest::Elsewhere);
        }
    }
    gathered.done(file, origin)
}

fn fit(entry: &HarEntry<'_>) -> Result<Url, NoRequest> {
    let sent = &entry.request;
    let url = Url::parse(&sent.url).map_err(|_| NoRequest::NoHttp)?;
    let is_socket = matches!(url.scheme(), "ws" | "wss") || entry.kind.as_deref() == Some("websocket");
    if is_socket {
        return Err(NoRequest::Socket);
    }
    if !matches!(url.scheme(), "http" | "https") {
        return Err(NoRequest::NoHttp);
    }
    if !METHODS.contains(&&*sent.method) {
        return Err(NoRequest::Method(sent.method.chars().take(20).collect()));
    }
    // One that was answered from a browser's own store is answered in full when it is asked for without conditions.
    match entry.response.as_ref().map(|got| got.status.as_u64()) {
        None | Some(Some(200..=299 | 304)) => Ok(url),
        Some(Some(101)) => Err(NoRequest::Socket),
        Some(_) => Err(NoRequest::Answer),
    }
}

#[derive(Default)]
struct Gathered<'a> {
    urls: Vec<(Url, &'a SentRequest<'a>)>,
    requests: Vec<ImportedRequest>,
    /// Where a request stands among them, by all that it sends.
    known: BTreeMap<Vec<u8>, usize>,
    left_out: BTreeMap<NoRequest, usize>,
    /// Headers that are not sent, and how often they stood there.
    unsent: BTreeMap<String, usize>,
}

impl<'a> Gathered<'a> {
    fn leave_out(&mut self, unfit: NoRequest) {
        *self.left_out.entry(unfit).or_default() += 1;
    }

    /// The origin with most entries; of several the one that was asked first.
    fn busiest(&self) -> Option<String> {
        let mut counts: Vec<(String, usize)> = Vec::new();
        let mut places = BTreeMap::new();
        for (url, _) in &self.urls {
            let origin = url.origin().ascii_serialization();
            let at = *places.entry(origin.clone()).or_insert(counts.len());
            match counts.get_mut(at) {
                Some((_, count)) => *count += 1,
                None => counts.push((origin, 1)),
            }
        }
        let most = counts.iter().map(|(_, count)| *count).max()?;
        counts.into_iter().find(|(_, count)| *count == most).map(|(origin, _)| origin)
    }

    fn take(&mut self, url: &Url, sent: &'a SentRequest<'a>) {
        let Ok((content_type, body)) = body(sent) else { return self.leave_out(NoRequest::Body) };
        let path = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        let headers = self.headers(sent);
        let request = ImportedRequest {
            name: None,
            method: sent.method.to_string(),
            path,
            headers,
            content_type,
            body,
            weight: 1,
            answer: ToldAnswer::default(),
        };
        let at = *self.known.entry(key(&request)).or_insert(self.requests.len());
        match self.requests.get_mut(at) {
            Some(same) => same.weight = same.weight.saturating_add(1),
            None => self.requests.push(request),
        }
    }

    fn headers(&mut self, sent: &'a SentRequest<'a>) -> Vec<(String, String)> {
        let mut kept: Vec<(String, String)> = Vec::new();
        for pair in &sent.headers {
            let name = pair.name.to_ascii_lowercase();
            let value = pair.value.as_deref().unwrap_or_default().trim();
            // Of HTTP/2: the method, the host and the path again.
            if name.starts_with(':') || MADE.contains(&&*name) {
                continue;
            }
            if is_secret(&name) || SPARING.contains(&&*name) || !is_header(&name, value) {
                *self.unsent.entry(name.chars().take(40).collect()).or_default() += 1;
                continue;
            }
            match kept.iter_mut().find(|(known, _)| *known == name) {
                // Two lines of one name are one list.
                Some((_, all)) => *all = format!("{all}, {value}"),
                None => kept.push((name, value.to_owned())),
            }
        }
        kept
    }

    fn done(self, file: &str, origin: Option<String>) -> Result<Imported, ImportError> {
        let mut remarks = Vec::new();
        for (unfit, count) in &self.left_out {
            remarks.push(format!("{} of `{file}` left out: {unfit}.", entries(*count)));
        }
        let (Some(origin), false) = (origin, self.requests.is_empty()) else {
            if remarks.is_empty() {
                remarks.push("It holds no entry.".to_owned());
            }
            return Err(ImportError::Nothing { file: file.to_owned(), why: Reasons(remarks) });
        };
        if self.requests.len() > MOST_REQUESTS {
            return Err(ImportError::TooMany { file: file.to_owned(), found: self.requests.len() });
        }
        let all: usize = self.requests.iter().map(|request| request.weight as usize).sum();
        let different = self.requests.len();
        let taken = format!(
            "Requests from `{file}`: {different} different of {all} to `{origin}`, each as often as it stands there."
        );
        remarks.insert(0, taken);
        let unsent = Unsent { file: file.to_owned(), names: self.unsent.into_keys().collect() };
        let unsent = Some(unsent).filter(|unsent| !unsent.names.is_empty());
        Ok(Imported { requests: self.requests, remarks, unsent }.bounded())
    }
}

fn entries(count: usize) -> String {
    if count == 1 { "1 entry".to_owned() } else { format!("{count} entries") }
}

fn body(sent: &SentRequest<'_>) -> Result<(Option<String>, Arc<[u8]>), NoRequest> {
    let Some(posted) = &sent.body else { return Ok((None, Arc::default())) };
    let of_header = sent.headers.iter().find(|pair| pair.name.eq_ignore_ascii_case("content-type"));
    let told = of_header.and_then(|pair| pair.value.as_deref()).or(posted.kind.as_deref());
    let content_type = told.filter(|told| !told.is_empty() && is_header("content-type", told));
    let is_form = content_type.is_some_and(|told| told.starts_with("application/x-www-form-urlencoded"));
    let bytes = match (posted.encoding.as_deref(), posted.text.as_deref().filter(|text| !text.is_empty())) {
        (None | Some(""), Some(text)) => text.as_bytes().to_vec(),
        (Some("base64"), Some(text)) => STANDARD.decode(text.trim()).map_err(|_| NoRequest::Body)?,
        (_, Some(_)) => return Err(NoRequest::Body),
        (_, None) if posted.params.is_empty() => Vec::new(),
        (_, None) if is_form => {
            let mut form = form_urlencoded::Serializer::new(String::new());
            for pair in &posted.params {
                form.append_pair(&pair.name, pair.value.as_deref().unwrap_or_default());
            }
            form.finish().into_bytes()
        }
        (_, None) => return Err(NoRequest::Body),
    };
    let content_type = content_type.filter(|_| !bytes.is_empty()).map(str::to_owned);
    Ok((content_type, bytes.into()))
}

/// All that a request sends, each part after its length.
fn key(request: &ImportedRequest) -> Vec<u8> {
    let mut key = Vec::new();
    let mut part = |bytes: &[u8]| {
        key.extend((bytes.len() as u64).to_le_bytes());
        key.extend(bytes);
    };
    part(request.method.as_bytes());
    part(request.path.as_bytes());
    for (name, value) in &request.headers {
        part(name.as_bytes());
        part(value.as_bytes());
    }
    part(request.content_type.as_deref().unwrap_or_default().as_bytes());
    part(&request.body);
    key
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::own::import::Means;

    fn entry(method: &str, url: &str, status: u64, more: Value) -> Value {
        let mut request =
            json!({"method": method, "url": url, "headers": [], "cookies": [], "queryString": []});
        if let (Value::Object(request), Value::Object(more)) = (&mut request, more) {
            request.extend(more);
        }
        json!({"startedDateTime": "2026-11-28T10:00:00Z", "request": request, "response": {"status": status}})
    }

    fn imported(entries: &[Value]) -> Result<Imported, ImportError> {
        read(json!({"log": {"version": "1.2", "entries": entries}}).to_string().as_bytes(), "x.har")
    }

    #[test]
    fn entries_of_the_busiest_origin_become_requests_and_equal_ones_a_weight() {
        let shop = |path: &str| entry("GET", &format!("https://shop.example{path}"), 200, json!({}));
        let read = imported(&[
            entry("GET", "https://cdn.example/a.js", 200, json!({})),
            shop("/carts/1"),
            shop("/a b/ü?q=x y&r=ü"),
            shop("/carts/1"),
            entry("GET", "data:text/plain,hi", 200, json!({})),
            entry("GET", "wss://shop.example/live", 101, json!({})),
            entry("HEAD", "https://shop.example/carts/1", 200, json!({})),
            shop("/gone#part")
                .as_object()
                .map(|_| entry("GET", "https://shop.example/gone", 404, json!({})))
                .unwrap(),
        ])
        .unwrap();
        let asked: Vec<_> = read.requests.iter().map(|it| (it.path.as_str(), it.weight)).collect();
        assert_eq!(asked, [("/carts/1", 2), ("/a%20b/%C3%BC?q=x%20y&r=%C3%BC", 1)]);
        let remarks = read.remarks.join("\n");
        for told in [
            "2 different of 3 to `https://shop.example`",
            "1 entry of `x.har` left out: of another origin",
            "a WebSocket",
            "`HEAD` can't be asked with",
            "`data:`",
            "not from 200 to 299",
        ] {
            assert!(remarks.contains(told), "{told}: {remarks}");
        }
    }

    #[test]
    fn headers_of_a_connection_or_a_person_are_not_sent() {
        let headers = json!([
            {"name": ":authority", "value": "shop.example"},
            {"name": "Host", "value": "shop.example"},
            {"name": "Cookie", "value": "sid=secret"},
            {"name": "Authorization", "value": "Bearer secret"},
            {"name": "X-Api-Key", "value": "secret"},
            {"name": "Accept-Encoding", "value": "gzip"},
            {"name": "Accept", "value": "application/json"},
            {"name": "Accept", "value": "text/plain"},
            {"name": "x-broken", "value": "a\r\nb: c"},
        ]);
        let read = imported(&[entry("GET", "http://a/", 200, json!({"headers": headers}))]).unwrap();
        let kept = [("accept".to_owned(), "application/json, text/plain".to_owned())];
        assert_eq!(read.requests[0].headers, kept);
        for (means, way_out) in
            [(Means::CommandLine, "with `--header`"), (Means::Window, "into its `workload.toml`")]
        {
            let remarks = read.remarks(means);
            let told = remarks.last().unwrap();
            let names = "`accept-encoding`, `authorization`, `cookie`, `x-api-key`, `x-broken`";
            assert!(told.contains(names) && told.contains(way_out), "{told}");
            assert!(!remarks.join("").contains("secret"));
            assert_eq!(remarks.join("").contains("--"), means == Means::CommandLine);
        }
    }

    #[test]
    fn bodies_are_taken_as_text_as_base64_and_as_a_form() {
        let post = |data: Value| entry("POST", "http://a/", 201, json!({"postData": data}));
        let read = imported(&[
            post(json!({"mimeType": "application/json", "text": "{}"})),
            post(json!({"mimeType": "image/png", "text": "AAH/", "encoding": "base64"})),
            post(json!({"mimeType": "application/x-www-form-urlencoded", "params": [{"name": "a b", "value": "ü&"}]})),
            post(json!({"mimeType": "image/png", "text": "!!", "encoding": "base64"})),
            post(json!({"mimeType": "a/b", "text": "x", "encoding": "rot13"})),
            post(json!({"mimeType": "multipart/form-data", "params": [{"name": "a"}]})),
        ])
        .unwrap();
        let bodies: Vec<&[u8]> = read.requests.iter().map(|it| &*it.body).collect();
        assert_eq!(bodies, [b"{}".as_slice(), &[0, 1, 255], b"a+b=%C3%BC%26"]);
        assert!(read.remarks.join("").contains("3 entries of `x.har` left out: with a body"));
    }

    #[test]
    fn what_is_no_har_or_too_much_is_told_with_the_way_out() {
        let cut = br#"{"log": {"entries": [{"request""#;
        assert!(read(cut, "x.har").unwrap_err().to_string().contains("line 1, column 31"));
        assert!(matches!(read(b"[]", "x.har"), Err(ImportError::NoHar { .. })));
        assert!(matches!(imported(&[]), Err(ImportError::Nothing { .. })));
        let many: Vec<Value> =
            (0..70).map(|at| entry("GET", &format!("http://a/{at}"), 200, json!({}))).collect();
        assert!(imported(&many).unwrap_err().to_string().contains("70 different requests, and at most 64"));
        assert_eq!(imported(&many[..64]).unwrap().len(), 64);
    }
}
