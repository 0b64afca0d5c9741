//! The built-in font: how wide words are, and their outlines where whoever shows a picture has no fonts.

use std::fmt::Write;
use std::sync::LazyLock;

use ttf_parser::{Face, GlyphId, OutlineBuilder};

/// The first of these is built in and measured with; a reader of SVG takes the first that is there.
/// Noto Sans is under the SIL Open Font License 1.1, which stands in the font itself.
pub(super) const FAMILY: &str = "Noto Sans, Open Sans, Helvetica, Arial, sans-serif";

/// Regular and bold.
static FACES: LazyLock<[Option<Face<'static>>; 2]> =
    LazyLock::new(|| [notosans::REGULAR_TTF, notosans::BOLD_TTF].map(|bytes| Face::parse(bytes, 0).ok()));

/// Each letter of these words with how far it moves the next one, in units of which there are so many in an em.
fn set(words: &str, bold: bool) -> Option<(&Face<'static>, f64, impl Iterator<Item = (GlyphId, f64)>)> {
    let face = FACES[usize::from(bold)].as_ref()?;
    let glyphs = words.chars().map(|letter| {
        let glyph = face.glyph_index(letter).unwrap_or_default();
        (glyph, f64::from(face.glyph_hor_advance(glyph).unwrap_or(0)))
    });
    Some((face, f64::from(face.units_per_em()), glyphs))
}

/// How wide words are with an em of this size.
pub(super) fn width(words: &str, em: f64, bold: bool) -> f64 {
    set(words, bold).map_or(0.0, |(_, units, glyphs)| glyphs.map(|(_, wide)| wide).sum::<f64>() * em / units)
}

/// The outlines of words that begin here on their base line, which leads to the right, or upwards, as a path's data.
pub(super) fn outlines(words: &str, em: f64, bold: bool, at: (f64, f64), upright: bool) -> String {
    let mut pen = Pen { data: String::new(), at, scale: 0.0, along: 0.0, upright };
    let Some((face, units, glyphs)) = set(words, bold) else { return pen.data };
    pen.scale = em / units;
    for (glyph, wide) in glyphs {
        face.outline_glyph(glyph, &mut pen);
        pen.along += wide;
    }
    pen.data
}

/// Writes outlines down as a path's data.
struct Pen {
    data: String,
    at: (f64, f64),
    scale: f64,
    along: f64,
    upright: bool,
}

impl Pen {
    fn put(&mut self, step: char, points: &[(f32, f32)]) {
        self.data.push(step);
        for (along, up) in points {
            let (along, up) = ((f64::from(*along) + self.along) * self.scale, f64::from(*up) * self.scale);
            let (right, down) = if self.upright { (-up, -along) } else { (along, -up) };
            // Text takes whatever is written.
            let _ = write!(self.data, "{:.2},{:.2} ", self.at.0 + right, self.at.1 + down);
        }
    }
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.put('M', &[(x, y)]);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.put('L', &[(x, y)]);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.put('Q', &[(x1, y1), (x, y)]);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.put('C', &[(x1, y1), (x2, y2), (x, y)]);
    }

    fn close(&mut self) {
        self.data.push('Z');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_faces_are_built_in_and_the_bold_one_is_wider() {
        assert!(FACES.iter().all(Option::is_some));
        let [regular, bold] = [false, true].map(|bold| width("cold start", 10.0, bold));
        assert!(regular > 40.0 && bold > regular && bold < 70.0, "{regular} {bold}");
        assert!(outlines("o", 10.0, false, (0.0, 0.0), false).matches('M').count() == 2);
    }
}
