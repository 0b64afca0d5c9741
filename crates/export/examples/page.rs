#![allow(missing_docs, clippy::unwrap_used)]
use plimsoll_export::{Style, exporter};
use plimsoll_report::Report;
use std::path::Path;
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let bytes = std::fs::read(&a[1]).unwrap();
    let (run, _) = plimsoll_store::read_bytes(Path::new(&a[1]), &bytes).unwrap();
    let report = Report::of(&run);
    for (form, ending) in [("html", "html"), ("table", "txt"), ("markdown", "md")] {
        let mut out = std::fs::File::create(format!("{}.{ending}", a[2])).unwrap();
        exporter(form).unwrap().write(&report, Style { brief: true, ..Style::default() }, &mut out).unwrap();
    }
}
