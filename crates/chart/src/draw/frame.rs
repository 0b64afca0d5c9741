//! Everything around the series: title, what is included, legend, axes and notes.

use plimsoll_format::plain;

use super::super::spec::{ChartSpec, Key, LaneLook, Scale, Swatch, Symbol, Tick};
use super::canvas::{Anchor, Canvas, Pixel, Text};
use super::letters;
use super::marks::{self, Plot, SMALL};
use super::pattern::{self, Rect};
use super::shapes;

/// Size of an em of the title and of text, in pixels.
const TITLE: f64 = 21.0;
const BODY: f64 = 13.0;
/// Distance of two lines of text.
const LINE: f64 = 1.42;
/// Free space around everything.
const MARGIN: f64 = 22.0;
/// Most lines of notes: the rest is in the table.
const MOST_NOTES: usize = 6;
/// Most letters of one text.
const MOST_LETTERS: usize = 1_000;

/// Draws a chart with its title, what it includes and its notes.
pub(super) fn draw(canvas: &mut Canvas, spec: &ChartSpec) {
    let top = head(canvas, spec);
    let bottom = foot(canvas, spec, top);
    match &spec.empty {
        Some(why) => nothing(canvas, why, [top, bottom]),
        None => inside(canvas, spec, [top, bottom]),
    }
}

/// Draws a chart with its legend alone.
pub(super) fn draw_bare(canvas: &mut Canvas, spec: &ChartSpec) {
    inside(canvas, spec, [MARGIN + 12.0, canvas.height - MARGIN - 4.0]);
}

fn inside(canvas: &mut Canvas, spec: &ChartSpec, [top, bottom]: [f64; 2]) {
    let top = legend(canvas, spec, top) + 8.0;
    let plot = plot(spec, Rect { left: MARGIN, top, right: canvas.width - MARGIN, bottom });
    grid(canvas, spec, &plot);
    marks::draw(canvas, spec, &plot);
    ticks(canvas, spec, &plot);
}

/// Title and what is included; returns where they end.
fn head(canvas: &mut Canvas, spec: &ChartSpec) -> f64 {
    let width = canvas.width - 2.0 * MARGIN;
    let mut y = MARGIN + TITLE * 0.5;
    for line in wrapped(&spec.title, TITLE, true, width).into_iter().take(2) {
        canvas.write(&line, Text { bold: true, ..canvas.ink(TITLE) }, (MARGIN, y));
        y += TITLE * LINE;
    }
    y += BODY * 0.1;
    for line in wrapped(&spec.includes, BODY, false, width) {
        canvas.write(&line, canvas.muted(BODY), (MARGIN, y));
        y += BODY * LINE;
    }
    y
}

/// Notes at the lower edge, in at most a third of the height; returns where they begin.
fn foot(canvas: &mut Canvas, spec: &ChartSpec, top: f64) -> f64 {
    let (width, height) = (canvas.width, canvas.height);
    let em = SMALL - 0.5;
    let room = ((height - top) * 0.3 / (em * LINE)).floor() as usize;
    let most = room.min(MOST_NOTES);
    let notes = spec.notes.iter().map(|note| wrapped(note, em, false, width - 2.0 * MARGIN - 12.0));
    let lines = whole_notes(notes.collect(), most);
    let begin = height - MARGIN * 0.8 - em * LINE * lines.len() as f64;
    for (at, (first, line)) in lines.iter().enumerate() {
        let y = begin + em * LINE * (at as f64 + 0.5);
        if *first {
            canvas.disc((MARGIN + 2.5, y), 1.8, canvas.ground.muted, 1.0);
        }
        canvas.write(line, canvas.muted(em), (MARGIN + 12.0, y));
    }
    begin - 8.0
}

/// As many whole notes as there are lines for, each line with whether it begins one; in the last line that there are more.
fn whole_notes(notes: Vec<Vec<String>>, most: usize) -> Vec<(bool, String)> {
    let all = notes.iter().map(Vec::len).sum::<usize>();
    let room = if all > most { most.saturating_sub(1) } else { most };
    let mut lines = Vec::new();
    for note in notes {
        if lines.len() + note.len() > room {
            lines.push((true, "More notes stand in the report.".to_owned()));
            break;
        }
        lines.extend(note.into_iter().enumerate().map(|(at, line)| (at == 0, line)));
    }
    lines
}

/// Why there is nothing, in the middle.
fn nothing(canvas: &mut Canvas, why: &str, [top, bottom]: [f64; 2]) {
    let width = canvas.width;
    let lines = wrapped(why, BODY + 2.0, false, (width - 2.0 * MARGIN) * 0.8);
    let mut y = f64::midpoint(top, bottom) - BODY * LINE * (lines.len() as f64 - 1.0) / 2.0;
    for line in lines {
        canvas.write(&line, canvas.muted(BODY + 2.0).to(Anchor::Middle), (width / 2.0, y));
        y += (BODY + 2.0) * LINE;
    }
}

/// The legend, in as many lines as it takes; returns where it ends.
fn legend(canvas: &mut Canvas, spec: &ChartSpec, top: f64) -> f64 {
    if spec.legend.is_empty() {
        return top;
    }
    let (mut x, mut y) = (MARGIN, top + BODY * 0.8);
    for key in &spec.legend {
        let name = plain(&key.name);
        let wide = 34.0 + letters::width(&name, BODY, false);
        if x + wide > canvas.width - MARGIN && x > MARGIN {
            (x, y) = (MARGIN, y + BODY * 1.7);
        }
        swatch(canvas, key, spec.look(key.lane.as_ref()), (x, y));
        canvas.write(&name, canvas.ink(BODY), (x + 32.0, y));
        x += wide + 18.0;
    }
    y + BODY
}

fn swatch(canvas: &mut Canvas, key: &Key, look: Option<&LaneLook>, (x, y): Pixel) {
    let colour = look.and_then(|look| look.colour(canvas.theme)).unwrap_or(canvas.ground.muted);
    match key.swatch {
        Swatch::Symbol => {
            let symbol = look.map_or(Symbol::Circle, |look| look.symbol);
            canvas.line(&[(x, y), (x + 26.0, y)], colour, 2.0);
            shapes::symbol(canvas, symbol, (x + 13.0, y), 4.8, colour, false);
        }
        Swatch::Stroke(stroke) => canvas.stroked(&[(x, y), (x + 26.0, y)], (colour, 1.0), 2.0, stroke),
        Swatch::Fill(fill) => {
            let rect = Rect { left: x, top: y - 6.5, right: x + 26.0, bottom: y + 6.5 };
            pattern::fill(canvas, rect, fill, colour);
        }
        Swatch::Flag(flag) => shapes::flag(canvas, flag, (x + 18.0, y), 4.2, colour),
    }
}

/// Where the axes lie inside this rectangle, so that every word beside them has room.
fn plot(spec: &ChartSpec, outer: Rect) -> Plot {
    let symbols = if spec.y.scale == Scale::Category { 16.0 } else { 0.0 };
    let widest = spec.y.ticks.iter().map(|tick| letters::width(&plain(&tick.label), BODY, false));
    let words = widest.fold(0.0, f64::max).min((outer.right - outer.left) * 0.3);
    let title = if spec.y.title.is_empty() { 0.0 } else { BODY * 1.8 };
    let last = spec.x.ticks.last().map_or(0.0, |tick| letters::width(&tick.label, BODY, false) / 2.0);
    let below = BODY * 2.0 + if spec.x.title.is_empty() { 0.0 } else { BODY * 1.6 };
    let rect = Rect {
        left: outer.left + title + words + symbols + 10.0,
        top: outer.top + 4.0,
        right: outer.right - last.min(30.0) * 0.5,
        bottom: (outer.bottom - below).max(outer.top + 44.0),
    };
    Plot { rect, x: [spec.x.min, spec.x.max], y: [spec.y.min, spec.y.max] }
}

fn grid(canvas: &mut Canvas, spec: &ChartSpec, plot: &Plot) {
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

fn ticks(canvas: &mut Canvas, spec: &ChartSpec, plot: &Plot) {
    let (ink, rect) = (canvas.ground.muted, plot.rect);
    canvas.line(&[(rect.left, rect.bottom), (rect.right, rect.bottom)], ink, 1.2);
    let mut free = f64::NEG_INFINITY;
    for tick in &spec.x.ticks {
        let (x, _) = plot.pixel(tick.at, plot.y[0]);
        let long = if tick.label.is_empty() { 3.0 } else { 6.0 };
        canvas.line(&[(x, rect.bottom), (x, rect.bottom + long)], ink, 1.0);
        let half = letters::width(&tick.label, BODY, false) / 2.0;
        if tick.label.is_empty() || x - half < free {
            continue;
        }
        free = x + half + 10.0;
        canvas.write(&tick.label, canvas.ink(BODY).to(Anchor::Middle), (x, rect.bottom + BODY * 1.25));
    }
    for tick in &spec.y.ticks {
        row(canvas, spec, plot, tick);
    }
    let style = canvas.muted(BODY);
    canvas.write(&spec.x.title, style.to(Anchor::End), (rect.right, rect.bottom + BODY * 2.8));
    let upright = Text { upright: true, ..style.to(Anchor::Middle) };
    canvas.write(&spec.y.title, upright, (MARGIN + BODY * 0.5, f64::midpoint(rect.top, rect.bottom)));
}

/// The words of one tick of the vertical axis, with the lane's symbol where it is a row.
fn row(canvas: &mut Canvas, spec: &ChartSpec, plot: &Plot, tick: &Tick) {
    let (_, y) = plot.pixel(plot.x[0], tick.at);
    let (left, ink, words) = (plot.rect.left, canvas.ground.muted, canvas.ink(BODY).to(Anchor::End));
    if spec.y.scale != Scale::Category {
        let long = if tick.label.is_empty() { 3.0 } else { 6.0 };
        canvas.line(&[(left - long, y), (left, y)], ink, 1.0);
        return canvas.write(&tick.label, words, (left - 9.0, y));
    }
    let mut edge = left - 10.0;
    if let Some(look) = spec.look(tick.lane.as_ref()) {
        let colour = look.colour(canvas.theme).unwrap_or(ink);
        shapes::symbol(canvas, look.symbol, (edge - 3.0, y), 4.8, colour, false);
        edge -= 14.0;
    }
    canvas.write(&tick.label, words, (edge, y));
}

/// Text in lines that are no wider than this; a word that is wider by itself is cut.
fn wrapped(words: &str, em: f64, bold: bool, width: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    let fits = |line: &str| letters::width(line, em, bold) <= width;
    let words: String = plain(words).chars().take(MOST_LETTERS).collect();
    for word in words.split_whitespace() {
        let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if fits(&longer) {
            line = longer;
            continue;
        }
        lines.extend((!line.is_empty()).then(|| std::mem::take(&mut line)));
        line = word.chars().take(MOST_LETTERS / 4).collect();
        while !fits(&line) && line.pop().is_some() {}
    }
    lines.extend((!line.is_empty()).then_some(line));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_note_is_cut_in_the_middle_and_that_there_are_more_is_told() {
        let note = |lines: usize| (0..lines).map(|at| at.to_string()).collect::<Vec<_>>();
        let told =
            |notes: &[usize], most| whole_notes(notes.iter().map(|lines| note(*lines)).collect(), most);
        assert_eq!(told(&[2, 2], 4).len(), 4);
        let cut: Vec<String> = told(&[1, 3, 1], 4).into_iter().map(|(_, line)| line).collect();
        assert_eq!(cut, ["0", "More notes stand in the report."]);
        assert_eq!(
            told(&[1, 2, 2], 4).iter().map(|(first, _)| *first).collect::<Vec<_>>(),
            [true, true, false, true]
        );
    }
}
