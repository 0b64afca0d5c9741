//! Runs a workload's manifest against its core: what `expected/` holds is what the core answers.
//!
//! With `PLIMSOLL_BLESS=1` in the environment the expected files are written instead of compared.
//! It is test code: whatever is wrong ends in a panic that names it.
#![allow(clippy::panic, clippy::expect_used)]

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::{CommandCore, HttpCore, Request};

#[derive(Deserialize)]
struct Manifest {
    #[serde(default)]
    request: Vec<RequestSpec>,
    command: Option<CommandSpec>,
}

#[derive(Deserialize)]
struct RequestSpec {
    name: String,
    #[serde(default = "get")]
    method: String,
    path: String,
    body: Option<PathBuf>,
    expect: ResponseSpec,
}

#[derive(Deserialize)]
struct ResponseSpec {
    status: u16,
    content_type: Option<String>,
    body: PathBuf,
    #[serde(default)]
    compare: Compare,
    #[serde(default)]
    tolerance: u8,
}

#[derive(Deserialize, Default, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Compare {
    #[default]
    Bytes,
    Pixels,
}

#[derive(Deserialize)]
struct CommandSpec {
    args: Vec<String>,
    expect: OutputSpec,
}

#[derive(Deserialize)]
struct OutputSpec {
    exit_code: u8,
    stdout: PathBuf,
}

fn get() -> String {
    "GET".to_owned()
}

/// Checks an `http` core against the manifest in `folder`, the crate's own.
///
/// # Panics
/// When an answer is not the expected one, or a file can't be read.
pub fn http(folder: &str, core: HttpCore) {
    let folder = Path::new(folder);
    for request in manifest(folder).request {
        let RequestSpec { name, method, path, body, expect } = request;
        let body = body.map(|body| read(&folder.join(body))).unwrap_or_default();
        let response = core(Request::new(&method, &path, &body));
        assert_eq!(response.status, expect.status, "status of `{name}`: {}", preview(&response.body));
        if let Some(content_type) = expect.content_type {
            assert_eq!(response.content_type, content_type, "content type of `{name}`");
        }
        let tolerance = (expect.compare == Compare::Pixels).then_some(expect.tolerance);
        compare(&name, &response.body, &folder.join(expect.body), tolerance);
    }
}

/// Checks a `command` core against the manifest in `folder`, the crate's own.
///
/// # Panics
/// When the output or the exit code is not the expected one, or a file can't be read.
pub fn command(folder: &str, core: CommandCore) {
    let folder = Path::new(folder);
    let CommandSpec { args, expect } = manifest(folder).command.expect("the manifest has a [command]");
    let mut stdout = Vec::new();
    let exit_code = u8::from(core(&args, &mut stdout).is_err());
    assert_eq!(exit_code, expect.exit_code, "exit code");
    compare("stdout", &stdout, &folder.join(expect.stdout), None);
}

fn manifest(folder: &Path) -> Manifest {
    let path = folder.join("workload.toml");
    let text = String::from_utf8(read(&path)).expect("a manifest is UTF-8");
    toml::from_str(&text).unwrap_or_else(|error| panic!("`{}`: {error}", path.display()))
}

fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap_or_else(|error| panic!("`{}`: {error}", path.display()))
}

fn compare(name: &str, answer: &[u8], expected: &Path, tolerance: Option<u8>) {
    if std::env::var_os("PLIMSOLL_BLESS").is_some() {
        std::fs::write(expected, answer).unwrap_or_else(|error| panic!("`{}`: {error}", expected.display()));
    }
    let wanted = read(expected);
    match tolerance {
        Some(tolerance) => compare_pixels(name, answer, &wanted, tolerance),
        None => assert!(
            answer == wanted,
            "`{name}` answered {}, but `{}` holds {}",
            preview(answer),
            expected.display(),
            preview(&wanted)
        ),
    }
}

fn compare_pixels(name: &str, answer: &[u8], wanted: &[u8], tolerance: u8) {
    let [answer, wanted] = [answer, wanted].map(|bytes| {
        image::load_from_memory(bytes)
            .unwrap_or_else(|error| panic!("`{name}`: not a picture: {error}"))
            .to_rgb8()
    });
    assert_eq!(answer.dimensions(), wanted.dimensions(), "size of `{name}`");
    let worst = answer.iter().zip(wanted.iter()).map(|(a, b)| a.abs_diff(*b)).max();
    assert!(worst <= Some(tolerance), "`{name}` is off by {worst:?}, over its tolerance of {tolerance}");
}

fn preview(bytes: &[u8]) -> String {
    let head = &bytes[..bytes.len().min(200)];
    format!("{} bytes starting `{}`", bytes.len(), String::from_utf8_lossy(head))
}
