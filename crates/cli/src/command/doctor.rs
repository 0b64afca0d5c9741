use plimsoll_app::{Check, Doctor, Error, Registry, Status};

use crate::output::Terminal;
use crate::{exit, interrupt};

pub(super) async fn run(doctor: &Doctor, json: bool, terminal: &mut Terminal) -> Result<u8, Error> {
    let found = async { Ok(doctor.run(&Registry::on_this_machine(&doctor.places).await).await) };
    let diagnosis = interrupt::unless_stopped(found).await?;
    if json {
        terminal.json(&diagnosis)?;
    } else {
        let colour = terminal.style().colour;
        let width = diagnosis.checks.iter().map(|check| check.what.chars().count()).max().unwrap_or(0);
        for check in &diagnosis.checks {
            terminal.line(line(check, width, colour))?;
            if let Some(remedy) = check.remedy.as_ref().filter(|remedy| !remedy.is_empty()) {
                terminal.line(format!("{:width$}   way out: {remedy}", "", width = width + 8))?;
            }
        }
    }
    Ok(match diagnosis.status {
        Status::Good | Status::Warning => exit::DONE,
        Status::Problem => exit::ENVIRONMENT,
    })
}

fn line(check: &Check, width: usize, colour: bool) -> String {
    let (word, code) = match check.status {
        Status::Good => ("good", "32"),
        Status::Warning => ("warning", "33"),
        Status::Problem => ("problem", "31"),
    };
    let word = format!("{word:<8}");
    let word = if colour { format!("\u{1b}[{code}m{word}\u{1b}[0m") } else { word };
    format!("{word} {:width$}  {}", check.what, check.finding)
}
