use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::os::fd::OwnedFd;

use rustix::net::{AddressFamily, SocketFlags, SocketType, bind, getsockname, socket_with, sockopt};

use crate::WasmtimeError;

/// A port that is bound but not listened on. The worker may listen on it (both ask for `SO_REUSEPORT`), nobody
/// else can take it, and connecting before the worker listens is refused.
#[derive(Debug)]
pub(super) struct HeldPort {
    _socket: OwnedFd,
    pub(super) address: SocketAddr,
}

impl HeldPort {
    pub(super) fn any() -> Result<Self, WasmtimeError> {
        let wanted = SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0);
        let hold = || -> rustix::io::Result<(OwnedFd, SocketAddr)> {
            let socket = socket_with(AddressFamily::INET, SocketType::STREAM, SocketFlags::CLOEXEC, None)?;
            sockopt::set_socket_reuseport(&socket, true)?;
            bind(&socket, &wanted)?;
            let address = SocketAddr::try_from(getsockname(&socket)?)?;
            Ok((socket, address))
        };
        let held =
            hold().map_err(|errno| WasmtimeError::Listen { address: wanted.into(), source: errno.into() });
        held.map(|(socket, address)| Self { _socket: socket, address })
    }
}
