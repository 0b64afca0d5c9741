//! What a chart has around its series.

use super::rows::{Row, failures, unprepared};
use super::spec::{Axis, Key, LaneLook, Scale, Series};
use super::{Chart, ChartSpec, Layers};

/// Begins the name of a chart that lays a run over another.
pub(super) const OVER: &str = "overlay-";

/// A chart's parts that are made alike everywhere.
pub(super) struct Frame {
    slug: String,
    title: String,
    includes: String,
}

impl Frame {
    /// What this chart says about itself, with what its numbers include.
    pub(super) fn of(chart: &impl Chart, layers: &Layers<'_>, includes: &str) -> Self {
        let over = if layers.base.is_some() { OVER } else { "" };
        let lane = layers.lane.map_or(String::new(), |lane| format!(" in {lane}"));
        Self {
            slug: format!("{over}{}", chart.slug()),
            title: format!("{} · {}{lane}", chart.title(), layers.new.case),
            includes: includes.to_owned(),
        }
    }

    /// A chart of these rows. It says what could not be prepared, then these notes, then what failed.
    pub(super) fn chart(
        self,
        rows: &[Row<'_>],
        [x, y]: [Axis; 2],
        series: Vec<Series>,
        legend: Vec<Key>,
        notes: Vec<String>,
    ) -> ChartSpec {
        let Self { slug, title, includes } = self;
        let mut lanes: Vec<LaneLook> = Vec::new();
        for row in rows {
            if lanes.iter().all(|known| known.lane != *row.lane) {
                lanes.push(row.look.clone());
            }
        }
        let notes = [unprepared(rows), notes, failures(rows)].concat();
        ChartSpec { slug, title, includes, x, y, lanes, legend, series, notes, empty: None }
    }

    /// A chart with nothing to draw, and why.
    pub(super) fn nothing(self, rows: &[Row<'_>], why: String) -> ChartSpec {
        let axis =
            || Axis { title: String::new(), scale: Scale::Linear, min: 0.0, max: 1.0, ticks: Vec::new() };
        let spec = self.chart(rows, [axis(), axis()], Vec::new(), Vec::new(), Vec::new());
        ChartSpec { lanes: Vec::new(), empty: Some(why), ..spec }
    }
}
