//! Hosts that a component may connect to.

use std::net::SocketAddr;
use std::time::Duration;

use plimsoll_model::{Form, HostAndPort};
use tokio::net::lookup_host;
use tokio::time::timeout;

use crate::WasmtimeError;
use crate::protocol::Reachable;

/// How long a name may take to be resolved.
const LIMIT: Duration = Duration::from_secs(5);

/// Resolves them once, for all instances alike.
pub(super) async fn resolve(hosts: &[String]) -> Result<Vec<Reachable>, WasmtimeError> {
    let mut reachable = Vec::new();
    for told in hosts {
        let unresolved = |reason: String| WasmtimeError::Unresolved { host: told.clone(), reason };
        let HostAndPort { host, port } = told.parse().map_err(|error| unresolved(format!("{error}")))?;
        let found = timeout(LIMIT, lookup_host((host.as_str(), port))).await;
        let found = found.map_err(|_| unresolved(format!("no answer came within {} s", LIMIT.as_secs())))?;
        let addresses: Vec<SocketAddr> = found.map_err(|error| unresolved(error.to_string()))?.collect();
        reachable.push(Reachable { name: host, addresses });
    }
    Ok(reachable)
}

/// What is to be said of hosts that are granted: in which way a guest of this form reaches them.
pub(super) fn remark(form: Form, hosts: &[String]) -> Option<String> {
    let named = hosts.iter().map(|host| format!("`{host}`")).collect::<Vec<_>>().join(", ");
    let told = match form {
        Form::Module => {
            format!("a module of WASI 0.1 has no way to connect: {named} can't be reached from it")
        }
        _ => format!(
            "it reaches {named} over TCP and by HTTP without TLS, and nothing else; requests by `https` are refused"
        ),
    };
    (!hosts.is_empty()).then_some(told)
}
