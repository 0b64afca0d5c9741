use proptest::prelude::*;

use crate::known::parse;
use crate::mutate::{bytes, cases, tried};

proptest! {
    #![proptest_config(cases(500))]

    #[test]
    fn mutated_budgets_are_read_or_refused(input in bytes("budget")) {
        let text = String::from_utf8_lossy(&input.0);
        if let Err(error) = tried(|| parse(&text)) {
            prop_assert!(error.0.told.iter().all(|fault| fault.place.line >= 1 && !fault.problem.is_empty()));
        }
    }
}
