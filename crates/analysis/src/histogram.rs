//! Reading stored histograms, including those of strangers.

use hdrhistogram::Histogram;
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
    #[error("its text is not base64: the file is damaged")]
    Base64(#[from] base64::DecodeError),
    /// The header says something that Plimsoll never writes.
    #[error("its header's {field} is {found}, expected {expected}: the file is damaged or forged")]
    Header {
        /// The field.
        field: &'static str,
        /// What stands there.
        found: u64,
        /// What would be right.
        expected: &'static str,
    },
    /// The counts can't be decoded.
    #[error("its counts are not in the V2 encoding ({reason}): the file is damaged")]
    Counts {
        /// In the decoder's words.
        reason: String,
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

/// Decodes a stored histogram. Nothing is allocated by what its text claims before the claim is checked.
///
/// # Errors
/// When it is too long, not base64, of another range, cut short, or holds another count than declared.
pub fn decode(stored: &StoredHistogram) -> Result<Histogram<u64>, HistogramError> {
    todo!("{}", stored.count)
}
