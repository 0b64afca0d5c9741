//! Lanes that are written down in the repository: by their parameters alone.

use std::path::Path;

use plimsoll_model::LanesFile;
use plimsoll_runtime::Family;
use plimsoll_runtime_wasmtime::WasmtimeFamily;

use crate::lanes::{conforms, specs};
use crate::workloads::worker;

/// Files of lanes that the documentation shows.
const SHOWN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/lanes");

#[tokio::test]
async fn every_lane_of_this_family_that_is_written_down_conforms() {
    let folder = tempfile::tempdir().unwrap();
    let family = WasmtimeFamily::with_worker(worker());
    let mut seen = 0;
    for entry in std::fs::read_dir(Path::new(SHOWN)).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let read = LanesFile::parse(&text).unwrap();
        for written in read.lanes.into_iter().filter(|written| written.spec.family == family.slug()) {
            assert!(specs(&family).iter().all(|offered| offered.slug != written.spec.slug));
            conforms(&family, &written.spec, folder.path()).await;
            seen += 1;
        }
    }
    assert!(seen > 0, "`{SHOWN}` has no lane of this family");
}
