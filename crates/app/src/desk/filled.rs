//! A form filled from one of the user's own workloads, and what no field of it tells.

use std::path::Path;

use plimsoll_files::read_file;
use plimsoll_model::{Form, Job, Manifest, REGISTRY_SCHEME, Slug, Source, Workload};
use serde::Serialize;
use toml::{Table, Value};

use super::own_form::OwnForm;
use super::own_request::OwnRequest;
use super::words::{Remark, Tone};
use crate::workloads::Yours;
use crate::{Error, Places};

/// The largest manifest that is read, in bytes.
const LONGEST: u64 = 1 << 20;
/// The longest body that a field shows, in bytes.
const LONGEST_BODY: usize = 400;

/// Keys of a manifest that the form tells, or that trying it gives anew. `*` stands for the number of a request.
const TOLD: [&str; 24] = [
    "manifest_version",
    "name",
    "kind",
    "summary",
    "artifacts.image",
    "artifacts.dockerfile",
    "artifacts.archive",
    "artifacts.component",
    "artifacts.native",
    "container.port",
    "request.*.name",
    "request.*.method",
    "request.*.path",
    "request.*.body",
    "request.*.content_type",
    "request.*.weight",
    "request.*.expect.status",
    "request.*.expect.content_type",
    "request.*.expect.body",
    "request.*.expect.compare",
    "request.*.expect.left_out",
    "request.*.expect.recorded",
    "command.expect.exit_code",
    "command.expect.stdout",
];
/// Keys that every workload of a form has with this value.
const GRANTED: [&str; 3] = ["grants.clock", "grants.random", "grants.stdout"];

/// A form, filled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct FilledForm {
    /// What is told.
    pub form: OwnForm,
    /// What is changed in the manifest alone, in a sentence; absent where a field tells all.
    pub elsewhere: Option<Remark>,
}

/// The form of one of the user's own: to be saved over it, or as a copy under another name.
///
/// # Errors
/// When it is none of them, or its folder is not right.
pub(super) fn filled(name: &Slug, over: bool, places: &Places) -> Result<FilledForm, Error> {
    let yours = Yours::of(places)?;
    let folder = yours.folder_of(name)?;
    let workload = yours.load(name)?;
    let file = folder.join("workload.toml");
    let unread = |cause: String| {
        let told = Error::environment(format!("could not read `{}`", file.display()));
        Error { causes: vec![cause], ..told }.with_hint("see whether it can be read")
    };
    let bytes = read_file(&file, LONGEST).map_err(|why| unread(why.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|why| unread(why.to_string()))?;
    let manifest = Manifest::parse(&text).map_err(|error| unread(error.to_string()))?;
    let called = if over { name.clone() } else { yours.free_name(name)? };
    let form = OwnForm {
        name: called.to_string(),
        base: name.to_string(),
        over,
        requests: requests(&workload, &manifest, &folder),
        port: workload.container.port.map(|port| port.to_string()).unwrap_or_default(),
        ..artifacts(&workload)
    };
    let keys = untold(&text.parse::<Table>().map_err(|error| unread(error.to_string()))?);
    let listed = keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
    let elsewhere = (!keys.is_empty()).then(|| Remark {
        tone: Tone::Plain,
        text: format!("It stays as it is in `{}`, and is changed there: {}.", file.display(), listed),
        remedy: None,
    });
    Ok(FilledForm { form, elsewhere })
}

fn artifacts(workload: &Workload) -> OwnForm {
    let mut form = OwnForm::default();
    let arch = std::env::consts::ARCH;
    for kind in [Form::Image, Form::Binary, Form::Module, Form::Component] {
        let Some(artifact) = workload.artifact(kind, arch) else { continue };
        let (field, text) = match &artifact.source {
            Source::Reference(name) => (&mut form.image, name.clone()),
            Source::Dockerfile(folder) => (&mut form.dockerfile, folder.display().to_string()),
            Source::Archive(file) => (&mut form.archive, file.display().to_string()),
            Source::Layout(folder) if kind == Form::Image => {
                (&mut form.archive, folder.display().to_string())
            }
            Source::Layout(folder) => (&mut form.wasm, folder.display().to_string()),
            Source::Registry(name) => (&mut form.wasm, format!("{REGISTRY_SCHEME}{name}")),
            Source::File(file) if kind == Form::Binary => (&mut form.native, file.display().to_string()),
            Source::File(file) => (&mut form.wasm, file.display().to_string()),
        };
        *field = text;
    }
    form
}

fn requests(workload: &Workload, manifest: &Manifest, folder: &Path) -> Vec<OwnRequest> {
    let Job::Serve(service) = &workload.job else { return vec![OwnRequest::default()] };
    let files = manifest.requests.iter().map(|request| request.body.as_ref());
    let asked = service.exchanges().zip(files).map(|(exchange, file)| OwnRequest {
        method: exchange.method.clone(),
        path: exchange.path.clone(),
        body: match (shown(&exchange.body), file) {
            (Some(text), _) => text.to_owned(),
            (None, Some(file)) => format!("@{}", folder.join(file).display()),
            (None, None) => String::new(),
        },
        weight: if exchange.weight == 1 { String::new() } else { exchange.weight.to_string() },
    });
    asked.collect()
}

/// A body that can be told in one line, and would be read as it is.
fn shown(body: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(body).ok().filter(|text| text.len() <= LONGEST_BODY)?;
    let reads = text.trim() == text && !text.starts_with('@') && !text.chars().any(char::is_control);
    reads.then_some(text)
}

/// The keys of a manifest that no field tells.
fn untold(manifest: &Table) -> Vec<String> {
    let mut keys = Vec::new();
    let artifacts = manifest.get("artifacts").and_then(Value::as_table);
    let has = |key: &str| artifacts.is_some_and(|table| table.contains_key(key));
    walk(manifest, "", &mut |path, value| {
        let is_told = TOLD.contains(&path)
            || (path == "artifacts.module" && !has("component"))
            || (GRANTED.contains(&path) && value.as_bool() == Some(true))
            || (path == "command.args" && value.as_array().is_some_and(Vec::is_empty));
        let path = path.replace(".*", "");
        if !is_told && !keys.contains(&path) {
            keys.push(path);
        }
    });
    keys
}

/// Every value, with its path.
fn walk(table: &Table, above: &str, each: &mut impl FnMut(&str, &Value)) {
    for (key, value) in table {
        let path = if above.is_empty() { key.clone() } else { format!("{above}.{key}") };
        match value {
            // What a user calls by names of his own is one thing.
            Value::Table(inner) if !matches!(key.as_str(), "environment" | "headers") => {
                walk(inner, &path, each);
            }
            Value::Array(list) if list.iter().any(Value::is_table) => {
                let inner = list.iter().filter_map(Value::as_table);
                inner.for_each(|table| walk(table, &format!("{path}.*"), each));
            }
            value => each(&path, value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_field_tells_is_named_once() {
        let manifest = r#"
            manifest_version = 2
            name = "cart"
            [artifacts]
            image = "cart"
            [container]
            port = 80
            user = "nobody"
            [grants]
            clock = true
            random = false
            environment = { A = "b" }
            [[request]]
            path = "/"
            headers = { accept = "x" }
            [[request]]
            path = "/b"
            headers = { accept = "y" }
            [request.expect]
            tolerance = 2
        "#;
        let mut keys = untold(&manifest.parse().unwrap());
        keys.sort_unstable();
        assert_eq!(
            keys,
            [
                "container.user",
                "grants.environment",
                "grants.random",
                "request.expect.tolerance",
                "request.headers"
            ]
        );
    }

    #[test]
    fn a_body_is_shown_where_it_reads_as_it_is() {
        assert_eq!(shown(b"{\"a\": 1}"), Some("{\"a\": 1}"));
        for body in [b"a\nb".as_slice(), b" a", b"@a", b"\xff"] {
            assert_eq!(shown(body), None);
        }
        assert_eq!(shown(&[b'a'; LONGEST_BODY + 1]), None);
    }
}
