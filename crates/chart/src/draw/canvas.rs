//! Lines, areas and text in pixels of the picture that is asked for.

use std::error::Error;
use std::sync::OnceLock;

use plimsoll_format::plain;
use plotters::backend::DrawingBackend;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{
    Color, FontDesc, FontFamily, FontStyle, FontTransform, RGBAColor, ShapeStyle, TextStyle, register_font,
};

use super::super::Theme;
use super::super::palette::{Ground, Rgb};
use super::super::spec::Stroke;
use super::ChartError;

/// The first of these is built in and measured with; a reader of SVG takes the first that is there.
/// Noto Sans is under the SIL Open Font License 1.1, which stands in the font itself.
const FAMILY: &str = "Noto Sans, Open Sans, Helvetica, Arial, sans-serif";
/// Height of a line that plotters' rasteriser of Noto Sans takes for a letter size of 1: ascent and descent.
const LINE_PER_EM: f64 = 1.362;
/// What plotters divides a size by before it writes it into SVG.
const SVG_PER_EM: f64 = 1.24;

/// A place in the backend's own pixels.
type BackendCoord = (i32, i32);

/// How a backend sets letters.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Letters {
    /// Drawn here.
    Bitmap,
    /// Drawn by whoever shows the picture.
    Svg,
}

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

/// Which end of a text its place is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Begin,
    Middle,
    End,
}

/// Something to draw on.
pub(super) struct Canvas<B> {
    backend: B,
    letters: Letters,
    scale: f64,
    pub(super) theme: Theme,
    pub(super) ground: Ground,
}

impl<B> Canvas<B>
where
    B: DrawingBackend,
    B::ErrorType: 'static,
{
    pub(super) fn new(
        mut backend: B,
        letters: Letters,
        scale: f64,
        theme: Theme,
    ) -> Result<Self, ChartError> {
        static FONTS: OnceLock<bool> = OnceLock::new();
        let registered = FONTS.get_or_init(|| {
            let fonts = [(FontStyle::Normal, notosans::REGULAR_TTF), (FontStyle::Bold, notosans::BOLD_TTF)];
            fonts.into_iter().all(|(style, bytes)| register_font(FAMILY, style, bytes).is_ok())
        });
        if !registered {
            return Err(ChartError::Font);
        }
        backend.ensure_prepared().map_err(failed)?;
        let mut canvas = Self { backend, letters, scale, theme, ground: theme.ground() };
        let (width, height) = canvas.size();
        let paper = canvas.ground.paper;
        canvas.area(&[(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)], paper, 1.0)?;
        Ok(canvas)
    }

    /// Width and height in pixels.
    pub(super) fn size(&self) -> (f64, f64) {
        let (width, height) = self.backend.get_size();
        (f64::from(width) / self.scale, f64::from(height) / self.scale)
    }

    pub(super) fn finish(mut self) -> Result<(), ChartError> {
        self.backend.present().map_err(failed)
    }

    fn coord(&self, (x, y): Pixel) -> BackendCoord {
        ((x * self.scale).round() as i32, (y * self.scale).round() as i32)
    }

    fn stroke(&self, colour: Rgb, alpha: f64, width: f64) -> ShapeStyle {
        let stroke_width = (width * self.scale).round().max(1.0) as u32;
        ShapeStyle { color: rgba(colour, alpha), filled: false, stroke_width }
    }

    /// An unbroken line.
    pub(super) fn line(&mut self, points: &[Pixel], colour: Rgb, width: f64) -> Result<(), ChartError> {
        self.see_through(points, colour, 1.0, width)
    }

    fn see_through(
        &mut self,
        points: &[Pixel],
        colour: Rgb,
        alpha: f64,
        width: f64,
    ) -> Result<(), ChartError> {
        let style = self.stroke(colour, alpha, width);
        let path: Vec<BackendCoord> = points.iter().map(|point| self.coord(*point)).collect();
        self.backend.draw_path(path, &style).map_err(failed)
    }

    /// A line in one of the strokes.
    pub(super) fn stroked(
        &mut self,
        points: &[Pixel],
        (colour, alpha): (Rgb, f64),
        width: f64,
        stroke: Stroke,
    ) -> Result<(), ChartError> {
        let (on, off) = match stroke {
            Stroke::Solid => return self.see_through(points, colour, alpha, width),
            Stroke::Dashed => (width * 3.5, width * 2.5),
        };
        for piece in broken(points, on, off) {
            self.see_through(&piece, colour, alpha, width)?;
        }
        Ok(())
    }

    /// A filled polygon.
    pub(super) fn area(&mut self, points: &[Pixel], colour: Rgb, alpha: f64) -> Result<(), ChartError> {
        let path: Vec<BackendCoord> = points.iter().map(|point| self.coord(*point)).collect();
        self.backend.fill_polygon(path, &rgba(colour, alpha)).map_err(failed)
    }

    /// A disc.
    pub(super) fn disc(&mut self, at: Pixel, radius: f64, colour: Rgb, alpha: f64) -> Result<(), ChartError> {
        let (at, radius) = (self.coord(at), (radius * self.scale).round().max(1.0) as u32);
        self.backend.draw_circle(at, radius, &rgba(colour, alpha), true).map_err(failed)
    }

    fn font(&self, em: f64, bold: bool, line: f64) -> FontDesc<'static> {
        let style = if bold { FontStyle::Bold } else { FontStyle::Normal };
        FontDesc::new(FontFamily::Name(FAMILY), em * line * self.scale, style)
    }

    /// How wide a text is.
    pub(super) fn width_of(&self, words: &str, em: f64, bold: bool) -> f64 {
        let found = self.font(em, bold, LINE_PER_EM).layout_box(words);
        found.map_or(0.0, |((left, _), (right, _))| f64::from(right - left) / self.scale)
    }

    /// Writes a text, without what could steer a reader, whose capitals are centred at this height (or, upright, at this distance from the left).
    pub(super) fn write(&mut self, words: &str, text: Text, (x, y): Pixel) -> Result<(), ChartError> {
        // Both backends anchor the top of capitals, each a little off; they are 0.714 em high.
        let (line, up) = match self.letters {
            Letters::Bitmap => (LINE_PER_EM, 0.325),
            Letters::Svg => (SVG_PER_EM, 0.403),
        };
        let up = up * text.em;
        let at = if text.upright { (x - up, y) } else { (x, y - up) };
        let h_pos = match text.anchor {
            Anchor::Begin => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::End => HPos::Right,
        };
        let turn = if text.upright { FontTransform::Rotate270 } else { FontTransform::None };
        let style = TextStyle {
            font: self.font(text.em, text.bold, line).transform(turn),
            color: rgba(text.colour, 1.0).to_backend_color(),
            pos: Pos::new(h_pos, VPos::Top),
        };
        let at = self.coord(at);
        self.backend.draw_text(&plain(words), &style, at).map_err(failed)
    }
}

fn rgba([red, green, blue]: Rgb, alpha: f64) -> RGBAColor {
    RGBAColor(red, green, blue, alpha)
}

fn failed(error: impl Error + Send + Sync + 'static) -> ChartError {
    ChartError::Draw(Box::new(error))
}

/// The pieces of a broken line, `on` long and `off` apart.
fn broken(points: &[Pixel], on: f64, off: f64) -> Vec<Vec<Pixel>> {
    let mut pieces = Vec::new();
    let mut piece: Vec<Pixel> = points.first().copied().into_iter().collect();
    let (mut drawing, mut left) = (true, on);
    for pair in points.windows(2) {
        let [(mut x, mut y), (to_x, to_y)] = *pair else { continue };
        loop {
            let rest = (to_x - x).hypot(to_y - y);
            if rest <= left {
                left -= rest;
                if drawing {
                    piece.push((to_x, to_y));
                }
                break;
            }
            let share = left / rest;
            (x, y) = (x + (to_x - x) * share, y + (to_y - y) * share);
            if drawing {
                piece.push((x, y));
                pieces.push(std::mem::take(&mut piece));
            } else {
                piece = vec![(x, y)];
            }
            drawing = !drawing;
            left = if drawing { on } else { off };
        }
    }
    pieces.extend((drawing && piece.len() > 1).then_some(piece));
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_line_has_pieces_of_one_length_around_corners() {
        let pieces = broken(&[(0.0, 0.0), (5.0, 0.0), (5.0, 10.0)], 4.0, 2.0);
        assert_eq!(
            pieces,
            [vec![(0.0, 0.0), (4.0, 0.0)], vec![(5.0, 1.0), (5.0, 5.0)], vec![(5.0, 7.0), (5.0, 10.0)],]
        );
    }
}
