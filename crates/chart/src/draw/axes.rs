//! Axes with their words, and where they lie.

use plimsoll_format::plain;

use super::super::spec::{AxisPart, ChartSpec, Mark, Scale, Tick};
use super::canvas::{Anchor, Canvas, Text};
use super::letters;
use super::marks::Plot;
use super::pattern::Rect;
use super::shapes;
use super::sizes::{BEFORE_LABEL, BODY, MARGIN, SMALL, em_in};
use super::text::cut;

/// Least height of a plot.
const LEAST: f64 = 44.0;
/// Largest share of the width that words on the left take, and least share that is left for a plot beside words on its
/// right.
const MOST_WORDS: f64 = 0.32;
const LEAST_PLOT: f64 = 0.5;
/// Between two words on a horizontal axis.
const APART: f64 = 10.0;
/// Between the words of a row and the axis: its symbol.
const SYMBOL: f64 = 24.0;

/// How high what stands below a plot is.
pub(super) fn below(spec: &ChartSpec) -> f64 {
    let is_titled = !spec.x.title.is_empty() || !spec.x.parts.is_empty();
    BODY * 2.0 + if is_titled { BODY * 1.6 } else { 0.0 }
}

/// Where the axes lie inside this rectangle, so that every word beside them has room.
pub(super) fn plot(spec: &ChartSpec, outer: Rect) -> Plot {
    let symbols = if spec.y.scale == Scale::Category { SYMBOL - 10.0 } else { 0.0 };
    let widest = spec.y.ticks.iter().map(|tick| letters::width(&plain(&tick.label), BODY, false));
    let words = widest.fold(0.0, f64::max).min((outer.right - outer.left) * MOST_WORDS);
    let title = if spec.y.title.is_empty() { 0.0 } else { BODY * 1.8 };
    let rect = Rect {
        left: outer.left + title + words + symbols + 10.0,
        top: outer.top + 4.0,
        right: outer.right,
        bottom: (outer.bottom - below(spec)).max(outer.top + LEAST),
    };
    let rect = Rect { right: right(spec, rect), ..rect };
    Plot {
        rect,
        x: [spec.x.min, spec.x.max],
        y: [spec.y.min, spec.y.max],
        line: (rect.bottom - rect.top) / spec.lines.max(1.0),
    }
}

/// Where the plot ends so that the words behind its marks end in the picture.
fn right(spec: &ChartSpec, Rect { left, right, .. }: Rect) -> f64 {
    let least = left + (right - left) * LEAST_PLOT;
    let worded = spec.series.iter().filter(|series| matches!(series.mark, Mark::Labels | Mark::Captions));
    let points = worded.flat_map(|series| series.points.iter().map(|point| (series.mark, point)));
    let end = |(mark, point): (Mark, &super::super::spec::Point)| {
        let wide = letters::width(&plain(&point.label), SMALL, mark == Mark::Labels) + BEFORE_LABEL;
        let along = (point.x - spec.x.min) / (spec.x.max - spec.x.min);
        if along > 0.01 { left + (right - left - wide) / along } else { right }
    };
    let unbound = points.filter(|(_, point)| point.x2.is_none());
    unbound.map(end).filter(|end| end.is_finite()).fold(right, f64::min).max(least)
}

/// Lines at the ticks that have words.
pub(super) fn grid(canvas: &mut Canvas, spec: &ChartSpec, plot: &Plot) {
    let (colour, rect) = (canvas.ground.grid, plot.rect);
    for tick in spec.x.ticks.iter().filter(|tick| !tick.label.is_empty()) {
        let (x, _) = plot.pixel(tick.at, plot.y[0]);
        canvas.line(&[(x, rect.top), (x, rect.bottom)], colour, 1.0);
    }
    for tick in spec.y.ticks.iter().filter(|tick| !tick.label.is_empty()) {
        let at = if spec.y.scale == Scale::Category { tick.at - 0.5 } else { tick.at };
        let (_, y) = plot.pixel(plot.x[0], at);
        canvas.line(&[(rect.left, y), (rect.right, y)], colour, 1.0);
    }
}

/// The axes' lines, marks and words.
pub(super) fn draw(canvas: &mut Canvas, spec: &ChartSpec, plot: &Plot) {
    let (ink, rect) = (canvas.ground.muted, plot.rect);
    let whole = AxisPart { title: spec.x.title.clone(), from: spec.x.min, to: spec.x.max };
    let parts = if spec.x.parts.is_empty() { std::slice::from_ref(&whole) } else { &spec.x.parts };
    for part in parts {
        let [left, right] = [part.from, part.to].map(|at| plot.pixel(at, plot.y[0]).0);
        canvas.line(&[(left, rect.bottom), (right, rect.bottom)], ink, 1.2);
        // The title of an axis alone may be longer than the axis.
        let room = if spec.x.parts.is_empty() { right - MARGIN } else { right - left };
        let title = cut(&part.title, BODY, false, room);
        canvas.write(&title, canvas.muted(BODY).to(Anchor::End), (right, rect.bottom + BODY * 2.8));
    }
    along(canvas, spec, plot);
    up(canvas, spec, plot);
    let title = cut(&spec.y.title, BODY, false, rect.bottom - rect.top);
    let upright = Text { upright: true, ..canvas.muted(BODY).to(Anchor::Middle) };
    canvas.write(&title, upright, (MARGIN + BODY * 0.5, f64::midpoint(rect.top, rect.bottom)));
}

/// The words below the plot: those that would touch the ones before are left out.
fn along(canvas: &mut Canvas, spec: &ChartSpec, plot: &Plot) {
    let (ink, rect) = (canvas.ground.muted, plot.rect);
    let edge = canvas.width - MARGIN * 0.5;
    let mut free = MARGIN * 0.5;
    for tick in &spec.x.ticks {
        let (x, _) = plot.pixel(tick.at, plot.y[0]);
        let long = if tick.label.is_empty() { 3.0 } else { 6.0 };
        canvas.line(&[(x, rect.bottom), (x, rect.bottom + long)], ink, 1.0);
        let half = letters::width(&plain(&tick.label), BODY, false) / 2.0;
        let at = x.min(edge - half);
        if tick.label.is_empty() || at - half < free {
            continue;
        }
        free = at + half + APART;
        canvas.write(&tick.label, canvas.ink(BODY).to(Anchor::Middle), (at, rect.bottom + BODY * 1.25));
    }
}

/// The words on the left: those of rows with the lane's symbol.
fn up(canvas: &mut Canvas, spec: &ChartSpec, plot: &Plot) {
    let (left, ink) = (plot.rect.left, canvas.ground.muted);
    let is_rows = spec.y.scale == Scale::Category;
    let high = (plot.rect.bottom - plot.rect.top) / (spec.y.max - spec.y.min);
    let Some(em) = (if is_rows { em_in(high * 0.9, BODY) } else { Some(BODY) }) else { return };
    let words = canvas.ink(em).to(Anchor::End);
    let mut free = f64::INFINITY;
    for tick in &spec.y.ticks {
        let (_, y) = plot.pixel(plot.x[0], tick.at);
        if is_rows {
            row(canvas, spec, tick, words, (left, y));
            continue;
        }
        let long = if tick.label.is_empty() { 3.0 } else { 6.0 };
        canvas.line(&[(left - long, y), (left, y)], ink, 1.0);
        if !tick.label.is_empty() && y + BODY * 0.6 < free {
            free = y - BODY * 0.6;
            canvas.write(&cut(&tick.label, BODY, false, left - MARGIN), words, (left - 9.0, y));
        }
    }
}

fn row(canvas: &mut Canvas, spec: &ChartSpec, tick: &Tick, words: Text, (left, y): (f64, f64)) {
    if let Some(look) = spec.look(tick.lane.as_ref()) {
        let colour = look.colour(canvas.theme).unwrap_or(canvas.ground.muted);
        shapes::symbol(canvas, look.symbol, (left - 13.0, y), 4.8, colour, false);
    }
    let room = left - SYMBOL - MARGIN + 1.0;
    canvas.write(&cut(&tick.label, words.em, false, room), words, (left - SYMBOL, y));
}
