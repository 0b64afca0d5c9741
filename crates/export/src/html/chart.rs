//! Charts side by side.

use maud::{Markup, PreEscaped, html};
use plimsoll_chart::{ChartSpec, draw_bare, overlays};
use plimsoll_report::document::Illustration;

use super::words::{list, sentence};

/// All charts of a page together in bytes: a page that can't be opened shows nothing. Charts beyond it are named.
const MOST_BYTES: usize = 2_500_000;

/// How many bytes there are left for charts.
pub(super) struct Room(usize);

impl Default for Room {
    fn default() -> Self {
        Self(MOST_BYTES)
    }
}

/// Charts with what they say in common below them.
pub(super) fn side_by_side(drawn: &[Illustration], room: &mut Room) -> Markup {
    let shared = shared_notes(drawn);
    html! {
        div.charts { @for chart in drawn { (figure(chart, &shared, room)) } }
        @if !shared.is_empty() {
            div.note { p { "For all these charts:" } (list(&shared)) }
        }
    }
}

/// What more than one of the charts would say.
fn shared_notes(drawn: &[Illustration]) -> Vec<String> {
    let mut shared: Vec<String> = Vec::new();
    for (at, Illustration { spec, .. }) in drawn.iter().enumerate() {
        let later = drawn.get(at + 1..).unwrap_or_default();
        let again = |note: &&String| later.iter().any(|other| other.spec.notes.contains(note));
        let found = spec.notes.iter().filter(again).filter(|note| !shared.contains(note));
        let found: Vec<String> = found.cloned().collect();
        shared.extend(found);
    }
    shared
}

fn figure(Illustration { id, title, spec, .. }: &Illustration, shared: &[String], room: &mut Room) -> Markup {
    let first = spec.brief.as_deref().unwrap_or(spec);
    let own: Vec<String> = first.notes.iter().filter(|note| !shared.contains(note)).cloned().collect();
    html! {
        figure.chart.none[spec.empty.is_some()].printed[is_printed(spec)] {
            figcaption {
                h3 id=(id) { (title) }
                p { (sentence(&spec.includes)) }
            }
            @match &spec.empty {
                Some(why) => p.nothing { (sentence(why)) },
                None => (drawings(spec, id, room)),
            }
            (list(&own))
        }
    }
}

/// Whether it is on paper too: what a table of figures can't tell, a distribution that can be laid over another.
fn is_printed(spec: &ChartSpec) -> bool {
    spec.empty.is_none() && overlays().any(|chart| chart.slug() == spec.slug)
}

/// All lanes, or a few of them with all to be opened.
fn drawings(spec: &ChartSpec, id: &str, room: &mut Room) -> Markup {
    let Some(few) = &spec.brief else { return drawing(spec, id, room) };
    let all = format!("Show all {} lanes", spec.lanes.len());
    html! {
        (drawing(few, id, room))
        details.all { summary { (all) } (drawing(spec, id, room)) }
    }
}

fn drawing(spec: &ChartSpec, id: &str, room: &mut Room) -> Markup {
    match (room.0 > 0).then(|| draw_bare(spec, id)) {
        Some(svg) if svg.len() <= room.0 => {
            room.0 -= svg.len();
            html! { div.drawing { (PreEscaped(svg)) } }
        }
        _ => {
            room.0 = 0;
            html! { p.nothing { "Left out, so that this page stays small enough to open: every chart can be had as a file of its own." } }
        }
    }
}
