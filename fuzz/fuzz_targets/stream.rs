#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let (heard, live) = plimsoll_app::fuzz::stream(bytes);
    assert!(heard <= bytes.split(|byte| *byte == b'\n').count());
    assert!(live.fraction.is_finite());
});
