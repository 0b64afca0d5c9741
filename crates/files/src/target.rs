use std::fs;
use std::path::{Path, PathBuf};

use crate::folder_of;

/// The most links of a chain that are followed, as many as Linux follows.
const MOST_LINKS: usize = 40;

/// Why no file can take a path's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoTarget {
    /// There is a folder.
    #[error("it is a folder")]
    Folder,
    /// There is something that is written to and never replaced: a device, a pipe, a socket, what a process has open.
    #[error("it is a device or a pipe")]
    Device,
    /// Its links lead to no end.
    #[error("it is a link that leads back to itself")]
    Loop,
}

/// The file that a path means: what its links end at, which need not be there. A file that takes the place of this one
/// leaves the links as they are.
///
/// # Errors
/// When there is something else than an ordinary file.
pub fn target_of(path: &Path) -> Result<PathBuf, NoTarget> {
    let mut at = path.to_owned();
    for _ in 0..MOST_LINKS {
        // What can't be looked at can't be written either, and the writer is told why.
        let Ok(found) = fs::symlink_metadata(&at) else { return Ok(at) };
        if is_of_the_kernel(&at) {
            return Err(if at.is_dir() { NoTarget::Folder } else { NoTarget::Device });
        }
        if !found.is_symlink() {
            return match found.file_type() {
                kind if kind.is_dir() => Err(NoTarget::Folder),
                kind if !kind.is_file() => Err(NoTarget::Device),
                _ => Ok(at),
            };
        }
        let Ok(next) = fs::read_link(&at) else { return Ok(at) };
        at = folder_of(&at).join(next);
    }
    Err(NoTarget::Loop)
}

/// Whether it lies in `/proc` or `/sys`. A link in there may name a file and mean what a process has open.
#[cfg(target_os = "linux")]
fn is_of_the_kernel(path: &Path) -> bool {
    const PROC: u64 = 0x9fa0;
    const SYS: u64 = 0x6265_6572;
    let found = rustix::fs::statfs(folder_of(path));
    found.is_ok_and(|found| [PROC, SYS].contains(&(found.f_type as u64)))
}

#[cfg(not(target_os = "linux"))]
fn is_of_the_kernel(_: &Path) -> bool {
    false
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn links_are_followed_to_a_file_that_need_not_be_there() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("in")).unwrap();
        symlink("in/b", at("a")).unwrap();
        symlink(at("c"), at("in/b")).unwrap();
        assert_eq!(target_of(&at("a")), Ok(at("c")));
        fs::write(at("c"), "").unwrap();
        assert_eq!(target_of(&at("a")), Ok(at("c")));
        assert_eq!(target_of(&at("c")), Ok(at("c")));
        assert_eq!(target_of(&at("gone/x")), Ok(at("gone/x")));
    }

    #[test]
    fn what_is_no_file_at_the_end_of_a_link_takes_none() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let made = std::process::Command::new("mkfifo").arg(at("pipe")).status().unwrap();
        assert!(made.success());
        fs::create_dir(at("in")).unwrap();
        for (link, end) in [("a", "pipe"), ("b", "in"), ("c", "c"), ("d", "/proc/self/fd/0")] {
            symlink(end, at(link)).unwrap();
        }
        let found = ["pipe", "a", "b", "c", "d"].map(|name| target_of(&at(name)).unwrap_err());
        assert_eq!(
            found,
            [NoTarget::Device, NoTarget::Device, NoTarget::Folder, NoTarget::Loop, NoTarget::Device]
        );
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_a_process_has_open_is_no_file_even_where_it_is_one() {
        use std::os::fd::AsRawFd as _;

        let folder = tempfile::tempdir().unwrap();
        let (open, link) = (folder.path().join("out"), folder.path().join("link"));
        let file = fs::File::create(&open).unwrap();
        symlink(format!("/proc/self/fd/{}", file.as_raw_fd()), &link).unwrap();
        assert_eq!(target_of(&link), Err(NoTarget::Device));
    }
}
