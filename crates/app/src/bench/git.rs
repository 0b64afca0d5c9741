//! What git answers about a folder.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;

use crate::Error;

/// How long git may take for one answer.
const LIMIT: Duration = Duration::from_secs(120);

/// Why git gave no answer.
pub(super) enum GitFault {
    /// It could not be asked.
    Unable(Error),
    /// It said no, in these words, line by line.
    Refused(Vec<String>),
}

impl GitFault {
    /// As an error of this message, with git's own words below it.
    pub(super) fn told(self, message: impl FnOnce() -> String) -> Error {
        match self {
            Self::Unable(error) => error,
            Self::Refused(words) => Error { causes: words, ..Error::usage(message()) },
        }
    }
}

/// Asks git in a folder, whatever a hook that called us has told it of another repository (`GIT_DIR` and its like).
pub(super) async fn ask(folder: &Path, words: &[&str]) -> Result<Vec<u8>, GitFault> {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(words).stdin(Stdio::null()).kill_on_drop(true);
    for (name, _) in std::env::vars_os() {
        if name.as_encoded_bytes().starts_with(b"GIT_") {
            command.env_remove(name);
        }
    }
    let unable = |cause: String| {
        let error = Error::environment("could not ask git for the version before the change");
        let told = Error { causes: vec![cause], ..error };
        GitFault::Unable(told.with_hint("install git, or name a folder that holds that version"))
    };
    match tokio::time::timeout(LIMIT, command.output()).await {
        Ok(Ok(output)) if output.status.success() => Ok(output.stdout),
        Ok(Ok(output)) => Err(GitFault::Refused(
            String::from_utf8_lossy(&output.stderr).lines().map(str::to_owned).collect(),
        )),
        Ok(Err(error)) => Err(unable(error.to_string())),
        Err(_) => Err(unable(format!("it took longer than {} s", LIMIT.as_secs()))),
    }
}
