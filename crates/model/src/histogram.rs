//! Latency distributions as they are stored.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::settings::{MOST_DURATION_MS, MOST_RATE_MILLI};

/// An HdrHistogram of nanoseconds (1 ns to 60 s, 3 significant digits) in the standard V2 encoding.
///
/// Any HdrHistogram library reads it: decode the base64, then the V2 bytes (cookie `0x1c849313`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StoredHistogram {
    /// Index into [`crate::Run::series`]: which metric, and of which request.
    pub series: u32,
    /// How many values it holds, so that a reader can tell "too few" without decoding.
    pub count: u64,
    /// The V2 bytes in standard base64 with padding.
    pub v2: String,
}

impl StoredHistogram {
    /// Smallest latency that can be told apart, in nanoseconds.
    pub const LOWEST_NS: u64 = 1;
    /// Largest latency that is kept, in nanoseconds: 60 s.
    pub const HIGHEST_NS: u64 = 60_000_000_000;
    /// Significant decimal digits.
    pub const DIGITS: u8 = 3;
    /// Longest base64 text that a histogram of this range can have; longer ones are refused unread.
    pub const MAX_TEXT: usize = 1 << 20;
    /// Most values that one can hold: as many as the highest rate that a plan may have gives in its longest duration.
    pub const MOST: u64 = MOST_RATE_MILLI / 1_000 * (MOST_DURATION_MS / 1_000);
}
