//! The query of `/resize`.

use crate::error::Failure;

pub(crate) const MAX_WIDTH: u32 = 4_096;
const DEFAULT_QUALITY: u8 = 80;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Parameters {
    /// Of the picture to make, in pixels.
    pub(crate) width: u32,
    /// Of the JPEG, from 1 to 100.
    pub(crate) quality: u8,
}

impl Parameters {
    pub(crate) fn parse(query: &str) -> Result<Self, Failure> {
        let (mut width, mut quality) = (None, DEFAULT_QUALITY);
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            match pair.split_once('=').unwrap_or((pair, "")) {
                ("w", value) => width = Some(number("w", value, MAX_WIDTH)?),
                ("q", value) => quality = number("q", value, 100)? as u8,
                (name, _) => {
                    let told = format!("`{name}` is not a parameter: there are `w` and `q`");
                    return Err(Failure::BadParameter(told));
                }
            }
        }
        let missing = || Failure::BadParameter("`w`, the width to resize to, is missing".to_owned());
        Ok(Self { width: width.ok_or_else(missing)?, quality })
    }
}

fn number(name: &str, value: &str, most: u32) -> Result<u32, Failure> {
    value.parse().ok().filter(|number| (1..=most).contains(number)).ok_or_else(|| {
        Failure::BadParameter(format!("`{name}` is `{value}`: it must be a whole number from 1 to {most}"))
    })
}
