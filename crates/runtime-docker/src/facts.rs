use std::collections::BTreeSet;

use bollard::models::ImageInspect;

use crate::DockerError;
use crate::image_problem::{ImageProblem, needed};

/// What an image that somebody else made says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Facts {
    /// `sha256:` and 64 digits.
    pub(crate) id: String,
    /// What its registry knows it by, with the repository's name; absent where it was never in one.
    pub(crate) digest: Option<String>,
    pub(crate) entrypoint: Vec<String>,
    pub(crate) command: Vec<String>,
    /// TCP ports that it says it listens on.
    pub(crate) ports: BTreeSet<u16>,
    pub(crate) has_healthcheck: bool,
    /// Who its program runs as, by name or number, with a group or without; empty where it does not say.
    pub(crate) user: String,
    /// Its size as the engine tells it.
    pub(crate) bytes: Option<u64>,
}

impl Facts {
    /// Of an image that this machine can run. It is called by `name`, whose part before the tag is `repository`.
    pub(crate) fn of(name: &str, repository: &str, found: ImageInspect) -> Result<Self, DockerError> {
        let refuse = |problem| Err(DockerError::Image { image: name.to_owned(), problem });
        let Some(id) = found.id else {
            return refuse(ImageProblem::Other { message: "the engine gives it no id".to_owned() });
        };
        let (system, machine) = (found.os.unwrap_or_default(), found.architecture.unwrap_or_default());
        let has = format!("{system}/{machine}");
        if machine == "wasm" {
            return refuse(ImageProblem::Wasm { name: name.to_owned() });
        }
        // One that says nothing was packed from a tar by hand.
        if !system.is_empty() && !machine.is_empty() && has != needed() {
            return refuse(ImageProblem::OtherMachine { has, needs: needed() });
        }
        let digests = found.repo_digests.unwrap_or_default();
        let own = digests.iter().find(|digest| digest.split('@').next() == Some(repository));
        let config = found.config.unwrap_or_default();
        let ports = config.exposed_ports.unwrap_or_default();
        let test = config.healthcheck.and_then(|health| health.test).unwrap_or_default();
        Ok(Self {
            id,
            digest: own.or(digests.first()).cloned(),
            entrypoint: config.entrypoint.unwrap_or_default(),
            command: config.cmd.unwrap_or_default(),
            ports: ports.iter().filter_map(|port| tcp(port)).collect(),
            has_healthcheck: test.first().is_some_and(|kind| kind != "NONE"),
            user: config.user.unwrap_or_default(),
            bytes: found.size.and_then(|size| u64::try_from(size).ok()),
        })
    }

    /// The port that it must mean: the only one.
    pub(crate) fn port(&self) -> Option<u16> {
        let mut ports = self.ports.iter();
        ports.next().copied().filter(|_| ports.next().is_none())
    }
}

/// The number in `80/tcp` or `80`.
fn tcp(port: &str) -> Option<u16> {
    let (number, protocol) = port.split_once('/').unwrap_or((port, "tcp"));
    number.parse().ok().filter(|&number| protocol == "tcp" && number > 0)
}

#[cfg(test)]
mod tests {
    use bollard::models::ImageConfig;

    use super::*;

    fn of(system: &str, machine: &str, ports: &[&str]) -> Result<Facts, DockerError> {
        let ports = ports.iter().map(|&port| port.to_owned()).collect();
        let found = ImageInspect {
            id: Some("sha256:0".to_owned()),
            os: Some(system.to_owned()),
            architecture: Some(machine.to_owned()),
            repo_digests: Some(vec!["other@sha256:1".to_owned(), "a.test/b@sha256:2".to_owned()]),
            config: Some(ImageConfig { exposed_ports: Some(ports), ..Default::default() }),
            ..Default::default()
        };
        Facts::of("a.test/b:1", "a.test/b", found)
    }

    #[test]
    fn an_image_for_another_machine_is_refused_and_says_which_would_do() {
        let (system, machine) = (needed(), "s390x");
        let system = system.split('/').next().unwrap();
        let told = of(system, machine, &[]).unwrap_err().to_string();
        assert!(told.contains("linux/s390x") && told.contains(&needed()), "{told}");
        assert!(of("", "", &[]).is_ok());
    }

    #[test]
    fn only_the_only_tcp_port_is_meant() {
        for (ports, meant) in [
            (&["80/tcp", "53/udp"][..], Some(80)),
            (&["80"], Some(80)),
            (&["80/tcp", "443/tcp"], None),
            (&["53/udp", "x", "0/tcp"], None),
        ] {
            let facts = of("", "", ports).unwrap();
            assert_eq!((facts.port(), facts.digest.as_deref()), (meant, Some("a.test/b@sha256:2")));
        }
    }
}
