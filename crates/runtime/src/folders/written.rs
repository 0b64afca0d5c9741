use plimsoll_files::{Unread, read_file};

use super::GivenFolder;

/// Why a file that an instance should have written is not read.
#[derive(Debug, thiserror::Error)]
pub enum Unwritten {
    /// It is not there.
    #[error("is not there")]
    Absent,
    /// It is a link that leads out of its folder.
    #[error("is a link that leads out of its folder")]
    Elsewhere,
    /// It can't be read.
    #[error("can't be read: {0}")]
    Unread(#[from] Unread),
}

/// What an instance that has ended wrote into a file, by its absolute path as the instance saw it; at most `limit` bytes.
///
/// # Errors
/// When there is no such file in a folder that it could write, or it is larger.
pub fn read_written(folders: &[GivenFolder], path: &str, limit: u64) -> Result<Vec<u8>, Unwritten> {
    let inside =
        |folder: &&GivenFolder| path.strip_prefix(&folder.to).is_some_and(|rest| rest.starts_with('/'));
    let folder = folders.iter().find(inside).ok_or(Unwritten::Absent)?;
    let name = path[folder.to.len()..].trim_start_matches('/');
    let place = folder.at.join(name);
    if place.symlink_metadata().is_err() {
        return Err(Unwritten::Absent);
    }
    // A link may stand for any file of this host: what it leads to is read inside the copy alone.
    let really = place.canonicalize().map_err(|_| Unwritten::Elsewhere)?;
    let root = folder.at.canonicalize().map_err(Unread::from)?;
    if !really.starts_with(&root) {
        return Err(Unwritten::Elsewhere);
    }
    Ok(read_file(&really, limit)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_in_the_copy_alone() {
        let copy = tempfile::tempdir().unwrap();
        std::fs::write(copy.path().join("a"), "abc").unwrap();
        std::os::unix::fs::symlink("/etc/passwd", copy.path().join("link")).unwrap();
        std::os::unix::fs::symlink("a", copy.path().join("near")).unwrap();
        let folders = [GivenFolder { to: "/out".to_owned(), at: copy.path().to_owned(), write: true }];
        for name in ["/out/a", "/out/near"] {
            assert_eq!(read_written(&folders, name, 3).unwrap(), b"abc");
        }
        assert!(matches!(
            read_written(&folders, "/out/a", 2),
            Err(Unwritten::Unread(Unread::TooLarge { .. }))
        ));
        assert!(matches!(read_written(&folders, "/out/link", 9), Err(Unwritten::Elsewhere)));
        for absent in ["/out/b", "/outer/a", "/out/a/b", "/x"] {
            assert!(matches!(read_written(&folders, absent, 9), Err(Unwritten::Absent)), "{absent}");
        }
    }
}
