use proptest::prelude::*;

use crate::ground::Ground;
use crate::mutate::{bytes, cases, corpus, tried};

#[test]
fn a_kept_capsule_opens() {
    let ground = Ground::new();
    for input in corpus("capsule") {
        ground.open(&input.0).unwrap();
    }
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn a_mutated_capsule_is_opened_or_refused(input in bytes("capsule")) {
        let ground = Ground::new();
        if let Err(error) = tried(|| ground.open(&input.0)) {
            prop_assert!(!error.to_string().is_empty());
        }
    }
}
