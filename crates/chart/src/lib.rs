//! Charts of a run: one file and one line of the list for each.
//!
//! A chart turns a run into a [`ChartSpec`], which the screen's one chart component and the drawing here
//! show alike. It takes the run alone, without any bootstrap, so that it can be made anew after every trial.

mod axis;
mod beside;
mod brief;
mod distribution;
mod draw;
mod ecdf;
mod frame;
mod ladder;
mod latency;
mod layers;
mod looks;
mod memory;
mod palette;
mod rows;
mod size;
pub mod spec;
mod thin;
mod waterfall;

use plimsoll_model::{Case, Run};

pub use draw::{ChartError, PlacedWords, draw_bare, draw_png, draw_svg, size_of, words_of};
pub use layers::{Layer, Layers};
pub use palette::{Theme, ground_colours};
pub use spec::{ChartSpec, LaneLook};
pub use thin::MOST_POINTS;

/// What a chart says about itself.
#[derive(Clone, Copy, Debug)]
pub struct About<'chart> {
    /// Stable name, e.g. `waterfall`.
    pub slug: &'chart str,
    /// What it shows, in a few words: the menu's text.
    pub title: &'chart str,
    /// Whether a run can be laid over another in it.
    pub lays_over: bool,
}

/// One kind of chart.
pub trait Chart: Sync {
    /// What it says about itself.
    fn about(&self) -> About<'_>;

    /// The chart of one run, or of two laid over each other where it [lays over](About::lays_over).
    fn of(&self, layers: &Layers<'_>) -> ChartSpec;

    /// Its stable name.
    fn slug(&self) -> &str {
        self.about().slug
    }

    /// What it shows.
    fn title(&self) -> &str {
        self.about().title
    }

    /// Whether it can ever show something of this: what is never loaded has no latencies.
    fn suits(&self, _run: &Run, _case: &Case) -> bool {
        true
    }

    /// The chart of one workload of a run, which may still go on.
    fn spec(&self, run: &Run, case: &Case) -> ChartSpec {
        self.of(&Layers { base: None, new: Layer { run, case, name: "" }, lane: None, looks: None })
    }
}

impl Chart for &dyn Chart {
    fn about(&self) -> About<'_> {
        (**self).about()
    }

    fn of(&self, layers: &Layers<'_>) -> ChartSpec {
        (**self).of(layers)
    }

    fn suits(&self, run: &Run, case: &Case) -> bool {
        (**self).suits(run, case)
    }
}

/// Every chart of a run, in the order in which they are read: those that every run has, then one for each other metric
/// that asks for it.
#[must_use]
pub fn charts_of(run: &Run) -> Vec<Box<dyn Chart + '_>> {
    let own = charts().iter().map(|chart| Box::new(*chart) as Box<dyn Chart>);
    own.chain(distribution::asked_for(run).map(|chart| Box::new(chart) as Box<dyn Chart>)).collect()
}

/// The charts that every run has.
#[must_use]
pub fn charts() -> &'static [&'static dyn Chart] {
    &[
        &ladder::Ladder,
        &waterfall::Waterfall,
        &distribution::Distribution::COLD_START,
        &ecdf::Ecdf,
        &latency::Latency,
        &memory::Memory,
        &size::Size,
    ]
}

/// The chart of a run that has this name.
#[must_use]
pub fn chart<'run>(run: &'run Run, slug: &str) -> Option<Box<dyn Chart + 'run>> {
    charts_of(run).into_iter().find(|found| found.slug() == slug)
}

/// The charts that lay a run over another, in the order in which they are read.
pub fn overlays() -> impl Iterator<Item = &'static dyn Chart> {
    charts().iter().copied().filter(|chart| chart.about().lays_over)
}

/// The one whose charts of two runs have this name, e.g. `overlay-ecdf`.
#[must_use]
pub fn overlay(slug: &str) -> Option<&'static dyn Chart> {
    let slug = slug.strip_prefix(frame::OVER)?;
    overlays().find(|found| found.slug() == slug)
}
