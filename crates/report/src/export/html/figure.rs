//! The charts of one workload.

use maud::{Markup, PreEscaped, html};
use plimsoll_chart::{ChartSpec, charts};
use plimsoll_model::Case;

use super::svg;
use super::words::{list, sentence};
use crate::Report;

/// All charts of a page together in bytes: a page that can't be opened shows nothing. Charts beyond it are named.
pub(crate) const MOST_BYTES: usize = 2_500_000;

/// The charts of one workload; `room` is how many bytes there are left for charts.
pub(super) fn figures(report: &Report<'_>, case: &Case, room: &mut usize) -> Markup {
    let drawn: Vec<Drawn> = charts()
        .iter()
        .map(|chart| Drawn {
            id: format!("{case}--{}", chart.slug()),
            title: chart.title().to_owned(),
            spec: chart.spec(report.run, case),
        })
        .collect();
    side_by_side(&drawn, room)
}

/// A chart on a page.
pub(crate) struct Drawn {
    /// Its heading's name, once on the page.
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) spec: ChartSpec,
}

/// Charts with what they say in common below them.
pub(crate) fn side_by_side(drawn: &[Drawn], room: &mut usize) -> Markup {
    let shared = shared_notes(drawn);
    html! {
        div.charts { @for chart in drawn { (figure(chart, &shared, room)) } }
        @if !shared.is_empty() {
            div.note { p { "For all these charts:" } (list(&shared)) }
        }
    }
}

/// What more than one of the charts would say.
fn shared_notes(drawn: &[Drawn]) -> Vec<String> {
    let mut shared: Vec<String> = Vec::new();
    for (at, Drawn { spec, .. }) in drawn.iter().enumerate() {
        let later = drawn.get(at + 1..).unwrap_or_default();
        let again = |note: &&String| later.iter().any(|other| other.spec.notes.contains(note));
        let found = spec.notes.iter().filter(again).filter(|note| !shared.contains(note));
        let found: Vec<String> = found.cloned().collect();
        shared.extend(found);
    }
    shared
}

fn figure(Drawn { id, title, spec }: &Drawn, shared: &[String], room: &mut usize) -> Markup {
    let own: Vec<String> = spec.notes.iter().filter(|note| !shared.contains(note)).cloned().collect();
    html! {
        figure.chart.none[spec.empty.is_some()] {
            figcaption {
                h3 id=(id) { (title) }
                p { (sentence(&spec.includes)) }
            }
            @match &spec.empty {
                Some(why) => p.nothing { (sentence(why)) },
                None => (drawing(spec, id, room)),
            }
            (list(&own))
        }
    }
}

fn drawing(spec: &ChartSpec, id: &str, room: &mut usize) -> Markup {
    let drawn = if *room == 0 { Ok(None) } else { svg::draw(spec, id).map(Some) };
    match drawn {
        Ok(Some(svg)) if svg.len() <= *room => {
            *room -= svg.len();
            html! { div.drawing { (PreEscaped(svg)) } }
        }
        Ok(_) => {
            *room = 0;
            html! { p.nothing { "Left out, so that this page stays small enough to open: every chart can be had as a file of its own." } }
        }
        Err(error) => html! { p.nothing { (sentence(&error.to_string())) } },
    }
}
