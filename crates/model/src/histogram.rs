//! Latency distributions as they are stored.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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
}
