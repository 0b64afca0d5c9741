use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::path::Path;

/// The largest artifact that is run, in bytes: 1 GiB. What prepares one holds it in memory whole.
pub const LARGEST_ARTIFACT: u64 = 1 << 30;

/// Why a file is not read.
#[derive(Debug, thiserror::Error)]
pub enum Unread {
    /// The system refuses it.
    #[error("{0}")]
    System(#[from] io::Error),
    /// It is a folder, a pipe or a device.
    #[error("it is no ordinary file")]
    NoFile,
    /// It is larger than it may be.
    #[error("it has {bytes} bytes or more, and at most {limit} are read")]
    TooLarge {
        /// Its size, or as much as was read of it.
        bytes: u64,
        /// The most that is read.
        limit: u64,
    },
}

/// Opens an ordinary file. Never waits: a pipe of that name may have nobody at its other end.
///
/// # Errors
/// When it can't be opened, or is no ordinary file.
pub fn open_file(path: &Path) -> Result<File, Unread> {
    let mut how = OpenOptions::new();
    how.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        how.custom_flags(rustix::fs::OFlags::NONBLOCK.bits().cast_signed());
    }
    let file = how.open(path)?;
    // Asked of what was opened: what has the name may be replaced in between.
    if file.metadata()?.is_file() { Ok(file) } else { Err(Unread::NoFile) }
}

/// Reads an ordinary file of at most so many bytes.
///
/// # Errors
/// As [`open_file`], and when it is larger.
pub fn read_file(path: &Path, limit: u64) -> Result<Vec<u8>, Unread> {
    let file = open_file(path)?;
    let stated = file.metadata()?.len();
    if stated > limit {
        return Err(Unread::TooLarge { bytes: stated, limit });
    }
    // Grows with what is read: a file may state any length.
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes)?;
    match bytes.len() as u64 {
        read if read > limit => Err(Unread::TooLarge { bytes: read, limit }),
        _ => Ok(bytes),
    }
}

impl From<Unread> for io::Error {
    fn from(why: Unread) -> Self {
        match why {
            Unread::System(error) => error,
            other => Self::other(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_states_of_its_length_is_not_believed() {
        // States to be empty.
        let path = Path::new("/proc/self/stat");
        assert!(read_file(path, 1 << 20).unwrap().ends_with(b"\n"));
        let refusal = read_file(path, 10).unwrap_err();
        assert!(matches!(refusal, Unread::TooLarge { bytes: 11, limit: 10 }), "{refusal}");
    }

    #[test]
    fn a_file_of_holes_is_refused_unread() {
        let file = tempfile::NamedTempFile::new().unwrap();
        file.as_file().set_len(1 << 40).unwrap();
        let refusal = read_file(file.path(), 1 << 20).unwrap_err();
        assert_eq!(refusal.to_string(), "it has 1099511627776 bytes or more, and at most 1048576 are read");
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_a_folder_and_a_device_are_no_files_and_nothing_waits_for_them() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        for path in [&pipe, folder.path(), Path::new("/dev/zero")] {
            assert!(matches!(read_file(path, 10), Err(Unread::NoFile)), "{}", path.display());
        }
        assert!(matches!(read_file(&folder.path().join("gone"), 10), Err(Unread::System(_))));
    }
}
