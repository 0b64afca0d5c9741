//! Services and commands of the user's own, told in words instead of in a folder.

mod hear;
mod kept;
mod named;
mod record;
mod text;

use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZeroU16;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

pub(crate) use self::hear::{Ended, Heard, hear};
pub use self::kept::{Init, LaidOut};
pub(crate) use self::kept::{keep, lay};
pub(crate) use self::named::context;
pub(crate) use self::record::record;

/// What is told of workloads on a command line. With several images or components each is a workload of its own; with as
/// many of one as of the other they are paired in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Own {
    /// Images, as the engine that has or pulls them knows them.
    pub images: Vec<String>,
    /// A folder with a `Dockerfile`.
    #[serde(with = "plimsoll_files::portable")]
    pub dockerfile: Option<PathBuf>,
    /// An image in a file, as `docker save` writes it.
    #[serde(with = "plimsoll_files::portable")]
    pub archive: Option<PathBuf>,
    /// Components, or modules of WASI 0.1.
    #[serde(with = "plimsoll_files::portable")]
    pub wasm: Vec<PathBuf>,
    /// A static native binary.
    #[serde(with = "plimsoll_files::portable")]
    pub native: Option<PathBuf>,
    /// Arguments of the program; a service's may hold `{host}` and `{port}`.
    pub arguments: Vec<String>,
    /// The port that an image listens on.
    pub port: Option<NonZeroU16>,
    /// Environment variables, in every lane.
    pub environment: BTreeMap<String, String>,
    /// What is asked; the first one decides readiness. None: a command that runs and exits.
    pub questions: Vec<Question>,
    /// What is said of right answers.
    pub right: Right,
}

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

/// What is said of right answers; what is not said is recorded from the first lane that answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Right {
    /// Their status.
    pub status: Option<u16>,
    /// A file that holds the body, or a command's standard output.
    #[serde(with = "plimsoll_files::portable")]
    pub body: Option<PathBuf>,
    /// What of their JSON is not compared, as JSON Pointers in which `*` stands for any key or index.
    pub left_out: Vec<String>,
    /// Whether the status alone counts.
    pub status_only: bool,
}

impl Own {
    /// Whether anything is told.
    #[must_use]
    pub fn is_told(&self) -> bool {
        *self != Self::default()
    }

    /// Whether it is said what right answers are.
    #[must_use]
    pub fn says_what_is_right(&self) -> bool {
        self.right.body.is_some() || self.right.status_only
    }

    /// The words of a command line that tell it again. Values of variables are not among them.
    #[must_use]
    pub fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        let mut option = |flag: &str, value: &dyn fmt::Display| {
            words.extend([format!("--{flag}"), value.to_string()]);
        };
        self.images.iter().for_each(|image| option("image", image));
        let files = [("dockerfile", &self.dockerfile), ("archive", &self.archive), ("native", &self.native)];
        for (flag, path) in files {
            path.iter().for_each(|path| option(flag, &path.display()));
        }
        self.wasm.iter().for_each(|path| option("wasm", &path.display()));
        self.port.iter().for_each(|port| option("port", port));
        self.environment.keys().for_each(|name| option("env", name));
        let Right { status, body, left_out, status_only } = &self.right;
        status.iter().for_each(|status| option("expect-status", status));
        body.iter().for_each(|body| option("expect", &body.display()));
        left_out.iter().for_each(|place| option("leave-out", place));
        // Every request has the same ones.
        for (name, value) in self.questions.iter().take(1).flat_map(|question| &question.headers) {
            option("header", &format!("{name}: {value}"));
        }
        for question in &self.questions {
            words.extend([format!("--{}", question.method.to_ascii_lowercase()), question.path.clone()]);
            words.extend(question.body.clone());
        }
        words.extend(status_only.then(|| "--expect-status-only".to_owned()));
        words.extend(self.questions.is_empty().then(|| "--run".to_owned()));
        if !self.arguments.is_empty() {
            words.push("--".to_owned());
            words.extend(self.arguments.iter().cloned());
        }
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_words_tell_it_again_but_for_the_values_of_variables() {
        let question = |method: &str, path: &str, body: Option<&str>| Question {
            method: method.to_owned(),
            path: path.to_owned(),
            body: body.map(str::to_owned),
            headers: BTreeMap::new(),
        };
        let own = Own {
            images: vec!["nginx:alpine".to_owned()],
            wasm: vec!["cart.wasm".into()],
            environment: [("TOKEN".to_owned(), "secret".to_owned())].into(),
            questions: vec![question("GET", "/", None), question("POST", "/quote", Some("@cart.json"))],
            arguments: vec!["--port={port}".to_owned()],
            ..Own::default()
        };
        assert_eq!(
            own.words().join(" "),
            "--image nginx:alpine --wasm cart.wasm --env TOKEN --get / --post /quote @cart.json -- --port={port}"
        );
        assert!(own.is_told() && !Own::default().is_told());
    }
}
