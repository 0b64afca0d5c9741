//! From pixels to the answer: resized with Lanczos3, encoded as JPEG.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, RgbImage};

use crate::error::Failure;
use crate::parameters::Parameters;

/// Of the picture to make: a very tall one would turn any width into gigabytes.
const MAX_HEIGHT: u32 = 4_096;

pub(crate) fn resize(picture: &RgbImage, parameters: Parameters) -> Result<Vec<u8>, Failure> {
    let width = parameters.width;
    let height = height_for(picture.dimensions(), width)?;
    let from = ImageRef::new(picture.width(), picture.height(), picture.as_raw(), PixelType::U8x3)
        .map_err(|error| Failure::Internal(error.to_string()))?;
    let mut to = Image::new(width, height, PixelType::U8x3);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
    Resizer::new().resize(&from, &mut to, &options).map_err(|error| Failure::Internal(error.to_string()))?;
    let mut encoded = Vec::with_capacity(to.buffer().len() / 8);
    JpegEncoder::new_with_quality(&mut encoded, parameters.quality)
        .encode(to.buffer(), width, height, ExtendedColorType::Rgb8)
        .map_err(|error| Failure::Internal(error.to_string()))?;
    Ok(encoded)
}

/// The height that keeps the picture's proportions, rounded, at least 1.
fn height_for((width, height): (u32, u32), to_width: u32) -> Result<u32, Failure> {
    if width == 0 || height == 0 {
        return Err(Failure::BrokenPicture("it has no pixels".to_owned()));
    }
    let (width, height, to_width) = (u64::from(width), u64::from(height), u64::from(to_width));
    let to_height = ((height * to_width + width / 2) / width).max(1);
    u32::try_from(to_height).ok().filter(|height| *height <= MAX_HEIGHT).ok_or_else(|| {
        Failure::BadParameter(format!(
            "`w` is `{to_width}`, which makes this picture {to_height} pixels high: at most {MAX_HEIGHT}"
        ))
    })
}
