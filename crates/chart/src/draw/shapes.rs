//! Symbols of lanes and signs of flags.

use super::super::palette::Rgb;
use super::super::spec::{Flag, Symbol};
use super::canvas::{Canvas, Pixel};

/// Draws a lane's symbol, whose area is about that of a disc of this radius, with an edge in the ground's colour.
pub(super) fn symbol(canvas: &mut Canvas, symbol: Symbol, at: Pixel, radius: f64, colour: Rgb, hollow: bool) {
    let paper = canvas.ground.paper;
    let layers = [(radius + 1.2, paper), (radius, colour), (radius * 0.55, paper)];
    for (radius, colour) in layers.into_iter().take(if hollow { 3 } else { 2 }) {
        if symbol == Symbol::Circle {
            canvas.disc(at, radius, colour, 1.0);
        } else {
            canvas.area(&corners(symbol, at, radius), colour, 1.0);
        }
    }
}

fn corners(symbol: Symbol, (x, y): Pixel, radius: f64) -> Vec<Pixel> {
    let at = |places: &[(f64, f64)]| {
        places.iter().map(|(right, down)| (x + right * radius, y + down * radius)).collect()
    };
    match symbol {
        Symbol::Circle | Symbol::Square => at(&[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)]),
        Symbol::Triangle => at(&[(0.0, -1.3), (1.2, 0.85), (-1.2, 0.85)]),
        Symbol::Wedge => at(&[(0.0, 1.3), (1.2, -0.85), (-1.2, -0.85)]),
        Symbol::Diamond => at(&[(0.0, -1.35), (1.15, 0.0), (0.0, 1.35), (-1.15, 0.0)]),
        Symbol::Cross => at(&[
            (-0.4, -1.2),
            (0.4, -1.2),
            (0.4, -0.4),
            (1.2, -0.4),
            (1.2, 0.4),
            (0.4, 0.4),
            (0.4, 1.2),
            (-0.4, 1.2),
            (-0.4, 0.4),
            (-1.2, 0.4),
            (-1.2, -0.4),
            (-0.4, -0.4),
        ]),
        Symbol::Star => star().map(|(right, down)| (x + right * radius, y + down * radius)).to_vec(),
    }
}

/// Five points, the first one up, and the corners between them.
fn star() -> [(f64, f64); 10] {
    std::array::from_fn(|at| {
        let turn = std::f64::consts::PI * (at as f64 / 5.0 - 0.5);
        let far = if at % 2 == 0 { 1.45 } else { 0.62 };
        (far * turn.cos(), far * turn.sin())
    })
}

/// Draws the sign of a flag.
pub(super) fn flag(canvas: &mut Canvas, flag: Flag, (x, y): Pixel, radius: f64, colour: Rgb) {
    let paper = canvas.ground.paper;
    let arms: [[Pixel; 2]; 2] = match flag {
        Flag::Outlier => return canvas.ring((x, y), radius, colour, radius * 0.48),
        Flag::Failed => [[(-1.0, -1.0), (1.0, 1.0)], [(-1.0, 1.0), (1.0, -1.0)]],
    };
    for (width, colour) in [(4.4, paper), (2.0, colour)] {
        for arm in arms {
            let ends = arm.map(|(right, down)| (x + right * radius, y + down * radius));
            canvas.line(&ends, colour, width);
        }
    }
}
