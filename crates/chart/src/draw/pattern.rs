//! Filled rectangles, with patterns cut out of the colour.

use super::super::palette::Rgb;
use super::super::spec::Fill;
use super::canvas::{Canvas, Pixel};

/// Distance of a pattern's lines in pixels, and their width.
const APART: f64 = 7.0;
const WIDTH: f64 = 1.8;

/// A rectangle in pixels, from its upper left to its lower right corner.
#[derive(Clone, Copy)]
pub(super) struct Rect {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) right: f64,
    pub(super) bottom: f64,
}

impl Rect {
    /// The rectangle between two corners, in any order.
    pub(super) fn between((x, y): Pixel, (x2, y2): Pixel) -> Self {
        Self { left: x.min(x2), top: y.min(y2), right: x.max(x2), bottom: y.max(y2) }
    }

    fn corners(self) -> [Pixel; 4] {
        let Self { left, top, right, bottom } = self;
        [(left, top), (right, top), (right, bottom), (left, bottom)]
    }

    /// Drawn closer together from each side.
    fn shrunk(self, by: f64) -> Self {
        let Self { left, top, right, bottom } = self;
        Self { left: left + by, top: top + by, right: right - by, bottom: bottom - by }
    }
}

/// Fills a rectangle.
pub(super) fn fill(canvas: &mut Canvas, rect: Rect, fill: Fill, colour: Rgb) {
    let paper = canvas.ground.paper;
    if fill == Fill::Open {
        canvas.area(&rect.corners(), colour, 1.0);
        let inner = rect.shrunk(1.5);
        if inner.left < inner.right && inner.top < inner.bottom {
            canvas.area(&inner.corners(), paper, 1.0);
            canvas.area(&inner.corners(), colour, 0.16);
        }
        return;
    }
    canvas.area(&rect.corners(), colour, 1.0);
    if matches!(fill, Fill::Rising | Fill::Crossed) {
        for ends in slanted(rect) {
            canvas.line(&ends, paper, WIDTH);
        }
    }
    if matches!(fill, Fill::Falling | Fill::Crossed) {
        for ends in slanted(rect) {
            let turned = ends.map(|(x, y)| (rect.left + rect.right - x, y));
            canvas.line(&turned, paper, WIDTH);
        }
    }
    if fill == Fill::Upright {
        for x in steps(rect.left + APART * 0.7, rect.right, APART) {
            canvas.line(&[(x, rect.top), (x, rect.bottom)], paper, WIDTH);
        }
    }
    if fill == Fill::Dotted {
        let rows = steps(rect.top + APART / 2.0, rect.bottom - 1.0, APART * 0.8);
        for (at, y) in rows.enumerate() {
            let begin = if at % 2 == 0 { APART * 0.5 } else { APART };
            for x in steps(rect.left + begin, rect.right - 1.5, APART) {
                canvas.disc((x, y), 1.5, paper, 1.0);
            }
        }
    }
}

/// From `from` in steps, below `to`; bounded, whatever is asked for.
fn steps(from: f64, to: f64, step: f64) -> impl Iterator<Item = f64> {
    let count = ((to - from) / step).ceil().clamp(0.0, 4_096.0) as u32;
    (0..count).map(move |at| from + f64::from(at) * step)
}

/// Lines that rise to the right at 45°, cut at the rectangle's edges.
fn slanted(rect: Rect) -> Vec<[Pixel; 2]> {
    let Rect { left, top, right, bottom } = rect;
    let apart = APART * std::f64::consts::SQRT_2 / 1.2;
    // Each begins where x − left + y − top has this sum.
    let sums = steps(apart / 2.0, right - left + bottom - top, apart);
    let ends = |sum: f64| {
        let low = (left + (sum - (bottom - top)).max(0.0), top + sum.min(bottom - top));
        let high = (left + sum.min(right - left), top + (sum - (right - left)).max(0.0));
        [low, high]
    };
    sums.map(ends).collect()
}
