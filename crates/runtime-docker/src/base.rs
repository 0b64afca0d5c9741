//! What lies under the binary in an image that is built for it.

use bollard::models::ImageInspect;

use crate::DockerError;
use crate::daemon::{Call, Daemon};

/// Nothing.
pub(crate) const SCRATCH: &str = "scratch";

/// What is meant by a word, by the names under which it is looked for, and how to get it.
const KNOWN: [(&str, &[&str]); 3] = [
    (
        "debian",
        &[
            "debian:stable-slim",
            "debian:trixie-slim",
            "debian:bookworm-slim",
            "debian:latest",
            "plimsoll-base/debian:latest",
        ],
    ),
    ("alpine", &["alpine:latest", "alpine:3", "plimsoll-base/alpine:latest"]),
    (
        "distroless",
        &[
            "gcr.io/distroless/static-debian13:latest",
            "gcr.io/distroless/static-debian12:latest",
            "gcr.io/distroless/static:latest",
            "plimsoll-base/distroless:latest",
        ],
    ),
];

/// An image that is here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Base {
    /// The name that it was found by.
    pub(crate) name: String,
    /// `sha256:` and 64 digits.
    pub(crate) id: String,
}

impl Base {
    /// Which it is, for a reader.
    pub(crate) fn remark(&self) -> String {
        format!("The image is built on `{}` (`{}`).", self.name, self.id)
    }
}

/// The names under which a base is looked for.
fn names(base: &str) -> Vec<&str> {
    match KNOWN.iter().find(|(word, _)| *word == base) {
        Some((_, names)) => names.to_vec(),
        None => vec![base],
    }
}

/// The first name under which it is looked for; `None` for nothing under the binary.
pub(crate) fn first_name(base: &str) -> Option<&str> {
    (base != SCRATCH).then(|| names(base)[0])
}

/// Finds it among the engine's images; `None` for nothing under the binary. Nothing is pulled.
pub(crate) async fn find(daemon: &Daemon, base: &str) -> Result<Option<Base>, DockerError> {
    if base == SCRATCH {
        return Ok(None);
    }
    for name in names(base) {
        match daemon.call(Call::INSPECT, daemon.client.inspect_image(name)).await {
            Ok(ImageInspect { id: Some(id), .. }) => return Ok(Some(Base { name: name.to_owned(), id })),
            Ok(_) => {}
            Err(error) if error.status() == Some(404) => {}
            Err(error) => return Err(error),
        }
    }
    let (base, pull) = (base.to_owned(), names(base)[0].to_owned());
    Err(DockerError::NoBase { base, pull, client: daemon.kind().part() })
}

/// What it is called in a sentence.
pub(crate) fn told(base: &str) -> Option<String> {
    match base {
        SCRATCH => None,
        "debian" => Some("Debian".to_owned()),
        "alpine" => Some("Alpine".to_owned()),
        "distroless" => Some("a distroless base".to_owned()),
        image => Some(format!("`{image}`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_stands_for_what_people_run_and_any_other_for_itself() {
        assert_eq!(names("debian")[0], "debian:stable-slim");
        assert_eq!(names("registry.example/base:1"), ["registry.example/base:1"]);
    }
}
