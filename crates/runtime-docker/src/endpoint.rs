use std::fmt;
use std::net::{IpAddr, ToSocketAddrs};
use std::path::{Path, PathBuf};

use crate::DockerError;

/// Where an engine listens when `DOCKER_HOST` is not set.
const DEFAULT: &str = "unix:///var/run/docker.sock";

/// The address of an engine on this host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    /// A Unix socket.
    Unix(PathBuf),
    /// `host:port` on the loopback device.
    Tcp(String),
}

impl Endpoint {
    /// What `DOCKER_HOST` says, or the default.
    pub(crate) fn from_environment() -> Result<Self, DockerError> {
        match std::env::var("DOCKER_HOST") {
            Ok(host) if !host.is_empty() => Self::parse(&host),
            _ => Self::parse(DEFAULT),
        }
    }

    pub(crate) fn parse(host: &str) -> Result<Self, DockerError> {
        let bad = |problem| DockerError::Host { host: host.to_owned(), problem };
        if let Some(path) = host.strip_prefix("unix://") {
            return match Path::new(path).is_absolute() {
                true => Ok(Self::Unix(path.into())),
                false => Err(bad("the socket's path is not absolute")),
            };
        }
        let Some(address) = host.strip_prefix("tcp://").or_else(|| host.strip_prefix("http://")) else {
            return Err(bad("only `unix://` and plain `tcp://` are understood"));
        };
        let address = address.trim_end_matches('/');
        let mut addresses = address.to_socket_addrs().map_err(|_| bad("it is not `host:port`"))?;
        // Ports are published on the loopback of the engine's host: from elsewhere nothing could be measured.
        match addresses.all(|found| IpAddr::is_loopback(&found.ip())) {
            true => Ok(Self::Tcp(address.to_owned())),
            false => Err(bad("the engine is on another host, where nothing can be measured from here")),
        }
    }

    /// The socket's path, where there is one.
    pub(crate) fn socket(&self) -> Option<&Path> {
        match self {
            Self::Unix(path) => Some(path),
            Self::Tcp(_) => None,
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unix(path) => write!(f, "unix://{}", path.display()),
            Self::Tcp(address) => write!(f, "tcp://{address}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_and_a_loopback_port_are_understood() {
        assert_eq!(Endpoint::parse("unix:///run/d.sock").unwrap(), Endpoint::Unix("/run/d.sock".into()));
        assert_eq!(Endpoint::parse("tcp://127.0.0.1:2375/").unwrap(), Endpoint::Tcp("127.0.0.1:2375".into()));
        assert_eq!(Endpoint::parse("http://[::1]:2375").unwrap().to_string(), "tcp://[::1]:2375");
    }

    #[test]
    fn an_engine_elsewhere_or_over_ssh_is_refused_by_name() {
        for host in ["tcp://192.0.2.7:2375", "ssh://builder", "unix://docker.sock", "tcp://127.0.0.1", ""] {
            let error = Endpoint::parse(host).unwrap_err().to_string();
            assert!(error.contains(&format!("`{host}`")) && error.contains("DOCKER_HOST"), "{error}");
        }
    }
}
