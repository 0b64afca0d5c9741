//! Charts as pictures: a specification in, SVG or PNG out. Nothing here knows which chart it draws.

mod axes;
mod canvas;
mod fault;
mod frame;
mod legend;
mod letters;
mod marks;
mod pattern;
mod shapes;
mod sizes;
mod text;

use plimsoll_format::plain;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

pub use self::canvas::PlacedWords;
use self::canvas::{Canvas, escaped, number};
pub use self::fault::ChartError;
use self::fault::MOST;
use super::{ChartSpec, Theme};

/// Smallest width and height that still hold a chart, in pixels.
const LEAST: (u32, u32) = (320, 240);
/// From this size on, everything grows with the picture: it is looked at from further away.
const USUAL: (f64, f64) = (1_200.0, 700.0);
/// Width of a drawing in a page, to which its letters are fitted.
const WIDTH: f64 = 900.0;
/// Empty space around axes without title and notes, in pixels: on the left, above, on the right, below.
const EMPTY: [f64; 4] = [18.0, 26.0, 14.0, 14.0];

/// The size at which a picture of a chart has room for all that is in it, in pixels: higher where there are more rows.
#[must_use]
pub fn size_of(spec: &ChartSpec) -> (u32, u32) {
    let height = frame::height(spec, USUAL.0).ceil().clamp(LEAST.1.into(), MOST.into());
    (USUAL.0 as u32, height as u32)
}

/// Where the words of a picture of this size stand, of one for a page where there is none.
#[must_use]
pub fn words_of(spec: &ChartSpec, size: Option<(u32, u32)>) -> Vec<PlacedWords> {
    let Some((width, height)) = size else { return bare(spec).words() };
    let mut canvas = Canvas::new((width.into(), height.into()), false, Theme::Light);
    frame::draw(&mut canvas, spec);
    canvas.words()
}

/// Draws a chart as an SVG document of this many pixels.
///
/// # Errors
/// When the size is out of bounds.
pub fn draw_svg(spec: &ChartSpec, theme: Theme, width: u32, height: u32) -> Result<String, ChartError> {
    document(spec, theme, (width, height), false)
}

/// Draws a chart as a part of a page, without its title, its explanation, its notes and why it is empty, which stand
/// there as text. It is as wide as its place and as high as its rows take. It is drawn for a light ground and has its
/// colours as attributes, for the page's style to turn.
#[must_use]
pub fn draw_bare(spec: &ChartSpec, labelled_by: &str) -> String {
    let canvas = bare(spec);
    let height = canvas.height;
    let [left, above, right, below] = EMPTY;
    let view = [left, above, WIDTH - left - right, height - above - below].map(number).join(" ");
    let (labelled_by, drawn) = (escaped(labelled_by), canvas.finish());
    format!("<svg role=\"img\" aria-labelledby=\"{labelled_by}\" viewBox=\"{view}\">\n{drawn}</svg>")
}

fn bare(spec: &ChartSpec) -> Canvas {
    let height = frame::bare_height(spec, WIDTH).clamp(LEAST.1.into(), MOST.into());
    let mut canvas = Canvas::new((WIDTH, height), false, Theme::Light);
    frame::draw_bare(&mut canvas, spec);
    canvas
}

/// Draws a chart as a PNG file of this many pixels.
///
/// # Errors
/// When the size is out of bounds.
pub fn draw_png(spec: &ChartSpec, theme: Theme, width: u32, height: u32) -> Result<Vec<u8>, ChartError> {
    let document = document(spec, theme, (width, height), true)?;
    let tree = Tree::from_str(&document, &Options::default())?;
    let mut pixels = Pixmap::new(width, height).ok_or(ChartError::Size { width, height })?;
    resvg::render(&tree, Transform::identity(), &mut pixels.as_mut());
    // The ground covers all of it, so nothing is left that shines through.
    let colours = pixels.pixels().iter().flat_map(|pixel| [pixel.red(), pixel.green(), pixel.blue()]);
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Rgb);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&colours.collect::<Vec<u8>>())?;
    writer.finish()?;
    Ok(file)
}

fn document(
    spec: &ChartSpec,
    theme: Theme,
    (width, height): (u32, u32),
    as_outlines: bool,
) -> Result<String, ChartError> {
    check_size(width, height)?;
    let (wide, high) = (f64::from(width), f64::from(height));
    let zoom = (wide / USUAL.0).min(high / USUAL.1).max(1.0);
    let mut canvas = Canvas::new((wide / zoom, high / zoom), as_outlines, theme);
    frame::draw(&mut canvas, spec);
    let [right, bottom] = [wide / zoom, high / zoom].map(number);
    let (title, family) = (escaped(&plain(&spec.title)), letters::FAMILY);
    Ok(format!(
        "<svg role=\"img\" aria-label=\"{title}\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {right} {bottom}\" \
         xmlns=\"http://www.w3.org/2000/svg\" font-family=\"{family}\">\n{}</svg>\n",
        canvas.finish()
    ))
}

fn check_size(width: u32, height: u32) -> Result<(), ChartError> {
    if (LEAST.0..=MOST).contains(&width) && (LEAST.1..=MOST).contains(&height) {
        return Ok(());
    }
    Err(ChartError::Size { width, height })
}
