use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use plimsoll_analysis::{RunNoise, counts, decode};
use plimsoll_model::StoredHistogram;
use proptest::prelude::*;

use crate::mutate::{Input, bytes, cases, corpus, tried, values};

/// The declared count in eight bytes, the least first; then the encoding.
fn stored(Input(bytes): &Input) -> Option<StoredHistogram> {
    let (count, v2) = bytes.split_first_chunk()?;
    Some(StoredHistogram { series: 0, count: u64::from_le_bytes(*count), v2: STANDARD.encode(v2) })
}

/// What one reader takes, the other takes too, and they find the same number of values.
fn read(stored: &StoredHistogram) -> Result<(), TestCaseError> {
    match (counts(stored), decode(stored)) {
        (Ok(counts), Ok(histogram)) => {
            let all: u64 = counts.iter().map(|(_, count)| count).sum();
            prop_assert_eq!((all, histogram.len()), (stored.count, stored.count));
        }
        (Err(one), Err(other)) => prop_assert_eq!(one.to_string(), other.to_string()),
        (counts, decoded) => prop_assert!(false, "{:?} and {:?}", counts, decoded.map(|found| found.len())),
    }
    Ok(())
}

#[test]
fn every_kept_histogram_is_read_alike_by_both_readers() {
    for input in corpus("histogram") {
        read(&stored(&input).unwrap()).unwrap();
    }
}

#[test]
fn every_kept_noise_opens() {
    for input in corpus("noise") {
        RunNoise::from_file(&input.0).unwrap();
    }
}

proptest! {
    #![proptest_config(cases(500))]

    #[test]
    fn a_mutated_histogram_is_read_or_refused_by_both_readers(input in bytes("histogram")) {
        if let Some(stored) = stored(&input) {
            tried(|| read(&stored))?;
        }
    }

    #[test]
    fn mutated_noise_is_read_or_refused(input in prop_oneof![bytes("noise"), values("noise")]) {
        if let Ok(noise) = tried(|| RunNoise::from_file(&input.0)) {
            prop_assert_eq!(RunNoise::from_file(&noise.to_file().unwrap()).unwrap(), noise);
        }
    }
}
