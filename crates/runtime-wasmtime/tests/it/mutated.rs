use plimsoll_runtime_wasmtime::fuzz::{Heard, orders, reports};
use proptest::prelude::*;

use crate::mutate::{Input, bytes, cases, corpus, lines, tried};

type Side = fn(&[u8], usize) -> Heard;

/// What is told of one side's lines does not depend on how they come, takes no more than they are, and reads back as
/// the same. How many messages it has.
fn heard(hear: Side, Input(input): &Input) -> Result<Option<usize>, TestCaseError> {
    let (whole, cut) = (hear(input, input.len()), hear(input, 7));
    prop_assert!(whole.memory_bytes.max(cut.memory_bytes) <= 2 * input.len() + 64);
    match (whole.told, cut.told) {
        (Ok(messages), Ok(again)) => {
            prop_assert_eq!(&messages, &again);
            prop_assert!(messages.len() <= input.split(|byte| *byte == b'\n').count());
            let count = messages.len();
            prop_assert_eq!(hear(&messages.concat(), 64 << 10).told.unwrap(), messages);
            Ok(Some(count))
        }
        (Err(one), Err(other)) => {
            prop_assert_eq!(one.to_string(), other.to_string());
            Ok(None)
        }
        (one, other) => Err(TestCaseError::fail(format!("{one:?} and {other:?}"))),
    }
}

#[test]
fn every_kept_line_is_heard_or_refused() {
    let inputs = corpus("worker_protocol");
    for (side, all) in [(orders as Side, 5), (reports as Side, 7)] {
        let most = inputs.iter().filter_map(|input| heard(side, input).unwrap()).max();
        assert_eq!(most, Some(all), "each kind of message is kept");
    }
}

proptest! {
    #![proptest_config(cases(500))]

    #[test]
    fn mutated_lines_are_heard_or_refused(
        input in prop_oneof![bytes("worker_protocol"), lines("worker_protocol")],
    ) {
        tried(|| heard(orders, &input))?;
        tried(|| heard(reports, &input))?;
    }
}
