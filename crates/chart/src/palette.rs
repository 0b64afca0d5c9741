//! Colours and symbols of lanes: after Okabe and Ito (2008), darkened or lightened until they stand out from the
//! ground. Containers are blue, Wasm is orange, the control is green.

use plimsoll_model::Slug;
use serde::{Deserialize, Serialize};

use super::spec::{LaneLook, Symbol};

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

/// Light, dark, symbol.
type Look = (Rgb, Rgb, Symbol);

const KNOWN: [(&str, Look); 5] = [
    ("docker", ([0x00, 0x5A, 0x9E], [0x3D, 0x9B, 0xE0], Symbol::Square)),
    ("docker+hostnet", ([0x3A, 0x98, 0xD6], [0xA5, 0xD8, 0xF7], Symbol::Diamond)),
    ("wasmtime", ([0xC2, 0x41, 0x0C], [0xF2, 0x6B, 0x2C], Symbol::Circle)),
    ("wasmtime-process", ([0xC9, 0x86, 0x00], [0xF5, 0xC2, 0x4C], Symbol::Triangle)),
    ("native", ([0x00, 0x7F, 0x5F], [0x1F, 0xC1, 0x94], Symbol::Wedge)),
];

/// For lanes that are not known here: by their name, so that each keeps its own in every run.
const OTHERS: [Look; 6] = [
    ([0x9C, 0x3F, 0x7C], [0xE0, 0x8F, 0xC0], Symbol::Circle),
    ([0x5B, 0x4B, 0x9A], [0xA5, 0x97, 0xE8], Symbol::Square),
    ([0x6B, 0x72, 0x80], [0xB4, 0xBC, 0xC8], Symbol::Diamond),
    ([0x7A, 0x6A, 0x00], [0xD6, 0xC8, 0x4A], Symbol::Triangle),
    ([0x8A, 0x4B, 0x2A], [0xCF, 0x9A, 0x77], Symbol::Wedge),
    ([0x2B, 0x7A, 0x8C], [0x7F, 0xC9, 0xD6], Symbol::Circle),
];

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

fn look(lane: &Slug) -> Look {
    if let Some((_, look)) = KNOWN.iter().find(|(known, _)| *known == lane.as_str()) {
        return *look;
    }
    // FNV-1a: the same in every build.
    let hash = lane.as_str().bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let [first, ..] = OTHERS;
    OTHERS.get((hash % OTHERS.len() as u64) as usize).copied().unwrap_or(first)
}

/// The colour of a lane, `#rrggbb`: the same in every chart.
#[must_use]
pub fn lane_colour(lane: &Slug, theme: Theme) -> String {
    let [red, green, blue] = lane_rgb(lane, theme);
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// The symbol of a lane, so that nothing rests on colour alone.
#[must_use]
pub fn lane_symbol(lane: &Slug) -> Symbol {
    look(lane).2
}

/// How a lane looks on either ground.
#[must_use]
pub fn lane_look(lane: &Slug) -> LaneLook {
    LaneLook {
        lane: lane.clone(),
        light: lane_colour(lane, Theme::Light),
        dark: lane_colour(lane, Theme::Dark),
        symbol: lane_symbol(lane),
    }
}

pub(super) fn lane_rgb(lane: &Slug, theme: Theme) -> Rgb {
    let (light, dark, _) = look(lane);
    match theme {
        Theme::Light => light,
        Theme::Dark => dark,
    }
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

    #[test]
    fn every_colour_stands_out_from_its_ground() {
        for (light, dark, _) in KNOWN.iter().map(|(_, look)| look).chain(&OTHERS) {
            for (theme, colour) in [(Theme::Light, *light), (Theme::Dark, *dark)] {
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
    fn known_lanes_are_told_apart_with_any_colour_vision() {
        for through in &SEEN {
            for (at, (a, (light_a, dark_a, _))) in KNOWN.iter().enumerate() {
                for (b, (light_b, dark_b, _)) in KNOWN.iter().skip(at + 1) {
                    for (one, other) in [(light_a, light_b), (dark_a, dark_b)] {
                        let (one, other) = (seen(*one, through), seen(*other, through));
                        let apart: f64 = one.iter().zip(other).map(|(x, y)| (x - y).powi(2)).sum();
                        assert!(apart.sqrt() > 14.0, "{a} and {b}: {:.1}", apart.sqrt());
                    }
                }
            }
        }
    }

    #[test]
    fn known_lanes_have_a_symbol_each_and_others_keep_theirs() {
        let mut symbols: Vec<_> = KNOWN.iter().map(|(_, look)| look.2).collect();
        symbols.dedup();
        assert_eq!(symbols.iter().collect::<std::collections::HashSet<_>>().len(), KNOWN.len());
        let gvisor = Slug::known("docker-gvisor");
        assert_eq!(lane_look(&gvisor), lane_look(&gvisor.clone()));
        assert!(lane_colour(&gvisor, Theme::Dark).starts_with('#'));
    }
}
