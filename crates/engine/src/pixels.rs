//! Compares pictures by what they show.

use std::io::Cursor;

use image::{DynamicImage, ImageReader, Limits};

/// Largest side of a picture that is decoded, in pixels.
const LONGEST_SIDE: u32 = 16_384;

/// Why two pictures do not show the same, as the end of a sentence about the received one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PixelsError {
    #[error("is no picture: {0}")]
    Received(String),
    #[error("can't be compared, since the expected file is no picture: {0}")]
    Expected(String),
    #[error("is {received:?} pixels large, expected {expected:?}")]
    Size { expected: (u32, u32), received: (u32, u32) },
    #[error("differs by {by} of 255 in channel {channel} at pixel {x},{y}: {tolerance} is allowed")]
    Pixel { x: u32, y: u32, channel: usize, by: u8, tolerance: u8 },
}

/// Decodes both and compares every channel of every pixel.
pub(crate) fn compare(expected: &[u8], received: &[u8], tolerance: u8) -> Result<(), PixelsError> {
    let expected = decode(expected).map_err(PixelsError::Expected)?.into_rgba8();
    let (wanted, told) = (expected.dimensions(), dimensions(received).map_err(PixelsError::Received)?);
    if wanted != told {
        return Err(PixelsError::Size { expected: wanted, received: told });
    }
    let received = decode(received).map_err(PixelsError::Received)?.into_rgba8();
    if wanted != received.dimensions() {
        return Err(PixelsError::Size { expected: wanted, received: received.dimensions() });
    }
    for ((x, y, wanted), told) in expected.enumerate_pixels().zip(received.pixels()) {
        for channel in 0..4 {
            let by = wanted.0[channel].abs_diff(told.0[channel]);
            if by > tolerance {
                return Err(PixelsError::Pixel { x, y, channel, by, tolerance });
            }
        }
    }
    Ok(())
}

/// Width and height as the picture states them, without room for its pixels.
fn dimensions(bytes: &[u8]) -> Result<(u32, u32), String> {
    reader(bytes)?.into_dimensions().map_err(|why| why.to_string())
}

fn decode(bytes: &[u8]) -> Result<DynamicImage, String> {
    reader(bytes)?.decode().map_err(|why| why.to_string())
}

fn reader(bytes: &[u8]) -> Result<ImageReader<Cursor<&[u8]>>, String> {
    let mut reader =
        ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|why| why.to_string())?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    reader.limits(limits);
    Ok(reader)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(shade: u8, width: u32) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        let picture = image::RgbImage::from_pixel(width, 2, image::Rgb([shade, 10, 10]));
        picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn pixels_within_the_tolerance_are_the_same_picture() {
        assert_eq!(compare(&png(100, 3), &png(102, 3), 2), Ok(()));
        let far = compare(&png(100, 3), &png(103, 3), 2).unwrap_err();
        assert_eq!(far, PixelsError::Pixel { x: 0, y: 0, channel: 0, by: 3, tolerance: 2 });
    }

    #[test]
    fn another_size_or_no_picture_at_all_is_told() {
        assert!(matches!(compare(&png(1, 3), &png(1, 4), 2), Err(PixelsError::Size { .. })));
        assert!(matches!(compare(&png(1, 3), b"text", 2), Err(PixelsError::Received(_))));
    }

    #[test]
    fn a_picture_is_refused_by_the_size_it_states_before_there_is_room_for_it() {
        let mut stated = png(1, 3);
        stated[16..24].copy_from_slice(&[0, 0, 0x3e, 0x80, 0, 0, 0x3e, 0x80]);
        // Eight bits a channel, with transparency; then the sum over this first chunk.
        stated[24..29].copy_from_slice(&[8, 6, 0, 0, 0]);
        stated[29..33].copy_from_slice(&0x417edfde_u32.to_be_bytes());
        let refused = compare(&png(1, 3), &stated, 2).unwrap_err();
        assert_eq!(refused, PixelsError::Size { expected: (3, 2), received: (16_000, 16_000) });
    }
}
