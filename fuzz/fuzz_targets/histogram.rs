#![no_main]

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use plimsoll_model::StoredHistogram;

// The declared count in eight bytes, the least first; then the encoding, without its base64.
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Some((count, v2)) = bytes.split_first_chunk() {
        let stored =
            StoredHistogram { series: 0, count: u64::from_le_bytes(*count), v2: STANDARD.encode(v2) };
        let _ = plimsoll_analysis::decode(&stored);
        let _ = plimsoll_analysis::counts(&stored);
    }
});
