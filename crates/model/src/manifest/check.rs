//! What a manifest may say.

mod grants;

use std::collections::BTreeSet;
use std::path::{Component, Path};

use super::{Artifacts, Compare, Kind, MANIFEST_VERSION, Manifest, Request};
use crate::listen::ADDRESS;
use crate::registry_name::{REGISTRY_SCHEME, in_registry, is_in_registry, is_reference};
use crate::written::{Flaw, Keys};

/// Exit codes that a process can have.
const EXIT_CODES: std::ops::RangeInclusive<i32> = 0..=255;

/// Something that can't be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Objection {
    /// Its key, with the numbers of the tables that it is in.
    pub(super) key: String,
    problem: String,
}

impl Objection {
    /// Of the value of a key, in which the numbers of tables stand: `request.0.body`. The problem follows the key in a
    /// sentence.
    pub fn new(key: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { key: key.into(), problem: problem.into() }
    }

    /// With its place in the text.
    pub(super) fn at(self, keys: &Keys<'_>) -> Flaw {
        let offset = keys.offset(&self.key);
        let named = self.key.split('.').filter(|part| part.parse::<usize>().is_err());
        Flaw::new(offset, format!("`{}` {}", named.collect::<Vec<_>>().join("."), self.problem))
    }
}

/// The oldest version that is read.
const FIRST: u32 = 1;

/// The key of the format's version.
pub(super) const VERSION: &str = "manifest_version";

/// Where it is told that something belongs to another kind, or is missing of this one.
pub(super) const OF_KIND: [&str; 3] = ["kind", "command", "request.0"];

/// All that can't be.
pub(super) fn faults(manifest: &Manifest) -> Vec<Objection> {
    if !(FIRST..=MANIFEST_VERSION).contains(&manifest.manifest_version) {
        let found = manifest.manifest_version;
        let problem = format!(
            "is {found}, but this build reads versions {FIRST} and {MANIFEST_VERSION}: use a Plimsoll that knows it"
        );
        return vec![Objection::new(VERSION, problem)];
    }
    let mut faults = Vec::new();
    if manifest.manifest_version == FIRST {
        of_first(manifest, &mut faults);
    }
    for (key, file) in files(manifest) {
        faults.extend(stays_inside(&file).err().map(|problem| Objection::new(key, problem)));
    }
    of_artifacts(&manifest.artifacts, &mut faults);
    of_container(manifest, &mut faults);
    grants::of_grants(manifest, &mut faults);
    match manifest.kind {
        Kind::Http => of_service(manifest, &mut faults),
        Kind::Command => of_command(manifest, &mut faults),
    }
    faults
}

/// What only a later version than the first has.
fn of_first(manifest: &Manifest, faults: &mut Vec<Objection>) {
    let Artifacts { component, native, module, image, dockerfile, archive, oci_layout } = &manifest.artifacts;
    let is_pulled = component.as_deref().and_then(in_registry).is_some();
    let mut later = vec![
        ("artifacts.component".to_owned(), is_pulled),
        ("artifacts.module".to_owned(), module.is_some()),
        ("artifacts.image".to_owned(), image.is_some()),
        ("artifacts.dockerfile".to_owned(), dockerfile.is_some()),
        ("artifacts.archive".to_owned(), archive.is_some()),
        ("artifacts.oci_layout".to_owned(), oci_layout.is_some()),
        ("container".to_owned(), !manifest.container.is_usual()),
        ("listen".to_owned(), !manifest.listen.is_usual()),
        ("grants.hosts".to_owned(), !manifest.grants.hosts.is_empty()),
        ("grants.folder".to_owned(), !manifest.grants.folders.is_empty()),
    ];
    if let Some(command) = &manifest.command {
        let expect = &command.expect;
        later.extend([
            ("command.stdin".to_owned(), command.stdin.is_some()),
            ("command.expect.compare".to_owned(), !expect.compare.is_bytes()),
            ("command.expect.left_out".to_owned(), !expect.left_out.is_empty()),
            ("command.expect.recorded".to_owned(), expect.recorded.is_some()),
            ("command.expect.file".to_owned(), !expect.files.is_empty()),
        ]);
    }
    for (at, request) in manifest.requests.iter().enumerate() {
        let expect = &request.expect;
        let of_request = [
            ("headers", !request.headers.is_empty()),
            ("expect.compare", matches!(expect.compare, Compare::Json | Compare::Schema | Compare::Status)),
            ("expect.left_out", !expect.left_out.is_empty()),
            ("expect.schema", expect.schema.is_some()),
            ("expect.recorded", expect.recorded.is_some()),
        ];
        later.extend(of_request.map(|(key, is_there)| (format!("request.{at}.{key}"), is_there)));
    }
    let needs = format!("needs `{VERSION} = {MANIFEST_VERSION}`: `plimsoll workloads migrate` writes that");
    let later = later.into_iter().filter(|(_, is_there)| *is_there);
    faults.extend(later.map(|(key, _)| Objection::new(key, needs.clone())));
    let images = manifest.artifacts.images();
    let has_other = module.is_some() || images.iter().any(|(_, image)| image.is_some());
    if !has_other && (component.is_none() || native.is_none()) {
        let problem = format!(
            "needs both `component` and `native`; with `{VERSION} = {MANIFEST_VERSION}` one of them is enough"
        );
        faults.push(Objection::new("artifacts", problem));
    }
}

/// Every file that the manifest names, and the key that names it.
fn files(manifest: &Manifest) -> Vec<(String, String)> {
    let Artifacts { component, module, native, image: _, dockerfile, archive, oci_layout } =
        &manifest.artifacts;
    let file = |wasm: &Option<String>| wasm.clone().filter(|wasm| in_registry(wasm).is_none());
    let native = native.as_ref().map(|native| native.replace("{arch}", "x86_64"));
    let mut files: Vec<(String, String)> = [
        ("artifacts.component", &file(component)),
        ("artifacts.module", &file(module)),
        ("artifacts.native", &native),
        ("artifacts.archive", archive),
        ("artifacts.oci_layout", oci_layout),
        // The folder itself may be the context.
        ("artifacts.dockerfile", &dockerfile.clone().filter(|folder| folder != ".")),
    ]
    .into_iter()
    .filter_map(|(key, file)| Some((key.to_owned(), file.clone()?)))
    .collect();
    for (at, request) in manifest.requests.iter().enumerate() {
        files.extend(request.body.iter().map(|body| (format!("request.{at}.body"), body.clone())));
        let expected = request.expect.body.iter();
        files.extend(expected.map(|body| (format!("request.{at}.expect.body"), body.clone())));
        let schema = request.expect.schema.iter();
        files.extend(schema.map(|schema| (format!("request.{at}.expect.schema"), schema.clone())));
    }
    for (at, folder) in manifest.grants.folders.iter().enumerate() {
        files.push((format!("grants.folder.{at}.from"), folder.from.to_string_lossy().into_owned()));
    }
    if let Some(command) = &manifest.command {
        files.push(("command.expect.stdout".to_owned(), command.expect.stdout.clone()));
        files.extend(command.stdin.iter().map(|file| ("command.stdin".to_owned(), file.clone())));
        for (at, file) in command.expect.files.iter().enumerate() {
            files.push((format!("command.expect.file.{at}.body"), file.body.clone()));
        }
    }
    files
}

fn of_artifacts(artifacts: &Artifacts, faults: &mut Vec<Objection>) {
    let named = |key: &str| format!("artifacts.{key}");
    let mut is_empty = artifacts.native.is_none();
    for one_side in [&artifacts.wasm()[..], &artifacts.images()[..]] {
        let mut there = one_side.iter().filter(|(_, value)| value.is_some()).map(|(key, _)| *key);
        let Some(first) = there.next() else { continue };
        is_empty = false;
        for other in there {
            let problem = format!("excludes `{first}`, which is of the same lanes: keep one of them");
            faults.push(Objection::new(named(other), problem));
        }
    }
    if is_empty {
        let problem = "names nothing that can be run: name a `component`, a `module`, a `native` binary, an `image`, \
                       a `dockerfile`, an `archive` or an `oci_layout`";
        faults.push(Objection::new("artifacts", problem));
    }
    for (key, wasm) in artifacts.wasm() {
        if let Some(name) = wasm.and_then(|wasm| in_registry(wasm)).filter(|name| !is_in_registry(name)) {
            let problem = format!(
                "`{name}` is no name of an artifact in a registry, such as `{REGISTRY_SCHEME}ghcr.io/acme/cart:1.4`"
            );
            faults.push(Objection::new(named(key), problem));
        }
    }
    if let Some(image) = artifacts.image.as_ref().filter(|image| !is_reference(image)) {
        let problem =
            format!("`{image}` is no name of an image, such as `nginx:alpine` or `ghcr.io/acme/cart:1.4`");
        faults.push(Objection::new(named("image"), problem));
    }
}

fn of_container(manifest: &Manifest, faults: &mut Vec<Objection>) {
    let container = &manifest.container;
    if !container.is_usual() && manifest.artifacts.images().iter().all(|(_, value)| value.is_none()) {
        let problem = "is of an image of your own: name one under `[artifacts]`, or remove it";
        faults.push(Objection::new("container", problem));
    }
    let absolute = |folder: &String| folder.starts_with('/') && !folder.contains('\0');
    if container.folder.as_ref().is_some_and(|folder| !absolute(folder)) {
        faults.push(Objection::new("container.folder", "must be absolute"));
    }
    if !container.tmpfs.iter().all(absolute) {
        faults.push(Objection::new("container.tmpfs", "must hold absolute folders"));
    }
    if container.user.as_ref().is_some_and(|user| user.trim().is_empty() || user.contains('\0')) {
        faults.push(Objection::new("container.user", "must name a user: remove it for the image's own"));
    }
    if container.entrypoint.as_ref().is_some_and(Vec::is_empty) {
        faults.push(Objection::new("container.entrypoint", "must name a program"));
    }
    let environment = &manifest.grants.environment;
    for (table, names) in [("grants", environment), ("listen", &manifest.listen.environment)] {
        for name in names.keys().filter(|name| !is_variable(name)) {
            let problem = format!("`{}` is no name of a variable", name.escape_default());
            faults.push(Objection::new(format!("{table}.environment"), problem));
        }
    }
    let of_listening = manifest.listen.environment.keys().filter(|name| *name != ADDRESS.0);
    let of_ours = environment.keys().map(|name| ("grants", name));
    for (table, name) in of_ours.chain(of_listening.map(|name| ("listen", name))) {
        if name.starts_with("PLIMSOLL_") {
            let problem = format!("`{name}` is one that Plimsoll sets itself: call it otherwise");
            faults.push(Objection::new(format!("{table}.environment"), problem));
        }
    }
    for name in environment.keys().filter(|name| manifest.listen.environment.contains_key(*name)) {
        let problem = format!("`{name}` stands under `[grants]` too: grant it, or tell the address in it");
        faults.push(Objection::new("listen.environment", problem));
    }
}

fn is_variable(name: &str) -> bool {
    !name.is_empty() && !name.contains(['=', '\0'])
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
    if !manifest.listen.is_usual() {
        faults.push(Objection::new("listen", "belongs to kind `http`: remove it"));
    }
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
    grants::of_expected(command, &manifest.grants, faults);
}

fn of_request(request: &Request) -> Vec<(&'static str, &'static str)> {
    let printable = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
    let is_method =
        !request.method.is_empty() && request.method.bytes().all(|byte| byte.is_ascii_uppercase());
    let has_control = |text: &str| text.bytes().any(|byte| byte.is_ascii_control());
    let expect = &request.expect;
    let (compare, has_body) = (expect.compare, expect.body.is_some());
    let holds_against_body = !matches!(compare, Compare::Status | Compare::Schema);
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
        (
            request.headers.iter().all(|(name, value)| is_header(name) && !has_control(value)),
            "headers",
            "must have names of letters, digits and hyphens, none of those that are always sent (`host`, \
             `content-type`, `content-length`, `connection`, `transfer-encoding`), and no control characters",
        ),
        (
            compare == Compare::Pixels || expect.tolerance.is_none(),
            "expect.tolerance",
            "needs `compare = \"pixels\"`",
        ),
        (
            compare != Compare::Pixels || expect.tolerance.is_some(),
            "expect.compare",
            "is `pixels`, which needs a `tolerance`",
        ),
        (
            compare == Compare::Json || expect.left_out.is_empty(),
            "expect.left_out",
            "needs `compare = \"json\"`",
        ),
        (
            expect.left_out.iter().all(|pointer| pointer.starts_with('/')),
            "expect.left_out",
            "must hold JSON Pointers, which begin with `/`, e.g. `/items/*/id`",
        ),
        (
            compare == Compare::Schema || expect.schema.is_none(),
            "expect.schema",
            "needs `compare = \"schema\"`",
        ),
        (
            compare != Compare::Schema || expect.schema.is_some(),
            "expect.compare",
            "is `schema`, which needs a `schema`: a file of the folder",
        ),
        (
            !holds_against_body || has_body,
            "expect",
            "needs a `body`; with `compare = \"status\"` none is compared",
        ),
        (
            holds_against_body || !has_body,
            "expect.body",
            "is not compared with `compare = \"status\"` or `\"schema\"`: remove it",
        ),
    ];
    rules.into_iter().filter(|(holds, ..)| !holds).map(|(_, key, problem)| (key, problem)).collect()
}

/// Headers that are made, or would make another message of the request.
const MADE: [&str; 5] = ["host", "content-type", "content-length", "connection", "transfer-encoding"];

fn is_header(name: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    !name.is_empty() && name.bytes().all(known) && !MADE.iter().any(|made| made.eq_ignore_ascii_case(name))
}

fn stays_inside(file: &str) -> Result<(), String> {
    let path = Path::new(file);
    let plain = path.components().all(|part| matches!(part, Component::Normal(_)));
    if file.is_empty() || file.contains('\0') || !plain {
        return Err(format!("`{file}` leaves the workload's folder: name a file inside it"));
    }
    Ok(())
}
