#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = plimsoll_app::fuzz::har(bytes);
});
