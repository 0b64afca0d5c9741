#![no_main]

use std::path::Path;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = plimsoll_store::read_bytes(Path::new("run.json"), bytes);
});
