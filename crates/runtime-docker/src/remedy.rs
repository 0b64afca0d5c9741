//! What can be done about an engine that can't be used.

use std::borrow::Cow;

use crate::DockerError;
use crate::engine_choice::EngineChoice;
use crate::ssh_host::SshHost;
use crate::trouble;

impl DockerError {
    /// What is wrong with an engine that can't be used, without what can be done about it.
    pub(crate) fn trouble(&self) -> String {
        match self {
            Self::Host { host, named, problem } => trouble::host(host, named, *problem),
            Self::NoKey { host, named, file } => trouble::no_key(host, named, file),
            Self::Ssh { host, message } => trouble::ssh(host, message),
            Self::NoContext { named, file } => trouble::context(named, file.as_deref()),
            Self::Settings { file, problem } => trouble::settings(file, problem),
            Self::Absent { host, named } => trouble::absent(host, named),
            Self::Denied { host } => trouble::denied(host),
            Self::Refused { host, named } => trouble::refused(host, named),
            Self::Silent { host, named, after_ms } => trouble::silent(host, named, *after_ms),
            Self::NoBase { base, .. } => trouble::no_base(base),
            Self::Podman { problem } => problem.to_string(),
            other => other.to_string(),
        }
    }

    /// What a user can do about it, as a command where there is one. `choice`: the engine that was asked.
    pub(crate) fn remedy(&self, choice: &EngineChoice) -> Cow<'static, str> {
        match self {
            Self::NoBase { pull: name, client, .. } => trouble::pulling(client, name).into(),
            Self::Host { named, .. } | Self::NoKey { named, .. } | Self::NoContext { named, .. } => {
                named.undone().into()
            }
            Self::Ssh { host, .. } | Self::Bridge { host, .. } => by_ssh(host).into(),
            Self::Podman { problem } => problem.remedy().into(),
            Self::Settings { .. } => "export DOCKER_HOST=unix:///var/run/docker.sock".into(),
            Self::Absent { host, named } => {
                let usual = "apt-get install docker.io && (systemctl start docker || dockerd &), or name another engine with \
                             `DOCKER_HOST` or `docker context use`";
                named.way_out(host, usual).into()
            }
            Self::Denied { .. } => "sudo usermod -aG docker $USER, then log in again; or run as root".into(),
            Self::Refused { host, named } => {
                named.way_out(host, "systemctl start docker, or as root: dockerd &").into()
            }
            Self::Silent { host, named, .. } => named.way_out(host, "systemctl restart docker").into(),
            _ => choice.begun_anew(),
        }
    }
}

/// What shows whether `ssh` leads to an engine without being asked anything.
fn by_ssh(host: &str) -> String {
    let machine = host.strip_prefix("ssh://").and_then(SshHost::parse);
    machine
        .map_or_else(|| "ssh -o BatchMode=yes HOST docker version".to_owned(), |machine| machine.tried_by())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::HostProblem;
    use crate::named_by::NamedBy;

    fn refused(host: &str, named: NamedBy) -> DockerError {
        DockerError::Refused { host: host.to_owned(), named }
    }

    #[test]
    fn whoever_names_an_engine_is_told_first_to_undo_it() {
        let usual = EngineChoice::Usual;
        let of = |host: &str, named| refused(host, named).remedy(&usual).into_owned();
        let told = of("tcp://127.0.0.1:1", NamedBy::Host);
        assert_eq!(told, "unset DOCKER_HOST; or start the engine at `tcp://127.0.0.1:1`");
        let socket = "unix:///run/docker.sock";
        assert!(
            of(socket, NamedBy::CurrentContext("x".to_owned()))
                .starts_with("docker context use default; or sys")
        );
        assert!(of(socket, NamedBy::Custom).starts_with("systemctl start docker"));
        assert!(of(socket, NamedBy::Lane).starts_with("correct the lane's parameter `engine`"));
        assert!(!of(socket, NamedBy::Lane).contains("docker,"));
        let told = refused("tcp://127.0.0.1:1", NamedBy::Host).to_string();
        assert!(told.contains("named by `DOCKER_HOST`") && told.contains("`unset DOCKER_HOST`"), "{told}");
        let silent = DockerError::Silent { host: socket.to_owned(), named: NamedBy::Custom, after_ms: 3 };
        assert_eq!(silent.remedy(&usual), "systemctl restart docker");
    }

    #[test]
    fn an_engine_over_ssh_is_tried_by_hand_on_its_own_host() {
        let of = |host: &str| {
            let error = DockerError::Ssh { host: host.to_owned(), message: "refused".to_owned() };
            error.remedy(&EngineChoice::Usual).into_owned()
        };
        assert_eq!(
            of("ssh://nobody@localhost"),
            "ssh -o BatchMode=yes -l nobody -- localhost docker version"
        );
        assert!(
            of("ssh://b:22/run/o.sock").ends_with(" -p 22 -- b docker --host unix:///run/o.sock version")
        );
    }

    #[test]
    fn an_engine_that_is_not_docker_s_is_not_begun_anew_as_docker_is() {
        let lost = DockerError::TimedOut { call: "info", after_ms: 3 };
        assert_eq!(lost.remedy(&EngineChoice::Podman), "systemctl restart podman.socket");
        let at = EngineChoice::At("unix:///run/o.sock".to_owned());
        assert!(lost.remedy(&at).contains("`unix:///run/o.sock`"));
        let host = || "tcp://192.0.2.7:1".to_owned();
        let error = DockerError::Host { host: host(), named: NamedBy::Lane, problem: HostProblem::Elsewhere };
        assert!(error.remedy(&at).contains("parameter `engine`"));
    }
}
