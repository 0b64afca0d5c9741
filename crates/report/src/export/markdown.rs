//! Tables for a document.

use std::io::Write;

use crate::notes::{blocks, of_workload, origin};
use crate::sheet::{Entry, Row, Sheet};
use crate::{ExportError, Exporter, Report, Style};

pub(super) struct Markdown;

impl Exporter for Markdown {
    fn slug(&self) -> &'static str {
        "markdown"
    }

    fn summary(&self) -> &'static str {
        "tables as Markdown, for a document"
    }

    fn extension(&self) -> &'static str {
        "md"
    }

    fn write(&self, report: &Report<'_>, _: Style, out: &mut dyn Write) -> Result<(), ExportError> {
        writeln!(out, "# Plimsoll run {}\n", report.run.id)?;
        for line in origin(report) {
            writeln!(out, "- {}", escaped(&line))?;
        }
        for sheet in Sheet::all(report) {
            writeln!(out, "\n## {}\n", sheet.workload)?;
            table(out, &sheet)?;
            writeln!(out)?;
            for line in of_workload(report, &sheet.workload) {
                writeln!(out, "- {}", escaped(&line))?;
            }
        }
        for block in blocks(report) {
            writeln!(out, "\n## {}\n", block.heading)?;
            for line in &block.lines {
                writeln!(out, "- {}", escaped(line))?;
            }
        }
        Ok(())
    }
}

/// One workload's table.
pub(crate) fn table(out: &mut dyn Write, sheet: &Sheet) -> Result<(), ExportError> {
    row(out, sheet.columns.iter().map(|column| joined(&column.main, &column.beside)))?;
    row(out, sheet.columns.iter().map(|_| "---".to_owned()))?;
    for Row { entries, .. } in &sheet.rows {
        row(out, entries.iter().map(|Entry { main, beside, .. }| joined(main, beside)))?;
    }
    Ok(())
}

fn row(out: &mut dyn Write, entries: impl Iterator<Item = String>) -> Result<(), ExportError> {
    Ok(writeln!(out, "| {} |", entries.collect::<Vec<_>>().join(" | "))?)
}

fn joined(main: &str, beside: &str) -> String {
    let text =
        if beside.is_empty() { escaped(main) } else { format!("{}<br>{}", escaped(main), escaped(beside)) };
    text.trim().to_owned()
}

/// Text of a stranger must not become markup: no tags, links, emphasis or cells of its own.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '<' => escaped.push_str("&lt;"),
            '|' | '*' | '\\' | '!' | '[' | ']' => escaped.extend(['\\', letter]),
            _ => escaped.push(letter),
        }
    }
    escaped
}
