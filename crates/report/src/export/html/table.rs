//! The table of one workload.

use maud::{Markup, html};
use plimsoll_model::Slug;

use super::lanes::{class, mark};
use super::words::{more, sentence};
use crate::Report;
use crate::format;
use crate::sheet::{Column, Entry, Row, Sheet, Tone};

/// Most rows of one table.
const MOST_ROWS: usize = 200;

/// A sheet, with what its columns include: on hover on a screen, as text in print.
pub(super) fn table(report: &Report<'_>, sheet: &Sheet) -> Markup {
    let rest = sheet.rows.len().saturating_sub(MOST_ROWS);
    html! {
        div.scroll {
            table.sheet {
                caption { "Every lane of " code { (sheet.workload.as_str()) } }
                thead { tr { @for column in &sheet.columns { (heading(column)) } } }
                tbody { @for found in sheet.rows.iter().take(MOST_ROWS) { (row(report, found)) } }
            }
        }
        @if rest > 0 { p.more { (more(rest)) " rows: they are in the CSV export" } }
        dl.columns {
            @for (names, help) in explained(&sheet.columns) {
                div { dt { (names) } dd { (sentence(help)) } }
            }
        }
    }
}

fn heading(column: &Column) -> Markup {
    html! {
        th scope="col" {
            span.label { span.main { (column.main) } span.beside { (column.beside) } }
            @if !column.help.is_empty() {
                span.tip role="note" { (sentence(&column.help)) }
            }
        }
    }
}

fn row(report: &Report<'_>, row: &Row) -> Markup {
    html! {
        tr class=[class(report, &row.lane)] {
            @for (at, entry) in row.entries.iter().enumerate() {
                @if at == 0 {
                    th scope="row" { (mark(&row.lane)) (lines(entry)) }
                } @else {
                    td class=[tone(entry.tone)] data-v=[format::number(&entry.main)] { (lines(entry)) }
                }
            }
        }
    }
}

fn lines(Entry { main, beside, .. }: &Entry) -> Markup {
    html! { span.main { (main) } @if !beside.is_empty() { span.beside { (beside) } } }
}

const fn tone(tone: Tone) -> Option<&'static str> {
    match tone {
        Tone::Plain => None,
        Tone::Good => Some("good"),
        Tone::Bad => Some("bad"),
    }
}

/// What columns include, those that include the same together.
fn explained(columns: &[Column]) -> Vec<(String, &str)> {
    let mut found: Vec<(String, &str)> = Vec::new();
    for column in columns.iter().filter(|column| !column.help.is_empty()) {
        match found.iter_mut().find(|(_, help)| *help == column.help) {
            Some((names, _)) => names.extend([", ", &column.main]),
            None => found.push((column.main.clone(), &column.help)),
        }
    }
    found
}

/// The lanes of a page, to be told apart in its charts; on a screen, one that is pointed at stands out.
pub(super) fn key(report: &Report<'_>, lanes: &[&Slug]) -> Markup {
    html! {
        ul.key aria-label="Lanes" {
            @for lane in lanes { li class=[class(report, lane)] { (mark(lane)) (lane.as_str()) } }
        }
    }
}
