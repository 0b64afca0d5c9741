use plimsoll_engine::fuzz::{EXPECTED, Sent};
use proptest::prelude::*;

use crate::mutate::{Input, bytes, cases, corpus, tried};

/// What is told depends on the bytes alone, is no more than they are, and takes no more than they are worth. Whether it
/// is an answer.
fn heard(Input(input): &Input) -> Result<bool, TestCaseError> {
    let Some(sent) = Sent::parse(input) else { return Ok(false) };
    let (cut, whole) = (sent.hear(), Sent { reads: Vec::new(), ..sent.clone() }.hear());
    prop_assert!(cut.memory_bytes.max(whole.memory_bytes) <= 4 * sent.bytes.len() + (128 << 10));
    if let Ok(told) = &whole.told {
        prop_assert!(told.body.len() <= sent.bytes.len());
        prop_assert_eq!(told.is_expected, told.body == EXPECTED);
    }
    let is_answer = whole.told.is_ok();
    prop_assert_eq!(cut.told.map_err(|none| none.to_string()), whole.told.map_err(|none| none.to_string()));
    Ok(is_answer)
}

#[test]
fn every_kept_answer_is_heard_or_refused() {
    let answers = corpus("http_answer").iter().filter(|input| heard(input).unwrap()).count();
    assert_eq!(answers, 7);
}

proptest! {
    #![proptest_config(cases(500))]

    #[test]
    fn a_mutated_answer_is_heard_or_refused(input in bytes("http_answer")) {
        tried(|| heard(&input))?;
    }
}
