#![no_main]

use plimsoll_app::{Gate, Places};

// A folder with the one file, as a run and as a journal.
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let folder = tempfile::tempdir().unwrap();
    let runs = folder.path().join("kept");
    std::fs::create_dir(&runs).unwrap();
    for name in ["r1.json", "r2.journal"] {
        std::fs::write(runs.join(name), bytes).unwrap();
    }
    let places = Places { data_folder: Some(folder.path().to_owned()), ..Places::default() };
    let gate = Gate { baseline: Some(runs), places, ..Gate::default() };
    assert!(!gate.read().unwrap().notes().is_empty());
});
