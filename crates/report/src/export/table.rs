//! Tables for a terminal.

use std::io::Write;

use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{Attribute, Cell, Color, ContentArrangement, LineStyle, Table};

use crate::notes::{blocks, of_workload, origin};
use crate::sheet::{Column, Entry, Sheet, Tone};
use crate::{ExportError, Exporter, Report, Style};

pub(super) struct Terminal;

/// Below so many columns the figures of load stand in a table of their own.
const WIDE: u16 = 118;

impl Exporter for Terminal {
    fn slug(&self) -> &'static str {
        "table"
    }

    fn summary(&self) -> &'static str {
        "tables as text, for a terminal"
    }

    fn extension(&self) -> &'static str {
        "txt"
    }

    fn write(&self, report: &Report<'_>, style: Style, out: &mut dyn Write) -> Result<(), ExportError> {
        for line in origin(report) {
            wrapped(out, &line, "", style.width)?;
        }
        for sheet in Sheet::all(report) {
            writeln!(out, "\n{}", sheet.workload)?;
            let of_load = sheet.columns.iter().any(|column| column.of_load);
            if style.width >= WIDE || !of_load {
                writeln!(out, "{}", draw(&sheet, style, |_, _| true))?;
            } else {
                writeln!(out, "{}", draw(&sheet, style, |_, column| !column.of_load))?;
                writeln!(out, "{}", draw(&sheet, style, |at, column| at == 0 || column.of_load))?;
            }
            for line in of_workload(report, sheet.workload) {
                wrapped(out, &line, "  ", style.width)?;
            }
        }
        for block in blocks(report) {
            writeln!(out, "\n{}", block.heading)?;
            for line in &block.lines {
                wrapped(out, line, "- ", style.width)?;
            }
        }
        Ok(())
    }
}

fn draw(sheet: &Sheet<'_>, style: Style, keep: impl Fn(usize, &Column) -> bool) -> String {
    let kept = |at: usize| sheet.columns.get(at).is_some_and(|column| keep(at, column));
    let mut table = Table::new();
    table.load_style(UTF8_HORIZONTAL_ONLY.row_separator(LineStyle::none()));
    table.set_content_arrangement(ContentArrangement::Dynamic).set_width(style.width);
    if style.colour {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
    let headings = sheet.columns.iter().enumerate().filter(|(at, _)| kept(*at));
    table.set_header(
        headings.map(|(_, column)| {
            Cell::new(column.heading.join("\n").trim_end()).add_attribute(Attribute::Bold)
        }),
    );
    for row in &sheet.rows {
        let entries = row.iter().enumerate().filter(|(at, _)| kept(*at));
        table.add_row(entries.map(|(_, entry)| cell(entry)).collect::<Vec<_>>());
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 1));
    }
    table.trim_fmt()
}

fn cell(entry: &Entry) -> Cell {
    let cell = Cell::new(format!("{}\n{}", entry.main, entry.beside).trim_end());
    match entry.tone {
        Tone::Plain => cell,
        Tone::Good => cell.fg(Color::Green),
        Tone::Bad => cell.fg(Color::Red),
    }
}

/// Writes a sentence in lines of at most this many columns; the first begins with the mark, the others under it.
fn wrapped(out: &mut dyn Write, text: &str, mark: &str, width: u16) -> Result<(), ExportError> {
    let width = usize::from(width).max(20);
    let mut line = mark.to_owned();
    let mut empty = true;
    for word in text.split_whitespace() {
        if !empty && line.chars().count() + 1 + word.chars().count() > width {
            writeln!(out, "{line}")?;
            line = " ".repeat(mark.chars().count());
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(word);
        empty = false;
    }
    Ok(writeln!(out, "{line}")?)
}
