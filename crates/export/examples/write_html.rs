//! Writes the page of a run file and says what it took: `cargo run --release -p plimsoll-report --example write_html -- RUN FILE`.
#![allow(clippy::print_stdout, reason = "a command")]

use std::error::Error;
use std::fs;
use std::time::Instant;

use plimsoll_export::{Style, exporter};
use plimsoll_model::Run;
use plimsoll_report::Report;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [from, to] = arguments.as_slice() else {
        return Err("name a run file and the file to write".into());
    };
    let run: Run = serde_json::from_slice(&fs::read(from)?)?;
    let begun = Instant::now();
    let report = Report::of(&run);
    let analysed = begun.elapsed();
    let mut page = Vec::new();
    exporter("html").ok_or("there is no exporter `html`")?.write(&report, Style::default(), &mut page)?;
    println!("{} bytes; figures {analysed:?}, with the page {:?}", page.len(), begun.elapsed());
    Ok(fs::write(to, page)?)
}
