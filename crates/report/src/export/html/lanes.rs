//! How lanes are told apart on a page: a symbol, and a class for colours.

use maud::{Markup, html};
use plimsoll_model::Slug;

use crate::Report;
use crate::chart::lane_symbol;
use crate::chart::spec::Symbol;

/// Most lanes with a colour of their own in a page's style: as many as a plan may have.
pub(super) const MOST: usize = 100;

/// The class of a lane; `None` for one that the plan does not name.
pub(super) fn class(report: &Report<'_>, lane: &Slug) -> Option<String> {
    let at = report.run.plan.lanes.iter().take(MOST).position(|known| known == lane)?;
    Some(format!("lane-{at}"))
}

/// The symbol of a lane, as in every chart.
pub(super) fn mark(lane: &Slug) -> Markup {
    let symbol = match lane_symbol(lane) {
        Symbol::Circle => "●",
        Symbol::Square => "■",
        Symbol::Triangle => "▲",
        Symbol::Wedge => "▼",
        Symbol::Diamond => "◆",
    };
    html! { span.mark aria-hidden="true" { (symbol) } }
}
