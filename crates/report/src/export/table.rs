//! Tables for a terminal.

use std::io::Write;

use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{Attribute, Cell, Color, ContentArrangement, LineStyle, Table};

use crate::notes::{Block, blocks, of_case, origin};
use crate::sheet::{Column, Entry, Sheet, Tone};
use crate::{ExportError, Exporter, Report, Style};

pub(super) struct Terminal;

/// From so many columns on there is a second blank between the columns of a table.
const ROOMY: u16 = 140;

impl Exporter for Terminal {
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

    fn write(&self, report: &Report<'_>, style: Style, out: &mut dyn Write) -> Result<(), ExportError> {
        for line in origin(report) {
            wrapped(out, &line, "", style.width)?;
        }
        for sheet in Sheet::all(report) {
            writeln!(out, "\n{}", sheet.case)?;
            let whole = draw(&sheet, style, ContentArrangement::Disabled, |_, _| true);
            if fits(&whole, style) || !sheet.columns.iter().any(|column| column.of_load) {
                writeln!(out, "{whole}")?;
            } else {
                let start = draw(&sheet, style, ContentArrangement::Dynamic, |_, column| !column.of_load);
                let load =
                    draw(&sheet, style, ContentArrangement::Dynamic, |at, column| at == 0 || column.of_load);
                writeln!(out, "{start}\n{load}")?;
            }
            for line in of_case(report, &sheet.case) {
                wrapped(out, &line, "  ", style.width)?;
            }
        }
        let (left_out, shown): (Vec<Block>, Vec<Block>) =
            blocks(report).into_iter().partition(|block| style.brief && block.standing);
        for block in shown {
            writeln!(out, "\n{}", block.heading)?;
            for line in &block.lines {
                wrapped(out, line, "- ", style.width)?;
            }
        }
        if !left_out.is_empty() {
            let headings: Vec<String> =
                left_out.iter().map(|block| format!("\"{}\"", block.heading)).collect();
            let line = format!("{}: `plimsoll show {}`", headings.join(", "), report.run.id);
            writeln!(out)?;
            wrapped(out, &line, "", style.width)?;
        }
        Ok(())
    }
}

/// Columns that a line takes on a terminal, colours not counted.
fn shown_width(line: &str) -> usize {
    let mut colour = false;
    let shown = |letter: &char| {
        colour |= *letter == '\u{1b}';
        let shown = !colour;
        colour &= *letter != 'm';
        shown
    };
    line.chars().filter(shown).count()
}

/// Draws the columns that are kept. On a terminal too narrow for them their entries are wrapped.
fn draw(
    sheet: &Sheet,
    style: Style,
    arrangement: ContentArrangement,
    keep: impl Fn(usize, &Column) -> bool,
) -> String {
    let rows = sheet.rows.iter().map(|row| row.entries.as_slice());
    grid(&sheet.columns, rows, style, arrangement, keep)
}

/// A table that is as wide as it needs, or wrapped where the terminal is too narrow for that.
pub(crate) fn fitted<'a>(
    columns: &[Column],
    rows: impl Iterator<Item = &'a [Entry]> + Clone,
    style: Style,
) -> String {
    let whole = grid(columns, rows.clone(), style, ContentArrangement::Disabled, |_, _| true);
    if fits(&whole, style) {
        return whole;
    }
    grid(columns, rows, style, ContentArrangement::Dynamic, |_, _| true)
}

fn fits(table: &str, style: Style) -> bool {
    table.lines().all(|line| shown_width(line) <= usize::from(style.width))
}

fn grid<'a>(
    columns: &[Column],
    rows: impl Iterator<Item = &'a [Entry]>,
    style: Style,
    arrangement: ContentArrangement,
    keep: impl Fn(usize, &Column) -> bool,
) -> String {
    let kept = |at: usize| columns.get(at).is_some_and(|column| keep(at, column));
    let mut table = Table::new();
    table.load_style(UTF8_HORIZONTAL_ONLY.row_separator(LineStyle::none()));
    table.set_content_arrangement(arrangement).set_width(style.width);
    if style.colour {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
    let headings = columns.iter().enumerate().filter(|(at, _)| kept(*at));
    table.set_header(headings.map(|(_, column)| {
        let heading = format!("{}\n{}", column.main, column.beside);
        Cell::new(heading.trim_end()).add_attribute(Attribute::Bold)
    }));
    for row in rows {
        let entries = row.iter().enumerate().filter(|(at, _)| kept(*at));
        table.add_row(entries.map(|(_, entry)| cell(entry)).collect::<Vec<_>>());
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, u16::from(style.width >= ROOMY)));
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
pub(crate) fn wrapped(out: &mut dyn Write, text: &str, mark: &str, width: u16) -> Result<(), ExportError> {
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
