//! Where Podman's own service is.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::DockerError;
use crate::podman_problem::PodmanProblem;

/// Where the service of the machine listens.
const SOCKET: &str = "/run/podman/podman.sock";

/// What the process's environment says of Podman.
pub(crate) struct PodmanSaid {
    /// `CONTAINER_HOST`.
    host: Option<String>,
    /// `XDG_RUNTIME_DIR`.
    runtime_folder: Option<PathBuf>,
    /// `PATH`.
    path: OsString,
}

impl PodmanSaid {
    pub(crate) fn of(variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let said = |name: &str| variable(name).filter(|value| !value.is_empty());
        Self {
            host: said("CONTAINER_HOST").map(|value| value.to_string_lossy().into_owned()),
            runtime_folder: said("XDG_RUNTIME_DIR").map(PathBuf::from),
            path: variable("PATH").unwrap_or_default(),
        }
    }

    /// The address that is named, with `true`, or the one of the first socket that is there.
    pub(crate) fn address(&self) -> Result<(String, bool), DockerError> {
        if let Some(host) = &self.host {
            return Ok((host.clone(), true));
        }
        let mut sockets = vec![PathBuf::from(SOCKET)];
        sockets.extend(self.runtime_folder.as_ref().map(|folder| folder.join("podman/podman.sock")));
        match sockets.iter().find(|socket| socket.exists()) {
            Some(socket) => Ok((address_of(socket), false)),
            None => {
                let looked: Vec<String> =
                    sockets.iter().map(|socket| format!("`{}`", address_of(socket))).collect();
                Err(self.not_answering(looked.join(" or ")))
            }
        }
    }

    /// What an error of a service means that was looked for at an address.
    pub(crate) fn explain(&self, error: DockerError) -> DockerError {
        match error {
            DockerError::Absent { host, .. } | DockerError::Refused { host, .. } => {
                self.not_answering(format!("`{host}`"))
            }
            DockerError::Silent { host, after_ms, .. } => {
                let problem =
                    PodmanProblem::Silent { at: format!("`{host}`"), after_ms, named: self.host.is_some() };
                DockerError::Podman { problem }
            }
            DockerError::Denied { host } => {
                DockerError::Podman { problem: PodmanProblem::Denied { at: format!("`{host}`") } }
            }
            other => other,
        }
    }

    /// Whether there is anything of Podman: its program, or somebody who names its service.
    pub(crate) fn is_here(&self) -> bool {
        self.host.is_some() || self.is_installed()
    }

    fn is_installed(&self) -> bool {
        std::env::split_paths(&self.path).any(|folder| folder.join("podman").is_file())
    }

    fn not_answering(&self, at: String) -> DockerError {
        let problem = match self.is_installed() {
            _ if self.host.is_some() => PodmanProblem::Named { at },
            true => PodmanProblem::NotStarted { at },
            false => PodmanProblem::NotInstalled { at },
        };
        DockerError::Podman { problem }
    }
}

fn address_of(socket: &Path) -> String {
    format!("unix://{}", socket.display())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::named_by::NamedBy;

    fn said(variables: &[(&str, &Path)]) -> PodmanSaid {
        PodmanSaid::of(|name| {
            let found = variables.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| value.as_os_str().to_owned())
        })
    }

    #[test]
    fn a_service_that_is_named_goes_before_the_user_s_own() {
        let folder = tempfile::tempdir().unwrap();
        let named = Path::new("unix:///run/named.sock");
        let both = said(&[("CONTAINER_HOST", named), ("XDG_RUNTIME_DIR", folder.path())]);
        assert_eq!(both.address().unwrap(), ("unix:///run/named.sock".to_owned(), true));
    }

    #[test]
    fn where_nobody_has_started_it_the_way_out_depends_on_whether_it_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let refused = || DockerError::Refused { host: "unix:///a.sock".to_owned(), named: NamedBy::Custom };
        let path = [("PATH", folder.path())];
        let told = said(&path).explain(refused()).to_string();
        assert!(told.contains("`unix:///a.sock`") && told.contains("install podman"), "{told}");
        let named = [path[0], ("CONTAINER_HOST", Path::new("unix:///a.sock"))];
        assert_eq!([said(&path).is_here(), said(&named).is_here()], [false, true]);
        std::fs::write(folder.path().join("podman"), "").unwrap();
        assert!(said(&path).is_here());
        let told = said(&path).explain(refused()).to_string();
        assert!(told.contains("systemctl start podman.socket") && !told.contains("install"), "{told}");
        assert!(told.contains("podman system service --time 0"), "{told}");
        let told = said(&named).explain(refused()).to_string();
        assert!(told.contains("`CONTAINER_HOST`") && told.contains(": unset CONTAINER_HOST"), "{told}");
        let silent =
            DockerError::Silent { host: "unix:///a.sock".to_owned(), named: NamedBy::Custom, after_ms: 3 };
        let told = said(&path).explain(silent).to_string();
        assert!(told.ends_with(": systemctl restart podman.socket"), "{told}");
    }
}
