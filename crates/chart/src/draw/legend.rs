//! The legend, in as many lines as it takes.

use super::super::spec::{ChartSpec, Fill, Key, LaneLook, Stroke, Swatch, Symbol};
use super::canvas::{Canvas, Pixel};
use super::letters;
use super::pattern::{self, Rect};
use super::shapes;
use super::sizes::{BODY, FAINT, MARGIN, THIN, WIDE};
use super::text::cut;

/// How wide the picture beside an entry is: a whole piece of each stroke is seen on either side of a symbol.
const SWATCH: f64 = 36.0;
/// From the beginning of an entry to its words, from their end to the next entry, and between two lines.
const WORDS: f64 = SWATCH + 6.0;
const APART: f64 = 18.0;
const LINE: f64 = BODY * 1.7;

/// Each entry with its words and where it begins in the legend.
fn placed(spec: &ChartSpec, width: f64) -> Vec<(&Key, String, Pixel)> {
    let edge = width - MARGIN;
    let (mut x, mut y) = (MARGIN, 0.0);
    let place = |key| {
        let Key { name, .. }: &Key = key;
        let name = cut(name, BODY, false, edge - MARGIN - WORDS);
        let wide = WORDS + letters::width(&name, BODY, false);
        if x + wide > edge && x > MARGIN {
            (x, y) = (MARGIN, y + LINE);
        }
        let at = (x, y);
        x += wide + APART;
        (key, name, at)
    };
    spec.legend.iter().map(place).collect()
}

/// How high it is.
pub(super) fn height(spec: &ChartSpec, width: f64) -> f64 {
    placed(spec, width).last().map_or(0.0, |(_, _, (_, y))| y + BODY * 1.8)
}

/// Draws it below this height, as far as there is room; returns how high it is.
pub(super) fn draw(canvas: &mut Canvas, spec: &ChartSpec, top: f64, room: f64) -> f64 {
    let entries = placed(spec, canvas.width);
    let fits = |lines_of: f64| lines_of + BODY * 1.8 <= room;
    let mut shown = entries.iter().take_while(|(_, _, (_, y))| fits(*y)).count();
    if shown < entries.len() {
        // The last line says how many are left out.
        shown = entries.iter().take_while(|(_, _, (_, y))| fits(*y + LINE)).count();
    }
    let mut height = 0.0;
    for (key, name, (x, y)) in entries.iter().take(shown) {
        let middle = top + BODY * 0.8 + y;
        swatch(canvas, key, spec.look(key.lane.as_ref()), (*x, middle));
        canvas.write(name, canvas.ink(BODY), (x + WORDS, middle));
        height = y + BODY * 1.8;
    }
    if shown < entries.len() && fits(height) {
        let more = format!("and {} more", entries.len() - shown);
        canvas.write(&more, canvas.muted(BODY), (MARGIN, top + height + BODY * 0.7));
        height += LINE;
    }
    height
}

fn swatch(canvas: &mut Canvas, key: &Key, look: Option<&LaneLook>, (x, y): Pixel) {
    let colour = look.and_then(|look| look.colour(canvas.theme)).unwrap_or(canvas.ground.muted);
    let (line, middle) = ([(x, y), (x + SWATCH, y)], (x + SWATCH / 2.0, y));
    match key.swatch {
        Swatch::Symbol => {
            let (symbol, stroke) =
                look.map_or((Symbol::Circle, Stroke::Solid), |look| (look.symbol, look.stroke));
            canvas.stroked(&line, (colour, 1.0), WIDE, stroke);
            shapes::symbol(canvas, symbol, middle, 4.8, colour, false);
        }
        Swatch::Line(Fill::Open) => canvas.stroked(&line, (colour, FAINT), THIN, Stroke::Solid),
        Swatch::Line(_) => canvas.stroked(&line, (colour, 1.0), WIDE, Stroke::Solid),
        Swatch::Fill(fill) => {
            let rect = Rect { left: x + 5.0, top: y - 6.5, right: x + SWATCH - 5.0, bottom: y + 6.5 };
            pattern::fill(canvas, rect, fill, colour);
        }
        Swatch::Flag(flag) => shapes::flag(canvas, flag, middle, 4.2, colour),
    }
}
