#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    let _ = plimsoll_model::LanesFile::parse(text);
});
