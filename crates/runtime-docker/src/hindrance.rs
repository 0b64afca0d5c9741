use std::borrow::Cow;

use crate::DockerError;
use crate::engine_choice::EngineChoice;

/// Why containers of a lane do not work on an engine that answers.
#[derive(Debug, thiserror::Error)]
pub enum Hindrance {
    /// There is no network to publish a port from.
    #[error("the engine has no default bridge, so no port of a container can be published")]
    NoBridge,
    /// It takes no container such as the lane's.
    #[error("the engine refused `{call}` of a container such as this lane's: {message}")]
    Refused {
        /// The call.
        call: &'static str,
        /// In its own words.
        message: String,
    },
    /// It was asked for another runtime, and does not mind.
    #[error("the engine was asked to run a container by `{asked}`, and ran it by `{ran}` without a word")]
    OtherRuntime {
        /// The one that was asked for.
        asked: String,
        /// The one that ran it.
        ran: String,
    },
    /// A container ends before it does anything.
    #[error("a container that was tried ended at once with exit code {code}{}", words(error))]
    Ended {
        /// Its exit code as the engine tells it.
        code: i64,
        /// What the engine says of it.
        error: String,
    },
    /// What listens in a container is not reached.
    #[error(
        "a container that was tried runs, but its port is not reached from here: nobody answers at `{address}`"
    )]
    Unreached {
        /// Where it should answer.
        address: String,
        /// Whether the engine has networks of its own, for it runs without root.
        rootless: bool,
    },
    /// It takes too long.
    #[error("a container that was tried did not answer within {after_s} s")]
    TooSlow {
        /// The limit in seconds.
        after_s: u64,
    },
    /// Not even the container could be made.
    #[error("no container could be tried: {0}")]
    Failed(DockerError),
}

impl Hindrance {
    /// What a call's failure means.
    pub(crate) fn of(error: DockerError) -> Self {
        match error {
            DockerError::Api { call, message, .. } => Self::Refused { call, message },
            other => Self::Failed(other),
        }
    }

    /// What a user can do, as a command where there is one. `choice`: the engine that was asked.
    pub(crate) fn remedy(&self, choice: &EngineChoice) -> Cow<'static, str> {
        let told = match self {
            Self::NoBridge => {
                "start the engine without `--bridge=none`, or choose a lane on the host's network"
            }
            Self::Refused { message, .. } if message.contains("user namespaces") => {
                "start the engine without `--userns-remap`, or choose a lane on the bridge"
            }
            Self::Refused { message, .. } if message.contains("hybrid mode") => {
                "boot with one hierarchy of control groups (`systemd.unified_cgroup_hierarchy=1`): this runtime takes no two"
            }
            Self::Refused { message, .. }
                if message.contains("fork/exec") || message.contains("runtime specified") =>
            {
                "see what the engine has registered it as: `docker info --format '{{json .Runtimes}}'`, `/etc/docker/daemon.json`"
            }
            Self::Refused { message, .. } if message.contains("setting rlimit") => {
                "ask for lower limits: `default_ulimits` in `/etc/containers/containers.conf`"
            }
            Self::Refused { .. } => "mend what the engine names, then `plimsoll doctor` again",
            Self::OtherRuntime { asked, .. } => {
                return format!(
                    "start another service of it with `podman --runtime {asked} system service`, and name that in a lane's `engine`"
                )
                .into();
            }
            Self::Unreached { rootless: true, .. } => {
                "the engine runs without root and in a network of its own: choose a lane on the bridge"
            }
            Self::Unreached { .. } => {
                "run `plimsoll` in the network of the engine's host, not in a container or a namespace beside it"
            }
            Self::Failed(error) => return error.remedy(choice),
            Self::Ended { .. } | Self::TooSlow { .. } => "see the engine's log, e.g. `journalctl -u docker`",
        };
        told.into()
    }
}

fn words(error: &str) -> String {
    if error.is_empty() { String::new() } else { format!(": {error}") }
}
