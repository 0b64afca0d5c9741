use plimsoll_model::{LanesFile, Manifest};
use proptest::prelude::*;

use crate::mutate::{bytes, cases, tried};

proptest! {
    #![proptest_config(cases(500))]

    #[test]
    fn a_mutated_manifest_is_read_or_refused(input in bytes("manifest")) {
        let text = String::from_utf8_lossy(&input.0);
        if let Err(error) = tried(|| Manifest::parse(&text)) {
            prop_assert!(!error.to_string().is_empty());
        }
    }

    #[test]
    fn a_mutated_file_of_lanes_is_read_or_refused(input in bytes("lanes")) {
        let text = String::from_utf8_lossy(&input.0);
        match tried(|| LanesFile::parse(&text)) {
            Ok(read) => prop_assert!(read.lanes.len() <= LanesFile::MOST),
            Err(error) => prop_assert!(!error.to_string().is_empty()),
        }
    }
}
