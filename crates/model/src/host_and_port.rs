use std::fmt;
use std::str::FromStr;

/// A host that may be connected to, and its port.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct HostAndPort {
    /// Its name or address; an address of IPv6 without brackets.
    pub host: String,
    /// The port.
    pub port: u16,
}

/// Why some words name no host with a port.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoHostAndPort {
    /// There is no port.
    #[error("`{0}` names no port: write `HOST:PORT`, e.g. `db.example:5432`")]
    NoPort(String),
    /// The host can't be one.
    #[error(
        "`{0}` names no host: write its name or address without a scheme or path, e.g. `db.example:5432`"
    )]
    NoHost(String),
}

impl FromStr for HostAndPort {
    type Err = NoHostAndPort;

    fn from_str(text: &str) -> Result<Self, NoHostAndPort> {
        let shown = || text.chars().take(80).collect::<String>().escape_debug().to_string();
        let (host, port) = text.rsplit_once(':').ok_or_else(|| NoHostAndPort::NoPort(shown()))?;
        let port = port.parse::<u16>().ok().filter(|port| *port > 0);
        let port = port.ok_or_else(|| NoHostAndPort::NoPort(shown()))?;
        let inner = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        let known = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
        let is_host = match inner {
            Some(inner) => inner.parse::<std::net::Ipv6Addr>().is_ok(),
            None => (1..=253).contains(&host.len()) && host.bytes().all(known),
        };
        match is_host {
            true => Ok(Self { host: inner.unwrap_or(host).to_ascii_lowercase(), port }),
            false => Err(NoHostAndPort::NoHost(shown())),
        }
    }
}

impl fmt::Display for HostAndPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port } = self;
        if host.contains(':') { write!(f, "[{host}]:{port}") } else { write!(f, "{host}:{port}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_has_a_port_and_neither_scheme_nor_path() {
        for right in ["127.0.0.1:5432", "db.example:5432", "[::1]:80", "localhost:1"] {
            assert_eq!(right.parse::<HostAndPort>().unwrap().to_string(), right);
        }
        for wrong in
            ["db.example", "db.example:", "db:0", "db:65536", ":80", "http://db:80", "a/b:80", "::1:80", ""]
        {
            assert!(wrong.parse::<HostAndPort>().is_err(), "{wrong}");
        }
    }
}
