//! One page: opens without a network, prints, and needs no script to be read.

mod command;
mod conditions;
mod doubt;
pub(crate) mod figure;
pub(crate) mod judged;
pub(crate) mod lanes;
mod reproduce;
pub(crate) mod style;
mod svg;
pub(crate) mod table;
pub(crate) mod words;

use std::io::Write;

use maud::{DOCTYPE, Markup, PreEscaped, html};
use plimsoll_chart::LaneLook;
use plimsoll_model::{Case, Slug};

use self::style::SCRIPT;
use self::words::{list, more, sentence};
use crate::notes::{blocks, of_case};
use crate::sheet::Sheet;
use crate::{ExportError, Exporter, Report, Style};

pub(super) struct Html;

/// Most workloads with charts and a table, and most that the heading names.
const MOST_WORKLOADS: usize = 40;
const MOST_NAMED: usize = 4;

impl Exporter for Html {
    fn slug(&self) -> &'static str {
        "html"
    }

    fn title(&self) -> &'static str {
        "HTML page"
    }

    fn summary(&self) -> &'static str {
        "one page to read, to show and to print: verdict, charts, tables, conditions; needs no network"
    }

    fn extension(&self) -> &'static str {
        "html"
    }

    fn write(&self, report: &Report<'_>, _: Style, out: &mut dyn Write) -> Result<(), ExportError> {
        Ok(out.write_all(page(report).into_string().as_bytes())?)
    }
}

fn page(report: &Report<'_>) -> Markup {
    let named = named(&report.run.cases());
    let id = report.run.id.as_str();
    let body = html! {
        (head(report, &named))
        main {
            (judged::verdict(report))
            (workloads(report))
            (doubt::doubt(report))
            (conditions::conditions(report))
            (includes(report))
            (reproduce::reproduce(report))
        }
        footer { "Made by Plimsoll " (env!("CARGO_PKG_VERSION")) " from run " (id) }
    };
    let lanes = LaneLook::all(&[report.run]);
    document(&format!("{named} · Plimsoll run {id}"), &lanes, &body)
}

/// A whole page: with the style for these lanes, a policy, and the script.
pub(crate) fn document(title: &str, lanes: &[LaneLook], body: &Markup) -> Markup {
    let style = style::sheet(lanes);
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(style::policy(&style, SCRIPT));
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="generator" content={ "Plimsoll " (env!("CARGO_PKG_VERSION")) };
                title { (title) }
                style { (PreEscaped(&style)) }
            }
            body {
                (body)
                script { (PreEscaped(SCRIPT)) }
            }
        }
    }
}

/// The sign of every page.
pub(crate) fn brand() -> Markup {
    html! {
        p.brand {
            svg.sign viewBox="0 0 32 24" aria-hidden="true" {
                circle cx="16" cy="12" r="9" {}
                path d="M1 12h30" {}
            }
            "Plimsoll"
        }
    }
}

/// The first workloads by name.
fn named(cases: &[&Case]) -> String {
    let names: Vec<String> = cases.iter().take(MOST_NAMED).map(ToString::to_string).collect();
    match (names.as_slice(), cases.len().saturating_sub(MOST_NAMED)) {
        ([], _) => "no workload".to_owned(),
        (names, 0) => names.join(", "),
        (names, rest) => format!("{} {}", names.join(", "), more(rest)),
    }
}

fn head(report: &Report<'_>, named: &str) -> Markup {
    let run = report.run;
    let shown: Vec<String> = run.cases().into_iter().take(MOST_WORKLOADS).map(ToString::to_string).collect();
    html! {
        header {
            (brand())
            h1 { (named) }
            p.origin {
                (run.started_at.strftime("%-d %B %Y, %H:%M UTC").to_string()) " · run " (run.id.as_str()) " · "
                (sentence(run.site.host.cpu_model.as_deref().unwrap_or("unknown CPU"))) " · " (sentence(&run.site.host.arch))
                " · " (run.plan.lanes.len()) " lanes"
            }
            nav {
                a href="#verdict" { "Verdict" }
                @for title in shown { a href={ "#w-" (title) } { (title) } }
                a href="#doubt" { "What to doubt" }
                a href="#conditions" { "Conditions and host" }
                a href="#includes" { "What each number includes" }
                a href="#reproduce" { "How to reproduce it" }
            }
        }
    }
}

/// Charts, table and what belongs to them, workload by workload.
fn workloads(report: &Report<'_>) -> Markup {
    let sheets = Sheet::all(report);
    let mut room = figure::MOST_BYTES;
    html! {
        @for sheet in sheets.iter().take(MOST_WORKLOADS) { (workload(report, sheet, &mut room)) }
        @if sheets.len() > MOST_WORKLOADS {
            p.more { (more(sheets.len() - MOST_WORKLOADS)) " workloads: they are in the CSV export" }
        }
    }
}

fn workload(report: &Report<'_>, sheet: &Sheet, room: &mut usize) -> Markup {
    let record = report.run.workload(&sheet.case);
    let title = sheet.case.to_string();
    let all = LaneLook::all(&[report.run]);
    let mut lanes: Vec<&Slug> = sheet.rows.iter().map(|row| &row.lane).collect();
    lanes.dedup();
    lanes.truncate(lanes::MOST);
    html! {
        section.workload id={ "w-" (title) } {
            h2 { (title) }
            @if let Some(record) = record { p.lead { (sentence(&record.summary)) } }
            (table::key(&all, &lanes))
            (figure::figures(report, &sheet.case, room))
            (table::table(&all, sheet))
            (list(&of_case(report, &sheet.case)))
        }
    }
}

/// What each number includes, and what it does not.
fn includes(report: &Report<'_>) -> Markup {
    html! {
        section #includes {
            h2 { "What each number includes" }
            @for block in blocks(report).iter().filter(|block| block.standing) {
                h3 { (block.heading) }
                (list(&block.lines))
            }
        }
    }
}
