//! A document as one page: opens without a network, prints, and needs no script to be read.

mod block;
mod chart;
mod judged;
mod lanes;
mod style;
mod table;
mod words;

use std::io::Write;

use maud::{DOCTYPE, Markup, PreEscaped, html};
use plimsoll_report::document::Section;
use plimsoll_report::versus::Versus;
use plimsoll_report::{Document, Illustrated, Report, more};

use self::chart::Room;
use self::style::SCRIPT;
use self::words::{sentence, unbroken};
use crate::exporter::{About, ExportError, Exporter, Style};
use crate::file::Gives;

pub(crate) struct Html;

/// Most workloads with a section of their own.
const MOST_WORKLOADS: usize = 40;

impl Exporter for Html {
    fn about(&self) -> About {
        About {
            slug: "html",
            title: "HTML page",
            summary: "one page to read, to show and to print: verdict, charts, tables, conditions; needs no network",
            extension: "html",
        }
    }

    fn summary_of_comparison(&self) -> &'static str {
        "one page to read, to show and to print: verdicts, charts of both runs, tables; needs no network"
    }

    fn gives_of_comparison(&self) -> Gives {
        Gives::OneFile
    }

    fn write(&self, report: &Report<'_>, _: Style, out: &mut dyn Write) -> Result<(), ExportError> {
        Ok(out.write_all(page(&report.document(Illustrated::Page)).into_string().as_bytes())?)
    }

    fn write_comparison(
        &self,
        versus: &Versus<'_>,
        _: Style,
        out: &mut dyn Write,
    ) -> Result<(), ExportError> {
        Ok(out.write_all(page(&versus.document(Illustrated::Page)).into_string().as_bytes())?)
    }
}

/// A whole page: with the style for these lanes, a policy, and the script.
fn page(document: &Document) -> Markup {
    let style = style::sheet(&document.lanes, &document.title);
    let title = if document.subject == document.title {
        format!("{} · Plimsoll", document.title)
    } else {
        format!("{} · {}", document.subject, document.title)
    };
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
                (head(document))
                main { (sections(document)) }
                footer { "Made by Plimsoll " (env!("CARGO_PKG_VERSION")) }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    }
}

fn head(document: &Document) -> Markup {
    html! {
        header {
            p.brand {
                svg.sign viewBox="0 0 32 24" aria-hidden="true" {
                    circle cx="16" cy="12" r="9" {}
                    path d="M1 12h30" {}
                }
                "Plimsoll"
            }
            h1 { (unbroken(&document.subject)) }
            p.origin {
                @for (at, part) in document.origin.iter().enumerate() {
                    @if at > 0 { " · " }
                    (sentence(part))
                }
            }
            nav { @for section in shown(document) { a href={ "#" (section.id) } { (section.heading) } } }
        }
    }
}

/// The sections that a page has: of very many workloads the first.
fn shown(document: &Document) -> impl Iterator<Item = &Section> {
    let mut workloads = 0;
    document.sections.iter().filter(move |section| {
        workloads += usize::from(section.workload.is_some());
        section.workload.is_none() || workloads <= MOST_WORKLOADS
    })
}

fn sections(document: &Document) -> Markup {
    let mut room = Room::default();
    let workloads = document.sections.iter().filter(|section| section.workload.is_some()).count();
    let mut shown = shown(document).peekable();
    html! {
        @while let Some(section) = shown.next() {
            (block::section(document, section, &mut room))
            @let last = section.workload.is_some() && shown.peek().is_none_or(|next| next.workload.is_none());
            @if last && workloads > MOST_WORKLOADS {
                p.more { (more(workloads - MOST_WORKLOADS)) " workloads: they are in the CSV export" }
            }
        }
    }
}
