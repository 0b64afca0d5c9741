use std::fmt;
use std::net::{IpAddr, ToSocketAddrs};
use std::path::{Path, PathBuf};

use crate::keys::ClientKeys;
use crate::ssh_host::SshHost;

/// The address of an engine on this host, or at the other end of `ssh`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    /// A Unix socket.
    Unix(PathBuf),
    /// `host:port` on the loopback device.
    Tcp(String),
    /// The same, where each shows the other who it is.
    Tls(String, ClientKeys),
    /// At the other end of `ssh`.
    Ssh(SshHost),
}

/// Why an address is not one of an engine that can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HostProblem {
    /// A socket whose path depends on the folder.
    #[error("the socket's path is not absolute")]
    NotAbsolute,
    /// Another protocol.
    #[error("only `unix://`, `tcp://` and `ssh://` are understood")]
    NotUnderstood,
    /// No host and port.
    #[error("it is not `host:port`")]
    NoAddress,
    /// Another machine.
    #[error(
        "that is not on this machine's loopback device, and on another host nothing can be measured from here"
    )]
    Elsewhere,
    /// No machine that ssh could be asked for.
    #[error("it is not `ssh://[user@]host[:port]`")]
    NoMachine,
    /// Nobody would see whose it is.
    #[error("its certificate is not to be looked at (`SkipTLSVerify`), and then anybody could answer")]
    Unverified,
}

impl Endpoint {
    pub(crate) fn parse(host: &str) -> Result<Self, HostProblem> {
        if let Some(path) = host.strip_prefix("unix://") {
            return match Path::new(path).is_absolute() {
                true => Ok(Self::Unix(path.into())),
                false => Err(HostProblem::NotAbsolute),
            };
        }
        if let Some(machine) = host.strip_prefix("ssh://") {
            return SshHost::parse(machine).map(Self::Ssh).ok_or(HostProblem::NoMachine);
        }
        let Some(address) = host.strip_prefix("tcp://").or_else(|| host.strip_prefix("http://")) else {
            return Err(HostProblem::NotUnderstood);
        };
        let address = address.trim_end_matches('/');
        let parts =
            address.rsplit_once(':').filter(|(name, port)| !name.is_empty() && port.parse::<u16>().is_ok());
        parts.ok_or(HostProblem::NoAddress)?;
        // A name that nobody knows is not one of the loopback device.
        let mut addresses = address.to_socket_addrs().map_err(|_| HostProblem::Elsewhere)?;
        // Ports are published on the loopback of the engine's host: from elsewhere nothing could be measured.
        match addresses.all(|found| IpAddr::is_loopback(&found.ip())) {
            true => Ok(Self::Tcp(address.to_owned())),
            false => Err(HostProblem::Elsewhere),
        }
    }

    /// The socket's path, where there is one.
    pub(crate) fn socket(&self) -> Option<&Path> {
        match self {
            Self::Unix(path) => Some(path),
            Self::Tcp(_) | Self::Tls(..) | Self::Ssh(_) => None,
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unix(path) => write!(f, "unix://{}", path.display()),
            Self::Ssh(machine) => machine.fmt(f),
            Self::Tcp(address) | Self::Tls(address, _) => write!(f, "tcp://{address}"),
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
    fn an_engine_elsewhere_is_refused() {
        for (host, problem) in [
            ("tcp://192.0.2.7:2375", HostProblem::Elsewhere),
            ("ssh://-oProxyCommand=x", HostProblem::NoMachine),
            ("unix://docker.sock", HostProblem::NotAbsolute),
            ("tcp://nowhere.invalid:2375", HostProblem::Elsewhere),
            ("tcp://127.0.0.1", HostProblem::NoAddress),
            ("tcp://:2375", HostProblem::NoAddress),
            ("", HostProblem::NotUnderstood),
        ] {
            assert_eq!(Endpoint::parse(host), Err(problem));
        }
    }
}
