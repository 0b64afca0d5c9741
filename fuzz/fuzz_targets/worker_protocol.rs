#![no_main]

use plimsoll_runtime_wasmtime::fuzz::{Heard, orders, reports};

// Lines, of whichever side: each side is given them.
libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    check(input, orders);
    check(input, reports);
});

fn check(input: &[u8], hear: fn(&[u8], usize) -> Heard) {
    let (whole, cut) = (hear(input, input.len()), hear(input, 7));
    assert!(whole.memory_bytes.max(cut.memory_bytes) <= 2 * input.len() + 64);
    let told = whole.told.map_err(|refusal| refusal.to_string());
    if let Ok(messages) = &told {
        assert!(messages.len() <= input.split(|byte| *byte == b'\n').count());
        assert_eq!(&hear(&messages.concat(), 64 << 10).told.unwrap(), messages);
    }
    assert_eq!(told, cut.told.map_err(|refusal| refusal.to_string()));
}
