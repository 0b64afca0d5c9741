//! A workload: what is run, whatever it was described in.

mod artifact;
mod exchange;
mod job;
mod schema;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub use self::artifact::{Artifact, Form, Source};
pub use self::exchange::{Answer, Exchange};
pub use self::job::{ExpectedFile, ExpectedOutput, Invocation, Job, JobKind, Service};
pub use self::schema::{BodySchema, BodySchemaError, Misfit};
use crate::{Container, Grants, Slug};

/// What is run, with everything that it takes. Made by the store; nothing here touches a disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workload {
    /// Its name.
    pub name: Slug,
    /// What it does, in a sentence.
    pub summary: String,
    /// Whether it serves or runs and exits, with all that only that kind needs.
    pub job: Job,
    /// What can be run, in the order of the manifest; a binary once for each architecture.
    pub artifacts: Vec<Artifact>,
    /// How a container of somebody else's image is made.
    pub container: Container,
    /// What an instance may reach; nothing by default.
    pub grants: Grants,
    /// Where it comes from.
    pub origin: Origin,
    /// SHA-256 (hex) of the files it was read from: by relative name, with its manifest's own.
    pub digests: BTreeMap<String, String>,
    /// What a reader is to know of what it was made from, each in a sentence.
    pub remarks: Vec<String>,
}

/// Where a workload comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A folder with a manifest, absolute.
    Folder(PathBuf),
    /// Words of a command line.
    Line,
}

impl Workload {
    /// The workload's name.
    #[must_use]
    pub fn name(&self) -> &Slug {
        &self.name
    }

    /// Whether it serves or runs and exits.
    #[must_use]
    pub fn kind(&self) -> JobKind {
        self.job.kind()
    }

    /// The first artifact of a form that a machine of this architecture, by Rust's name, can run.
    #[must_use]
    pub fn artifact(&self, form: Form, arch: &str) -> Option<&Artifact> {
        self.artifacts.iter().find(|artifact| artifact.form == form && artifact.fits(arch))
    }

    /// What is to be known of answers and output of which nobody has said that they are right, each in a sentence.
    #[must_use]
    pub fn recorded(&self) -> Vec<String> {
        let told = self.job.exchanges().filter_map(Exchange::recorded);
        let answers = told.map(|what| format!("Nobody said what `{}` must answer: {what}.", self.name));
        let printed = self.job.output().and_then(ExpectedOutput::recorded);
        let printed = printed.map(|what| format!("Nobody said what `{}` must print: {what}.", self.name));
        answers.chain(printed).collect()
    }

    /// Whether a file of its folder is part of it, by its relative name.
    #[must_use]
    pub fn has(&self, file: &str) -> bool {
        self.digests.contains_key(file) || self.artifacts.iter().any(|artifact| artifact.name == file)
    }
}

impl Origin {
    /// The folder its files lie in; `None` where it has none.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Self::Folder(folder) => Some(folder),
            Self::Line => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn workload(artifacts: Vec<Artifact>) -> Workload {
        let expect = ExpectedOutput::exactly(0, Arc::default());
        Workload {
            name: Slug::known("hello"),
            summary: String::new(),
            job: Job::Run(Invocation::of(Vec::new(), expect)),
            artifacts,
            container: Container::default(),
            grants: Grants::default(),
            origin: Origin::Folder("/hello".into()),
            digests: BTreeMap::from([("workload.toml".to_owned(), String::new())]),
            remarks: Vec::new(),
        }
    }

    fn artifact(form: Form, name: &str, arch: Option<&str>) -> Artifact {
        let source = Source::File(Path::new("/hello").join(name));
        Artifact { form, name: name.to_owned(), source, arch: arch.map(str::to_owned) }
    }

    #[test]
    fn a_binary_of_another_machine_is_not_taken_and_one_without_a_machine_is() {
        let arm = artifact(Form::Binary, "native/aarch64/hello", Some("aarch64"));
        let any = artifact(Form::Binary, "hello", None);
        let alone = workload(vec![artifact(Form::Component, "hello.wasm", None), arm.clone()]);
        assert_eq!(alone.artifact(Form::Binary, "x86_64"), None);
        assert_eq!(alone.artifact(Form::Binary, "aarch64"), Some(&arm));
        assert_eq!(workload(vec![arm, any.clone()]).artifact(Form::Binary, "x86_64"), Some(&any));
    }

    #[test]
    fn its_manifest_and_its_artifacts_are_part_of_it_built_or_not() {
        let hello = workload(vec![artifact(Form::Binary, "native/aarch64/hello", Some("aarch64"))]);
        assert!(hello.has("workload.toml") && hello.has("native/aarch64/hello"));
        assert!(!hello.has("native/riscv64/hello"));
    }
}
