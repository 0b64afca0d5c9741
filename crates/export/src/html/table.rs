//! The table of one workload.

use maud::{Markup, html};
use plimsoll_chart::LaneLook;
use plimsoll_format as format;
use plimsoll_report::{Column, EntryTone, Table, TableEntry, TableRow, more};

use super::lanes::{class, look_of, mark};
use super::words::sentence;

/// Most rows of one table.
const MOST_ROWS: usize = 200;

/// A table, with what its columns include: on hover on a screen, as text in print.
pub(super) fn table(lanes: &[LaneLook], table: &Table) -> Markup {
    let (rows, rest) = table.at_most(MOST_ROWS);
    html! {
        div.scroll {
            table.sheet {
                caption { span { (sentence(&table.caption)) } }
                thead { tr { @for column in &table.columns { (heading(column)) } } }
                tbody { @for shown in rows { (row(lanes, &table.columns, shown)) } }
            }
        }
        @if rest > 0 { p.more { (more(rest)) " rows: " (table.elsewhere) } }
        (help(&table.columns))
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

fn row(lanes: &[LaneLook], columns: &[Column], TableRow { lane, entries, .. }: &TableRow) -> Markup {
    let look = lane.as_ref().and_then(|lane| look_of(lanes, lane));
    html! {
        tr class=[lane.as_ref().and_then(|lane| class(lanes, lane))] {
            @for (at, entry) in entries.iter().enumerate() {
                @if at == 0 {
                    th scope="row" { @if let Some(look) = look { (mark(look)) } (lines(entry)) }
                } @else {
                    td.words[columns.get(at).is_some_and(|column| column.of_words)]
                        .good[entry.tone == EntryTone::Good]
                        .bad[entry.tone == EntryTone::Bad]
                        data-v=[format::number(&entry.main)] { (lines(entry)) }
                }
            }
        }
    }
}

fn lines(TableEntry { main, beside, .. }: &TableEntry) -> Markup {
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
