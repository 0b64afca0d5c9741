/// Why Podman can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PodmanProblem {
    /// It is not installed.
    #[error("no service of Podman answers at {at}, and no `podman` is on `PATH`")]
    NotInstalled {
        /// Where it was looked for.
        at: String,
    },
    /// It is installed, and nobody has started its service.
    #[error("no service of Podman answers at {at}")]
    NotStarted {
        /// Where it was looked for.
        at: String,
    },
    /// Its socket may not be opened.
    #[error("the service of Podman at {at} may not be used by this user")]
    Denied {
        /// Where it is.
        at: String,
    },
}

impl PodmanProblem {
    /// What a user can do, as a command where there is one.
    #[must_use]
    pub const fn remedy(&self) -> &'static str {
        match self {
            Self::NotInstalled { .. } => "apt-get install podman, then systemctl start podman.socket",
            Self::NotStarted { .. } => {
                "systemctl start podman.socket, or as root: podman system service --time 0 unix:///run/podman/podman.sock &"
            }
            Self::Denied { .. } => {
                "run as root, or start your own service with `systemctl --user start podman.socket`"
            }
        }
    }
}
