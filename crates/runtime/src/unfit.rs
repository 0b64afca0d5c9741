use std::env::consts::ARCH;
use std::path::Path;

use plimsoll_model::{Artifact, FailureKind, Form, Origin, Slug, Workload};

use crate::RuntimeError;

/// Why a lane can't run a workload, whatever state its files are in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// It has no artifact that the lane runs.
    #[error(
        "workload `{workload}` has no {form} that runs on `{ARCH}`: name one {place}, or leave the lane out"
    )]
    Lacks {
        /// The workload.
        workload: Slug,
        /// What the lane runs.
        form: Form,
        /// Where one could be named.
        place: &'static str,
    },
    /// It has nothing that a container could be made of.
    #[error(
        "workload `{workload}` has no image, and no native binary that runs on `{ARCH}`, of which one could be made: name one \
         {place}, or leave the lane out"
    )]
    NoImage {
        /// The workload.
        workload: Slug,
        /// Where either could be named.
        place: &'static str,
    },
    /// Its image listens on one port alone, and the lane has no network for each container.
    #[error(
        "the image of workload `{workload}` is told no other port than its own, and the containers of this lane share the \
         host's network: say how it is told its port ({place}), or choose a lane on the bridge"
    )]
    OwnPort {
        /// The workload.
        workload: Slug,
        /// Where that could be said.
        place: &'static str,
    },
    /// It is a service, and all that the lane could run is a module.
    #[error(
        "workload `{workload}` is a service, and a module of WASI 0.1 can't listen: build a component for `wasm32-wasip2` \
         with `wasi:http/proxy` and name it {place}, or leave the lane out"
    )]
    ModuleServes {
        /// The workload.
        workload: Slug,
        /// Where the component could be named.
        place: &'static str,
    },
    /// It is granted a folder at a path where the lane can't put one.
    #[error(
        "lane `{lane}` has no folder `{to}` for workload `{workload}`: it sees the machine's own files, {why}; leave the lane \
         out"
    )]
    Folder {
        /// The workload.
        workload: Slug,
        /// The lane.
        lane: Slug,
        /// The folder's path as instances see it.
        to: String,
        /// Why it is not that one.
        why: &'static str,
    },
    /// The lane does to what it runs what can't be done to this.
    #[error("lane `{lane}` does not run workload `{workload}`: {why}; leave the lane out")]
    OtherKind {
        /// The workload.
        workload: Slug,
        /// The lane.
        lane: Slug,
        /// Why not, as a clause.
        why: &'static str,
    },
    /// It is to end with a code that nothing in the lane can tell.
    #[error(
        "workload `{workload}` is to exit with code {code}, and a {form} can tell only 0 to {most}: expect one of these, or \
         leave the lane out"
    )]
    ExitCode {
        /// The workload.
        workload: Slug,
        /// What its manifest expects.
        code: i32,
        /// What would run.
        form: Form,
        /// The largest code that it can tell.
        most: i32,
    },
}

/// The artifact of a form that this machine can run: what [`Runtime::accepts`](crate::Runtime::accepts) gives where a lane
/// runs one form.
///
/// # Errors
/// When the workload has none.
pub fn artifact_of(workload: &Workload, form: Form) -> Result<&Artifact, Unfit> {
    workload.artifact(form, ARCH).ok_or_else(|| Unfit::lacks(workload, form))
}

/// The file of that artifact.
///
/// # Errors
/// When the workload has none.
pub fn artifact_file(workload: &Workload, form: Form) -> Result<&Path, Unfit> {
    artifact_of(workload, form)?.file().ok_or_else(|| Unfit::lacks(workload, form))
}

impl Unfit {
    fn lacks(workload: &Workload, form: Form) -> Self {
        Self::Lacks { workload: workload.name.clone(), form, place: place_of(workload, form) }
    }

    /// That its module can't serve.
    #[must_use]
    pub fn module_serves(workload: &Workload) -> Self {
        let place = place_of(workload, Form::Component);
        Self::ModuleServes { workload: workload.name.clone(), place }
    }

    /// That no container can be made of it.
    #[must_use]
    pub fn no_image(workload: &Workload) -> Self {
        let place = match workload.origin {
            Origin::Folder(_) => place_of(workload, Form::Image),
            Origin::Line => "with `--image` or `--native`",
        };
        Self::NoImage { workload: workload.name.clone(), place }
    }

    /// That its image is told no port.
    #[must_use]
    pub fn own_port(workload: &Workload) -> Self {
        let place = match workload.origin {
            Origin::Folder(_) => "`[listen]` in its `workload.toml`",
            Origin::Line => "arguments after `--`, with `{port}` in them",
        };
        Self::OwnPort { workload: workload.name.clone(), place }
    }
}

/// Where an artifact of a form is named.
fn place_of(workload: &Workload, form: Form) -> &'static str {
    match (&workload.origin, form) {
        (Origin::Folder(_), _) => "in its `workload.toml`",
        (Origin::Line, Form::Binary) => "with `--native`",
        (Origin::Line, Form::Image) => "with `--image`",
        (Origin::Line, Form::Component | Form::Module) => "with `--wasm`",
    }
}

impl From<Unfit> for RuntimeError {
    fn from(unfit: Unfit) -> Self {
        Self::backend(FailureKind::BadArtifact, unfit)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use plimsoll_model::{Container, ExpectedOutput, Grants, Invocation, Job, Source};

    use super::*;

    #[test]
    fn what_a_lane_lacks_is_named_and_makes_a_bad_artifact() {
        let expect = ExpectedOutput::exactly(0, Arc::default());
        let foreign = Artifact {
            form: Form::Binary,
            name: "native/vax/hello".to_owned(),
            source: Source::File("/hello/native/vax/hello".into()),
            arch: Some("vax".to_owned()),
        };
        let workload = Workload {
            name: Slug::known("hello"),
            summary: String::new(),
            job: Job::Run(Invocation::of(Vec::new(), expect)),
            artifacts: vec![foreign],
            container: Container::default(),
            grants: Grants::default(),
            origin: Origin::Folder("/hello".into()),
            digests: BTreeMap::new(),
            remarks: Vec::new(),
        };
        for form in [Form::Binary, Form::Component] {
            let error = RuntimeError::from(artifact_of(&workload, form).unwrap_err());
            assert_eq!(error.kind(), FailureKind::BadArtifact);
            let told = error.to_string();
            assert!(told.contains("`hello`") && told.contains(&form.to_string()), "{told}");
        }
        let line = Workload { origin: Origin::Line, ..workload };
        assert!(Unfit::no_image(&line).to_string().contains("`--image` or `--native`"));
    }
}
