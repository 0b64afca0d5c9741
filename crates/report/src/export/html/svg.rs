//! A drawn chart as a part of a page: without what the page says already, a third as long, and with colours that
//! the page's style can turn.

use plimsoll_chart::spec::Scale;
use plimsoll_chart::{ChartError, ChartSpec, Theme, draw_svg};

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

/// What neighbours that look alike are joined into.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Joined {
    /// Lines and opaque discs: one path.
    Path,
    /// Rings, and discs that what is below shines through: a group, since a path would show no overlap.
    Group,
}

/// What is drawn in one go.
struct Strokes {
    joined: Joined,
    look: String,
    drawn: String,
}

/// Joins neighbours that look alike and leaves out what is so anyway.
fn compact(svg: &str) -> String {
    let mut out = String::with_capacity(svg.len() / 3);
    let mut pending: Option<Strokes> = None;
    // Where a text begins that has no words yet.
    let mut wordless = None;
    let mut lines = svg.lines().filter(|line| !line.is_empty()).peekable();
    while let Some(line) = lines.next() {
        let on_it = lines.peek().and_then(|next| ring(line, next));
        if on_it.is_some() {
            lines.next();
        }
        let found = on_it.or_else(|| polyline(line)).or_else(|| disc(line));
        match (&mut pending, found) {
            (Some(strokes), Some(found))
                if (strokes.joined, &strokes.look) == (found.joined, &found.look) =>
            {
                strokes.drawn.push_str(&found.drawn);
            }
            (_, found) => {
                flush(&mut out, pending.take());
                match wordless.take() {
                    Some(begin) if line == "</text>" => out.truncate(begin),
                    _ if found.is_none() => {
                        wordless = line.starts_with("<text ").then_some(out.len());
                        out.push_str(&without_usual(line));
                        out.push('\n');
                    }
                    _ => {}
                }
                pending = found;
            }
        }
    }
    flush(&mut out, pending);
    out
}

fn flush(out: &mut String, strokes: Option<Strokes>) {
    if let Some(Strokes { joined, look, drawn }) = strokes {
        out.push_str(&match joined {
            Joined::Path => format!("<path {look} d=\"{drawn}\"/>\n"),
            Joined::Group => format!("<g {look}>{drawn}</g>\n"),
        });
    }
}

fn polyline(line: &str) -> Option<Strokes> {
    let (look, points) = line.strip_prefix("<polyline ")?.split_once(" points=\"")?;
    let points = points.strip_suffix("\"/>")?.trim_end();
    Some(Strokes { joined: Joined::Path, look: without_usual(look), drawn: path(points) })
}

/// The way along these points, where a step straight across or up is told by one number.
fn path(points: &str) -> String {
    let mut way = String::with_capacity(points.len());
    let (mut before, mut straight) = (None, false);
    for point in points.split_ascii_whitespace() {
        let place = point.split_once(',');
        let step = match (before, place) {
            (None, _) => ('M', point),
            (Some((_, y)), Some((x, own))) if y == own => ('H', x),
            (Some((x, _)), Some((own, y))) if x == own => ('V', y),
            _ => (if straight { 'L' } else { ' ' }, point),
        };
        straight = matches!(step.0, 'H' | 'V');
        way.push(step.0);
        way.push_str(step.1);
        before = place;
    }
    way
}

/// A disc as it was drawn.
struct Disc<'svg> {
    place: [&'svg str; 2],
    radius: u32,
    fill: &'svg str,
    opacity: &'svg str,
}

impl<'svg> Disc<'svg> {
    fn of(line: &'svg str) -> Option<Self> {
        let looks = line.strip_prefix("<circle ")?;
        let [x, y, radius, fill] = ["cx", "cy", "r", "fill"].map(|name| attribute(looks, name));
        let (filled, opacity) = (attribute(looks, "stroke") == Some("none"), attribute(looks, "opacity")?);
        filled.then_some(Self { place: [x?, y?], radius: radius?.parse().ok()?, fill: fill?, opacity })
    }

    fn circle(&self, radius: f64) -> String {
        let [x, y] = self.place;
        format!("<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\"/>")
    }
}

/// An opaque disc as the round end of a line without length; another one as a part of a group.
fn disc(line: &str) -> Option<Strokes> {
    let disc = Disc::of(line)?;
    let (fill, opacity) = (disc.fill, disc.opacity);
    if opacity != "1" {
        return Some(Strokes {
            joined: Joined::Group,
            look: format!("fill=\"{fill}\" fill-opacity=\"{opacity}\""),
            drawn: disc.circle(disc.radius.into()),
        });
    }
    let (width, [x, y]) = (disc.radius.checked_mul(2)?, disc.place);
    Some(Strokes {
        joined: Joined::Path,
        look: format!("fill=\"none\" stroke=\"{fill}\" stroke-width=\"{width}\" stroke-linecap=\"round\""),
        drawn: format!("M{x},{y}h0"),
    })
}

/// A disc with a smaller one on it, both opaque, as one circle with an edge.
fn ring(below: &str, above: &str) -> Option<Strokes> {
    let (below, above) = (Disc::of(below)?, Disc::of(above)?);
    let opaque = below.opacity == "1" && above.opacity == "1";
    let width = below.radius.checked_sub(above.radius)?;
    (opaque && below.place == above.place).then(|| Strokes {
        joined: Joined::Group,
        look: format!("fill=\"{}\" stroke=\"{}\" stroke-width=\"{width}\"", above.fill, below.fill),
        drawn: above.circle(f64::from(below.radius + above.radius) / 2.0),
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
                   <circle cx=\"3\" cy=\"4\" r=\"4\" opacity=\"0.45\" fill=\"#57606A\" stroke=\"none\" stroke-width=\"1\"/>\n\
                   <circle cx=\"5\" cy=\"6\" r=\"4\" opacity=\"0.45\" fill=\"#57606A\" stroke=\"none\" stroke-width=\"1\"/>\n";
        assert_eq!(
            compact(svg),
            "<path fill=\"none\" stroke=\"#FFFFFF\" stroke-width=\"14\" d=\"M1,2 3,4M5,6 7,8\"/>\n\
             <path fill=\"none\" stroke=\"#57606A\" stroke-width=\"8\" stroke-linecap=\"round\" d=\"M1,2h0\"/>\n\
             <g fill=\"#57606A\" fill-opacity=\"0.45\"><circle cx=\"3\" cy=\"4\" r=\"4\"/><circle cx=\"5\" cy=\"6\" r=\"4\"/></g>\n"
        );
    }

    #[test]
    fn steps_are_told_by_one_number() {
        assert_eq!(path("1,2 5,2 5,9 7,8 9,9"), "M1,2H5V9L7,8 9,9");
        assert_eq!(path("1,2 1,2 x"), "M1,2H1Lx");
    }

    #[test]
    fn a_disc_on_a_disc_is_a_ring() {
        let disc = |x, radius, fill: &str| {
            format!(
                "<circle cx=\"{x}\" cy=\"2\" r=\"{radius}\" opacity=\"1\" fill=\"{fill}\" stroke=\"none\" stroke-width=\"1\"/>\n"
            )
        };
        let svg = [
            (1, 32, "#57606A"),
            (1, 17, "#FFFFFF"),
            (9, 32, "#57606A"),
            (9, 17, "#FFFFFF"),
            (5, 4, "#57606A"),
        ]
        .map(|(x, radius, fill)| disc(x, radius, fill))
        .concat();
        assert_eq!(
            compact(&svg),
            "<g fill=\"#FFFFFF\" stroke=\"#57606A\" stroke-width=\"15\"><circle cx=\"1\" cy=\"2\" r=\"24.5\"/>\
             <circle cx=\"9\" cy=\"2\" r=\"24.5\"/></g>\n\
             <path fill=\"none\" stroke=\"#57606A\" stroke-width=\"8\" stroke-linecap=\"round\" d=\"M5,2h0\"/>\n"
        );
    }

    #[test]
    fn a_text_without_words_is_left_out() {
        let svg = "<text x=\"1\">\n\n</text>\n<text x=\"2\">\nP99\n</text>";
        assert_eq!(compact(svg), "<text x=\"2\">\nP99\n</text>\n");
    }

    #[test]
    fn words_in_a_chart_stay_as_they_are() {
        let svg = "<text x=\"1\" font-family=\"Noto Sans\" opacity=\"1\">\nopacity=&quot;1&quot; <\n</text>";
        assert_eq!(compact(svg), "<text x=\"1\">\nopacity=&quot;1&quot; <\n</text>\n");
    }
}
