//! Draws every chart of a run file: `cargo run -p plimsoll-chart --example draw_charts -- RUN FOLDER [WIDTH HEIGHT]`.
#![allow(clippy::print_stdout, reason = "a command")]

use std::error::Error;
use std::fs;
use std::time::Instant;

use plimsoll_chart::{Theme, charts, draw_png, draw_svg, size_of};
use plimsoll_model::Run;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, folder, size @ ..] = arguments.as_slice() else {
        return Err("name a run file and a folder".into());
    };
    let wanted = match size {
        [width, height] => Some((width.parse()?, height.parse()?)),
        _ => None,
    };
    let run: Run = serde_json::from_slice(&fs::read(file)?)?;
    for case in run.cases() {
        for chart in charts() {
            let begun = Instant::now();
            let spec = chart.spec(&run, case);
            println!("{case} {} {:?}", chart.slug(), begun.elapsed());
            let (width, height) = wanted.unwrap_or_else(|| size_of(&spec));
            for (theme, name) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
                let path = format!("{folder}/{case}-{}-{name}-{width}", chart.slug());
                fs::write(format!("{path}.png"), draw_png(&spec, theme, width, height)?)?;
                fs::write(format!("{path}.svg"), draw_svg(&spec, theme, width, height)?)?;
            }
        }
    }
    Ok(())
}
