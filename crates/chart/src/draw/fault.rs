/// Largest width and height, in pixels: enough for a wall, and bounded memory.
pub(super) const MOST: u32 = 4_096;

/// Why a chart could not be drawn.
#[derive(Debug, thiserror::Error)]
pub enum ChartError {
    /// It is asked for too small or too large.
    #[error("a chart can't be {width} × {height} pixels: use 320 × 240 to {MOST} × {MOST}")]
    Size {
        /// Asked for, in pixels.
        width: u32,
        /// Asked for, in pixels.
        height: u32,
    },
    /// The drawing could not be turned into pixels.
    #[error("the chart could not be drawn")]
    Draw(#[from] resvg::usvg::Error),
    /// The picture could not be put into PNG.
    #[error("the chart could not be put into PNG")]
    Png(#[from] png::EncodingError),
}
