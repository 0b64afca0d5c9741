//! Colours: after Okabe and Ito (2008), darkened or lightened until they stand out from the ground. Containers are
//! blue, Wasm is orange and brown, the control is green.

use plimsoll_model::Side;
use serde::{Deserialize, Serialize};

use super::spec::LaneLook;

/// The ground a chart stands on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// Dark on light.
    #[default]
    Light,
    /// Light on dark.
    Dark,
}

/// A colour as red, green and blue.
pub(super) type Rgb = [u8; 3];

/// A colour on a light and on a dark ground.
pub(super) type Tint = [Rgb; 2];

/// The tints of a side's hue.
pub(super) const TINTS: usize = 4;

const CONTAINER: [Tint; TINTS] = [
    [[0x00, 0x5A, 0x9E], [0x3D, 0x9B, 0xE0]],
    [[0x3A, 0x98, 0xD6], [0xA5, 0xD8, 0xF7]],
    [[0x5F, 0x3C, 0xF4], [0x6C, 0x5C, 0xEE]],
    [[0x1B, 0x1F, 0x8F], [0x82, 0x7B, 0xA1]],
];

const WASM: [Tint; TINTS] = [
    [[0xC2, 0x41, 0x0C], [0xF2, 0x6B, 0x2C]],
    [[0xC9, 0x86, 0x00], [0xF5, 0xC2, 0x4C]],
    [[0x7F, 0x48, 0x26], [0x99, 0x6B, 0x4A]],
    [[0x46, 0x20, 0x00], [0xEA, 0xDB, 0xC8]],
];

const CONTROL: [Tint; TINTS] = [
    [[0x00, 0x7F, 0x5F], [0x1F, 0xC1, 0x94]],
    [[0x7A, 0x9B, 0x60], [0x81, 0xB3, 0x69]],
    [[0x1B, 0x40, 0x38], [0xC9, 0xF5, 0xA8]],
    [[0x19, 0x1F, 0x14], [0x16, 0x7B, 0x64]],
];

/// The tints of a side.
pub(super) const fn tints(side: Side) -> &'static [Tint; TINTS] {
    match side {
        Side::Container => &CONTAINER,
        Side::Wasm => &WASM,
        Side::Control => &CONTROL,
    }
}

impl LaneLook {
    /// Its colour; `None` where it is none.
    pub(super) fn colour(&self, theme: Theme) -> Option<Rgb> {
        let hex = match theme {
            Theme::Light => &self.light,
            Theme::Dark => &self.dark,
        };
        let [_, red, green, blue] = u32::from_str_radix(hex.strip_prefix('#')?, 16).ok()?.to_be_bytes();
        Some([red, green, blue])
    }
}

/// Every colour that is of no lane, as a drawing on a light ground has it, `#RRGGBB`, and what it is on a dark one.
#[must_use]
pub fn ground_colours() -> [(String, String); 4] {
    let [light, dark] = [Theme::Light, Theme::Dark].map(Theme::ground);
    let pairs = [
        (light.paper, dark.paper),
        (light.ink, dark.ink),
        (light.muted, dark.muted),
        (light.grid, dark.grid),
    ];
    let hex = |[red, green, blue]: Rgb| format!("#{red:02X}{green:02X}{blue:02X}");
    pairs.map(|(light, dark)| (hex(light), hex(dark)))
}

/// What is not of a lane.
pub(super) struct Ground {
    pub(super) paper: Rgb,
    pub(super) ink: Rgb,
    pub(super) muted: Rgb,
    pub(super) grid: Rgb,
}

impl Theme {
    pub(super) const fn ground(self) -> Ground {
        match self {
            Self::Light => Ground {
                paper: [0xFF, 0xFF, 0xFF],
                ink: [0x1B, 0x1F, 0x24],
                muted: [0x57, 0x60, 0x6A],
                grid: [0xE1, 0xE5, 0xEA],
            },
            Self::Dark => Ground {
                paper: [0x14, 0x18, 0x1D],
                ink: [0xE8, 0xEC, 0xF0],
                muted: [0x9A, 0xA5, 0xB1],
                grid: [0x2C, 0x33, 0x3B],
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIDES: [Side; 3] = [Side::Container, Side::Wasm, Side::Control];

    fn linear(colour: Rgb) -> [f64; 3] {
        colour.map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        })
    }

    /// Relative luminance after WCAG 2.2.
    fn luminance(colour: Rgb) -> f64 {
        let [red, green, blue] = linear(colour);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    fn contrast(a: Rgb, b: Rgb) -> f64 {
        let (a, b) = (luminance(a) + 0.05, luminance(b) + 0.05);
        a.max(b) / a.min(b)
    }

    /// Machado, Oliveira and Fernandes (2009), severity 1.
    const SEEN: [[[f64; 3]; 3]; 4] = [
        [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
        [
            [0.152_286, 1.052_583, -0.204_868],
            [0.114_503, 0.786_281, 0.099_216],
            [-0.003_882, -0.048_116, 1.051_998],
        ],
        [
            [0.367_322, 0.860_646, -0.227_968],
            [0.280_085, 0.672_501, 0.047_413],
            [-0.011_820, 0.042_940, 0.968_881],
        ],
        [
            [1.255_528, -0.076_749, -0.178_779],
            [-0.078_411, 0.930_809, 0.147_602],
            [0.004_733, 0.691_367, 0.303_900],
        ],
    ];

    /// CIE 1976 L*a*b* of linear RGB, white D65.
    fn lab(rgb: [f64; 3]) -> [f64; 3] {
        let [r, g, b] = rgb.map(|part| part.clamp(0.0, 1.0));
        let xyz = [
            (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.950_47,
            0.2126 * r + 0.7152 * g + 0.0722 * b,
            (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.088_83,
        ];
        let [x, y, z] = xyz.map(|t| if t > 0.008_856 { t.cbrt() } else { 7.787 * t + 16.0 / 116.0 });
        [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
    }

    fn seen(colour: Rgb, through: &[[f64; 3]; 3]) -> [f64; 3] {
        let rgb = linear(colour);
        lab(through.map(|row| row.iter().zip(rgb).map(|(factor, part)| factor * part).sum()))
    }

    fn all() -> impl Iterator<Item = Tint> {
        SIDES.into_iter().flat_map(tints).copied()
    }

    #[test]
    fn every_colour_stands_out_from_its_ground() {
        for [light, dark] in all() {
            for (theme, colour) in [(Theme::Light, light), (Theme::Dark, dark)] {
                let found = contrast(colour, theme.ground().paper);
                assert!(found >= 3.0, "{colour:x?} on {theme:?}: {found:.2}");
            }
        }
        for theme in [Theme::Light, Theme::Dark] {
            let Ground { paper, ink, muted, .. } = theme.ground();
            assert!(contrast(ink, paper) >= 7.0 && contrast(muted, paper) >= 4.5);
        }
    }

    #[test]
    fn tints_are_told_apart_with_any_colour_vision() {
        let all: Vec<Tint> = all().collect();
        for through in &SEEN {
            for (at, one) in all.iter().enumerate() {
                for other in all.iter().skip(at + 1) {
                    for (one, other) in one.iter().zip(other) {
                        let (a, b) = (seen(*one, through), seen(*other, through));
                        let apart: f64 = a.iter().zip(b).map(|(x, y)| (x - y).powi(2)).sum();
                        assert!(apart.sqrt() > 14.0, "{one:x?} and {other:x?}: {:.1}", apart.sqrt());
                    }
                }
            }
        }
    }

    #[test]
    fn a_look_has_the_colour_that_it_says() {
        let run = LaneLook {
            lane: plimsoll_model::Slug::known("a"),
            light: "#005a9e".to_owned(),
            dark: "#3d9be0".to_owned(),
            symbol: super::super::spec::Symbol::Square,
            stroke: super::super::spec::Stroke::Solid,
        };
        assert_eq!(run.colour(Theme::Dark), Some([0x3D, 0x9B, 0xE0]));
        assert_eq!(LaneLook { light: "blue".to_owned(), ..run }.colour(Theme::Light), None);
    }
}
