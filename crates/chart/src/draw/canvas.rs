//! Lines, areas and text, written as SVG. Neighbours that look alike are written as one element.

use plimsoll_format::plain;

use super::super::Theme;
use super::super::palette::{Ground, Rgb};
use super::super::spec::Stroke;
use super::letters;

/// Height of capitals in ems.
const CAPITALS: f64 = 0.714;
/// From this width on, in pixels, words are fitted to the width that they were measured with: whoever shows the SVG may
/// have a wider font, and what is shorter has room for that.
const LONG: f64 = 60.0;

/// A point in pixels, from the upper left.
pub(super) type Pixel = (f64, f64);

/// How text looks and where its anchor lies.
#[derive(Clone, Copy)]
pub(super) struct Text {
    /// Size of an em in pixels.
    pub(super) em: f64,
    pub(super) colour: Rgb,
    pub(super) bold: bool,
    pub(super) anchor: Anchor,
    /// Read from below to above.
    pub(super) upright: bool,
}

impl Text {
    /// The same text with another anchor.
    pub(super) fn to(self, anchor: Anchor) -> Self {
        Self { anchor, ..self }
    }
}

/// Which end of a text its place is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Begin,
    Middle,
    End,
}

/// Words in a picture, and the rectangle in which their capitals stand.
#[derive(Clone, Debug, PartialEq)]
pub struct PlacedWords {
    /// The words.
    pub words: String,
    /// Left edge, upper edge, right edge and lower edge, in pixels from the upper left.
    pub edges: [f64; 4],
}

impl PlacedWords {
    fn of(words: &str, text: Text, wide: f64, (x, y): Pixel) -> Self {
        let before = match text.anchor {
            Anchor::Begin => 0.0,
            Anchor::Middle => wide / 2.0,
            Anchor::End => wide,
        };
        let half = CAPITALS / 2.0 * text.em;
        let edges = match text.upright {
            true => [x - half, y + before - wide, x + half, y + before],
            false => [x - before, y - half, x - before + wide, y + half],
        };
        Self { words: words.to_owned(), edges }
    }
}

/// Something to draw on.
pub(super) struct Canvas {
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) theme: Theme,
    pub(super) ground: Ground,
    /// Letters are drawn, not written.
    as_outlines: bool,
    written: String,
    /// Where words stand.
    words: Vec<PlacedWords>,
    /// What is drawn last: its attributes, and a path's data or elements.
    look: String,
    drawn: String,
}

impl Canvas {
    pub(super) fn new((width, height): Pixel, as_outlines: bool, theme: Theme) -> Self {
        let (written, words, look, drawn) = Default::default();
        let ground = theme.ground();
        let mut canvas = Self { width, height, theme, ground, as_outlines, written, words, look, drawn };
        let paper = canvas.ground.paper;
        canvas.area(&[(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)], paper, 1.0);
        canvas
    }

    /// Prominent text.
    pub(super) fn ink(&self, em: f64) -> Text {
        Text { em, colour: self.ground.ink, bold: false, anchor: Anchor::Begin, upright: false }
    }

    /// Less prominent text.
    pub(super) fn muted(&self, em: f64) -> Text {
        Text { colour: self.ground.muted, ..self.ink(em) }
    }

    /// Where words were written, in the order in which they were.
    pub(super) fn words(self) -> Vec<PlacedWords> {
        self.words
    }

    /// What was drawn, as elements of SVG.
    pub(super) fn finish(mut self) -> String {
        self.flush();
        self.written
    }

    /// Draws a part of a path, or an element, with these attributes.
    fn put(&mut self, look: String, drawn: &str) {
        if self.look != look || self.drawn.starts_with('<') != drawn.starts_with('<') {
            self.flush();
            self.look = look;
        }
        self.drawn.push_str(drawn);
    }

    fn flush(&mut self) {
        let (look, drawn) = (std::mem::take(&mut self.look), std::mem::take(&mut self.drawn));
        if drawn.starts_with('<') {
            self.written.push_str(&format!("<g {look}>{drawn}</g>\n"));
        } else if !drawn.is_empty() {
            self.written.push_str(&format!("<path {look} d=\"{drawn}\"/>\n"));
        }
    }

    /// An unbroken line.
    pub(super) fn line(&mut self, points: &[Pixel], colour: Rgb, width: f64) {
        self.stroked(points, (colour, 1.0), width, Stroke::Solid);
    }

    /// A line in one of the strokes.
    pub(super) fn stroked(
        &mut self,
        points: &[Pixel],
        (colour, alpha): (Rgb, f64),
        width: f64,
        stroke: Stroke,
    ) {
        let pieces: &[f64] = match stroke {
            Stroke::Solid => &[],
            Stroke::Dashed => &[4.0, 2.2],
            Stroke::Dotted => &[1.2, 1.5],
            Stroke::DashDotted => &[4.0, 1.6, 1.2, 1.6],
        };
        let pieces: Vec<String> = pieces.iter().map(|long| number(width.max(1.6) * long)).collect();
        let dashes = match pieces.as_slice() {
            [] => String::new(),
            pieces => format!(" stroke-dasharray=\"{}\"", pieces.join(" ")),
        };
        let (ink, width) = (paint("stroke", colour, alpha), number(width));
        self.put(format!("fill=\"none\" {ink} stroke-width=\"{width}\"{dashes}"), &way(points));
    }

    /// A filled polygon.
    pub(super) fn area(&mut self, points: &[Pixel], colour: Rgb, alpha: f64) {
        self.put(paint("fill", colour, alpha), &format!("{}Z", way(points)));
    }

    /// A disc.
    pub(super) fn disc(&mut self, at: Pixel, radius: f64, colour: Rgb, alpha: f64) {
        if alpha < 1.0 {
            // Elements of their own: parts of one path would show no overlap.
            self.put(paint("fill", colour, alpha), &circle(at, radius));
            return;
        }
        // The round ends of a line without length.
        let (ink, width) = (paint("stroke", colour, 1.0), number(radius * 2.0));
        let look = format!("fill=\"none\" {ink} stroke-width=\"{width}\" stroke-linecap=\"round\"");
        self.put(look, &format!("{}h0", way(&[at])));
    }

    /// A disc in the ground's colour with an edge of this width, inside this radius.
    pub(super) fn ring(&mut self, at: Pixel, radius: f64, colour: Rgb, width: f64) {
        let [fill, stroke] =
            [("fill", self.ground.paper), ("stroke", colour)].map(|(of, colour)| paint(of, colour, 1.0));
        let look = format!("{fill} {stroke} stroke-width=\"{}\"", number(width));
        self.put(look, &circle(at, radius - width / 2.0));
    }

    /// Writes a text, without what could steer a reader, whose capitals are centred at this height (or, upright, at
    /// this distance from the left).
    pub(super) fn write(&mut self, words: &str, text: Text, (x, y): Pixel) {
        let words = plain(words);
        if words.trim().is_empty() {
            return;
        }
        let Text { em, colour, bold, anchor, upright } = text;
        let wide = letters::width(&words, em, bold);
        self.words.push(PlacedWords::of(&words, text, wide, (x, y)));
        let down = CAPITALS / 2.0 * em;
        let (x, y) = if upright { (x + down, y) } else { (x, y + down) };
        let mut look = paint("fill", colour, 1.0);
        if self.as_outlines {
            let before = match anchor {
                Anchor::Begin => 0.0,
                Anchor::Middle => wide / 2.0,
                Anchor::End => wide,
            };
            let at = if upright { (x, y + before) } else { (x - before, y) };
            let outlines = letters::outlines(&words, em, bold, at, upright);
            return self.put(look, &format!("<path d=\"{outlines}\"/>"));
        }
        look.push_str(&format!(" font-size=\"{}\"", number(em)));
        look.push_str(if bold { " font-weight=\"bold\"" } else { "" });
        look.push_str(match anchor {
            Anchor::Begin => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        });
        let [x, y] = [x, y].map(number);
        let mut place = format!("x=\"{x}\" y=\"{y}\"");
        if upright {
            place.push_str(&format!(" transform=\"rotate(-90 {x} {y})\""));
        }
        if wide > LONG {
            place.push_str(&format!(" textLength=\"{}\" lengthAdjust=\"spacingAndGlyphs\"", number(wide)));
        }
        self.put(look, &format!("<text {place}>{}</text>", escaped(&words)));
    }
}

/// The attributes of a colour.
fn paint(of: &str, [red, green, blue]: Rgb, alpha: f64) -> String {
    let opacity = if alpha < 1.0 { format!(" {of}-opacity=\"{alpha}\"") } else { String::new() };
    format!("{of}=\"#{red:02X}{green:02X}{blue:02X}\"{opacity}")
}

fn circle((x, y): Pixel, radius: f64) -> String {
    let [x, y, radius] = [x, y, radius].map(number);
    format!("<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\"/>")
}

/// The way along these points, where a step straight across or up is told by one number.
fn way(points: &[Pixel]) -> String {
    let mut way = String::new();
    let mut before: Option<[String; 2]> = None;
    for point in points {
        let [x, y] = [point.0, point.1].map(number);
        match &before {
            None => way.push_str(&format!("M{x},{y}")),
            Some([same, own]) if *same == x && *own == y => {}
            Some([_, own]) if *own == y => way.push_str(&format!("H{x}")),
            Some([own, _]) if *own == x => way.push_str(&format!("V{y}")),
            Some(_) => way.push_str(&format!("L{x},{y}")),
        }
        before = Some([x, y]);
    }
    way
}

/// In tenths of a pixel; 0 where it is no number.
pub(super) fn number(value: f64) -> String {
    let tenths = (value * 10.0).round() as i32;
    (f64::from(tenths) / 10.0).to_string()
}

pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    const INK: Rgb = [0x57, 0x60, 0x6A];

    /// What comes after the ground.
    fn drawn(draw: impl FnOnce(&mut Canvas)) -> String {
        let mut canvas = Canvas::new((900.0, 600.0), false, Theme::Light);
        draw(&mut canvas);
        canvas.finish().split_once('\n').map(|(_, drawn)| drawn.to_owned()).unwrap_or_default()
    }

    #[test]
    fn lines_and_discs_that_look_alike_are_one_path_and_what_shines_through_is_not() {
        let told = drawn(|canvas| {
            canvas.line(&[(1.0, 2.0), (3.0, 4.0)], INK, 2.0);
            canvas.line(&[(5.0, 2.0), (5.0, 9.04), (7.0, 9.0), (7.0, f64::NAN)], INK, 2.0);
            canvas.disc((1.0, 2.0), 1.8, INK, 1.0);
            canvas.disc((3.0, 4.0), 2.8, INK, 0.45);
            canvas.disc((5.0, 4.0), 2.8, INK, 0.45);
            canvas.ring((5.0, 4.0), 4.0, INK, 2.0);
        });
        assert_eq!(
            told,
            "<path fill=\"none\" stroke=\"#57606A\" stroke-width=\"2\" d=\"M1,2L3,4M5,2V9H7V0\"/>\n\
             <path fill=\"none\" stroke=\"#57606A\" stroke-width=\"3.6\" stroke-linecap=\"round\" d=\"M1,2h0\"/>\n\
             <g fill=\"#57606A\" fill-opacity=\"0.45\"><circle cx=\"3\" cy=\"4\" r=\"2.8\"/><circle cx=\"5\" cy=\"4\" r=\"2.8\"/></g>\n\
             <g fill=\"#FFFFFF\" stroke=\"#57606A\" stroke-width=\"2\"><circle cx=\"5\" cy=\"4\" r=\"3\"/></g>\n"
        );
    }

    #[test]
    fn words_stay_as_they_are_and_a_text_without_any_is_left_out() {
        let text = Text { em: 13.0, colour: INK, bold: false, anchor: Anchor::End, upright: true };
        let told = drawn(|canvas| {
            canvas.write(" ", text, (1.0, 1.0));
            canvas.write("x=\"1\" <", text, (10.0, 20.0));
        });
        assert_eq!(
            told,
            "<g fill=\"#57606A\" font-size=\"13\" text-anchor=\"end\"><text x=\"14.6\" y=\"20\" transform=\"rotate(-90 14.6 20)\">\
             x=&quot;1&quot; &lt;</text></g>\n"
        );
    }
}
