//! Everything around the series: title, what is included and notes, and how high all of it is.

use super::super::spec::{ChartSpec, Scale};
use super::canvas::{Anchor, Canvas, Text};
use super::marks;
use super::pattern::Rect;
use super::sizes::{BODY, MARGIN, SMALL};
use super::text::wrapped;
use super::{axes, legend};

/// Size of an em of the title, in pixels.
const TITLE: f64 = 21.0;
/// Distance of two lines of text.
const LINE: f64 = 1.42;
/// Size of an em of notes.
const NOTE: f64 = SMALL - 0.5;
/// Most lines of notes: the rest is in the table.
const MOST_NOTES: usize = 6;
/// Height of a line of text in a plot.
const PLOT_LINE: f64 = 15.0;
/// Most lines of text that a plot without rows is high in a page: two of them and a table stand on one sheet of paper.
const PAGE_LINES: f64 = 16.0;
/// Between the legend and the plot, and between the axis and the notes.
const GAP: f64 = 8.0;

/// Draws a chart with its title, what it includes and its notes.
pub(super) fn draw(canvas: &mut Canvas, spec: &ChartSpec) {
    let top = head(canvas, spec);
    let bottom = foot(canvas, spec, top);
    match &spec.empty {
        Some(why) => nothing(canvas, why, [top, bottom]),
        None => inside(canvas, spec, [top, bottom], spec.lines),
    }
}

/// Draws a chart with its legend alone.
pub(super) fn draw_bare(canvas: &mut Canvas, spec: &ChartSpec) {
    inside(canvas, spec, [MARGIN + 12.0, canvas.height - MARGIN], page_lines(spec));
}

/// The height at which nothing in a chart of this width is pressed, in pixels.
pub(super) fn height(spec: &ChartSpec, width: f64) -> f64 {
    let head = lines_of_head(spec, width).iter().map(|(_, em)| em * LINE).sum::<f64>() + BODY * 0.1;
    let notes = whole_notes(notes(spec, width), MOST_NOTES).len() as f64 * NOTE * LINE;
    let foot = notes + MARGIN * 0.8 + GAP;
    // Notes take at most a third of what is below the head.
    let above = MARGIN + TITLE * 0.5 + head;
    above + (plot_height(spec, width, spec.lines) + foot).max(notes / 0.29)
}

/// The height at which a chart without title and notes has room.
pub(super) fn bare_height(spec: &ChartSpec, width: f64) -> f64 {
    MARGIN + 12.0 + plot_height(spec, width, page_lines(spec)) + MARGIN
}

fn page_lines(spec: &ChartSpec) -> f64 {
    if spec.y.scale == Scale::Category { spec.lines } else { spec.lines.min(PAGE_LINES) }
}

fn plot_height(spec: &ChartSpec, width: f64, lines: f64) -> f64 {
    legend::height(spec, width) + GAP + 4.0 + lines * PLOT_LINE + axes::below(spec)
}

fn inside(canvas: &mut Canvas, spec: &ChartSpec, [top, bottom]: [f64; 2], lines: f64) {
    // Where a picture is lower than it would be, the plot keeps more than half of it.
    let around = GAP + 4.0 + axes::below(spec);
    let room = (bottom - top - around - lines * PLOT_LINE).max((bottom - top) * 0.4) + 0.5;
    let top = top + legend::draw(canvas, spec, top, room) + GAP;
    let plot = axes::plot(spec, Rect { left: MARGIN, top, right: canvas.width - MARGIN, bottom });
    axes::grid(canvas, spec, &plot);
    marks::draw(canvas, spec, &plot);
    axes::draw(canvas, spec, &plot);
}

/// The title and what is included, in lines with the size of their em.
fn lines_of_head(spec: &ChartSpec, width: f64) -> Vec<(String, f64)> {
    let width = width - 2.0 * MARGIN;
    let title = wrapped(&spec.title, TITLE, true, width).into_iter().take(2).map(|line| (line, TITLE));
    title.chain(wrapped(&spec.includes, BODY, false, width).into_iter().map(|line| (line, BODY))).collect()
}

/// Title and what is included; returns where they end.
fn head(canvas: &mut Canvas, spec: &ChartSpec) -> f64 {
    let mut y = MARGIN + TITLE * 0.5;
    let lines = lines_of_head(spec, canvas.width);
    for (at, (line, em)) in lines.iter().enumerate() {
        let bold = *em > BODY;
        if !bold && lines.get(at.wrapping_sub(1)).is_some_and(|(_, before)| *before > BODY) {
            y += BODY * 0.1;
        }
        let text = if bold { Text { bold, ..canvas.ink(*em) } } else { canvas.muted(*em) };
        canvas.write(line, text, (MARGIN, y));
        y += em * LINE;
    }
    y
}

fn notes(spec: &ChartSpec, width: f64) -> Vec<Vec<String>> {
    spec.notes.iter().map(|note| wrapped(note, NOTE, false, width - 2.0 * MARGIN - 12.0)).collect()
}

/// Notes at the lower edge, in at most a third of the height; returns where they begin.
fn foot(canvas: &mut Canvas, spec: &ChartSpec, top: f64) -> f64 {
    let (width, height) = (canvas.width, canvas.height);
    let room = ((height - top) * 0.3 / (NOTE * LINE)).floor() as usize;
    let lines = whole_notes(notes(spec, width), room.min(MOST_NOTES));
    let begin = height - MARGIN * 0.8 - NOTE * LINE * lines.len() as f64;
    for (at, (first, line)) in lines.iter().enumerate() {
        let y = begin + NOTE * LINE * (at as f64 + 0.5);
        if *first {
            canvas.disc((MARGIN + 2.5, y), 1.8, canvas.ground.muted, 1.0);
        }
        canvas.write(line, canvas.muted(NOTE), (MARGIN + 12.0, y));
    }
    begin - GAP
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
