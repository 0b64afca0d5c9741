//! What `/proc` tells about the engine's processes. On systems without it nothing is found.

use std::fs;
use std::path::{Path, PathBuf};

/// A process as `/proc` shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) pid: u32,
    pub(crate) parent: u32,
    /// Name, at most 15 characters: the kernel cuts it there.
    pub(crate) name: String,
    /// When it began, in clock ticks since boot.
    pub(crate) started: u64,
    /// Whether it has ended and only its parent has not taken note yet.
    pub(crate) ended: bool,
}

impl Found {
    /// Whether it runs a program of this name, which may be longer than the kernel keeps.
    pub(crate) fn runs(&self, program: &str) -> bool {
        self.name == program.get(..15).unwrap_or(program)
    }

    /// Its arguments.
    pub(crate) fn arguments(&self) -> Vec<String> {
        arguments(self.pid)
    }
}

/// Every process that can be seen.
pub(crate) fn all() -> Vec<Found> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).filter_map(of).collect()
}

/// One process.
pub(crate) fn of(pid: u32) -> Option<Found> {
    parse_stat(pid, &fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
}

pub(crate) fn arguments(pid: u32) -> Vec<String> {
    let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let words = line.split(|&byte| byte == 0).filter(|word| !word.is_empty());
    words.map(|word| String::from_utf8_lossy(word).into_owned()).collect()
}

/// The file a process runs.
pub(crate) fn executable(pid: u32) -> Option<PathBuf> {
    fs::read_link(format!("/proc/{pid}/exe")).ok()
}

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

fn parse_stat(pid: u32, stat: &str) -> Option<Found> {
    // The name may hold blanks and brackets: it ends at the last closing one.
    let (head, tail) = stat.rsplit_once(')')?;
    let name = head.split_once('(')?.1.to_owned();
    // Fields 3, 4 and 22 of the whole line.
    let mut fields = tail.split_whitespace();
    let ended = matches!(fields.next()?, "Z" | "X");
    let parent = fields.next()?.parse().ok()?;
    let started = fields.nth(17)?.parse().ok()?;
    Some(Found { pid, parent, name, started, ended })
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
    fn a_name_with_brackets_does_not_shift_the_parent() {
        let found = parse_stat(7, "7 (a) (b c) S 42 7 7 0 -1 4 1 2 3 4 5 6 7 8 20 0 1 0 987 4096").unwrap();
        assert_eq!(
            found,
            Found { pid: 7, parent: 42, name: "a) (b c".to_owned(), started: 987, ended: false }
        );
        assert!(parse_stat(7, "7 (a) Z 42 7 7 0 -1 4 1 2 3 4 5 6 7 8 20 0 1 0 987 0").unwrap().ended);
    }

    #[test]
    fn a_long_program_is_known_by_what_the_kernel_keeps_of_its_name() {
        let found = Found { pid: 1, parent: 0, name: "containerd-shim".to_owned(), started: 0, ended: false };
        assert!(found.runs("containerd-shim-runc-v2"));
        assert!(!found.runs("containerd"));
    }

    #[test]
    fn the_listening_socket_is_told_from_its_connections() {
        let table = "Num RefCount Protocol Flags Type St Inode Path\n\
            0: 00000003 00000000 00000000 0001 03 11 /run/docker.sock\n\
            0: 00000002 00000000 00010000 0001 01 22 /run/other.sock\n\
            0: 00000002 00000000 00010000 0001 01 33 /run/docker.sock\n\
            0: 00000003 00000000 00000000 0001 03 44\n";
        assert_eq!(parse_listening(table, |path| path == Path::new("/run/docker.sock")), Some(33));
    }

    #[test]
    fn this_process_is_seen_with_its_parent() {
        let found = of(std::process::id()).unwrap();
        assert_eq!(found.parent, std::os::unix::process::parent_id());
        assert!(all().contains(&found));
    }
}
