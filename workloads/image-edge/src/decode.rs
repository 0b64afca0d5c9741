//! From the body to pixels, within limits that are checked before anything is decoded.

use std::io::Cursor;

use image::error::LimitErrorKind;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, RgbImage};

use crate::error::Failure;

/// Of either side, in pixels.
const MAX_SIDE: u32 = 8_192;
const MAX_PIXELS: u64 = 16_000_000;
/// For whatever a decoder allocates, in bytes: 16 bits in four channels of the most pixels.
const MAX_ALLOCATION: u64 = MAX_PIXELS * 8;

/// Decodes a JPEG or PNG; what is transparent is laid on white.
pub(crate) fn decode(body: &[u8]) -> Result<RgbImage, Failure> {
    let format = match image::guess_format(body) {
        Ok(format @ (ImageFormat::Jpeg | ImageFormat::Png)) => format,
        _ => return Err(Failure::UnknownFormat),
    };
    let mut reader = ImageReader::with_format(Cursor::new(body), format);
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_ALLOCATION);
    reader.limits(limits);
    let decoder = reader.into_decoder().map_err(failure)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(Failure::TooLarge(format!(
            "the picture has {width}×{height} pixels: at most {MAX_PIXELS}"
        )));
    }
    Ok(flatten(DynamicImage::from_decoder(decoder).map_err(failure)?))
}

fn failure(error: ImageError) -> Failure {
    match error {
        ImageError::Limits(limit) => match limit.kind() {
            LimitErrorKind::DimensionError => {
                Failure::TooLarge(format!("the picture is wider or higher than {MAX_SIDE} pixels"))
            }
            _ => Failure::TooLarge(format!("the picture takes more than {MAX_ALLOCATION} bytes to decode")),
        },
        other => Failure::BrokenPicture(other.to_string()),
    }
}

fn flatten(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let picture = picture.into_rgba8();
    let (width, height) = picture.dimensions();
    let mut flat = RgbImage::new(width, height);
    for (to, from) in flat.pixels_mut().zip(picture.pixels()) {
        let [red, green, blue, alpha] = from.0;
        to.0 = [red, green, blue].map(|channel| over_white(channel, alpha));
    }
    flat
}

/// `channel × alpha + white × (1 - alpha)`, rounded.
fn over_white(channel: u8, alpha: u8) -> u8 {
    let (channel, alpha) = (u32::from(channel), u32::from(alpha));
    ((channel * alpha + 255 * (255 - alpha) + 127) / 255) as u8
}
