//! Colours and symbols of lanes: after Okabe and Ito (2008), darkened or lightened until they stand out from the
//! ground. Containers are blue, Wasm is orange, the control is green.

use plimsoll_model::{LaneRecord, Run, Side, Slug};
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

/// The looks of a side. A shade is a place among them; a lane without one takes one that no family has given away, by
/// its name, so that it keeps it in every run.
struct Looks {
    all: &'static [Look],
    /// How many are given away.
    given: usize,
}

const CONTAINER: Looks = Looks {
    all: &[
        ([0x00, 0x5A, 0x9E], [0x3D, 0x9B, 0xE0], Symbol::Square),
        ([0x3A, 0x98, 0xD6], [0xA5, 0xD8, 0xF7], Symbol::Diamond),
        ([0x5B, 0x4B, 0x9A], [0xA5, 0x97, 0xE8], Symbol::Triangle),
        ([0x2B, 0x7A, 0x8C], [0x7F, 0xC9, 0xD6], Symbol::Circle),
        ([0x1B, 0x3A, 0x8C], [0x7C, 0x93, 0xF0], Symbol::Wedge),
        ([0x4A, 0x6A, 0x8A], [0x9D, 0xB8, 0xD2], Symbol::Square),
    ],
    given: 2,
};

const WASM: Looks = Looks {
    all: &[
        ([0xC2, 0x41, 0x0C], [0xF2, 0x6B, 0x2C], Symbol::Circle),
        ([0xC9, 0x86, 0x00], [0xF5, 0xC2, 0x4C], Symbol::Triangle),
        ([0x8A, 0x4B, 0x2A], [0xCF, 0x9A, 0x77], Symbol::Wedge),
        ([0x9C, 0x3F, 0x7C], [0xE0, 0x8F, 0xC0], Symbol::Diamond),
        ([0x7A, 0x6A, 0x00], [0xD6, 0xC8, 0x4A], Symbol::Square),
        ([0x9A, 0x1B, 0x1B], [0xF0, 0x8A, 0x80], Symbol::Circle),
    ],
    given: 2,
};

const CONTROL: Looks = Looks {
    all: &[
        ([0x00, 0x7F, 0x5F], [0x1F, 0xC1, 0x94], Symbol::Wedge),
        ([0x4E, 0x7A, 0x1E], [0xA6, 0xD4, 0x6A], Symbol::Diamond),
        ([0x6B, 0x72, 0x80], [0xB4, 0xBC, 0xC8], Symbol::Circle),
    ],
    given: 1,
};

impl Looks {
    const fn of(side: Side) -> &'static Self {
        match side {
            Side::Container => &CONTAINER,
            Side::Wasm => &WASM,
            Side::Control => &CONTROL,
        }
    }

    fn look(&self, lane: &Slug, shade: Option<u8>) -> Look {
        let others = self.all.len() - self.given;
        let at = shade.map_or_else(
            || self.given + (hash(lane) % others as u64) as usize,
            |shade| usize::from(shade) % self.all.len(),
        );
        self.all[at]
    }
}

/// FNV-1a: the same in every build.
fn hash(lane: &Slug) -> u64 {
    lane.as_str()
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

impl LaneLook {
    /// How a lane looks, in every chart and on every screen.
    #[must_use]
    pub fn of(record: &LaneRecord) -> Self {
        Self::new(record.slug(), record.side, record.shade)
    }

    /// How a lane of a run looks; one of which the run tells nothing stands on neither side.
    #[must_use]
    pub fn in_run(run: &Run, lane: &Slug) -> Self {
        run.lane(lane).map_or_else(|| Self::new(lane, Side::Control, None), Self::of)
    }

    /// The looks of every lane of these runs, the first run's first.
    #[must_use]
    pub fn all(runs: &[&Run]) -> Vec<Self> {
        let mut looks: Vec<Self> = Vec::new();
        for run in runs {
            for lane in run.lane_slugs() {
                if looks.iter().all(|known| known.lane != *lane) {
                    looks.push(Self::in_run(run, lane));
                }
            }
        }
        looks
    }

    fn new(lane: &Slug, side: Side, shade: Option<u8>) -> Self {
        let (light, dark, symbol) = Looks::of(side).look(lane, shade);
        let hex = |[red, green, blue]: Rgb| format!("#{red:02x}{green:02x}{blue:02x}");
        Self { lane: lane.clone(), light: hex(light), dark: hex(dark), symbol }
    }

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

    #[test]
    fn every_colour_stands_out_from_its_ground() {
        for (light, dark, _) in SIDES.into_iter().flat_map(|side| Looks::of(side).all) {
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

    /// The looks that families give away.
    fn given() -> Vec<Look> {
        SIDES.into_iter().map(Looks::of).flat_map(|looks| &looks.all[..looks.given]).copied().collect()
    }

    #[test]
    fn given_looks_are_told_apart_with_any_colour_vision_and_by_their_symbol() {
        let given = given();
        for through in &SEEN {
            for (at, (light_a, dark_a, symbol_a)) in given.iter().enumerate() {
                for (light_b, dark_b, symbol_b) in given.iter().skip(at + 1) {
                    assert_ne!(symbol_a, symbol_b);
                    for (one, other) in [(light_a, light_b), (dark_a, dark_b)] {
                        let apart: f64 = seen(*one, through)
                            .iter()
                            .zip(seen(*other, through))
                            .map(|(x, y)| (x - y).powi(2))
                            .sum();
                        assert!(apart.sqrt() > 14.0, "{one:x?} and {other:x?}: {:.1}", apart.sqrt());
                    }
                }
            }
        }
    }

    #[test]
    fn a_lane_without_a_shade_keeps_one_look_of_its_side_that_no_other_lane_was_given() {
        for side in SIDES {
            for lane in ["docker-gvisor", "a", "b", "c", "d"].map(Slug::known) {
                let look = Looks::of(side).look(&lane, None);
                assert_eq!(look, Looks::of(side).look(&lane, None));
                assert!(!given().contains(&look) && Looks::of(side).all.contains(&look));
            }
        }
        assert_eq!(Looks::of(Side::Wasm).look(&Slug::known("a"), Some(255)), WASM.all[255 % WASM.all.len()]);
    }

    #[test]
    fn a_look_has_the_colour_that_it_says() {
        let look = LaneLook::new(&Slug::known("a"), Side::Container, Some(0));
        assert_eq!(look.light, "#005a9e");
        assert_eq!(look.colour(Theme::Dark), Some([0x3D, 0x9B, 0xE0]));
        assert_eq!(LaneLook { light: "blue".to_owned(), ..look }.colour(Theme::Light), None);
    }
}
