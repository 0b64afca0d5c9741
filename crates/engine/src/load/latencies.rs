use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hdrhistogram::Histogram;
use hdrhistogram::serialization::{Serializer, V2Serializer};
use plimsoll_model::StoredHistogram;

/// Both latencies of one request's answers: from when it was due, and from when it was really sent.
#[derive(Clone, Debug)]
pub struct Latencies {
    corrected: Histogram<u64>,
    uncorrected: Histogram<u64>,
}

impl Latencies {
    /// Nothing recorded yet. All memory is taken here.
    #[must_use]
    pub fn new() -> Self {
        Self { corrected: empty(), uncorrected: empty() }
    }

    /// Records one answer, all in nanoseconds of one clock. Values above 60 s count as 60 s.
    #[inline]
    pub fn record(&mut self, due_ns: u64, sent_ns: u64, end_ns: u64) {
        self.corrected.saturating_record(end_ns.saturating_sub(due_ns).max(1));
        self.uncorrected.saturating_record(end_ns.saturating_sub(sent_ns).max(1));
    }

    /// From when it was due.
    #[must_use]
    pub fn corrected(&self) -> &Histogram<u64> {
        &self.corrected
    }

    /// From when it was really sent.
    #[must_use]
    pub fn uncorrected(&self) -> &Histogram<u64> {
        &self.uncorrected
    }
}

impl Default for Latencies {
    fn default() -> Self {
        Self::new()
    }
}

/// A histogram of the range in which latencies are stored.
#[allow(clippy::expect_used, reason = "the bounds are constants, and a test makes one")]
pub(crate) fn empty() -> Histogram<u64> {
    Histogram::new_with_bounds(
        StoredHistogram::LOWEST_NS,
        StoredHistogram::HIGHEST_NS,
        StoredHistogram::DIGITS,
    )
    .expect("1 ns to 60 s with 3 digits is a range")
}

/// The standard V2 encoding in base64. A histogram that can't be encoded gives an empty text, which no reader
/// takes for one; only counts above 2⁶³ can't.
pub(crate) fn encode(histogram: &Histogram<u64>) -> String {
    let mut bytes = Vec::new();
    match V2Serializer::new().serialize(histogram, &mut bytes) {
        Ok(_) => STANDARD.encode(bytes),
        Err(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use hdrhistogram::serialization::Deserializer;

    use super::*;

    #[test]
    fn an_encoded_histogram_is_read_back_by_the_standard_deserializer() {
        let mut latencies = Latencies::new();
        for value in 1..10_000_u64 {
            latencies.record(0, value, value * 1_000);
        }
        let text = encode(latencies.corrected());
        assert!(text.len() <= StoredHistogram::MAX_TEXT);
        let bytes = STANDARD.decode(text).unwrap();
        assert_eq!(bytes[..4], [0x1c, 0x84, 0x93, 0x13]);
        let read: Histogram<u64> = Deserializer::new().deserialize(&mut bytes.as_slice()).unwrap();
        assert_eq!(read, *latencies.corrected());
        assert_eq!(read.len(), 9_999);
    }

    #[test]
    fn even_the_fullest_histogram_stays_under_the_longest_text() {
        let mut full = empty();
        let mut value = 1_u64;
        while value <= StoredHistogram::HIGHEST_NS {
            full.record_n(value, u64::from(u32::MAX)).unwrap();
            value = full.next_non_equivalent(value);
        }
        assert!(encode(&full).len() <= StoredHistogram::MAX_TEXT);
    }

    #[test]
    fn what_lasts_longer_than_a_minute_counts_as_a_minute() {
        let mut latencies = Latencies::new();
        latencies.record(0, 0, 90_000_000_000);
        assert_eq!(latencies.corrected().len(), 1);
        assert!(latencies.corrected().max() >= 60_000_000_000);
    }
}
