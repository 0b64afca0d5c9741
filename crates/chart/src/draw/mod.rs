//! Charts in files: a specification in, SVG or PNG out. Nothing here knows which chart it draws.

mod canvas;
mod fault;
mod frame;
mod marks;
mod pattern;
mod shapes;

use plotters::backend::{BitMapBackend, DrawingBackend, SVGBackend};

use self::canvas::Canvas;
pub use self::fault::ChartError;
use self::fault::MOST;
use super::{ChartSpec, Theme};
use plimsoll_format::plain;

/// Smallest width and height that still hold a chart, in pixels.
const LEAST: (u32, u32) = (320, 240);
/// The drawing is this many times larger than what is asked for, in each direction: plotters counts in whole
/// pixels. SVG says so in its view box, PNG is averaged down, which smooths edges.
const SVG_SCALE: u32 = 8;
const PNG_SCALE: u32 = 3;
/// Where that would take too much memory.
const LARGE: (u32, u32) = (2_500_000, 2);
/// From this size on, everything grows with the picture: it is looked at from further away.
const USUAL: (f64, f64) = (1_200.0, 700.0);

/// Draws a chart as an SVG document of this many pixels.
///
/// # Errors
/// When the size is out of bounds.
pub fn draw_svg(spec: &ChartSpec, theme: Theme, width: u32, height: u32) -> Result<String, ChartError> {
    check_size(width, height)?;
    let mut text = String::new();
    let backend = SVGBackend::with_string(&mut text, (width * SVG_SCALE, height * SVG_SCALE));
    draw(backend, canvas::Letters::Svg, zoom(width, height) * f64::from(SVG_SCALE), spec, theme)?;
    let (wide, high) = (width * SVG_SCALE, height * SVG_SCALE);
    let header = format!("<svg width=\"{wide}\" height=\"{high}\"");
    let title = escaped(&plain(&spec.title));
    let wanted = format!("<svg role=\"img\" aria-label=\"{title}\" width=\"{width}\" height=\"{height}\"");
    Ok(text.replacen(&header, &wanted, 1))
}

/// Draws a chart as a PNG file of this many pixels.
///
/// # Errors
/// When the size is out of bounds.
pub fn draw_png(spec: &ChartSpec, theme: Theme, width: u32, height: u32) -> Result<Vec<u8>, ChartError> {
    check_size(width, height)?;
    let scale = if width * height > LARGE.0 { LARGE.1 } else { PNG_SCALE };
    let (wide, high) = (width * scale, height * scale);
    let mut pixels = vec![0; (wide * high * 3) as usize];
    let backend = BitMapBackend::with_buffer(&mut pixels, (wide, high));
    draw(backend, canvas::Letters::Bitmap, zoom(width, height) * f64::from(scale), spec, theme)?;
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&averaged(&pixels, wide as usize, scale as usize))?;
    writer.finish()?;
    Ok(file)
}

fn draw<B>(
    backend: B,
    letters: canvas::Letters,
    scale: f64,
    spec: &ChartSpec,
    theme: Theme,
) -> Result<(), ChartError>
where
    B: DrawingBackend,
    B::ErrorType: 'static,
{
    let mut canvas = Canvas::new(backend, letters, scale, theme)?;
    frame::draw(&mut canvas, spec)?;
    canvas.finish()
}

/// How much larger than usual everything is.
fn zoom(width: u32, height: u32) -> f64 {
    (f64::from(width) / USUAL.0).min(f64::from(height) / USUAL.1).max(1.0)
}

fn check_size(width: u32, height: u32) -> Result<(), ChartError> {
    if (LEAST.0..=MOST).contains(&width) && (LEAST.1..=MOST).contains(&height) {
        return Ok(());
    }
    Err(ChartError::Size { width, height })
}

/// The mean of each square of pixels.
fn averaged(pixels: &[u8], wide: usize, scale: usize) -> Vec<u8> {
    let row = wide * 3;
    let mut small = Vec::with_capacity(pixels.len() / (scale * scale));
    for rows in pixels.chunks_exact(row * scale) {
        for left in (0..row).step_by(3 * scale) {
            for channel in 0..3 {
                let places =
                    (0..scale).flat_map(|y| (0..scale).map(move |x| y * row + left + x * 3 + channel));
                let sum: u32 = places.filter_map(|at| rows.get(at)).map(|value| u32::from(*value)).sum();
                small.push((sum / (scale * scale) as u32) as u8);
            }
        }
    }
    small
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
