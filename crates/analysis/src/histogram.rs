//! Reading stored histograms, including those of strangers.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hdrhistogram::Histogram;
use hdrhistogram::serialization::Deserializer;
use plimsoll_model::StoredHistogram;

/// Why a stored histogram is refused.
#[derive(Debug, thiserror::Error)]
pub enum HistogramError {
    /// Longer than a histogram of the declared range can be.
    #[error("its text has {found} characters, at most {limit} are possible: the file is damaged or forged")]
    TooLong {
        /// Length of the text.
        found: usize,
        /// The limit.
        limit: usize,
    },
    /// Not base64.
    #[error("its text is not base64: the file is damaged, use another copy of it")]
    Base64(#[from] base64::DecodeError),
    /// The header says something that Plimsoll never writes.
    #[error("`{field}` in its header is {found}, not {expected}: the file is damaged or forged")]
    Header {
        /// The field.
        field: &'static str,
        /// What stands there.
        found: u64,
        /// What would be right.
        expected: &'static str,
    },
    /// The counts are cut short or no counts of this range.
    #[error("its counts are not in the V2 encoding: the file is damaged, use another copy of it")]
    Counts,
    /// It counts more values than any load serves.
    #[error("it holds {found} values, at most {limit} are possible: the file is damaged or forged")]
    TooMany {
        /// Values found.
        found: u64,
        /// The limit.
        limit: u64,
    },
    /// It holds another number of values than is stored beside it.
    #[error("it holds {found} values, but {declared} are stored beside it: the file is damaged or forged")]
    Count {
        /// Values found.
        found: u64,
        /// Values declared.
        declared: u64,
    },
}

/// Bytes before the counts: cookie, length, offset, digits (4 each), lowest, highest, ratio (8 each).
const HEADER: usize = 40;
/// Where the highest value stands in it.
const HIGHEST: std::ops::Range<usize> = 24..32;
/// First four bytes of the V2 encoding: `0x1c849303`, with the word size that V2 always has.
const COOKIE: u32 = 0x1c84_9313;

/// Slots of one half-bucket, each as wide as the others of it.
const HALF: u64 = 1 << 10;

/// The values of a stored histogram with how often each was seen, ascending: of each slot the largest value it stands
/// for. Only slots with values are gone through, which are few.
///
/// # Errors
/// When it is too long, not base64, of another range, cut short, or holds another count than declared.
pub fn counts(stored: &StoredHistogram) -> Result<Vec<(u64, u64)>, HistogramError> {
    let bytes = checked_bytes(stored)?;
    let mut counts = Vec::new();
    walk(&bytes, stored.count, |slot, count| counts.push((largest_in(slot), count)))?;
    Ok(counts)
}

/// Several stored histograms added up.
#[derive(Clone, Debug, Default)]
pub struct Merged {
    slots: Vec<u64>,
    /// What was read of the one that is being added, kept for its room.
    read: Vec<(u64, u64)>,
}

impl Merged {
    /// Adds one.
    ///
    /// # Errors
    /// As [`counts`]; then nothing of it is added.
    pub fn add(&mut self, stored: &StoredHistogram) -> Result<(), HistogramError> {
        let bytes = checked_bytes(stored)?;
        self.read.clear();
        walk(&bytes, stored.count, |slot, count| self.read.push((slot, count)))?;
        let slots = self.read.last().map_or(0, |(slot, _)| *slot as usize + 1);
        self.slots.resize(self.slots.len().max(slots), 0);
        for (slot, count) in &self.read {
            if let Some(all) = self.slots.get_mut(*slot as usize) {
                *all = all.saturating_add(*count);
            }
        }
        Ok(())
    }

    /// Values with how often each was seen, as of [`counts`].
    pub fn counts(&self) -> impl Iterator<Item = (u64, u64)> {
        let slots = (0_u64..).zip(&self.slots).filter(|(_, count)| **count > 0);
        slots.map(|(slot, count)| (largest_in(slot), *count))
    }
}

/// How many slots a histogram has that goes up to this value: two half-buckets, and one more for each doubling.
fn slots_up_to(highest: u64) -> u64 {
    let doublings = u64::BITS - (highest / (2 * HALF)).leading_zeros();
    HALF * (2 + u64::from(doublings))
}

/// Slots of up to 2,047 are one wide; each half-bucket beyond has slots twice as wide as the one before.
fn largest_in(slot: u64) -> u64 {
    let doublings = (slot / HALF).saturating_sub(1);
    ((slot - doublings * HALF + 1) << doublings) - 1
}

/// Decodes a stored histogram. Nothing is allocated by what its text claims before the claim is checked.
///
/// # Errors
/// When it is too long, not base64, of another range, cut short, or holds another count than declared.
pub fn decode(stored: &StoredHistogram) -> Result<Histogram<u64>, HistogramError> {
    let bytes = checked_bytes(stored)?;
    walk(&bytes, stored.count, |_, _| {})?;
    let histogram: Histogram<u64> =
        Deserializer::new().deserialize(&mut bytes.as_slice()).map_err(|_| HistogramError::Counts)?;
    Ok(histogram)
}

/// The bytes, with a header that is right.
fn checked_bytes(stored: &StoredHistogram) -> Result<Vec<u8>, HistogramError> {
    if stored.v2.len() > StoredHistogram::MAX_TEXT {
        return Err(HistogramError::TooLong { found: stored.v2.len(), limit: StoredHistogram::MAX_TEXT });
    }
    let bytes = STANDARD.decode(&stored.v2)?;
    let Some((header, counts)) = bytes.split_at_checked(HEADER) else { return Err(HistogramError::Counts) };
    check_header(header, counts.len())?;
    Ok(bytes)
}

/// A number of the header.
fn number(header: &[u8], range: std::ops::Range<usize>) -> u64 {
    header.get(range).unwrap_or_default().iter().fold(0, |all, byte| all << 8 | u64::from(*byte))
}

fn check_header(header: &[u8], counts: usize) -> Result<(), HistogramError> {
    let number = |range| number(header, range);
    let highest = number(HIGHEST);
    let checks = [
        ("cookie", number(0..4), "the V2 cookie", number(0..4) == u64::from(COOKIE)),
        ("payload length", number(4..8), "the length of what follows", number(4..8) == counts as u64),
        ("normalizing offset", number(8..12), "0", number(8..12) == 0),
        ("digits", number(12..16), "3", number(12..16) == u64::from(StoredHistogram::DIGITS)),
        ("lowest value", number(16..24), "1 ns", number(16..24) == StoredHistogram::LOWEST_NS),
        ("highest value", highest, "2 ns to 60 s", (2..=StoredHistogram::HIGHEST_NS).contains(&highest)),
        ("ratio", number(32..40), "that of whole numbers", number(32..40) == 1.0_f64.to_bits()),
    ];
    match checks.into_iter().find(|(.., right)| !right) {
        Some((field, found, expected, _)) => Err(HistogramError::Header { field, found, expected }),
        None => Ok(()),
    }
}

/// Walks the ZigZag LEB128 numbers: a negative one is a run of empty slots, another one is a slot's count.
fn walk(bytes: &[u8], declared: u64, mut seen: impl FnMut(u64, u64)) -> Result<(), HistogramError> {
    let most = slots_up_to(number(bytes, HIGHEST));
    let mut counts = bytes.get(HEADER..).unwrap_or_default();
    let (mut slots, mut total) = (0_u64, 0_u64);
    while !counts.is_empty() {
        let (number, rest) = zigzag(counts).ok_or(HistogramError::Counts)?;
        counts = rest;
        let run = if number < 0 { number.unsigned_abs() } else { 1 };
        if run > most - slots {
            return Err(HistogramError::Counts);
        }
        if number > 0 {
            seen(slots, number.unsigned_abs());
            total = total.saturating_add(number.unsigned_abs());
        }
        slots += run;
    }
    if total > StoredHistogram::MOST {
        return Err(HistogramError::TooMany { found: total, limit: StoredHistogram::MOST });
    }
    if total == declared { Ok(()) } else { Err(HistogramError::Count { found: total, declared }) }
}

/// Reads one number; at most 9 bytes, of which the ninth counts whole.
fn zigzag(bytes: &[u8]) -> Option<(i64, &[u8])> {
    if let Some((first, rest)) = bytes.split_first().filter(|(first, _)| **first < 0x80) {
        return Some((i64::from(first >> 1) ^ -i64::from(first & 1), rest));
    }
    let mut encoded = 0_u64;
    for (at, byte) in bytes.iter().enumerate().take(9) {
        let last = at == 8 || byte & 0x80 == 0;
        let bits = if at == 8 { *byte } else { byte & 0x7f };
        encoded |= u64::from(bits) << (7 * at);
        if last {
            return Some(((encoded >> 1) as i64 ^ -((encoded & 1) as i64), bytes.get(at + 1..)?));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use hdrhistogram::serialization::{Serializer, V2Serializer};
    use proptest::prelude::*;

    use super::*;

    fn stored(values: &[u64]) -> StoredHistogram {
        let mut histogram = Histogram::<u64>::new_with_bounds(1, 60_000_000_000, 3).unwrap();
        for value in values {
            histogram.record(*value).unwrap();
        }
        let mut bytes = Vec::new();
        V2Serializer::new().serialize(&histogram, &mut bytes).unwrap();
        StoredHistogram { series: 0, count: values.len() as u64, v2: STANDARD.encode(bytes) }
    }

    fn forged(change: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut histogram = stored(&[1_000, 2_000, 60_000_000_000]);
        let mut bytes = STANDARD.decode(&histogram.v2).unwrap();
        change(&mut bytes);
        histogram.v2 = STANDARD.encode(bytes);
        decode(&histogram).expect_err("must be refused").to_string()
    }

    #[test]
    fn a_histogram_reads_back_with_its_values() {
        let histogram = decode(&stored(&[1, 1_000, 59_999_999_999])).unwrap();
        assert_eq!((histogram.len(), histogram.min()), (3, 1));
        assert_eq!(decode(&stored(&[])).unwrap().len(), 0);
    }

    #[test]
    fn the_smallest_and_the_largest_slot_stand_for_their_values() {
        let largest = stored(&[0, 2_047, 2_048, 60_000_000_000]);
        let highest = decode(&largest).unwrap().max();
        assert_eq!(counts(&largest).unwrap(), [(0, 1), (2_047, 1), (2_049, 1), (highest, 1)]);
        assert_eq!(counts(&stored(&[])).unwrap(), []);
    }

    #[test]
    fn a_forged_range_is_refused_before_anything_is_allocated_for_it() {
        assert!(forged(|bytes| bytes[24] = 0x7f).contains("`highest value`"));
        assert!(forged(|bytes| bytes[15] = 5).contains("`digits` in its header is 5, not 3"));
        assert!(forged(|bytes| bytes[23] = 0).contains("`lowest value`"));
    }

    #[test]
    fn a_forged_length_or_count_is_refused() {
        assert!(forged(|bytes| bytes[4] = 0x7f).contains("`payload length`"));
        assert!(forged(|bytes| bytes.truncate(20)).contains("V2 encoding"));
        let mut wrong = stored(&[7]);
        wrong.count = 1 << 40;
        assert!(decode(&wrong).unwrap_err().to_string().contains("holds 1 values, but 1099511627776"));
        wrong.v2 = "A".repeat(StoredHistogram::MAX_TEXT + 4);
        assert!(matches!(decode(&wrong), Err(HistogramError::TooLong { .. })));
    }

    #[test]
    fn more_values_than_any_load_serves_are_refused_wherever_it_is_read() {
        let counting = |slots: &[u64]| {
            let mut bytes = STANDARD.decode(stored(&[]).v2).unwrap();
            bytes.truncate(HEADER);
            for count in slots {
                let mut rest = count << 1;
                while rest >= 0x80 {
                    bytes.push(rest as u8 | 0x80);
                    rest >>= 7;
                }
                bytes.push(rest as u8);
            }
            bytes[7] = (bytes.len() - HEADER) as u8;
            StoredHistogram { series: 0, count: slots.iter().sum(), v2: STANDARD.encode(bytes) }
        };
        let most = StoredHistogram::MOST;
        assert_eq!(counts(&counting(&[most])).unwrap(), [(0, most)]);
        for forged in [counting(&[1 << 56]), counting(&[most, 1])] {
            let refusal = counts(&forged).unwrap_err().to_string();
            assert!(refusal.contains("values, at most 36000000000 are possible"), "{refusal}");
            let mut merged = Merged::default();
            assert!(matches!(merged.add(&forged), Err(HistogramError::TooMany { .. })));
            assert_eq!(merged.counts().count(), 0);
            assert!(matches!(decode(&forged), Err(HistogramError::TooMany { .. })));
        }
    }

    #[test]
    fn the_longest_run_of_empty_slots_that_can_be_written_is_refused() {
        let refusal = forged(|bytes| {
            bytes.truncate(HEADER);
            bytes.extend([0xff; 9]);
            bytes[7] = 9;
        });
        assert!(refusal.contains("V2 encoding"), "{refusal}");
    }

    proptest! {
        #[test]
        fn any_damage_gives_an_error_or_a_histogram_but_never_a_panic(
            at in 0_usize..60, to in any::<u8>(), cut in 0_usize..80,
        ) {
            let mut histogram = stored(&[1, 900, 1_000, 2_000_000, 59_000_000_000]);
            let mut bytes = STANDARD.decode(&histogram.v2).unwrap();
            if let Some(byte) = bytes.get_mut(at) {
                *byte = to;
            }
            bytes.truncate(bytes.len().saturating_sub(cut / 2));
            histogram.v2 = STANDARD.encode(bytes);
            assert_eq!(counts(&histogram).is_ok(), decode(&histogram).is_ok());
        }

        #[test]
        fn counts_are_those_that_the_library_reads(values in prop::collection::vec(0_u64..60_000_000_000, 0..200)) {
            let stored = stored(&values);
            let read = decode(&stored).unwrap();
            let steps = read.iter_recorded().map(|step| (step.value_iterated_to(), step.count_at_value()));
            let own = counts(&stored).unwrap();
            prop_assert_eq!(&own, &steps.collect::<Vec<_>>());
            let mut merged = Merged::default();
            merged.add(&stored).and_then(|()| merged.add(&stored)).unwrap();
            let twice: Vec<_> = own.into_iter().map(|(value, count)| (value, 2 * count)).collect();
            prop_assert_eq!(merged.counts().collect::<Vec<_>>(), twice);
        }
    }
}
