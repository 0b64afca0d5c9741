//! The table of one workload.

use maud::{Markup, html};
use plimsoll_chart::LaneLook;
use plimsoll_format as format;
use plimsoll_model::Slug;

use super::lanes::{class, mark};
use super::words::{more, sentence};
use crate::sheet::{Column, Entry, Sheet, Tone};

/// Most rows of one table.
const MOST_ROWS: usize = 200;

/// A sheet, with what its columns include: on hover on a screen, as text in print.
pub(crate) fn table(lanes: &[LaneLook], sheet: &Sheet) -> Markup {
    let caption = html! { "Every lane of " code { (sheet.case.to_string()) } };
    let rows = sheet.rows.iter().map(|row| (Some(&row.lane), row.entries.as_slice()));
    grid(lanes, &caption, &sheet.columns, rows, "they are in the CSV export")
}

/// A table whose rows are of a lane or of none; where there are too many of them, `elsewhere` says where they are.
pub(crate) fn grid<'a>(
    lanes: &[LaneLook],
    caption: &Markup,
    columns: &[Column],
    rows: impl ExactSizeIterator<Item = (Option<&'a Slug>, &'a [Entry])>,
    elsewhere: &str,
) -> Markup {
    let rest = rows.len().saturating_sub(MOST_ROWS);
    html! {
        div.scroll {
            table.sheet {
                caption { (caption) }
                thead { tr { @for column in columns { (heading(column)) } } }
                tbody { @for (lane, entries) in rows.take(MOST_ROWS) { (row(lanes, lane, columns, entries)) } }
            }
        }
        @if rest > 0 { p.more { (more(rest)) " rows: " (elsewhere) } }
        (help(columns))
    }
}

/// What the columns include, as text for print.
fn help(columns: &[Column]) -> Markup {
    html! {
        dl.columns {
            @for (names, help) in explained(columns) {
                div { dt { (names) } dd { (sentence(help)) } }
            }
        }
    }
}

fn heading(column: &Column) -> Markup {
    html! {
        th.words[column.of_words] scope="col" {
            span.label { span.main { (column.main) } span.beside { (column.beside) } }
            @if !column.help.is_empty() {
                span.tip role="note" { (sentence(&column.help)) }
            }
        }
    }
}

fn row(lanes: &[LaneLook], lane: Option<&Slug>, columns: &[Column], entries: &[Entry]) -> Markup {
    html! {
        tr class=[lane.and_then(|lane| class(lanes, lane))] {
            @for (at, entry) in entries.iter().enumerate() {
                @if at == 0 {
                    th scope="row" { @if let Some(lane) = lane { (mark(lanes, lane)) } (lines(entry)) }
                } @else {
                    td.words[columns.get(at).is_some_and(|column| column.of_words)]
                        .good[entry.tone == Tone::Good]
                        .bad[entry.tone == Tone::Bad]
                        data-v=[format::number(&entry.main)] { (lines(entry)) }
                }
            }
        }
    }
}

fn lines(Entry { main, beside, .. }: &Entry) -> Markup {
    html! { span.main { (main) } @if !beside.is_empty() { span.beside { (beside) } } }
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
pub(crate) fn key(all: &[LaneLook], lanes: &[&Slug]) -> Markup {
    html! {
        ul.key aria-label="Lanes" {
            @for lane in lanes { li class=[class(all, lane)] { (mark(all, lane)) (lane.as_str()) } }
        }
    }
}
