//! What is known of the noise between runs, as a file.
//!
//! Format 1 is the bare [`RunNoise`]. Format 2 is the same with its format beside it.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::noise::{FigureNoise, RunNoise};

/// The format that is written.
const NOISE_VERSION: u32 = 2;
/// The field that says a file's format; a file of format 1 has none.
const FIELD: &str = "noise_version";

/// Why a file of kept noise can't be used.
#[derive(Debug, thiserror::Error)]
pub enum NoiseFileError {
    /// It is of a later format.
    #[error(
        "it is in format {found} and this Plimsoll reads up to {NOISE_VERSION}: use a newer one, or measure the noise again with `plimsoll noise`"
    )]
    Newer {
        /// Its format.
        found: u64,
    },
    /// It is of a format that never was.
    #[error("its `{FIELD}` is no format: measure the noise again with `plimsoll noise`")]
    UnknownFormat,
    /// It is no kept noise.
    #[error("it is damaged or no kept noise ({0}): measure the noise again with `plimsoll noise`")]
    Damaged(#[from] serde_json::Error),
    /// A figure in it can't be one.
    #[error("`figures[{0}]` makes no sense: measure the noise again with `plimsoll noise`")]
    Senseless(usize),
}

#[derive(Serialize)]
struct File<'noise> {
    noise_version: u32,
    #[serde(flatten)]
    noise: &'noise RunNoise,
}

impl RunNoise {
    /// The text of a file that keeps it.
    ///
    /// # Errors
    /// When a figure is no number.
    pub fn to_file(&self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec_pretty(&File { noise_version: NOISE_VERSION, noise: self })
    }

    /// Reads it from the bytes of a file, whichever format that is in.
    ///
    /// # Errors
    /// When it is of a later format, damaged, or holds a figure that can't be one.
    pub fn from_file(bytes: &[u8]) -> Result<Self, NoiseFileError> {
        let mut fields: Map<String, Value> = serde_json::from_slice(bytes)?;
        match fields.remove(FIELD).map(|version| version.as_u64()) {
            None | Some(Some(1..=2)) => {}
            Some(Some(found)) if found > u64::from(NOISE_VERSION) => {
                return Err(NoiseFileError::Newer { found });
            }
            Some(_) => return Err(NoiseFileError::UnknownFormat),
        }
        let noise: Self = serde_json::from_value(Value::Object(fields))?;
        match noise.figures.iter().position(|figure| !makes_sense(figure)) {
            Some(at) => Err(NoiseFileError::Senseless(at)),
            None => Ok(noise),
        }
    }
}

/// A factor below 1 would call differences that are none.
fn makes_sense(figure: &FigureNoise) -> bool {
    figure.floor >= 1.0 && figure.floor.is_finite() && figure.spread >= 0.0 && figure.spread.is_finite()
}
