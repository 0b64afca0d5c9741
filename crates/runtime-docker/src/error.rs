use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::path::PathBuf;

use bollard::errors::Error as ApiError;
use plimsoll_model::FailureKind;
use plimsoll_process::ProcessError;
use plimsoll_registry::settings_file::{SettingsFault, UnreadSettings};
use plimsoll_runtime::{FolderError, RuntimeError};

use crate::archive_problem::ArchiveProblem;
use crate::bridge::BridgeProblem;
use crate::context::ContextProblem;
use crate::endpoint::HostProblem;
use crate::image_problem::ImageProblem;
use crate::named_by::NamedBy;
use crate::podman_problem::PodmanProblem;
use crate::trouble;

const INSTALLED: &str = "Start the engine with `systemctl start docker` or `dockerd &`, install it with `apt-get install docker.io`, or name another with `DOCKER_HOST` or `docker context use`";
const STARTED: &str = "Start the engine with `systemctl start docker` or `dockerd &`";
const RESTARTED: &str = "Start the engine anew with `systemctl restart docker`";

/// Why Docker could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum DockerError {
    /// The engine that is named is none that can be used.
    #[error("{}. {}", trouble::host(host, named, *problem), trouble::way_out(named, *problem))]
    Host {
        /// The address as it was given.
        host: String,
        /// Who names it.
        named: NamedBy,
        /// What is wrong with it.
        problem: HostProblem,
    },
    /// `ssh` does not lead to an engine.
    #[error(
        "{}: see that `ssh` asks for nothing there and that `docker` is found, as Docker's own client needs it, too",
        trouble::ssh(host, message)
    )]
    Ssh {
        /// The engine's address.
        host: String,
        /// What `ssh` said.
        message: String,
    },
    /// No connection can be carried to an engine at the other end of `ssh`.
    #[error("`{host}` can't be reached over ssh: {problem}")]
    Bridge {
        /// The engine's address.
        host: String,
        /// Why not.
        problem: BridgeProblem,
    },
    /// A file is missing without which an engine does not speak with its user.
    #[error(
        "{}: put the keys of its user there, name their folder with `DOCKER_CERT_PATH`, or {}",
        trouble::no_key(host, named, file), named.told_undone()
    )]
    NoKey {
        /// The engine's address.
        host: String,
        /// Who names it.
        named: NamedBy,
        /// The file.
        file: PathBuf,
    },
    /// Podman's service is none that can be used.
    #[error("{problem}: {}", problem.remedy())]
    Podman {
        /// What is wrong with it.
        problem: PodmanProblem,
    },
    /// The engine does not see a folder of this host that is granted.
    #[error(
        "the Docker engine at `{host}` does not see the folder `{}` of this machine: {why}. Use an engine of this machine that \
         sees all of its files, or leave its lanes out",
        folder.display()
    )]
    Unseen {
        /// The engine.
        host: String,
        /// The folder.
        folder: PathBuf,
        /// How that was seen.
        why: &'static str,
    },
    /// A container can read nothing of a folder that is granted.
    #[error(
        "the container runs as user {user}, which can't read `{what}` in `{}` (mode {mode}), nor anything else there: let every \
         user read it with `chmod -R o+rX`, or grant another folder",
        folder.display()
    )]
    Closed {
        /// Its number.
        user: u32,
        /// The first thing in the folder that it can't read.
        what: String,
        /// The folder.
        folder: PathBuf,
        /// That thing's mode, in octal digits.
        mode: String,
    },
    /// Folders that are granted can't be given.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The context that is named is not there.
    #[error(
        "{}: choose one of `docker context ls`, or {}",
        trouble::context(named, file.as_deref()), named.told_undone()
    )]
    NoContext {
        /// Who names it.
        named: NamedBy,
        /// Where it should be told of; absent where there is no folder for it.
        file: Option<PathBuf>,
    },
    /// The settings of Docker's client do not read.
    #[error("{}. Mend it, or name the engine with `DOCKER_HOST`", trouble::settings(file, problem))]
    Settings {
        /// The file.
        file: PathBuf,
        /// Why not.
        problem: SettingsFault,
    },
    /// There is no socket.
    #[error("{}. {}", trouble::absent(host, named), trouble::to_be_there(host, named, INSTALLED))]
    Absent {
        /// The engine's address.
        host: String,
        /// Who names it.
        named: NamedBy,
    },
    /// The socket may not be opened.
    #[error(
        "{}: run as root, or join the group with `usermod -aG docker $USER` and log in again",
        trouble::denied(host)
    )]
    Denied {
        /// The engine's address.
        host: String,
    },
    /// Nobody listens on the socket.
    #[error("{}. {}", trouble::refused(host, named), trouble::to_be_there(host, named, STARTED))]
    Refused {
        /// The engine's address.
        host: String,
        /// Who names it.
        named: NamedBy,
    },
    /// It takes connections and says nothing.
    #[error("{}. {}", trouble::silent(host, named, *after_ms), trouble::to_be_there(host, named, RESTARTED))]
    Silent {
        /// The engine's address.
        host: String,
        /// Who names it.
        named: NamedBy,
        /// The limit in milliseconds.
        after_ms: u64,
    },
    /// The connection broke, or what came over it was no answer.
    #[error(
        "lost the engine at `{host}` during `{call}`: see its log (that of Docker: `journalctl -u docker`)"
    )]
    Lost {
        /// The engine's address.
        host: String,
        /// The call.
        call: &'static str,
        /// What the client says.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// The engine did not answer in time.
    #[error(
        "the engine did not answer `{call}` within {after_ms} ms: is the machine overloaded, or the engine stuck?"
    )]
    TimedOut {
        /// The call.
        call: &'static str,
        /// The limit in milliseconds.
        after_ms: u64,
    },
    /// The engine refused, in its own words.
    #[error("the engine refused `{call}` with status {status}: {message}")]
    Api {
        /// The call.
        call: &'static str,
        /// HTTP status.
        status: u16,
        /// The engine's message.
        message: String,
    },
    /// A name or a port is taken.
    #[error(
        "`{name}` is taken, and what holds it is not ours: {message}. Remove it or wait until it is gone"
    )]
    Taken {
        /// The name or address.
        name: String,
        /// The engine's message.
        message: String,
    },
    /// The engine can't execute the binary.
    #[error(
        "the engine can't start `{image}`: {message}. Is the binary static and made for this machine? Build a static one for this machine (Plimsoll's own: `cargo xtask workloads native`)"
    )]
    NotExecutable {
        /// The image.
        image: String,
        /// The engine's message.
        message: String,
    },
    /// The workload's binary can't be read.
    #[error("could not read the native binary `{}`: build a static one for this machine (Plimsoll's own: `cargo xtask workloads native`)", path.display())]
    Binary {
        /// Where it should be.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The workload's binary can't run alone in an image.
    #[error("`{}` can't be run FROM scratch: {problem}. Build a static one for this machine (Plimsoll's own: `cargo xtask workloads native`)", path.display())]
    NotStatic {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The image could not be built.
    #[error("the engine could not build `{image}`: {message}. Is its disk full (`docker system df`)?")]
    Build {
        /// The image.
        image: String,
        /// The engine's message.
        message: String,
    },
    /// An image that somebody else made can't be used.
    #[error("image `{image}` {problem}")]
    Image {
        /// Its name.
        image: String,
        /// What is wrong with it.
        problem: ImageProblem,
    },
    /// A folder can't be sent to be built.
    #[error("the image in `{}` can't be built: {problem}", folder.display())]
    Context {
        /// The folder.
        folder: PathBuf,
        /// What is wrong with it.
        problem: ContextProblem,
    },
    /// A step of a `Dockerfile` failed.
    #[error(
        "could not build the image in `{}`: {}{message}{}. Mend it; or, where it needs BuildKit, build it with `docker build` and name the image instead",
        folder.display(), if step.is_empty() { String::new() } else { format!("step {step} failed: ") }, if output.is_empty() { String::new() } else { format!("; its output ends with: {output}") }
    )]
    Step {
        /// The folder.
        folder: PathBuf,
        /// The step as the builder tells it; empty where it came to none.
        step: String,
        /// The engine's message.
        message: String,
        /// The last lines that the step wrote.
        output: String,
    },
    /// An image in a file can't be loaded.
    #[error("the image in `{}` can't be loaded: {problem}", file.display())]
    Archive {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        problem: ArchiveProblem,
    },
    /// What an image is to be built on is not here.
    #[error("{}: `{}`", trouble::no_base(base), trouble::pulling(client, pull))]
    NoBase {
        /// What is asked for.
        base: String,
        /// The name of one that would do.
        pull: String,
        /// The client of the engine.
        client: &'static str,
    },
    /// There is no program to keep a container running with.
    #[error("there is no program for `{machine}` that keeps a container running: leave the lane out")]
    NoIdle {
        /// The kind of machine.
        machine: &'static str,
    },
    /// The program that keeps a container running could not be written.
    #[error("could not write `{}`, which keeps a container running: see whether its folder is full", path.display())]
    Idle {
        /// Where it should be.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A container did not do once what it has to have done before the clock starts.
    #[error(
        "a container that has to have {what} before the clock starts did not within {limit_ms} ms: see whether lane `docker` runs it"
    )]
    NotBefore {
        /// What it has to have done.
        what: &'static str,
        /// The limit in milliseconds.
        limit_ms: u64,
    },
    /// The machine has no free port.
    #[error("could not find a free port on `127.0.0.1`: close what holds them (`ss -ltn`)")]
    Port {
        /// Why not.
        source: io::Error,
    },
    /// A container could not be removed after an earlier error.
    #[error("container `{container}` is left behind: run `plimsoll clean` when the engine answers again")]
    Left {
        /// The container.
        container: String,
        /// What went wrong first.
        source: Box<DockerError>,
    },
    /// The group above a container's is still there.
    #[error("the control group that was made for a container is left behind: run `plimsoll clean`")]
    Group {
        /// What is left.
        source: ProcessError,
    },
    /// Something of a container is still there.
    #[error(
        "{what} of container `{container}` is still there {after_ms} ms after its removal: see the engine's log"
    )]
    Remains {
        /// The container.
        container: String,
        /// What is left.
        what: String,
        /// The limit in milliseconds.
        after_ms: u64,
    },
}

impl DockerError {
    /// What it means for a trial.
    #[must_use]
    pub fn kind(&self) -> FailureKind {
        match self {
            Self::Host { .. }
            | Self::NoKey { .. }
            | Self::Ssh { .. }
            | Self::Bridge { .. }
            | Self::Podman { .. }
            | Self::NoContext { .. }
            | Self::Settings { .. }
            | Self::Absent { .. }
            | Self::Denied { .. }
            | Self::Refused { .. }
            | Self::Lost { .. }
            | Self::Api { .. }
            | Self::Remains { .. } => FailureKind::RuntimeLost,
            Self::TimedOut { .. } | Self::Silent { .. } | Self::NotBefore { .. } => FailureKind::TimedOut,
            Self::Left { source, .. } => source.kind(),
            Self::Image { problem, .. } => problem.kind(),
            Self::Taken { .. } | Self::Port { .. } => FailureKind::Conflict,
            Self::NotExecutable { .. }
            | Self::NotStatic { .. }
            | Self::Binary { .. }
            | Self::Context { .. }
            | Self::Step { .. }
            | Self::Archive { .. } => FailureKind::BadArtifact,
            Self::Build { .. }
            | Self::Group { .. }
            | Self::Unseen { .. }
            | Self::Closed { .. }
            | Self::NoBase { .. }
            | Self::NoIdle { .. }
            | Self::Idle { .. }
            | Self::Folder(_) => FailureKind::Other,
        }
    }

    /// Sorts what the client says.
    pub(crate) fn from_api(
        call: &'static str,
        endpoint: &impl fmt::Display,
        named: &NamedBy,
        error: ApiError,
    ) -> Self {
        let host = || endpoint.to_string();
        let absent = || Self::Absent { host: host(), named: named.clone() };
        match error {
            ApiError::DockerResponseServerError { status_code: 403, .. } => Self::Denied { host: host() },
            ApiError::DockerResponseServerError { status_code, message } => {
                Self::Api { call, status: status_code, message: message.trim().to_owned() }
            }
            ApiError::DockerStreamError { error } => Self::Api { call, status: 200, message: error },
            ApiError::SocketNotFoundError(_) => absent(),
            other => match io_kind(&other) {
                Some(io::ErrorKind::NotFound) => absent(),
                Some(io::ErrorKind::PermissionDenied) => Self::Denied { host: host() },
                Some(io::ErrorKind::ConnectionRefused) => {
                    Self::Refused { host: host(), named: named.clone() }
                }
                _ => Self::Lost { host: host(), call, source: Box::new(other) },
            },
        }
    }

    /// What it means where it is the first that is heard of an engine.
    pub(crate) fn at_first(self, endpoint: &impl fmt::Display, named: &NamedBy) -> Self {
        match self {
            Self::TimedOut { after_ms, .. } => {
                Self::Silent { host: endpoint.to_string(), named: named.clone(), after_ms }
            }
            other => other,
        }
    }

    /// The HTTP status, where the engine answered.
    pub(crate) fn status(&self) -> Option<u16> {
        match self {
            Self::Api { status, .. } => Some(*status),
            _ => None,
        }
    }
}

impl From<UnreadSettings> for DockerError {
    fn from(UnreadSettings { file, fault }: UnreadSettings) -> Self {
        Self::Settings { file, problem: fault }
    }
}

impl From<DockerError> for RuntimeError {
    fn from(error: DockerError) -> Self {
        Self::backend(error.kind(), error)
    }
}

/// The first I/O error in an error or among its causes.
fn io_kind(error: &ApiError) -> Option<io::ErrorKind> {
    // This one shows its content instead of itself, so its content is not among the causes.
    if let ApiError::IOError { err } = error {
        return Some(err.kind());
    }
    let mut cause: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(found) = error.downcast_ref::<io::Error>() {
            return Some(found.kind());
        }
        cause = error.source();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(kind: io::ErrorKind) -> DockerError {
        let named = NamedBy::Custom;
        DockerError::from_api(
            "version",
            &"unix:///run/docker.sock",
            &named,
            ApiError::IOError { err: kind.into() },
        )
    }

    #[test]
    fn a_socket_that_may_not_be_opened_names_the_group() {
        let error = sorted(io::ErrorKind::PermissionDenied);
        assert!(matches!(error, DockerError::Denied { .. }));
        assert!(error.to_string().contains("usermod -aG docker"), "{error}");
        assert_eq!(error.kind(), FailureKind::RuntimeLost);
    }

    #[test]
    fn a_socket_without_a_listener_says_how_to_start_one() {
        let error = sorted(io::ErrorKind::ConnectionRefused);
        assert!(error.to_string().contains("systemctl start docker"), "{error}");
    }

    #[test]
    fn a_broken_connection_keeps_its_cause() {
        let error = sorted(io::ErrorKind::BrokenPipe);
        assert!(matches!(error, DockerError::Lost { call: "version", .. }));
        assert!(error.source().is_some());
    }
}
