//! What a chart has around its series.

use super::brief::{brief, lines};
use super::rows::{Row, failures, unprepared};
use super::spec::{Axis, Key, LaneLook, Scale, Series};
use super::{Chart, ChartSpec, Layers};

/// Begins the name of a chart that lays a run over another.
pub(super) const OVER: &str = "overlay-";

/// Lines of text that a row takes with one line of words.
const LOW_LINES: f64 = 2.0;

/// A chart's parts that are made alike everywhere.
pub(super) struct Frame {
    slug: String,
    title: String,
    includes: String,
    /// By which figure lanes stand in their order, the lowest first.
    order: &'static str,
    /// Whether every lane is shown at once, however many there are.
    is_whole: bool,
}

impl Frame {
    /// What this chart says about itself, with what its numbers include and the figure by which its lanes are sorted.
    pub(super) fn of(chart: &impl Chart, layers: &Layers<'_>, includes: &str, order: &'static str) -> Self {
        let over = if layers.base.is_some() { OVER } else { "" };
        let lane = layers.lane.map_or(String::new(), |lane| format!(" in {lane}"));
        Self {
            slug: format!("{over}{}", chart.slug()),
            title: format!("{} · {}{lane}", chart.title(), layers.new.case),
            includes: includes.to_owned(),
            order,
            is_whole: false,
        }
    }

    /// The same with every lane at once, in low rows: what is said of one names its neighbours.
    pub(super) fn whole(self) -> Self {
        Self { is_whole: true, ..self }
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
        let Self { slug, title, includes, order, is_whole } = self;
        let mut lanes: Vec<LaneLook> = Vec::new();
        for row in rows {
            if lanes.iter().all(|known| known.lane != *row.lane) {
                lanes.push(row.look.clone());
            }
        }
        let notes = [unprepared(rows), notes, failures(rows)].concat();
        let lines = if is_whole { rows.len() as f64 * LOW_LINES } else { lines(&y, &series) };
        let includes = match lanes.len() {
            0 | 1 => includes,
            _ => format!("{includes} Lanes are sorted by {order}, the lowest first."),
        };
        let spec = ChartSpec {
            slug,
            title,
            includes,
            x,
            y,
            lanes,
            legend,
            series,
            notes,
            empty: None,
            lines,
            brief: None,
        };
        ChartSpec { brief: if is_whole { None } else { brief(&spec, rows, order) }, ..spec }
    }

    /// A chart with nothing to draw, and why.
    pub(super) fn nothing(self, rows: &[Row<'_>], why: String) -> ChartSpec {
        let axis = || Axis::over(String::new(), Scale::Linear, [0.0, 1.0], Vec::new());
        let spec = self.chart(rows, [axis(), axis()], Vec::new(), Vec::new(), Vec::new());
        ChartSpec { lanes: Vec::new(), empty: Some(why), brief: None, ..spec }
    }
}
