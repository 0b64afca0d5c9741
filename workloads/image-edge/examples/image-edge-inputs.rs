//! Draws the inputs of `image-edge`, the same on every machine: `cargo run --example image-edge-inputs -- FOLDER`.
//!
//! Whole numbers only: the sine of a float differs from one C library to the next.

use std::path::PathBuf;

use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage, Rgba, RgbaImage};

const WIDTH: u32 = 1_600;
const HEIGHT: u32 = 1_067;
const HORIZON: u32 = 560;
const PNG_SIDE: u32 = 320;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = PathBuf::from(std::env::args_os().nth(1).ok_or("the folder to write to is missing")?);
    std::fs::create_dir_all(&folder)?;
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, 90).encode_image(&harbour())?;
    std::fs::write(folder.join("harbour.jpg"), jpeg)?;
    buoy().save(folder.join("buoy.png"))?;
    Ok(())
}

/// A harbour at dusk: a sky with clouds, water with waves, a hull with its line, and a sensor's grain over it all.
fn harbour() -> RgbImage {
    RgbImage::from_fn(WIDTH, HEIGHT, |x, y| {
        let base = if is_hull(x, y) {
            hull(x, y)
        } else if y < HORIZON {
            sky(x, y)
        } else {
            water(x, y)
        };
        let grain = (hash(x, y, 99) % 9) as i32 - 4;
        Rgb(base.map(|channel| (channel + grain).clamp(0, 255) as u8))
    })
}

fn sky(x: u32, y: u32) -> [i32; 3] {
    let down = (y * 255 / HORIZON) as i32;
    let cloud = (clouds(x, y * 2) - 120).max(0);
    [70 + down / 2 + cloud, 95 + down / 3 + cloud * 3 / 4, 165 - down / 6 + cloud / 2]
}

fn water(x: u32, y: u32) -> [i32; 3] {
    let depth = ((y - HORIZON) * 90 / (HEIGHT - HORIZON)) as i32;
    let wave = clouds(x / 2, y * 5) / 4 - 30;
    [60 - depth / 2 + wave, 88 - depth / 3 + wave, 110 - depth / 4 + wave]
}

fn is_hull(x: u32, y: u32) -> bool {
    let slant = (y.saturating_sub(430)) / 3;
    (430..690).contains(&y) && (430 + slant..1_230 - slant).contains(&x)
}

fn hull(x: u32, y: u32) -> [i32; 3] {
    let shade = noise(x, y, 5, 7) / 8 + (x as i32 - 830) / 16;
    match y {
        430..=445 => [220 + shade, 215 + shade, 205 + shade],
        600..=606 => [240, 240, 235],
        607.. => [120 + shade, 38 + shade / 2, 34 + shade / 2],
        _ if x % 60 < 14 && (490..505).contains(&y) => [250, 220, 130],
        _ => [34 + shade, 40 + shade, 52 + shade],
    }
}

/// Value noise in five octaves, from 0 to 255.
fn clouds(x: u32, y: u32) -> i32 {
    let sum: i32 = (0..5).map(|octave| noise(x, y, 8 - octave, octave) >> (octave + 1)).sum();
    sum * 255 / 247
}

/// Value noise on a grid of 2^`shift` pixels, smoothed, from 0 to 255.
fn noise(x: u32, y: u32, shift: u32, seed: u32) -> i32 {
    let cell = 1 << shift;
    let (left, top) = (x >> shift, y >> shift);
    let across = smooth((x % cell) as i32 * 256 / cell as i32);
    let down = smooth((y % cell) as i32 * 256 / cell as i32);
    let corner = |dx: u32, dy: u32| (hash(left + dx, top + dy, seed) & 255) as i32;
    let mix = |from: i32, to: i32, share: i32| from + (to - from) * share / 256;
    mix(mix(corner(0, 0), corner(1, 0), across), mix(corner(0, 1), corner(1, 1), across), down)
}

/// 3t² - 2t³ for t from 0 to 256.
fn smooth(t: i32) -> i32 {
    t * t * (768 - 2 * t) / 65_536
}

fn hash(x: u32, y: u32, seed: u32) -> u32 {
    let mut bits = x.wrapping_mul(0x8da6_b343) ^ y.wrapping_mul(0xd816_3841) ^ seed.wrapping_mul(0xcb1a_b31f);
    bits = (bits ^ (bits >> 15)).wrapping_mul(0x2c1b_3c6d);
    bits = (bits ^ (bits >> 12)).wrapping_mul(0x297a_2d39);
    bits ^ (bits >> 15)
}

/// A round buoy with a soft edge on nothing, so that the alpha channel matters.
fn buoy() -> RgbaImage {
    RgbaImage::from_fn(PNG_SIDE, PNG_SIDE, |x, y| {
        let (dx, dy) = (x as i32 - 160, y as i32 - 160);
        let distance_squared = dx * dx + dy * dy;
        let alpha = ((150 * 150 - distance_squared) / 12).clamp(0, 255) as u8;
        let light = noise(x, y, 4, 11) / 10 - (dx + dy) / 6;
        let stripe = (y / 40).is_multiple_of(2);
        let base = if stripe { [200, 50, 40] } else { [235, 230, 220] };
        let [red, green, blue] = base.map(|channel: i32| (channel + light).clamp(0, 255) as u8);
        Rgba([red, green, blue, alpha])
    })
}
