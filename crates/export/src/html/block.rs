//! One section of a page, block by block.

use maud::{Markup, html};
use plimsoll_chart::LaneLook;
use plimsoll_model::Slug;
use plimsoll_report::Document;
use plimsoll_report::document::{Block, Fact, LaneWords, Remarks, Section, Titled, WordCell, WordTable};

use super::chart::{self, Room};
use super::lanes::{MOST, class, look_of, mark};
use super::words::{list, sentence, text, unbroken};
use super::{judged, table};

pub(super) fn section(document: &Document, section: &Section, room: &mut Room) -> Markup {
    let is_workload = section.workload.is_some();
    html! {
        section.workload[is_workload] id=(section.id) {
            h2 { (section.heading) }
            @if let Some(Block::Lead(lead)) = section.blocks.first().filter(|_| is_workload) {
                p.lead { (sentence(lead)) }
            }
            @if is_workload { (key(&document.lanes, section)) }
            @for alike in section.blocks.chunk_by(side_by_side) {
                @match alike {
                    [Block::Verdict(_), ..] => (judged::all(alike)),
                    [Block::Headline(_), ..] if !is_workload => (judged::all(alike)),
                    [Block::Facts(_), _, ..] => div.pair { @for block in alike { div { (one(document, block, room)) } } },
                    [Block::Lead(_)] if is_workload => {},
                    [Block::Lead(trust)] if section.id == "verdict" => {
                        p.trust { (sentence(trust)) " " a href="#doubt" { "What to doubt" } }
                    },
                    alike => @for block in alike { (one(document, block, room)) },
                }
            }
        }
    }
}

/// Whether one stands beside the other.
fn side_by_side(one: &Block, other: &Block) -> bool {
    matches!(
        (one, other),
        (Block::Facts(_), Block::Facts(_))
            | (Block::Verdict(_) | Block::Headline(_), Block::Verdict(_) | Block::Headline(_))
    )
}

fn one(document: &Document, block: &Block, room: &mut Room) -> Markup {
    let lanes = document.lanes.as_slice();
    html! {
        @match block {
            Block::Verdict(_) => (judged::all(std::slice::from_ref(block))),
            Block::Banner(said) => div.banner role="note" { @for line in &said.of { p { (sentence(line)) } } },
            Block::Headline(said) => p.lead { (sentence(&said.of.big)) " " (sentence(&said.of.below())) },
            Block::Lead(lead) => p { (sentence(lead)) },
            Block::Charts(drawn) => (chart::side_by_side(drawn, room)),
            Block::Table(shown) => (table::table(lanes, shown)),
            Block::Lines(lines) => (list(lines)),
            Block::Remarks(Remarks { heading, lines, .. }) => { h3 { (heading) } (list(lines)) },
            Block::Facts(Titled { heading, of }) => { h3 { (heading) } (facts(of)) },
            Block::Lanes(Titled { heading, of }) => { h3 { (heading) } (words_of(lanes, of)) },
            Block::Listing(shown) => (listing(shown)),
            Block::Command(command) => pre.command { code { (unbroken(command)) } },
            Block::More(more) => p.more { (more) },
        }
    }
}

/// The lanes of a section, to be told apart in its charts; on a screen, one that is pointed at stands out.
fn key(lanes: &[LaneLook], section: &Section) -> Markup {
    let of_tables = section.blocks.iter().filter_map(|block| match block {
        Block::Table(table) => Some(table.rows.iter().filter_map(|row| row.lane.as_ref())),
        _ => None,
    });
    let named: Vec<&Slug> = of_tables.flatten().collect();
    let shown = lanes.iter().filter(|look| named.contains(&&look.lane)).take(MOST);
    html! {
        ul.key aria-label="Lanes" {
            @for look in shown { li class=[class(lanes, &look.lane)] { (mark(look)) (look.lane.as_str()) } }
        }
    }
}

fn facts(facts: &[Fact]) -> Markup {
    html! {
        dl.facts.versions[facts.len() > 20] {
            @for Fact { title, text: told } in facts { div { dt { (text(title)) } dd { (text(told)) } } }
        }
    }
}

fn words_of(lanes: &[LaneLook], words: &[LaneWords]) -> Markup {
    html! {
        dl.lanes {
            @for LaneWords { lane, text } in words {
                div class=[class(lanes, lane)] {
                    dt { @if let Some(look) = look_of(lanes, lane) { (mark(look)) } (lane.as_str()) }
                    dd { (sentence(text)) }
                }
            }
        }
    }
}

fn listing(WordTable { heading, lead, columns, rows, more }: &WordTable) -> Markup {
    html! {
        h3 { (heading) }
        p { (sentence(lead)) }
        @if !rows.is_empty() {
            div.scroll {
                table.plain {
                    thead { tr { @for column in columns { th scope="col" { (column) } } } }
                    tbody {
                        @for row in rows {
                            tr { @for (at, words) in row.iter().enumerate() { (cell(words, at + 1 == row.len())) } }
                        }
                    }
                }
            }
        }
        @if let Some(more) = more { p.more { (more) } }
    }
}

fn cell(words: &WordCell, is_last: bool) -> Markup {
    html! {
        td.why[is_last] {
            (sentence(&words.text))
            @if let Some(below) = &words.below {
                pre { @for line in below.lines() { (text(line)) "\n" } }
            }
        }
    }
}
