//! Services and commands of the user's own, told in words instead of in a folder.

mod asked;
mod form;
mod granted;
mod hear;
mod import;
mod kept;
mod name;
mod named;
mod question;
mod record;
mod recording;
mod secret;
mod text;
mod to_hear;

use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZeroU16;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

pub(crate) use self::hear::{Ended, Heard, hear};
pub(crate) use self::import::{Means, har, read_har, read_openapi};
pub use self::kept::{Init, LaidOut};
pub(crate) use self::kept::{keep, lay};
pub(crate) use self::named::context;
pub(crate) use self::question::{METHODS, MOST_REQUESTS};
pub use self::question::{Question, QuestionFault};
pub(crate) use self::record::{Next, record};
pub(crate) use self::to_hear::ToHear;

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
    /// An image in a file, as `docker save` writes it, or a folder that is an OCI layout.
    #[serde(with = "plimsoll_files::portable")]
    pub archive: Option<PathBuf>,
    /// Components, or modules of WASI 0.1: files, OCI layouts, or names in a registry after `oci://`.
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
    /// A file that a command is given on standard input.
    #[serde(with = "plimsoll_files::portable")]
    pub stdin: Option<PathBuf>,
    /// Folders that it sees, each as `DIR:/PATH`, or `DIR:/PATH:write` where it may write into a copy.
    pub folders: Vec<String>,
    /// Hosts that a component may connect to, each as `HOST:PORT`.
    pub hosts: Vec<String>,
    /// What is asked; the first one decides readiness. Nothing at all, nor a file of requests: a command that runs and
    /// exits.
    pub questions: Vec<Question>,
    /// A HAR whose requests are asked too.
    #[serde(with = "plimsoll_files::portable")]
    pub har: Option<PathBuf>,
    /// An OpenAPI document whose examples are asked too.
    #[serde(with = "plimsoll_files::portable")]
    pub openapi: Option<PathBuf>,
    /// Headers of every request of these files.
    pub headers: BTreeMap<String, String>,
    /// What is said of right answers.
    pub right: Right,
}

/// What is said of right answers; what is not said is recorded from the first lane that answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Right {
    /// Their status.
    pub status: Option<u16>,
    /// The code that a command exits with; 0 where nothing is said.
    pub exit_code: Option<u8>,
    /// A file that holds the body, or a command's standard output.
    #[serde(with = "plimsoll_files::portable")]
    pub body: Option<PathBuf>,
    /// A file with the JSON Schema that bodies must fit.
    #[serde(with = "plimsoll_files::portable")]
    pub schema: Option<PathBuf>,
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

    /// Whether anything is asked: else it is a command.
    #[must_use]
    pub fn asks(&self) -> bool {
        !self.questions.is_empty() || self.har.is_some() || self.openapi.is_some()
    }

    /// Whether it is said what right answers are.
    #[must_use]
    pub fn says_what_is_right(&self) -> bool {
        self.right.body.is_some() || self.right.schema.is_some() || self.right.status_only
    }

    /// The words of a command line that tell it again. Values of variables are not among them, nor those of headers
    /// that carry credentials.
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
        self.stdin.iter().for_each(|path| option("stdin", &path.display()));
        self.folders.iter().for_each(|folder| option("folder", folder));
        self.hosts.iter().for_each(|host| option("allow", host));
        let Right { status, exit_code, body, schema, left_out, status_only } = &self.right;
        status.iter().for_each(|status| option("expect-status", status));
        exit_code.iter().for_each(|code| option("expect-exit", code));
        body.iter().for_each(|body| option("expect", &body.display()));
        schema.iter().for_each(|schema| option("expect-schema", &schema.display()));
        left_out.iter().for_each(|place| option("leave-out", place));
        // Every request has the same ones.
        let of_questions = self.questions.first().map(|question| &question.headers);
        for (name, value) in of_questions.unwrap_or(&self.headers) {
            option("header", &format!("{name}: {}", secret::told(name, value)));
        }
        for question in &self.questions {
            words.extend([format!("--{}", question.method.to_ascii_lowercase()), question.path.clone()]);
            words.extend(question.body.clone());
        }
        for (flag, file) in [("har", &self.har), ("openapi", &self.openapi)] {
            file.iter().for_each(|file| words.extend([format!("--{flag}"), file.display().to_string()]));
        }
        words.extend(status_only.then(|| "--expect-status-only".to_owned()));
        words.extend((!self.asks()).then(|| "--run".to_owned()));
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
    fn its_words_tell_it_again_but_for_what_is_secret() {
        let question = |method: &str, path: &str, body: Option<&str>| Question {
            method: method.to_owned(),
            path: path.to_owned(),
            body: body.map(str::to_owned),
            headers: [("Authorization", "Bearer secret"), ("accept", "x")]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
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
            "--image nginx:alpine --wasm cart.wasm --env TOKEN --header Authorization: … --header accept: x --get / \
             --post /quote @cart.json -- --port={port}"
        );
        assert!(own.is_told() && !Own::default().is_told());
    }
}
