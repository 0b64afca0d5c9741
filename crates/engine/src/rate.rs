//! The common rate of a service's load.

/// Half of this capacity, rounded down to 1, 2 or 5 × 10ⁿ; all in thousandths of a request per second.
/// Never below 0.001 a second.
pub(crate) fn half_rounded_down(capacity_milli: u64) -> u64 {
    let half = capacity_milli / 2;
    let mut power = 1;
    while power <= half / 10 {
        power *= 10;
    }
    match half / power {
        0 | 1 => power,
        2..=4 => 2 * power,
        _ => 5 * power,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_rounded_down_to_one_two_or_five() {
        let cases = [
            (25_417_000, 10_000_000),
            (3_999_999, 1_000_000),
            (4_000_000, 2_000_000),
            (9_999_000, 2_000_000),
            (10_000_000, 5_000_000),
            (700, 200),
            (3, 1),
            (0, 1),
            (u64::MAX, 5_000_000_000_000_000_000),
        ];
        for (capacity_milli, rate_milli) in cases {
            assert_eq!(half_rounded_down(capacity_milli), rate_milli, "{capacity_milli}");
        }
    }
}
