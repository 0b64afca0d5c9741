use std::fs;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::atomic::{AtomicU16, Ordering};

/// The first port that is tried: below it well-known services live.
const FIRST: u16 = 10_000;
/// Where Linux begins to give ports to outgoing connections unless told otherwise.
const USUAL_EPHEMERAL: u16 = 32_768;

/// An address on loopback that nobody listens on just now.
///
/// It lies below the ports that the kernel gives to outgoing connections: among those, a connection of the load
/// generator could take it before the service listens, or, trying to reach it, even connect to itself.
///
/// # Errors
/// [`io::ErrorKind::AddrNotAvailable`], naming the ports that were tried, when all of them are taken.
pub fn free_address() -> io::Result<SocketAddr> {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let end = ephemeral_begin().filter(|begin| *begin > FIRST).unwrap_or(USUAL_EPHEMERAL);
    let span = end - FIRST;
    // Each process begins elsewhere, so that two runs do not race for the same ports.
    let begin = (std::process::id().wrapping_mul(7_919) % u32::from(span)) as u16;
    for _ in 0..span {
        let step = NEXT.fetch_add(1, Ordering::Relaxed) % span;
        let port = FIRST + ((u32::from(begin) + u32::from(step)) % u32::from(span)) as u16;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        if TcpListener::bind(address).is_ok() {
            return Ok(address);
        }
    }
    let last = end - 1;
    let message = format!("every port from {FIRST} to {last} on 127.0.0.1 is taken: end what listens there");
    Err(io::Error::new(io::ErrorKind::AddrNotAvailable, message))
}

/// Whether somebody listens at an address, asked by trying to listen there too.
#[must_use]
pub fn is_taken(address: SocketAddr) -> bool {
    TcpListener::bind(address).is_err_and(|error| error.kind() == io::ErrorKind::AddrInUse)
}

fn ephemeral_begin() -> Option<u16> {
    let range = fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range").ok()?;
    range.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_on_loopback_free_and_not_given_out_twice_in_a_row() {
        let first = free_address().unwrap();
        let second = free_address().unwrap();
        assert!(first.ip().is_loopback());
        assert_ne!(first, second);
        let holder = TcpListener::bind(second).unwrap();
        assert!(is_taken(second));
        drop(holder);
        assert!(!is_taken(second));
    }
}
