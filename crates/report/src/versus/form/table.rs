//! Tables for a terminal.

use std::io::Write;

use super::{MOST_WHOLE, VersusForm, left_out};
use crate::export::table::{fitted, wrapped};
use crate::notes::Block;
use crate::versus::{Overview, Versus, VersusSheet};
use crate::{ExportError, Style};

pub(super) struct Terminal;

/// Rows of an overview, and tables, that are read on a terminal.
const MOST_ROWS: usize = 40;
const MOST_TABLES: usize = 40;

impl VersusForm for Terminal {
    fn slug(&self) -> &'static str {
        "table"
    }

    fn title(&self) -> &'static str {
        "Tables as text"
    }

    fn summary(&self) -> &'static str {
        "tables as text, for a terminal"
    }

    fn extension(&self) -> &'static str {
        "txt"
    }

    fn write(&self, versus: &Versus<'_>, style: Style, out: &mut dyn Write) -> Result<(), ExportError> {
        wrapped(out, &versus.title(), "", style.width)?;
        wrapped(out, &versus.headline().text, "", style.width)?;
        if versus.news.len() > MOST_WHOLE {
            let overviews = versus.overviews();
            for overview in overviews.iter().take(MOST_TABLES) {
                rows(overview, style, out)?;
            }
            more(overviews.len(), "workloads", out)?;
        } else {
            let sheets = versus.sheets();
            for sheet in sheets.iter().take(MOST_TABLES) {
                whole(sheet, sheets.len() > 1, style, out)?;
            }
            more(sheets.len(), "tables", out)?;
        }
        let shown = |block: &Block| !(style.brief && block.standing);
        for block in versus.notes().into_iter().filter(shown) {
            writeln!(out, "\n{}", block.heading)?;
            for line in &block.lines {
                wrapped(out, line, "- ", style.width)?;
            }
        }
        Ok(())
    }
}

fn whole(sheet: &VersusSheet, several: bool, style: Style, out: &mut dyn Write) -> Result<(), ExportError> {
    writeln!(out, "\n{}", sheet.title)?;
    let rows = sheet.table.rows.iter().map(|row| row.entries.as_slice());
    writeln!(out, "{}", fitted(&sheet.table.columns, rows, style))?;
    if several {
        wrapped(out, &sheet.headline.text, "  ", style.width)?;
    }
    Ok(())
}

fn rows(overview: &Overview, style: Style, out: &mut dyn Write) -> Result<(), ExportError> {
    let (shown, left) = overview.at_most(MOST_ROWS);
    writeln!(out, "\n{}", shown.case)?;
    let rows = shown.rows.iter().map(|row| row.entries.as_slice());
    writeln!(out, "{}", fitted(&shown.columns, rows, style))?;
    if left > 0 {
        wrapped(out, &left_out(left), "  ", style.width)?;
    }
    Ok(())
}

fn more(all: usize, what: &str, out: &mut dyn Write) -> Result<(), ExportError> {
    match all.saturating_sub(MOST_TABLES) {
        0 => Ok(()),
        more => Ok(writeln!(out, "\nand {more} more {what}: they are in the JSON form")?),
    }
}
