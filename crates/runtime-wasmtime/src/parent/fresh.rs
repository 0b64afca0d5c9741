use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::os::fd::OwnedFd;
use std::sync::Arc;

use plimsoll_process::Ready;
use plimsoll_runtime::{BoxFuture, Clock, Instance, MonotonicClock, Process, RuntimeError, Staged};
use rustix::net::{AddressFamily, SocketFlags, SocketType, bind, getsockname, socket_with, sockopt};

use crate::WasmtimeError;
use crate::parent::prepared::Prepared;
use crate::parent::running::{Origin, Running};
use crate::parent::worker::launch;

/// A worker that is yet to be spawned, and the port it will serve on.
pub(super) struct Fresh {
    prepared: Arc<Prepared>,
    ready: Ready,
    port: Option<HeldPort>,
}

/// A port that is bound but not listened on. The worker may listen on it (both ask for `SO_REUSEPORT`), nobody
/// else can take it, and connecting before the worker listens is refused.
#[derive(Debug)]
pub(super) struct HeldPort {
    _socket: OwnedFd,
    address: SocketAddr,
}

impl Fresh {
    pub(super) fn stage(prepared: Arc<Prepared>) -> Result<Self, WasmtimeError> {
        let ready = launch(&prepared.worker, &prepared.conditions.instance_cpus)?;
        let port = if prepared.workload.kind().serves() { Some(HeldPort::any()?) } else { None };
        Ok(Self { prepared, ready, port })
    }
}

impl HeldPort {
    fn any() -> Result<Self, WasmtimeError> {
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

impl Staged for Fresh {
    fn attendants(&self) -> Vec<Process> {
        Vec::new()
    }

    fn start(self: Box<Self>) -> BoxFuture<'static, Result<Box<dyn Instance>, RuntimeError>> {
        Box::pin(async move {
            let Self { prepared, ready, port } = *self;
            let mut worker = prepared.spawn(ready)?;
            let created_ns = MonotonicClock.now_ns();
            let address = port.as_ref().map(|port| port.address);
            let listen = address.unwrap_or(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
            worker.link().send(&prepared.load(listen, true))?;
            let origin = Origin::FreshWorker { created_ns, _port: port };
            Ok(Box::new(Running::new(prepared, worker, address, origin)) as Box<dyn Instance>)
        })
    }

    fn abandon(self: Box<Self>) -> BoxFuture<'static, ()> {
        Box::pin(async {})
    }
}
