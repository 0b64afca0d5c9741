//! What a manifest may say.

use std::collections::BTreeSet;
use std::path::{Component, Path};

use super::{Compare, Kind, MANIFEST_VERSION, Manifest, Request};
use crate::written::{Flaw, Keys};

/// Exit codes that a process can have.
const EXIT_CODES: std::ops::RangeInclusive<i32> = 0..=255;

/// Something that can't be.
pub(super) struct Objection {
    /// Its key, with the numbers of the tables that it is in.
    pub(super) key: String,
    problem: String,
}

impl Objection {
    fn new(key: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { key: key.into(), problem: problem.into() }
    }

    /// With its place in the text.
    pub(super) fn at(self, keys: &Keys<'_>) -> Flaw {
        let offset = keys.offset(&self.key);
        let named = self.key.split('.').filter(|part| part.parse::<usize>().is_err());
        Flaw::new(offset, format!("`{}` {}", named.collect::<Vec<_>>().join("."), self.problem))
    }
}

/// The key of the format's version.
pub(super) const VERSION: &str = "manifest_version";

/// Where it is told that something belongs to another kind, or is missing of this one.
pub(super) const OF_KIND: [&str; 3] = ["kind", "command", "request.0"];

/// All that can't be.
pub(super) fn faults(manifest: &Manifest) -> Vec<Objection> {
    if manifest.manifest_version != MANIFEST_VERSION {
        let found = manifest.manifest_version;
        let problem = format!(
            "is {found}, but this build reads version {MANIFEST_VERSION}: use a Plimsoll that knows it"
        );
        return vec![Objection::new(VERSION, problem)];
    }
    let mut faults = Vec::new();
    for (key, file) in files(manifest) {
        faults.extend(stays_inside(&file).err().map(|problem| Objection::new(key, problem)));
    }
    match manifest.kind {
        Kind::Http => of_service(manifest, &mut faults),
        Kind::Command => of_command(manifest, &mut faults),
    }
    faults
}

/// Every file that the manifest names, and the key that names it.
fn files(manifest: &Manifest) -> Vec<(String, String)> {
    let artifacts = &manifest.artifacts;
    let mut files = vec![
        ("artifacts.component".to_owned(), artifacts.component.clone()),
        ("artifacts.native".to_owned(), artifacts.native.replace("{arch}", "x86_64")),
    ];
    for (at, request) in manifest.requests.iter().enumerate() {
        files.extend(request.body.iter().map(|body| (format!("request.{at}.body"), body.clone())));
        files.push((format!("request.{at}.expect.body"), request.expect.body.clone()));
    }
    let command = manifest.command.iter();
    files.extend(command.map(|command| ("command.expect.stdout".to_owned(), command.expect.stdout.clone())));
    files
}

fn of_service(manifest: &Manifest, faults: &mut Vec<Objection>) {
    let requests = &manifest.requests;
    if manifest.command.is_some() {
        faults.push(Objection::new("command", "belongs to kind `command`: remove it"));
    }
    if requests.is_empty() {
        faults.push(Objection::new("kind", "is `http`, which needs at least one [[request]]"));
    } else if requests.iter().all(|request| request.weight == 0) {
        faults.push(Objection::new("request.0.weight", "is 0 everywhere: nothing would be loaded"));
    }
    let mut names = BTreeSet::new();
    for (at, request) in requests.iter().enumerate() {
        let name = &request.name;
        if !names.insert(name) {
            let problem = format!("`{name}` stands twice: name each request once");
            faults.push(Objection::new(format!("request.{at}.name"), problem));
        }
        let of_request = of_request(request).into_iter();
        faults
            .extend(of_request.map(|(key, problem)| Objection::new(format!("request.{at}.{key}"), problem)));
    }
}

fn of_command(manifest: &Manifest, faults: &mut Vec<Objection>) {
    if !manifest.requests.is_empty() {
        faults.push(Objection::new("request.0", "belongs to kind `http`: remove it"));
    }
    let Some(command) = &manifest.command else {
        faults.push(Objection::new("kind", "is `command`, which needs a [command] table"));
        return;
    };
    let code = command.expect.exit_code;
    if !EXIT_CODES.contains(&code) {
        let problem = format!("is {code}, which no process can end with: it is from 0 to 255");
        faults.push(Objection::new("command.expect.exit_code", problem));
    }
}

fn of_request(request: &Request) -> Vec<(&'static str, &'static str)> {
    let printable = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
    let is_method =
        !request.method.is_empty() && request.method.bytes().all(|byte| byte.is_ascii_uppercase());
    let has_control = |text: &str| text.bytes().any(|byte| byte.is_ascii_control());
    let compared = (request.expect.compare, request.expect.tolerance);
    let rules = [
        (
            request.path.starts_with('/') && printable(&request.path),
            "path",
            "must begin with `/` and hold no blank or control character",
        ),
        (is_method, "method", "must be an HTTP method in capitals, e.g. `POST`"),
        (
            !request.content_type.as_deref().is_some_and(has_control),
            "content_type",
            "must not hold control characters",
        ),
        (
            (100..=599).contains(&request.expect.status),
            "expect.status",
            "must be an HTTP status from 100 to 599",
        ),
        (!matches!(compared, (Compare::Bytes, Some(_))), "expect.tolerance", "needs `compare = \"pixels\"`"),
        (
            !matches!(compared, (Compare::Pixels, None)),
            "expect.compare",
            "is `pixels`, which needs a `tolerance`",
        ),
    ];
    rules.into_iter().filter(|(holds, ..)| !holds).map(|(_, key, problem)| (key, problem)).collect()
}

fn stays_inside(file: &str) -> Result<(), String> {
    let path = Path::new(file);
    let plain = path.components().all(|part| matches!(part, Component::Normal(_)));
    if file.is_empty() || file.contains('\0') || !plain {
        return Err(format!("`{file}` leaves the workload's folder: name a file inside it"));
    }
    Ok(())
}
