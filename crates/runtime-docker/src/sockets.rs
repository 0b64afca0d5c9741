//! Which process listens at a Unix socket, as `/proc` tells it. On systems without it nothing is found.

use std::fs;
use std::path::Path;

/// Whether a process has a listening Unix socket open, by the socket's number in `/proc/net/unix`.
pub(crate) fn holds_socket(pid: u32, inode: u64) -> bool {
    let target = format!("socket:[{inode}]");
    let files = fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten();
    files.filter_map(|file| fs::read_link(file.path()).ok()).any(|link| link.as_os_str() == target.as_str())
}

/// The number of the Unix socket that listens at a path.
pub(crate) fn listening_socket(path: &Path) -> Option<u64> {
    let path = fs::canonicalize(path).ok()?;
    let table = fs::read_to_string("/proc/net/unix").ok()?;
    parse_listening(&table, |listed| fs::canonicalize(listed).is_ok_and(|listed| listed == path))
}

/// Columns: address, references, protocol, flags, type, state, inode, path. Flag 0x10000 is "listens".
fn parse_listening(table: &str, is_ours: impl Fn(&Path) -> bool) -> Option<u64> {
    table.lines().skip(1).find_map(|line| {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let [_, _, _, flags, _, _, inode, path] = columns[..] else { return None };
        let listens = u32::from_str_radix(flags, 16).is_ok_and(|flags| flags & 0x10000 != 0);
        (listens && is_ours(Path::new(path))).then(|| inode.parse().ok())?
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_listening_socket_is_told_from_its_connections() {
        let table = "Num RefCount Protocol Flags Type St Inode Path\n\
            0: 00000003 00000000 00000000 0001 03 11 /run/docker.sock\n\
            0: 00000002 00000000 00010000 0001 01 22 /run/other.sock\n\
            0: 00000002 00000000 00010000 0001 01 33 /run/docker.sock\n\
            0: 00000003 00000000 00000000 0001 03 44\n";
        assert_eq!(parse_listening(table, |path| path == Path::new("/run/docker.sock")), Some(33));
    }
}
