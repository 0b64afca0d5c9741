//! What was taken out of the user's own workloads: it can be brought back for a while.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use plimsoll_model::Slug;

/// Holds what was taken out. No workload's name begins with a dot.
pub(super) const FORGOTTEN: &str = ".forgotten";
/// How long it is kept, and how many are.
const LONGEST: SignedDuration = SignedDuration::from_hours(30 * 24);
const MOST: usize = 20;

/// What a workload is called that is taken out now.
pub(super) fn called(name: &Slug, now: Timestamp) -> String {
    format!("{name}-{}", now.strftime("%Y%m%d-%H%M%S%6f"))
}

/// The workload's name, and when it was taken out; `None` where the name is none that was given here.
pub(super) fn read(called: &str) -> Option<(Slug, Timestamp)> {
    let mut parts = called.rsplitn(3, '-');
    let (time, day, name) = (parts.next()?, parts.next()?, parts.next()?);
    let at = DateTime::strptime("%Y%m%d-%H%M%S%f", format!("{day}-{time}")).ok()?;
    let at = at.to_zoned(TimeZone::UTC).ok()?.timestamp();
    let name = name.parse().ok()?;
    (self::called(&name, at) == called).then_some((name, at))
}

/// Removes what was taken out too long ago, or before too many others. What does not bear a name that was given here, or
/// is no folder, is left alone. What can't be removed is tried again the next time.
pub(super) fn clear(forgotten: &Path, now: Timestamp) {
    let Ok(entries) = fs::read_dir(forgotten) else { return };
    let folder = |entry: fs::DirEntry| -> Option<(Timestamp, PathBuf)> {
        let (_, at) = read(entry.file_name().to_str()?)?;
        entry.file_type().ok()?.is_dir().then(|| (at, entry.path()))
    };
    let mut kept: Vec<_> = entries.flatten().filter_map(folder).collect();
    kept.sort_unstable();
    for (place, (at, path)) in kept.into_iter().rev().enumerate() {
        if place >= MOST || now.duration_since(at) > LONGEST {
            let _ = fs::remove_dir_all(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-11-28T12:00:00.000123Z".parse().unwrap()
    }

    fn before(days: i64) -> Timestamp {
        now() - SignedDuration::from_hours(24 * days)
    }

    fn left(folder: &Path) -> usize {
        fs::read_dir(folder).unwrap().count()
    }

    #[test]
    fn a_name_reads_as_it_was_given() {
        let name: Slug = "my-cart".parse().unwrap();
        let called = called(&name, now());
        assert_eq!(called, "my-cart-20261128-120000000123");
        assert_eq!(read(&called), Some((name, now())));
        for other in ["", "cart", "cart-1-2", "-20261128-120000000123", "cart-20261128-120000"] {
            assert_eq!(read(other), None, "{other}");
        }
    }

    #[test]
    fn what_is_old_goes_and_what_is_not_ours_stays() {
        let ground = tempfile::tempdir().unwrap();
        let at = |name: &str| ground.path().join(name);
        let cart: Slug = "cart".parse().unwrap();
        for days in [0, 29, 31, 400] {
            fs::create_dir_all(at(&called(&cart, before(days))).join("inner")).unwrap();
        }
        let file = called(&cart, before(90));
        fs::write(at(&file), "a file").unwrap();
        fs::create_dir(at("notes")).unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        fs::write(elsewhere.path().join("mine"), "").unwrap();
        std::os::unix::fs::symlink(elsewhere.path(), at(&called(&cart, before(91)))).unwrap();
        clear(ground.path(), now());
        assert!(at(&file).is_file() && at("notes").is_dir());
        assert!(at(&called(&cart, before(91))).join("mine").is_file());
        assert!(at(&called(&cart, before(29))).is_dir());
        assert_eq!(left(ground.path()), 5);
    }

    #[test]
    fn the_newest_of_many_stay() {
        let ground = tempfile::tempdir().unwrap();
        let cart: Slug = "cart".parse().unwrap();
        for second in 0..25 {
            let at = now() - SignedDuration::from_secs(second);
            fs::create_dir(ground.path().join(called(&cart, at))).unwrap();
        }
        clear(ground.path(), now());
        assert_eq!(left(ground.path()), MOST);
        assert!(ground.path().join(called(&cart, now())).is_dir());
    }
}
