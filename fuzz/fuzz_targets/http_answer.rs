#![no_main]

use plimsoll_engine::fuzz::{EXPECTED, Sent};

// A line with the request's method and how many bytes each read finds; then what the service sends.
libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let Some(sent) = Sent::parse(input) else { return };
    let (cut, whole) = (sent.hear(), Sent { reads: Vec::new(), ..sent.clone() }.hear());
    assert!(cut.memory_bytes.max(whole.memory_bytes) <= 4 * sent.bytes.len() + (128 << 10));
    if let Ok(told) = &whole.told {
        assert!(told.body.len() <= sent.bytes.len());
        assert_eq!(told.is_expected, told.body == EXPECTED);
    }
    assert_eq!(cut.told.map_err(|none| none.to_string()), whole.told.map_err(|none| none.to_string()));
});
