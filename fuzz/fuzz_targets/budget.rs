#![no_main]

#[path = "../../crates/budget/tests/it/known.rs"]
mod known;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let _ = known::parse(text);
});
