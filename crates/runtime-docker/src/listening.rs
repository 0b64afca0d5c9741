//! On which ports somebody listens, as `/proc` tells it.

use std::collections::BTreeSet;
use std::fs;
use std::io;

/// The state in which a socket listens.
const LISTENS: &str = "0A";
/// The only host of this network namespace, in the tables' notation.
const LOOPBACK: [&str; 2] = ["00000000000000000000000001000000", "0000000000000000FFFF00000100007F"];
/// The first byte of 127.0.0.0/8 stands last.
const LOOPBACK_NET: &str = "7F";

/// TCP ports of one network namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Listening {
    /// That can be reached from outside of it.
    pub(crate) open: BTreeSet<u16>,
    /// That only its own processes reach.
    pub(crate) loopback: BTreeSet<u16>,
}

impl Listening {
    /// In the network of a process.
    pub(crate) fn around(pid: u32) -> io::Result<Self> {
        let mut found = Self::default();
        found.add(&fs::read_to_string(format!("/proc/{pid}/net/tcp"))?);
        // A kernel without IPv6 has no such table.
        found.add(&fs::read_to_string(format!("/proc/{pid}/net/tcp6")).unwrap_or_default());
        Ok(found)
    }

    fn add(&mut self, table: &str) {
        for line in table.lines().skip(1) {
            let mut columns = line.split_whitespace();
            let (local, state) = (columns.nth(1), columns.nth(1));
            let Some((address, port)) = local.and_then(|local| local.split_once(':')) else { continue };
            let Ok(port) = u16::from_str_radix(port, 16) else { continue };
            if state == Some(LISTENS) {
                let inside = match address.len() {
                    8 => address.ends_with(LOOPBACK_NET),
                    _ => LOOPBACK.contains(&address),
                };
                if inside { &mut self.loopback } else { &mut self.open }.insert(port);
            }
        }
        self.loopback = &self.loopback - &self.open;
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn who_listens_is_told_from_who_is_connected_and_from_who_is_reached_from_inside_alone() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue\n\
            0: 00000000:1F90 00000000:0000 0A 00000000:00000000\n\
            1: 0100007F:0050 00000000:0000 0A 00000000:00000000\n\
            2: 020011AC:1F91 0100007F:0050 01 00000000:00000000\n";
        let newer = "  sl  local_address remote_address st\n\
            0: 00000000000000000000000000000000:01BB 00000000000000000000000000000000:0000 0A 0:0\n\
            1: 00000000000000000000000001000000:0051 00000000000000000000000000000000:0000 0A 0:0\n";
        let mut found = Listening::default();
        found.add(table);
        found.add(newer);
        assert_eq!((found.open, found.loopback), ([443, 8080].into(), [80, 81].into()));
    }

    #[test]
    fn this_process_listens_where_it_listens() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        assert!(Listening::around(std::process::id()).unwrap().loopback.contains(&port));
    }
}
