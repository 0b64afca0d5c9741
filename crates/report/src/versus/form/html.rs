//! One page: opens without a network, prints, and needs no script to be read.

use std::io::Write;

use maud::{Markup, html};
use plimsoll_chart::LaneLook;
use plimsoll_chart::overlay::overlays;
use plimsoll_model::{Case, RunId, Slug};

use super::VersusForm;
use crate::export::html::figure::{Drawn, MOST_BYTES, side_by_side};
use crate::export::html::judged::how_sure;
use crate::export::html::table::{grid, key};
use crate::export::html::words::{list, more, sentence};
use crate::export::html::{brand, document};
use crate::notes::Block;
use crate::sheet::Tone;
use crate::versus::{Headline, Overview, Versus, VersusSheet};
use crate::{ExportError, Style};

pub(super) struct Html;

/// Most tables with their charts, most workloads with an overview, and most charts of single lanes below a table.
const MOST_TABLES: usize = 24;
const MOST_OVERVIEWS: usize = 40;
const MOST_LANES: usize = 6;

impl VersusForm for Html {
    fn slug(&self) -> &'static str {
        "html"
    }

    fn title(&self) -> &'static str {
        "HTML page"
    }

    fn summary(&self) -> &'static str {
        "one page to read, to show and to print: verdicts, charts of both runs, tables; needs no network"
    }

    fn extension(&self) -> &'static str {
        "html"
    }

    fn write(&self, versus: &Versus<'_>, _: Style, out: &mut dyn Write) -> Result<(), ExportError> {
        Ok(out.write_all(page(versus).into_string().as_bytes())?)
    }
}

fn page(versus: &Versus<'_>) -> Markup {
    let lanes = versus.looks();
    let notes = versus.notes();
    let body = html! {
        (head(versus))
        main {
            (verdict(versus))
            @if versus.news.len() > 1 { (overviews(versus, &lanes)) }
            (tables(versus, &lanes))
            (section("conditions", "Conditions and noise", notes.iter().filter(|block| !block.standing)))
            (section("includes", "What each number includes", notes.iter().filter(|block| block.standing)))
        }
        footer { "Made by Plimsoll " (env!("CARGO_PKG_VERSION")) }
    };
    document(&format!("{} · Plimsoll", versus.title()), &lanes, &body)
}

fn head(versus: &Versus<'_>) -> Markup {
    let host = &versus.base.site.host;
    html! {
        header {
            (brand())
            h1 { (versus.title()) }
            p.origin {
                "base of " (versus.base.started_at.strftime("%-d %B %Y, %H:%M UTC").to_string()) " · "
                (sentence(host.cpu_model.as_deref().unwrap_or("unknown CPU"))) " · " (sentence(&host.arch))
            }
            nav {
                a href="#verdict" { "Verdict" }
                @if versus.news.len() > 1 { a href="#runs" { "Every run" } }
                @for title in shown(versus) { a href={ "#w-" (title) } { (title) } }
                a href="#conditions" { "Conditions and noise" }
                a href="#includes" { "What each number includes" }
            }
        }
    }
}

/// What came out over all; where there are few tables, of each.
fn verdict(versus: &Versus<'_>) -> Markup {
    let sheets = versus.sheets();
    let headline = versus.headline();
    html! {
        section #verdict {
            h2 { "Verdict" }
            div.sentences {
                article {
                    p.verdict { (sentence(&headline.text)) }
                    (badge(&headline))
                }
                @if versus.news.len() == 1 && sheets.len() > 1 {
                    @for sheet in sheets.iter().take(MOST_TABLES) {
                        article { p.beside { (sentence(&sheet.headline.text)) } (badge(&sheet.headline)) }
                    }
                }
            }
        }
    }
}

fn badge(headline: &Headline) -> Markup {
    html! { p.sure { span.badge { (how_sure(headline.sure)) } } }
}

fn overviews(versus: &Versus<'_>, lanes: &[LaneLook]) -> Markup {
    let all = versus.overviews();
    html! {
        section #runs {
            h2 { "Every run" }
            @for overview in all.iter().take(MOST_OVERVIEWS) { (overview_table(overview, lanes)) }
            @if all.len() > MOST_OVERVIEWS { p.more { (more(all.len() - MOST_OVERVIEWS)) " workloads" } }
        }
    }
}

fn overview_table(overview: &Overview, lanes: &[LaneLook]) -> Markup {
    let caption = html! { "Runs of " code { (overview.case.to_string()) } };
    let rows = overview.rows.iter().map(|row| (None, row.entries.as_slice()));
    grid(lanes, &caption, &overview.columns, rows, "they are in the JSON form")
}

/// The pairs that have a table: of many, those in which a difference is called come first.
fn chosen(versus: &Versus<'_>) -> (Vec<VersusSheet>, usize) {
    let sheets = versus.sheets();
    let left = sheets.len().saturating_sub(MOST_TABLES);
    if left == 0 {
        return (sheets, 0);
    }
    let called = |sheet: &&VersusSheet| has_tone(sheet);
    let (first, rest): (Vec<_>, Vec<_>) = sheets.iter().partition(called);
    let kept: Vec<(&Case, &RunId)> =
        first.into_iter().chain(rest).take(MOST_TABLES).map(|sheet| (&sheet.case, &sheet.new)).collect();
    let shown = sheets.iter().filter(|sheet| kept.contains(&(&sheet.case, &sheet.new)));
    (shown.cloned().collect(), left)
}

fn has_tone(sheet: &VersusSheet) -> bool {
    sheet.table.rows.iter().flat_map(|row| &row.entries).any(|entry| entry.tone != Tone::Plain)
}

/// The workloads that have a section.
fn shown(versus: &Versus<'_>) -> Vec<String> {
    let (sheets, _) = chosen(versus);
    let mut titles: Vec<String> = sheets.into_iter().map(|sheet| sheet.case.to_string()).collect();
    titles.dedup();
    titles
}

fn tables(versus: &Versus<'_>, lanes: &[LaneLook]) -> Markup {
    let (sheets, left) = chosen(versus);
    let mut room = MOST_BYTES;
    html! {
        @for of_case in sheets.chunk_by(|a, b| a.case == b.case) {
            @if let Some(first) = of_case.first() {
                section.workload id={ "w-" (first.case.to_string()) } {
                    h2 { (first.case.to_string()) }
                    (key(lanes, &lanes.iter().map(|look| &look.lane).collect::<Vec<_>>()))
                    @for sheet in of_case { (pair(versus, lanes, sheet, &mut room)) }
                }
            }
        }
        @if left > 0 { p.more { (more(left)) " tables: they are in the JSON form" } }
    }
}

fn pair(versus: &Versus<'_>, lanes: &[LaneLook], sheet: &VersusSheet, room: &mut usize) -> Markup {
    let rows = sheet.table.rows.iter().map(|row| (Some(&row.lane), row.entries.as_slice()));
    let caption = html! { (sentence(&sheet.title)) };
    html! {
        p.lead { (sentence(&sheet.headline.text)) }
        (side_by_side(&charts(versus, sheet), room))
        (grid(lanes, &caption, &sheet.table.columns, rows, "they are in the JSON form"))
        (list(&sheet.reasons))
    }
}

/// All lanes together, then each lane whose time is called different, by itself.
fn charts(versus: &Versus<'_>, sheet: &VersusSheet) -> Vec<Drawn> {
    let VersusSheet { case, new, .. } = sheet;
    let mut lanes: Vec<&Slug> = Vec::new();
    for row in &sheet.table.rows {
        let called = row.entries.iter().any(|entry| entry.tone != Tone::Plain);
        if called && !lanes.contains(&&row.lane) {
            lanes.push(&row.lane);
        }
    }
    let of = |lane: Option<&Slug>| {
        let drawn = overlays().iter().filter_map(|chart| {
            let spec = versus.overlay(*chart, case, new, lane)?;
            let title = lane.map_or(chart.title().to_owned(), |lane| format!("{} in {lane}", chart.title()));
            let part = lane.map_or(String::new(), |lane| format!("--{lane}"));
            Some(Drawn { id: format!("{case}--{new}--{}{part}", chart.slug()), title, spec })
        });
        drawn.collect::<Vec<_>>()
    };
    let mut drawn = of(None);
    let of_lanes = lanes.into_iter().take(MOST_LANES).flat_map(|lane| of(Some(lane)));
    drawn.extend(of_lanes.filter(|drawn| drawn.spec.empty.is_none()));
    drawn
}

fn section<'a>(id: &str, heading: &str, blocks: impl Iterator<Item = &'a Block>) -> Markup {
    html! {
        section id=(id) {
            h2 { (heading) }
            @for block in blocks {
                h3 { (block.heading) }
                (list(&block.lines))
            }
        }
    }
}
