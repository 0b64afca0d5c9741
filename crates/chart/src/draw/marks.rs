//! Series inside the axes.

use plimsoll_format::plain;

use super::super::palette::Rgb;
use super::super::spec::{ChartSpec, Fill, Mark, Point, Series, Symbol};
use super::canvas::{Canvas, Pixel, Text};
use super::letters;
use super::pattern::{self, Rect};
use super::shapes;
use super::sizes::{BEFORE_LABEL, FAINT, MARGIN, SMALL, THIN, WIDE, em_in};
use super::text::cut;

/// Radius of a flag that stands by itself.
const FLAG: f64 = 4.2;

/// Where the axes lie on the canvas: the one place where positions become pixels.
pub(super) struct Plot {
    pub(super) rect: Rect,
    pub(super) x: [f64; 2],
    pub(super) y: [f64; 2],
    /// How high a line of text may be.
    pub(super) line: f64,
}

impl Plot {
    /// The pixel of a position; what lies outside the axes stands at their edge.
    pub(super) fn pixel(&self, x: f64, y: f64) -> Pixel {
        let share = |value: f64, [min, max]: [f64; 2]| ((value - min) / (max - min)).clamp(0.0, 1.0);
        let Rect { left, top, right, bottom } = self.rect;
        (left + share(x, self.x) * (right - left), bottom - share(y, self.y) * (bottom - top))
    }
}

/// Draws every series.
pub(super) fn draw(canvas: &mut Canvas, spec: &ChartSpec, plot: &Plot) {
    let mut flags = Vec::new();
    for series in &spec.series {
        let look = spec.look(series.lane.as_ref());
        let colour = look.and_then(|look| look.colour(canvas.theme)).unwrap_or(canvas.ground.ink);
        match series.mark {
            Mark::Line => line(canvas, series, plot, colour, false),
            Mark::Step => line(canvas, series, plot, colour, true),
            Mark::Points => {
                let symbol = look.map_or(Symbol::Circle, |look| look.symbol);
                points(canvas, series, plot, (colour, symbol), &mut flags);
            }
            Mark::Dots => dots(canvas, series, plot, colour),
            Mark::Spans => spans(canvas, series, plot, colour),
            Mark::Boxes => boxes(canvas, series, plot, colour),
            Mark::Labels => labels(canvas, series, plot, true),
            Mark::Captions => labels(canvas, series, plot, false),
        }
    }
}

fn line(canvas: &mut Canvas, series: &Series, plot: &Plot, colour: Rgb, steps: bool) {
    let mut path: Vec<Pixel> = Vec::new();
    for point in &series.points {
        let (x, y) = plot.pixel(point.x, point.y);
        if let (true, Some((_, before))) = (steps, path.last().copied()) {
            path.push((x, before));
        }
        path.push((x, y));
    }
    if path.len() < 2 {
        return;
    }
    let (alpha, width) = if series.fill == Fill::Open { (FAINT, THIN) } else { (1.0, WIDE) };
    canvas.stroked(&path, (colour, alpha), width, series.stroke);
}

/// Points; a flag that would lie on one drawn before stands to the left of it, so that every lane's can be seen.
fn points(
    canvas: &mut Canvas,
    series: &Series,
    plot: &Plot,
    (colour, symbol): (Rgb, Symbol),
    flags: &mut Vec<Pixel>,
) {
    for point in &series.points {
        let at = plot.pixel(point.x, point.y);
        match point.flag {
            Some(flag) => {
                let at = free(at, flags);
                flags.push(at);
                shapes::flag(canvas, flag, at, FLAG, colour);
            }
            None => shapes::symbol(canvas, symbol, at, 4.4, colour, series.fill == Fill::Open),
        }
    }
}

/// The first place from here to the left where no flag of these is touched.
fn free((mut x, y): Pixel, flags: &[Pixel]) -> Pixel {
    let apart = FLAG * 2.6;
    for _ in flags {
        let touched = |(other, above): &&Pixel| (x - other).hypot(y - above) < apart;
        let Some((other, above)) = flags.iter().find(touched) else { break };
        x = other - (apart * apart - (y - above).powi(2)).sqrt();
    }
    (x, y)
}

fn dots(canvas: &mut Canvas, series: &Series, plot: &Plot, colour: Rgb) {
    let alpha = if series.points.len() > 200 { 0.45 } else { 0.8 };
    for point in series.points.iter().filter(|point| point.flag.is_none()) {
        canvas.disc(plot.pixel(point.x, point.y), 2.8, colour, alpha);
    }
    for (point, flag) in series.points.iter().filter_map(|point| Some((point, point.flag?))) {
        shapes::flag(canvas, flag, plot.pixel(point.x, point.y), 4.0, colour);
    }
}

fn rect(point: &Point, plot: &Plot) -> Rect {
    let (x2, y2) = (point.x2.unwrap_or(point.x), point.y2.unwrap_or(point.y));
    Rect::between(plot.pixel(point.x, point.y), plot.pixel(x2, y2))
}

fn spans(canvas: &mut Canvas, series: &Series, plot: &Plot, colour: Rgb) {
    for point in &series.points {
        let mut rect = rect(point, plot);
        // A gap between neighbours, unless nothing would be left; and never less than can be seen.
        if rect.right - rect.left > 3.0 {
            rect.right -= 1.0;
        }
        rect.right = rect.right.max(rect.left + 1.0);
        pattern::fill(canvas, rect, series.fill, colour);
    }
}

fn boxes(canvas: &mut Canvas, series: &Series, plot: &Plot, colour: Rgb) {
    for point in &series.points {
        let mut rect = rect(point, plot);
        let middle = f64::midpoint(rect.top, rect.bottom);
        let upper = rect.top + (rect.bottom - rect.top) * 0.2;
        let lower = rect.bottom - (rect.bottom - rect.top) * 0.2;
        if rect.right - rect.left < 4.0 {
            let centre = f64::midpoint(rect.left, rect.right);
            (rect.left, rect.right) = (centre - 2.0, centre + 2.0);
        }
        if let (Some(low), Some(high)) = (point.low, point.high) {
            let [(low, _), (high, _)] = [low, high].map(|end| plot.pixel(end, point.y));
            canvas.line(&[(low, middle), (high, middle)], colour, 1.6);
            for end in [low, high] {
                canvas.line(&[(end, upper), (end, lower)], colour, 1.6);
            }
        }
        pattern::fill(canvas, rect, Fill::Open, colour);
        if let Some(median) = point.median {
            let (median, _) = plot.pixel(median, point.y);
            canvas.line(&[(median, rect.top), (median, rect.bottom)], colour, 3.0);
        }
    }
}

fn labels(canvas: &mut Canvas, series: &Series, plot: &Plot, bold: bool) {
    let Some(em) = em_in(plot.line, SMALL) else { return };
    let (text, before) =
        if bold { (Text { bold, ..canvas.ink(em) }, BEFORE_LABEL) } else { (canvas.muted(em), 3.0) };
    let edge = canvas.width - MARGIN + 1.0;
    for point in &series.points {
        let (x, y) = plot.pixel(point.x, point.y);
        let end = point.x2.map_or(edge, |end| plot.pixel(end, point.y).0);
        // A figure is never cut where it can stand further left.
        let begin = match point.x2 {
            Some(_) => x + before,
            None => (x + before).min(edge - letters::width(&plain(&point.label), em, bold)).max(MARGIN),
        };
        canvas.write(&cut(&point.label, em, bold, end - begin + 0.1), text, (begin, y));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_at_one_place_stand_side_by_side() {
        let mut flags = Vec::new();
        for at in [(100.0, 50.0), (100.0, 50.3), (99.0, 50.0), (100.0, 90.0)] {
            flags.push(free(at, &flags));
        }
        assert_eq!((flags[0], flags[3]), ((100.0, 50.0), (100.0, 90.0)));
        for (at, one) in flags.iter().enumerate() {
            for other in &flags[at + 1..] {
                assert!((one.0 - other.0).hypot(one.1 - other.1) > FLAG * 2.5, "{flags:?}");
            }
        }
    }
}
