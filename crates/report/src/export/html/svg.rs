//! A drawn chart as a part of a page: without what the page says already, a third as long, and with colours that
//! the page's style can turn.

use crate::chart::spec::Scale;
use crate::chart::{ChartError, ChartSpec, Theme, draw_svg};

/// Width of a drawing in pixels, to which its letters are fitted; a page shows it wider or narrower.
const WIDTH: u32 = 900;
/// Height of a chart without rows, of what is around rows, and of a row.
const PLAIN: u32 = 430;
const AROUND_ROWS: u32 = 130;
const ROW: u32 = 64;
const MOST: u32 = 4_000;
/// Empty space around a drawing without title and notes, in pixels: on the left, above, on the right, below.
const EMPTY: [u32; 4] = [18, 26, 14, 14];
/// How much larger a drawing's own units are than pixels.
const SCALE: u32 = 8;

/// Draws a chart without its title, its explanation and its notes, which stand on the page as text. It is drawn
/// for a light ground; the page's style turns the colours.
///
/// # Errors
/// When it can't be drawn.
pub(crate) fn draw(spec: &ChartSpec, labelled_by: &str) -> Result<String, ChartError> {
    let bare = ChartSpec { title: String::new(), includes: String::new(), notes: Vec::new(), ..spec.clone() };
    let height = match spec.y.scale {
        Scale::Category => {
            let rows = u32::try_from(spec.y.ticks.len()).unwrap_or(MOST);
            rows.saturating_mul(ROW).saturating_add(AROUND_ROWS).min(MOST)
        }
        Scale::Linear | Scale::Log | Scale::Percentile => PLAIN,
    };
    let height = height.max(240);
    let svg = draw_svg(&bare, Theme::Light, WIDTH, height)?;
    let [left, above, right, below] = EMPTY;
    let view = [left, above, WIDTH - left - right, height - above - below]
        .map(|pixels| (pixels * SCALE).to_string());
    let begin =
        format!("<svg role=\"img\" aria-labelledby=\"{labelled_by}\" viewBox=\"{}\">", view.join(" "));
    let inside = svg.split_once('>').map_or("", |(_, inside)| inside);
    Ok(format!("{begin}{}", compact(inside)))
}

/// What is drawn in one go: lines, or discs, that look alike.
struct Strokes {
    look: String,
    path: String,
}

/// Joins neighbours that look alike into one path and leaves out what is so anyway.
fn compact(svg: &str) -> String {
    let mut out = String::with_capacity(svg.len() / 3);
    let mut pending: Option<Strokes> = None;
    for line in svg.lines() {
        let found = polyline(line).or_else(|| disc(line));
        match (&mut pending, found) {
            (Some(strokes), Some(found)) if strokes.look == found.look => strokes.path.push_str(&found.path),
            (_, found) => {
                flush(&mut out, pending.take());
                if found.is_none() {
                    out.push_str(&without_usual(line));
                    out.push('\n');
                }
                pending = found;
            }
        }
    }
    flush(&mut out, pending);
    out
}

fn flush(out: &mut String, strokes: Option<Strokes>) {
    if let Some(Strokes { look, path }) = strokes {
        out.push_str(&format!("<path {look} d=\"{path}\"/>\n"));
    }
}

fn polyline(line: &str) -> Option<Strokes> {
    let (look, points) = line.strip_prefix("<polyline ")?.split_once(" points=\"")?;
    let points = points.strip_suffix("\"/>")?.trim_end();
    Some(Strokes { look: without_usual(look), path: format!("M{points}") })
}

/// An opaque disc as the round end of a line without length.
fn disc(line: &str) -> Option<Strokes> {
    let places = line.strip_prefix("<circle ")?;
    let [x, y, radius, fill] = ["cx", "cy", "r", "fill"].map(|name| attribute(places, name));
    let opaque = attribute(places, "opacity") == Some("1") && attribute(places, "stroke") == Some("none");
    let (x, y, fill) = (x?, y?, fill?);
    let width = radius?.parse::<u32>().ok()?.checked_mul(2)?;
    opaque.then(|| Strokes {
        look: format!("fill=\"none\" stroke=\"{fill}\" stroke-width=\"{width}\" stroke-linecap=\"round\""),
        path: format!("M{x},{y}h0"),
    })
}

fn attribute<'line>(line: &'line str, name: &str) -> Option<&'line str> {
    let mut parts = line.split_ascii_whitespace();
    parts.find_map(|part| part.strip_prefix(name)?.strip_prefix("=\"")?.split('"').next())
}

/// Without what is the same everywhere and stands in the page's style.
fn without_usual(line: &str) -> String {
    let mut line = line.to_owned();
    // Text has no plain quotes, so this can only be an attribute.
    if let Some((before, after)) = line.split_once(" font-family=\"")
        && let Some((_, after)) = after.split_once('"')
    {
        line = format!("{before}{after}");
    }
    for (usual, short) in [
        (" opacity=\"1\"", ""),
        (" stroke=\"none\" stroke-width=\"1\"", ""),
        (" text-anchor=\"start\"", ""),
        (".00000000000001\"", "\""),
        (" \"/>", "\"/>"),
    ] {
        line = line.replace(usual, short);
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_discs_that_look_alike_become_one_path() {
        let svg = "<polyline fill=\"none\" opacity=\"1\" stroke=\"#FFFFFF\" stroke-width=\"14\" points=\"1,2 3,4 \"/>\n\
                   <polyline fill=\"none\" opacity=\"1\" stroke=\"#FFFFFF\" stroke-width=\"14\" points=\"5,6 7,8 \"/>\n\
                   <circle cx=\"1\" cy=\"2\" r=\"4\" opacity=\"1\" fill=\"#57606A\" stroke=\"none\" stroke-width=\"1\"/>\n\
                   <circle cx=\"3\" cy=\"4\" r=\"4\" opacity=\"0.45\" fill=\"#57606A\" stroke=\"none\" stroke-width=\"1\"/>\n";
        assert_eq!(
            compact(svg),
            "<path fill=\"none\" stroke=\"#FFFFFF\" stroke-width=\"14\" d=\"M1,2 3,4M5,6 7,8\"/>\n\
             <path fill=\"none\" stroke=\"#57606A\" stroke-width=\"8\" stroke-linecap=\"round\" d=\"M1,2h0\"/>\n\
             <circle cx=\"3\" cy=\"4\" r=\"4\" opacity=\"0.45\" fill=\"#57606A\"/>\n"
        );
    }

    #[test]
    fn words_in_a_chart_stay_as_they_are() {
        let svg = "<text x=\"1\" font-family=\"Noto Sans\" opacity=\"1\">\nopacity=&quot;1&quot; <\n</text>";
        assert_eq!(compact(svg), "<text x=\"1\">\nopacity=&quot;1&quot; <\n</text>\n");
    }
}
