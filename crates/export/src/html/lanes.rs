//! How lanes are told apart on a page: a symbol, and a class for colours.

use maud::{Markup, html};
use plimsoll_chart::LaneLook;
use plimsoll_chart::spec::Symbol;
use plimsoll_model::Slug;

/// Most lanes with a colour of their own in a page's style: as many as a plan may have.
pub(super) const MOST: usize = 100;

/// The class of a lane; `None` for one that is not among the page's.
pub(super) fn class(lanes: &[LaneLook], lane: &Slug) -> Option<String> {
    let at = lanes.iter().take(MOST).position(|known| known.lane == *lane)?;
    Some(format!("lane-{at}"))
}

/// How a lane looks; `None` for one that is not among the page's.
pub(super) fn look_of<'page>(lanes: &'page [LaneLook], lane: &Slug) -> Option<&'page LaneLook> {
    lanes.iter().find(|known| known.lane == *lane)
}

/// The symbol of a lane, as in every chart.
pub(super) fn mark(look: &LaneLook) -> Markup {
    let path = match look.symbol {
        Symbol::Circle => "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0z",
        Symbol::Square => "M-4.5-4.5h9v9h-9z",
        Symbol::Triangle => "M0-5.8L5.6 4.2h-11.2z",
        Symbol::Wedge => "M0 5.8L5.6-4.2h-11.2z",
        Symbol::Diamond => "M0-6L5.2 0 0 6-5.2 0z",
        Symbol::Cross => "M-1.9-5.6h3.8v3.7h3.7v3.8h-3.7v3.7h-3.8v-3.7h-3.7v-3.8h3.7z",
        Symbol::Star => "M0-6.2L1.6-2.2 5.9-1.9 2.6.8 3.6 5 0 2.7-3.6 5-2.6.8-5.9-1.9-1.6-2.2z",
    };
    html! { svg.mark viewBox="-6.5 -6.5 13 13" aria-hidden="true" { path d=(path) {} } }
}
