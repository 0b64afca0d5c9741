use std::env::consts::ARCH;

use plimsoll_model::{Artifact, FailureKind, Form, Slug, Workload};

use crate::RuntimeError;

/// Why a lane can't run a workload, whatever state its files are in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// It has no artifact that the lane runs.
    #[error(
        "workload `{workload}` has no {form} that runs on `{ARCH}`: name one in its `workload.toml`, or leave the lane out"
    )]
    Lacks {
        /// The workload.
        workload: Slug,
        /// What the lane runs.
        form: Form,
    },
    /// It is to end with a code that nothing in the lane can tell.
    #[error(
        "workload `{workload}` is to exit with code {code}, and a component can tell only 0 and 1: expect one of these, or \
         leave the lane out"
    )]
    ExitCode {
        /// The workload.
        workload: Slug,
        /// What its manifest expects.
        code: i32,
    },
}

/// The artifact of a form that this machine can run: what [`Runtime::accepts`](crate::Runtime::accepts) gives where a lane
/// runs one form.
///
/// # Errors
/// When the workload has none.
pub fn artifact_of(workload: &Workload, form: Form) -> Result<&Artifact, Unfit> {
    workload.artifact(form, ARCH).ok_or_else(|| Unfit::Lacks { workload: workload.name.clone(), form })
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

    use plimsoll_model::{ExpectedOutput, Grants, Invocation, Job, Origin, Source};

    use super::*;

    #[test]
    fn what_a_lane_lacks_is_named_and_makes_a_bad_artifact() {
        let expect = ExpectedOutput { exit_code: 0, stdout: Arc::default() };
        let foreign = Artifact {
            form: Form::Binary,
            name: "native/vax/hello".to_owned(),
            source: Source::File("/hello/native/vax/hello".into()),
            arch: Some("vax".to_owned()),
        };
        let workload = Workload {
            name: Slug::known("hello"),
            summary: String::new(),
            job: Job::Run(Invocation { arguments: Vec::new(), expect }),
            artifacts: vec![foreign],
            grants: Grants::default(),
            origin: Origin::Folder("/hello".into()),
            digests: BTreeMap::new(),
        };
        for form in [Form::Binary, Form::Component] {
            let error = RuntimeError::from(artifact_of(&workload, form).unwrap_err());
            assert_eq!(error.kind(), FailureKind::BadArtifact);
            let told = error.to_string();
            assert!(told.contains("`hello`") && told.contains(&form.to_string()), "{told}");
        }
    }
}
