use std::io::Cursor;

use image::{ImageFormat, RgbImage};
use plimsoll_sides::{Request, Response};

use super::handle;

fn resize(query: &str, body: &[u8]) -> Response {
    handle(Request::new("POST", &format!("/resize?{query}"), body))
}

fn encoded(picture: &RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).expect("a picture in memory can be encoded");
    bytes.into_inner()
}

fn checkers(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        image::Rgb([if (x + y) % 2 == 0 { 250 } else { 5 }, x as u8, y as u8])
    })
}

#[test]
fn the_core_answers_what_the_manifest_expects() {
    plimsoll_sides::check::http(env!("CARGO_MANIFEST_DIR"), handle);
}

#[test]
fn the_answer_has_the_asked_width_and_the_same_proportions() {
    let body = encoded(&checkers(90, 60), ImageFormat::Png);
    for (width, height) in [(1, 1), (45, 30), (90, 60), (180, 120)] {
        let response = resize(&format!("w={width}"), &body);
        let made = image::load_from_memory_with_format(&response.body, ImageFormat::Jpeg).expect("a JPEG");
        assert_eq!((made.width(), made.height()), (width, height));
    }
}

#[test]
fn a_grey_or_a_transparent_picture_is_resized_too() {
    let grey = image::DynamicImage::from(checkers(20, 20)).into_luma8();
    let clear = image::RgbaImage::new(20, 20);
    let mut bodies = [Cursor::new(Vec::new()), Cursor::new(Vec::new())];
    grey.write_to(&mut bodies[0], ImageFormat::Jpeg).expect("a grey JPEG");
    clear.write_to(&mut bodies[1], ImageFormat::Png).expect("a clear PNG");
    for body in bodies {
        assert_eq!(resize("w=10", body.get_ref()).status, 200);
    }
    let white = resize("w=10", &encoded_clear());
    let made = image::load_from_memory(&white.body).expect("a JPEG").into_rgb8();
    assert!(made.pixels().all(|pixel| pixel.0.iter().all(|channel| *channel >= 253)));
}

fn encoded_clear() -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image::RgbaImage::new(20, 20).write_to(&mut bytes, ImageFormat::Png).expect("a clear PNG");
    bytes.into_inner()
}

#[test]
fn a_wrong_parameter_is_400_and_named() {
    let body = encoded(&checkers(8, 8), ImageFormat::Png);
    for query in [
        "",
        "w=",
        "w=0",
        "w=-1",
        "w=4097",
        "w=99999999999",
        "w=1.5",
        "w=%31",
        "w",
        "q=80",
        "w=8&q=0",
        "w=8&q=101",
        "w=8&q=x",
        "w=8&h=8",
    ] {
        let response = resize(query, &body);
        assert_eq!(response.status, 400, "{query}");
        assert!(response.body.contains(&b'`'), "{query}");
    }
}

#[test]
fn a_picture_that_would_become_too_high_is_400() {
    let body = encoded(&checkers(1, 100), ImageFormat::Png);
    assert_eq!(resize("w=40", &body).status, 200);
    assert_eq!(resize("w=41", &body).status, 400);
}

#[test]
fn what_is_no_jpeg_or_png_is_415() {
    for body in [&b""[..], b"\xff", b"GIF89a\x01\x00\x01\x00", b"{\"json\":true}", &[0; 4096]] {
        assert_eq!(resize("w=8", body).status, 415);
    }
}

#[test]
fn a_picture_cut_short_or_damaged_never_panics() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png] {
        let whole = encoded(&checkers(64, 48), format);
        for length in 8..whole.len() {
            let status = resize("w=8", &whole[..length]).status;
            assert!([200, 400].contains(&status), "{format:?} cut to {length}: {status}");
        }
        for at in 8..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 0x55;
            let status = resize("w=8", &damaged).status;
            assert!([200, 400, 413, 415].contains(&status), "{format:?} damaged at {at}: {status}");
        }
    }
}

#[test]
fn a_picture_over_the_limits_is_413_before_it_is_decoded() {
    // The header of a PNG that claims its size: width and height stand at 16 and 20, their check sum at 29.
    for (width, height) in [(8_193_u32, 1_u32), (1, 8_193), (8_000, 8_000), (u32::MAX >> 1, u32::MAX >> 1)] {
        let mut claim = encoded(&checkers(1, 1), ImageFormat::Png);
        claim[16..20].copy_from_slice(&width.to_be_bytes());
        claim[20..24].copy_from_slice(&height.to_be_bytes());
        let sum = crc32(&claim[12..29]);
        claim[29..33].copy_from_slice(&sum.to_be_bytes());
        assert_eq!(resize("w=8", &claim).status, 413, "{width}×{height}");
    }
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| sum >> 1 ^ (0xedb8_8320 & (sum & 1).wrapping_neg()))
    })
}

#[test]
fn a_wrong_method_is_405_and_a_wrong_path_404() {
    let response = handle(Request::new("GET", "/resize?w=8", b""));
    assert_eq!((response.status, response.allow), (405, Some("POST")));
    assert_eq!(handle(Request::new("POST", "/", b"")).status, 404);
}
