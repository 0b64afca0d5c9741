use plimsoll_capsule::{CapsuleError, fuzz, limits};
use proptest::prelude::*;

use crate::ground::{FILES, Ground, packed};

/// Lengths before what ends an archive, and where they stand in it.
const END: usize = 22;
const DIRECTORY_BYTES: usize = 12;
const DIRECTORY_STARTS: usize = 16;

#[test]
fn the_directory_of_a_capsule_has_its_entries_its_list_and_the_list_s_sum() {
    assert_eq!(fuzz::directory(&packed()).unwrap(), FILES.len() + 2);
}

#[test]
fn a_directory_that_states_a_length_it_has_not_is_refused_before_room_is_made() {
    for (at, stated) in
        [(DIRECTORY_BYTES, u32::MAX), (DIRECTORY_STARTS, u32::MAX), (DIRECTORY_BYTES, 1 << 31)]
    {
        let mut bytes = packed();
        let at = bytes.len() - END + at;
        bytes[at..at + 4].copy_from_slice(&stated.to_le_bytes());
        assert!(matches!(fuzz::directory(&bytes), Err(CapsuleError::Damaged { .. })));
    }
}

#[test]
fn a_file_that_is_large_only_by_its_holes_is_refused() {
    let ground = Ground::new();
    std::fs::write(ground.file(), packed()).unwrap();
    let file = std::fs::File::options().write(true).open(ground.file()).unwrap();
    file.set_len(limits::FILE).unwrap();
    let refused = plimsoll_capsule::Capsule::open(&ground.file());
    assert!(matches!(refused, Err(CapsuleError::CutShort { .. })));
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = fuzz::directory(&bytes);
        let begun = [b"PK\x03\x04", &bytes[..]].concat();
        let _ = fuzz::directory(&begun);
    }

    #[test]
    fn a_damaged_capsule_is_opened_or_refused(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = packed();
        let directory = bytes.len() - 600.min(bytes.len());
        for (at, to) in changes {
            // Most of them where the directory is: what is packed is only compared with its sum.
            let at = directory + at.index(bytes.len() - directory);
            bytes[at] = to;
        }
        let _ = (fuzz::directory(&bytes), Ground::new().open(&bytes).is_ok());
        bytes.truncate(cut.index(bytes.len()));
        prop_assert!(fuzz::directory(&bytes).is_err());
    }
}
