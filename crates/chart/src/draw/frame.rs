//! Everything around the series: title, what is included, legend, axes and notes.

use plimsoll_format::plain;
use plotters::backend::DrawingBackend;

use super::super::spec::{ChartSpec, Key, LaneLook, Scale, Swatch, Symbol, Tick};
use super::ChartError;
use super::canvas::{Anchor, Canvas, Pixel, Text};
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

/// Draws a chart.
pub(super) fn draw<B>(canvas: &mut Canvas<B>, spec: &ChartSpec) -> Result<(), ChartError>
where
    B: DrawingBackend,
    B::ErrorType: 'static,
{
    let (width, height) = canvas.size();
    let mut top = head(canvas, spec, width)?;
    let bottom = height - foot(canvas, spec, (width, height), top)?;
    if let Some(why) = &spec.empty {
        return nothing(canvas, why, (width, top, bottom));
    }
    top = legend(canvas, spec, (width, top))? + 8.0;
    let plot = plot(canvas, spec, Rect { left: MARGIN, top, right: width - MARGIN, bottom });
    grid(canvas, spec, &plot)?;
    marks::draw(canvas, spec, &plot)?;
    ticks(canvas, spec, &plot)
}

fn text<B>(canvas: &Canvas<B>, em: f64) -> Text {
    Text { em, colour: canvas.ground.ink, bold: false, anchor: Anchor::Begin, upright: false }
}

fn muted<B>(canvas: &Canvas<B>, em: f64) -> Text {
    Text { em, colour: canvas.ground.muted, bold: false, anchor: Anchor::Begin, upright: false }
}

/// Title and what is included; returns where they end.
fn head<B>(canvas: &mut Canvas<B>, spec: &ChartSpec, width: f64) -> Result<f64, ChartError>
where
    B: DrawingBackend,
    B::ErrorType: 'static,
{
    let mut y = MARGIN + TITLE * 0.5;
    for line in wrapped(canvas, &spec.title, TITLE, true, width - 2.0 * MARGIN).into_iter().take(2) {
        let title = Text { bold: true, ..text(canvas, TITLE) };
        canvas.write(&line, title, (MARGIN, y))?;
        y += TITLE * LINE;
    }
    y += BODY * 0.1;
    for line in wrapped(canvas, &spec.includes, BODY, false, width - 2.0 * MARGIN) {
        let style = muted(canvas, BODY);
        canvas.write(&line, style, (MARGIN, y))?;
        y += BODY * LINE;
    }
    Ok(y)
}

/// Notes at the lower edge, in at most a third of the height; returns how high they are.
fn foot<B>(
    canvas: &mut Canvas<B>,
    spec: &ChartSpec,
    (width, height): Pixel,
    top: f64,
) -> Result<f64, ChartError>
where
    B: DrawingBackend,
    B::ErrorType: 'static,
{
    let em = SMALL - 0.5;
    let room = ((height - top) * 0.3 / (em * LINE)).floor() as usize;
    let mut lines = Vec::new();
    for note in &spec.notes {
        let mut wrapped = wrapped(canvas, note, em, false, width - 2.0 * MARGIN - 12.0).into_iter();
        lines.extend(wrapped.next().map(|line| (true, line)));
        lines.extend(wrapped.map(|line| (false, line)));
    }
    let most = room.min(MOST_NOTES);
    if lines.len() > most {
        lines.truncate(most.saturating_sub(1));
        lines.push((true, "More notes stand in the report.".to_owned()));
    }
    let begin = height - MARGIN * 0.8 - em * LINE * lines.len() as f64;
    for (at, (first, line)) in lines.iter().enumerate() {
        let y = begin + em * LINE * (at as f64 + 0.5);
        let style = muted(canvas, em);
        if *first {
            canvas.disc((MARGIN + 2.5, y), 1.8, style.colour, 1.0)?;
        }
        canvas.write(line, style, (MARGIN + 12.0, y))?;
    }
    Ok(height - begin + 8.0)
}

/// Why there is nothing, in the middle.
fn nothing<B>(
    canvas: &mut Canvas<B>,
    why: &str,
    (width, top, bottom): (f64, f64, f64),
) -> Result<(), ChartError>
where
    B: DrawingBackend,
    B::ErrorType: 'static,
{
    let lines = wrapped(canvas, why, BODY + 2.0, false, (width - 2.0 * MARGIN) * 0.8);
    let mut y = f64::midpoint(top, bottom) - BODY * LINE * (lines.len() as f64 - 1.0) / 2.0;
    for line in lines {
        let style = Text { anchor: Anchor::Middle, ..muted(canvas, BODY + 2.0) };
        canvas.write(&line, style, (width / 2.0, y))?;
        y += (BODY + 2.0) * LINE;
    }
    Ok(())
}

/// The legend, in as many lines as it takes; returns where it ends.
fn legend<B>(canvas: &mut Canvas<B>, spec: &ChartSpec, (width, top): Pixel) -> Result<f64, ChartError>
where
    B: DrawingBackend,
    B::ErrorType: 'static,
{
    if spec.legend.is_empty() {
        return Ok(top);
    }
    let (mut x, mut y) = (MARGIN, top + BODY * 0.8);
    for key in &spec.legend {
        let name = plain(&key.name);
        let wide = 34.0 + canvas.width_of(&name, BODY, false);
        if x + wide > width - MARGIN && x > MARGIN {
            (x, y) = (MARGIN, y + BODY * 1.7);
        }
        swatch(canvas, key, spec.look(key.lane.as_ref()), (x, y))?;
        let style = text(canvas, BODY);
        canvas.write(&name, style, (x + 32.0, y))?;
        x += wide + 18.0;
    }
    Ok(y + BODY)
}

fn swatch<B>(
    canvas: &mut Canvas<B>,
    key: &Key,
    look: Option<&LaneLook>,
    (x, y): Pixel,
) -> Result<(), ChartError>
where
    B: DrawingBackend,
    B::ErrorType: 'static,
{
    let colour = look.and_then(|look| look.colour(canvas.theme)).unwrap_or(canvas.ground.muted);
    match key.swatch {
        Swatch::Symbol => {
            let symbol = look.map_or(Symbol::Circle, |look| look.symbol);
            canvas.line(&[(x, y), (x + 26.0, y)], colour, 2.0)?;
            shapes::symbol(canvas, symbol, (x + 13.0, y), 4.8, colour, false)
        }
        Swatch::Stroke(stroke) => canvas.stroked(&[(x, y), (x + 26.0, y)], (colour, 1.0), 2.0, stroke),
        Swatch::Fill(fill) => {
            let rect = Rect { left: x, top: y - 6.5, right: x + 26.0, bottom: y + 6.5 };
            pattern::fill(canvas, rect, fill, colour)
        }
        Swatch::Flag(flag) => shapes::flag(canvas, flag, (x + 18.0, y), 4.2, colour),
    }
}

/// Where the axes lie inside this rectangle, so that every word beside them has room.
fn plot<B>(canvas: &Canvas<B>, spec: &ChartSpec, outer: Rect) -> Plot
where
    B: DrawingBackend,
    B::ErrorType: 'static,
{
    let symbols = if spec.y.scale == Scale::Category { 16.0 } else { 0.0 };
    let widest = spec.y.ticks.iter().map(|tick| canvas.width_of(&plain(&tick.label), BODY, false));
    let words = widest.fold(0.0, f64::max).min((outer.right - outer.left) * 0.3);
    let title = if spec.y.title.is_empty() { 0.0 } else { BODY * 1.8 };
    let last = spec.x.ticks.last().map_or(0.0, |tick| canvas.width_of(&tick.label, BODY, false) / 2.0);
    let below = BODY * 2.0 + if spec.x.title.is_empty() { 0.0 } else { BODY * 1.6 };
    let rect = Rect {
        left: outer.left + title + words + symbols + 10.0,
        top: outer.top + 4.0,
        right: outer.right - last.min(30.0) * 0.5,
        bottom: (outer.bottom - below).max(outer.top + 44.0),
    };
    Plot { rect, x: [spec.x.min, spec.x.max], y: [spec.y.min, spec.y.max] }
}

fn grid<B>(canvas: &mut Canvas<B>, spec: &ChartSpec, plot: &Plot) -> Result<(), ChartError>
where
    B: DrawingBackend,
    B::ErrorType: 'static,
{
    let (colour, rect) = (canvas.ground.grid, plot.rect);
    for tick in spec.x.ticks.iter().filter(|tick| !tick.label.is_empty()) {
        let (x, _) = plot.pixel(tick.at, plot.y[0]);
        canvas.line(&[(x, rect.top), (x, rect.bottom)], colour, 1.0)?;
    }
    for tick in spec.y.ticks.iter().filter(|tick| !tick.label.is_empty()) {
        let at = if spec.y.scale == Scale::Category { tick.at - 0.5 } else { tick.at };
        let (_, y) = plot.pixel(plot.x[0], at);
        canvas.line(&[(rect.left, y), (rect.right, y)], colour, 1.0)?;
    }
    Ok(())
}

fn ticks<B>(canvas: &mut Canvas<B>, spec: &ChartSpec, plot: &Plot) -> Result<(), ChartError>
where
    B: DrawingBackend,
    B::ErrorType: 'static,
{
    let (ink, rect) = (canvas.ground.muted, plot.rect);
    canvas.line(&[(rect.left, rect.bottom), (rect.right, rect.bottom)], ink, 1.2)?;
    let mut free = f64::NEG_INFINITY;
    for tick in &spec.x.ticks {
        let (x, _) = plot.pixel(tick.at, plot.y[0]);
        let long = if tick.label.is_empty() { 3.0 } else { 6.0 };
        canvas.line(&[(x, rect.bottom), (x, rect.bottom + long)], ink, 1.0)?;
        let half = canvas.width_of(&tick.label, BODY, false) / 2.0;
        if tick.label.is_empty() || x - half < free {
            continue;
        }
        free = x + half + 10.0;
        let style = Text { anchor: Anchor::Middle, ..text(canvas, BODY) };
        canvas.write(&tick.label, style, (x, rect.bottom + BODY * 1.25))?;
    }
    for tick in &spec.y.ticks {
        row(canvas, spec, plot, tick)?;
    }
    let style = muted(canvas, BODY);
    let end = Text { anchor: Anchor::End, ..style };
    canvas.write(&spec.x.title, end, (rect.right, rect.bottom + BODY * 2.8))?;
    let upright = Text { anchor: Anchor::Middle, upright: true, ..style };
    canvas.write(&spec.y.title, upright, (MARGIN + BODY * 0.5, f64::midpoint(rect.top, rect.bottom)))
}

/// The words of one tick of the vertical axis, with the lane's symbol where it is a row.
fn row<B>(canvas: &mut Canvas<B>, spec: &ChartSpec, plot: &Plot, tick: &Tick) -> Result<(), ChartError>
where
    B: DrawingBackend,
    B::ErrorType: 'static,
{
    let (_, y) = plot.pixel(plot.x[0], tick.at);
    let (left, ink) = (plot.rect.left, canvas.ground.muted);
    if spec.y.scale != Scale::Category {
        let long = if tick.label.is_empty() { 3.0 } else { 6.0 };
        canvas.line(&[(left - long, y), (left, y)], ink, 1.0)?;
        let style = Text { anchor: Anchor::End, ..text(canvas, BODY) };
        return canvas.write(&tick.label, style, (left - 9.0, y));
    }
    let mut edge = left - 10.0;
    if let Some(look) = spec.look(tick.lane.as_ref()) {
        let colour = look.colour(canvas.theme).unwrap_or(ink);
        shapes::symbol(canvas, look.symbol, (edge - 3.0, y), 4.8, colour, false)?;
        edge -= 14.0;
    }
    let style = Text { anchor: Anchor::End, ..text(canvas, BODY) };
    canvas.write(&tick.label, style, (edge, y))
}

/// Text in lines that are no wider than this; a word that is wider by itself is cut.
fn wrapped<B>(canvas: &Canvas<B>, words: &str, em: f64, bold: bool, width: f64) -> Vec<String>
where
    B: DrawingBackend,
    B::ErrorType: 'static,
{
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    // 97 %: whoever shows the SVG may have a wider font.
    let fits = |line: &str| canvas.width_of(line, em, bold) <= width * 0.97;
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
