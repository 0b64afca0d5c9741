//! A document on a terminal.

use std::io::Write;

use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{Attribute, Cell, Color, ColumnConstraint, ContentArrangement, LineStyle, Table as Grid};
use plimsoll_report::document::{Block, Opening, Remarks, Titled};
use plimsoll_report::versus::Versus;
use plimsoll_report::{Document, EntryTone, Headline, Illustrated, Report, Table, TableEntry, TableRow};

use crate::exporter::{About, ExportError, Exporter, Style};
use crate::file::Gives;

pub(crate) struct Terminal;

/// From so many columns on there is a second blank between the columns of a table.
const ROOMY: u16 = 140;
/// Columns that a column of words has at least.
const LEAST_WORDS: usize = 24;

impl Exporter for Terminal {
    fn about(&self) -> About {
        About {
            slug: "table",
            title: "Tables as text",
            summary: "tables as text, for a terminal",
            extension: "txt",
        }
    }

    fn gives_of_comparison(&self) -> Gives {
        Gives::OneFile
    }

    fn write(&self, report: &Report<'_>, style: Style, out: &mut dyn Write) -> Result<(), ExportError> {
        text(&report.document(Illustrated::Left), style, out)
    }

    fn write_comparison(
        &self,
        versus: &Versus<'_>,
        style: Style,
        out: &mut dyn Write,
    ) -> Result<(), ExportError> {
        text(&versus.document(Illustrated::Left), style, out)
    }
}

fn text(document: &Document, style: Style, out: &mut dyn Write) -> Result<(), ExportError> {
    for block in document.came_out() {
        came_out(block, style, out)?;
    }
    match &document.opening {
        Opening::Facts(facts) => {
            for fact in facts {
                wrapped(out, &fact.text, "", style.width)?;
            }
        }
        Opening::Headline(headline) => {
            wrapped(out, &document.title, "", style.width)?;
            line(out, headline, "", style)?;
        }
    }
    let mut left_out: Vec<String> = Vec::new();
    let rest =
        document.sections.iter().filter(|section| !section.aside && Some(*section) != document.outcome());
    for block in rest.flat_map(|section| &section.blocks) {
        match block {
            Block::Remarks(Remarks { heading, standing: true, .. }) if style.brief => {
                left_out.push(format!("\"{heading}\""));
            }
            block => shown(block, style, out)?,
        }
    }
    if !left_out.is_empty() {
        writeln!(out)?;
        wrapped(out, &format!("{}: {}", left_out.join(", "), document.whole), "", style.width)?;
    }
    Ok(())
}

/// One thing that came out, under what it is about.
fn came_out(block: &Block, style: Style, out: &mut dyn Write) -> Result<(), ExportError> {
    match block {
        Block::Headline(Titled { heading, of }) => {
            if !heading.is_empty() {
                wrapped(out, heading, "", style.width)?;
            }
            line(out, of, if heading.is_empty() { "" } else { "  " }, style)?;
        }
        Block::Verdict(sentence) => {
            wrapped(out, &sentence.title, "", style.width)?;
            for clause in &sentence.clauses {
                line(out, &clause.said, "  ", style)?;
            }
        }
        Block::More(more) => writeln!(out, "{more}")?,
        _ => return Ok(()),
    }
    Ok(writeln!(out)?)
}

/// A line that is read aloud, and below it what it rests on and how sure it is.
fn line(out: &mut dyn Write, said: &Headline, mark: &str, style: Style) -> Result<(), ExportError> {
    wrapped(out, &said.big, mark, style.width)?;
    wrapped(out, &said.below(), &format!("{mark}  "), style.width)
}

fn shown(block: &Block, style: Style, out: &mut dyn Write) -> Result<(), ExportError> {
    match block {
        Block::Banner(said) => {
            writeln!(out, "\n{}", said.heading)?;
            for line in &said.of {
                wrapped(out, line, "! ", style.width)?;
            }
        }
        Block::Headline(said) => {
            writeln!(out, "\n{}", said.heading)?;
            line(out, &said.of, "", style)?;
        }
        Block::Table(table) => {
            if !table.heading.is_empty() {
                writeln!(out, "\n{}", table.heading)?;
            }
            let (rows, left) = table.in_text();
            writeln!(out, "{}", drawn(table, &rows, style))?;
            if let Some(left) = left {
                wrapped(out, &left, "  ", style.width)?;
            }
        }
        Block::Lines(lines) => {
            for line in lines {
                wrapped(out, line, "  ", style.width)?;
            }
        }
        Block::Remarks(Remarks { heading, lines, .. }) => {
            writeln!(out, "\n{heading}")?;
            for line in lines {
                wrapped(out, line, "- ", style.width)?;
            }
        }
        Block::More(more) => writeln!(out, "\n{more}")?,
        Block::Verdict(_)
        | Block::Lead(_)
        | Block::Charts(_)
        | Block::Facts(_)
        | Block::Lanes(_)
        | Block::Listing(_)
        | Block::Command(_) => {}
    }
    Ok(())
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

/// A table that is as wide as it needs. On a terminal too narrow for that the figures of load stand in a table of their
/// own, and so does what still has no room: entries are wrapped only where they are words, or alone too wide.
fn drawn(table: &Table, rows: &[&TableRow], style: Style) -> String {
    let all: Vec<usize> = (0..table.columns.len()).collect();
    let whole = grid(table, rows, style, &all, None);
    if fits(&whole, style) {
        return whole;
    }
    let of_load = |at: &usize| table.columns.get(*at).is_some_and(|column| column.of_load);
    let (load, start): (Vec<usize>, Vec<usize>) = all.into_iter().skip(1).partition(of_load);
    let parts = [start, load].into_iter().flat_map(|part| folded(table, rows, style, &part));
    parts.collect::<Vec<_>>().join("\n")
}

/// These columns in as many tables as it takes, each with the first column, which says what a row is of.
fn folded(table: &Table, rows: &[&TableRow], style: Style, columns: &[usize]) -> Vec<String> {
    let apart = if style.width >= ROOMY { 2 } else { 1 };
    let wide = |at: usize| natural(table, rows, at);
    let least = |at: usize| {
        let of_words = table.columns.get(at).is_some_and(|column| column.of_words);
        apart + if of_words { wide(at).min(LEAST_WORDS) } else { wide(at) }
    };
    let mut parts: Vec<Vec<usize>> = Vec::new();
    let mut taken = 0;
    for at in columns.iter().copied() {
        match parts.last_mut() {
            Some(part) if taken + least(at) <= usize::from(style.width) => part.push(at),
            _ => {
                taken = wide(0);
                parts.push(vec![0, at]);
            }
        }
        taken += least(at);
    }
    let drawn = |part: Vec<usize>| {
        let whole = grid(table, rows, style, &part, None);
        if fits(&whole, style) {
            return whole;
        }
        // In a column that is too wide even alone the words give; where these are words too, its first ones.
        let is_words = |at: &usize| least(*at) < apart + wide(*at);
        let can_give = part.iter().skip(1).any(is_words);
        let room = usize::from(style.width).saturating_sub(apart + LEAST_WORDS);
        let is_kept = |at: &usize| if *at == 0 { wide(0) <= room } else { can_give && !is_words(at) };
        let kept: Vec<usize> = part.iter().copied().filter(is_kept).collect();
        grid(table, rows, style, &part, Some(&kept))
    };
    parts.into_iter().map(drawn).collect()
}

/// Letters in the longest line of a column.
fn natural(table: &Table, rows: &[&TableRow], at: usize) -> usize {
    let heading = table.columns.get(at).map(|column| [column.main.as_str(), column.beside.as_str()]);
    let entries = rows.iter().filter_map(|row| row.entries.get(at));
    let lines = entries.map(|entry| [entry.main.as_str(), entry.beside.as_str()]).chain(heading);
    lines.flatten().map(|line| line.chars().count()).max().unwrap_or(0)
}

fn fits(table: &str, style: Style) -> bool {
    table.lines().all(|line| shown_width(line) <= usize::from(style.width))
}

/// A table of these columns: each as wide as it needs, or all in the width there is but those that are to be kept whole.
fn grid(
    Table { columns, .. }: &Table,
    rows: &[&TableRow],
    style: Style,
    shown: &[usize],
    kept: Option<&[usize]>,
) -> String {
    let mut table = Grid::new();
    table.load_style(UTF8_HORIZONTAL_ONLY.row_separator(LineStyle::none()));
    let arrangement = if kept.is_some() { ContentArrangement::Dynamic } else { ContentArrangement::Disabled };
    table.set_content_arrangement(arrangement).set_width(style.width);
    if style.colour {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
    let headings = shown.iter().filter_map(|at| columns.get(*at));
    table.set_header(headings.map(|column| {
        let heading = format!("{}\n{}", column.main, column.beside);
        Cell::new(heading.trim_end()).add_attribute(Attribute::Bold)
    }));
    for row in rows {
        let entries = shown.iter().filter_map(|at| row.entries.get(*at));
        table.add_row(entries.map(cell).collect::<Vec<_>>());
    }
    for (column, at) in table.column_iter_mut().zip(shown) {
        column.set_padding((0, u16::from(style.width >= ROOMY)));
        if kept.is_some_and(|kept| kept.contains(at)) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    table.trim_fmt()
}

fn cell(entry: &TableEntry) -> Cell {
    let cell = Cell::new(format!("{}\n{}", entry.main, entry.beside).trim_end());
    match entry.tone {
        EntryTone::Plain => cell,
        EntryTone::Good => cell.fg(Color::Green),
        EntryTone::Bad => cell.fg(Color::Red),
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
