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
    /// Nobody serves what `CONTAINER_HOST` names.
    #[error("no service of Podman answers at {at}, which `CONTAINER_HOST` names")]
    Named {
        /// Where it was looked for.
        at: String,
    },
    /// It takes connections and says nothing.
    #[error("the service of Podman at {at} did not answer `version` within {after_ms} ms")]
    Silent {
        /// Where it is.
        at: String,
        /// The limit in milliseconds.
        after_ms: u64,
        /// Whether `CONTAINER_HOST` names it.
        named: bool,
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
            Self::Named { .. } => "unset CONTAINER_HOST; or start Podman's service there",
            Self::Silent { named: true, .. } => "unset CONTAINER_HOST; or restart Podman's service there",
            Self::Silent { .. } => "systemctl restart podman.socket",
            Self::Denied { .. } => {
                "run as root, or start your own service with `systemctl --user start podman.socket`"
            }
        }
    }
}
