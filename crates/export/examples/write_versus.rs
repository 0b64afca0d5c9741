//! Writes runs against a base run and says what it took:
//! `cargo run --release -p plimsoll-export --example write_versus -- FORM FILE BASE NEW…`.
#![allow(clippy::print_stdout, reason = "a command")]

use std::error::Error;
use std::fs;
use std::time::Instant;

use plimsoll_analysis::{MayChange, compare_runs};
use plimsoll_export::{Style, exporter};
use plimsoll_model::Run;
use plimsoll_report::versus::Versus;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [form, to, base, news @ ..] = arguments.as_slice() else {
        return Err("name a form, the file to write, a base run file and new ones".into());
    };
    let form = exporter(form).ok_or("there is no such form")?;
    let read =
        |path: &String| -> Result<Run, Box<dyn Error>> { Ok(serde_json::from_slice(&fs::read(path)?)?) };
    let base = read(base)?;
    let news = news.iter().map(read).collect::<Result<Vec<Run>, _>>()?;
    let news: Vec<&Run> = news.iter().collect();
    let begun = Instant::now();
    let comparisons = compare_runs(&base, &news, None, &MayChange::AnyFile);
    let compared = begun.elapsed();
    let mut bytes = Vec::new();
    form.write_comparison(&Versus::of(&base, &news, comparisons, None), Style::default(), &mut bytes)?;
    println!("{} bytes; compared in {compared:?}, written in {:?}", bytes.len(), begun.elapsed() - compared);
    Ok(fs::write(to, bytes)?)
}
