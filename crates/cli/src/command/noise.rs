use plimsoll_app::{Cancel, Error, KeptNoise, Noise, NoiseOf, Registry, format};

use super::unable::unable;
use crate::arguments::NoiseArguments;
use crate::output::Terminal;
use crate::{exit, interrupt, progress};

pub(super) async fn run(
    arguments: NoiseArguments,
    data_folder: Option<std::path::PathBuf>,
    terminal: &mut Terminal,
) -> Result<u8, Error> {
    let json = arguments.machine.json;
    let kept = if arguments.of.is_empty() {
        let noise = Noise { runs: arguments.runs, bench: arguments.plan.request(data_folder)? };
        let registry = Registry::on_this_machine(&noise.bench.places).await;
        let cancel = Cancel::new();
        interrupt::listen(cancel.clone()).map_err(|error| unable("listen for Ctrl-C", &error))?;
        let drawn = progress::sink(noise.bench.trials(), terminal.colours_progress(), false);
        let ended = noise.run(&registry, drawn.as_ref(), &cancel).await;
        drop(drawn);
        ended?
    } else {
        NoiseOf { runs: arguments.of, places: arguments.plan.places(data_folder) }.run()?
    };
    if json {
        terminal.json(&kept)?;
    } else {
        tell(&kept, terminal)?;
    }
    Ok(exit::DONE)
}

fn tell(kept: &KeptNoise, terminal: &mut Terminal) -> Result<(), Error> {
    terminal.line(format!("Noise between {} runs on this host:", kept.noise.runs.len()))?;
    for figure in &kept.noise.figures {
        let percentile = figure.figure.percentile_milli;
        let what = match percentile {
            Some(milli) => format!("{} P{}", figure.figure.metric, f64::from(milli) / 10.0),
            None => format!("{} ({})", figure.figure.metric, figure.figure.phase),
        };
        terminal.line(format!(
            "  {} in {}, {what}: two runs differ by at most {} in 99 of 100",
            figure.workload,
            figure.lane,
            format::ratio(figure.floor)
        ))?;
    }
    let stolen_milli = kept.noise.figures.iter().map(|figure| figure.stolen_milli).max().unwrap_or(0);
    terminal.line(format!(
        "During these runs a virtual machine's host gave up to {:.1} % of its cores' time to others. Times of runs that \
         lose more, and more than 1 %, are not compared.",
        stolen_milli as f64 / 10.0
    ))?;
    terminal.line(format!("Kept in {}", kept.path.display()))
}
