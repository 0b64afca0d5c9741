use plimsoll_app::{Clean, Error, Registry, Remove};

use crate::exit;
use crate::output::Terminal;

pub(super) async fn run(
    clean: Clean,
    registry: &Registry,
    json: bool,
    terminal: &mut Terminal,
) -> Result<u8, Error> {
    let cleaned = clean.run(registry).await;
    if json {
        terminal.json(&cleaned)?;
    } else {
        for removed in &cleaned.removed {
            terminal.line(format!("removed {removed}"))?;
        }
        for left in &cleaned.left {
            terminal.line(format!("left {left}: run `plimsoll clean` where it began"))?;
        }
        for skipped in &cleaned.skipped {
            terminal.line(format!(
                "not looked into: lane `{}`: {}: {}",
                skipped.lane, skipped.problem, skipped.remedy
            ))?;
        }
        if cleaned.removed.is_empty() && cleaned.left.is_empty() && cleaned.errors.is_empty() {
            terminal.line("nothing to remove")?;
        }
    }
    first_of(cleaned.errors, json, terminal)
}

pub(super) fn remove(remove: &Remove, json: bool, terminal: &mut Terminal) -> Result<u8, Error> {
    let removed = remove.run()?;
    if json {
        terminal.json(&removed)?;
    } else {
        for file in &removed.files {
            terminal.line(format!("removed `{}`", file.display()))?;
        }
    }
    first_of(removed.errors, json, terminal)
}

/// What went wrong, the first as the command's own error. For machines all of them stand in the answer.
fn first_of(errors: Vec<Error>, json: bool, terminal: &mut Terminal) -> Result<u8, Error> {
    let mut errors = errors.into_iter();
    let Some(first) = errors.next() else {
        return Ok(exit::DONE);
    };
    if json {
        return Ok(exit::code_of(first.code));
    }
    for other in errors {
        crate::output::report_error(&other, false, terminal);
    }
    Err(first)
}
