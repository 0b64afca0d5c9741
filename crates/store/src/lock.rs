//! Whether the process that measures a run still lives.

use std::fs::{self, File, Metadata, TryLockError};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use rustix::fs::{major, minor};

/// Whether a living process holds the journal.
pub(crate) fn is_locked(journal: &Path) -> bool {
    let Ok(file) = File::open(journal) else { return false };
    let held = matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock));
    held && !file.metadata().is_ok_and(|journal| left_by_the_dead(&journal))
}

/// A child that was forked shares its parent's locks until it executes its program. Waiting for its control group it
/// can outlive the parent, and the lock with it, though nobody measures any more. The kernel lists who took the lock.
fn left_by_the_dead(journal: &Metadata) -> bool {
    let Ok(locks) = fs::read_to_string("/proc/locks") else { return false };
    let mut holders = locks.lines().filter_map(|line| holder(line, journal)).peekable();
    holders.peek().is_some() && holders.all(|pid| !Path::new("/proc").join(pid.to_string()).exists())
}

/// The process that took the lock of that line, if it is one of the journal's: `1: FLOCK ADVISORY WRITE 5965
/// fe:00:827880 0 EOF`, the device in hexadecimal.
fn holder(line: &str, journal: &Metadata) -> Option<u32> {
    let mut fields = line.split_whitespace().skip(1);
    if fields.next() != Some("FLOCK") {
        return None;
    }
    let pid = fields.nth(2)?.parse().ok()?;
    let device = journal.dev();
    let file = format!("{:02x}:{:02x}:{}", major(device), minor(device), journal.ino());
    (fields.next() == Some(file.as_str())).then_some(pid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_has_its_holder_waiting_ones_and_others_have_none() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let found = file.as_file().metadata().unwrap();
        let name = format!("{:02x}:{:02x}:{}", major(found.dev()), minor(found.dev()), found.ino());
        let of = |line: String| holder(&line, &found);
        assert_eq!(of(format!("1: FLOCK  ADVISORY  WRITE 5965 {name} 0 EOF")), Some(5965));
        assert_eq!(of(format!("1: -> FLOCK  ADVISORY  WRITE 5965 {name} 0 EOF")), None);
        assert_eq!(of(format!("1: OFDLCK ADVISORY  READ -1 {name} 0 EOF")), None);
        assert_eq!(of(format!("1: FLOCK  ADVISORY  WRITE 5965 {name}1 0 EOF")), None);
        assert_eq!(of("1: FLOCK".to_owned()), None);
    }
}
