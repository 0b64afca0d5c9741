//! Which look a lane has in a run: the hue of its side, and a symbol, a stroke and a tint that no other lane of the run
//! has together.

use std::collections::HashSet;

use plimsoll_model::{LaneRecord, Run, Side, Slug};

use super::palette::{Rgb, TINTS, tints};
use super::spec::{LaneLook, Stroke, Symbol};

const SYMBOLS: [Symbol; 7] = [
    Symbol::Square,
    Symbol::Diamond,
    Symbol::Circle,
    Symbol::Triangle,
    Symbol::Wedge,
    Symbol::Cross,
    Symbol::Star,
];
const STROKES: [Stroke; 4] = [Stroke::Solid, Stroke::Dashed, Stroke::Dotted, Stroke::DashDotted];
/// Looks of a side: more than a plan has lanes.
const MOST: usize = SYMBOLS.len() * STROKES.len() * TINTS;

/// The symbol of a side's first look; the others follow in their order, so that the first lanes of each side differ in
/// their symbols too.
const fn first_symbol(side: Side) -> usize {
    match side {
        Side::Container => 0,
        Side::Wasm => 2,
        Side::Control => 4,
    }
}

/// The look at this place among those of a side, for a lane. Symbols change fastest, then strokes: the first 28 differ
/// where there are no colours.
fn look(lane: &Slug, side: Side, at: usize) -> LaneLook {
    let round = at / SYMBOLS.len();
    let tint = at + 2 * round + at / (SYMBOLS.len() * STROKES.len());
    let [light, dark] = tints(side)[tint % TINTS];
    let hex = |[red, green, blue]: Rgb| format!("#{red:02x}{green:02x}{blue:02x}");
    LaneLook {
        lane: lane.clone(),
        light: hex(light),
        dark: hex(dark),
        symbol: SYMBOLS[(first_symbol(side) + at) % SYMBOLS.len()],
        stroke: STROKES[round % STROKES.len()],
    }
}

/// A lane, its side, and which look of it its family asks for.
type Claim<'lane> = (&'lane Slug, Side, Option<u8>);

/// Looks in the order of the lanes. Those that a family gives away are kept for whom they were given to; every other
/// lane takes the next that is free.
fn assigned(lanes: &[Claim<'_>]) -> Vec<LaneLook> {
    let mut taken: HashSet<(Side, usize)> = HashSet::new();
    let given = |(_, side, shade): &Claim<'_>| shade.map(|shade| (*side, usize::from(shade) % MOST));
    let kept: Vec<_> = lanes.iter().map(|lane| given(lane).filter(|look| taken.insert(*look))).collect();
    let look_of = |((lane, side, _), kept): (&Claim<'_>, Option<(Side, usize)>)| {
        let free = || (0..MOST).find(|at| taken.insert((*side, *at))).unwrap_or(0);
        look(lane, *side, kept.map_or_else(free, |(_, at)| at))
    };
    lanes.iter().zip(kept).map(look_of).collect()
}

impl LaneLook {
    /// How these lanes look beside each other, in their order.
    #[must_use]
    pub fn of(records: &[LaneRecord]) -> Vec<Self> {
        let lanes: Vec<Claim<'_>> =
            records.iter().map(|record| (record.slug(), record.side, record.shade)).collect();
        assigned(&lanes)
    }

    /// The looks of every lane of these runs, the first run's first: in all charts of them and on every screen alike.
    /// A lane of which no run tells stands on neither side.
    #[must_use]
    pub fn all(runs: &[&Run]) -> Vec<Self> {
        let mut lanes: Vec<Claim<'_>> = Vec::new();
        for run in runs {
            for lane in run.lane_slugs() {
                if lanes.iter().all(|(known, ..)| *known != lane) {
                    let told = run.lane(lane).map(|record| (record.side, record.shade));
                    let (side, shade) = told.unwrap_or((Side::Control, None));
                    lanes.push((lane, side, shade));
                }
            }
        }
        assigned(&lanes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIDES: [Side; 3] = [Side::Container, Side::Wasm, Side::Control];

    /// What is seen of a look.
    fn seen(look: &LaneLook) -> (&str, &str, Symbol, Stroke) {
        (&look.light, &look.dark, look.symbol, look.stroke)
    }

    fn named(count: usize) -> Vec<Slug> {
        (0..count).map(|at| format!("lane-{at}").parse().unwrap()).collect()
    }

    #[test]
    fn no_two_lanes_of_a_run_look_alike_however_many_there_are_and_on_whichever_side() {
        let names = named(100);
        for split in [1, 2, 3] {
            let side = |at: usize| SIDES[at % split];
            let lanes: Vec<Claim<'_>> =
                names.iter().enumerate().map(|(at, lane)| (lane, side(at), None)).collect();
            let looks = assigned(&lanes);
            assert_eq!(looks.iter().map(seen).collect::<HashSet<_>>().len(), 100);
        }
    }

    #[test]
    fn of_25_lanes_none_is_told_from_another_of_its_side_by_colour_alone() {
        let names = named(25);
        for side in SIDES {
            let lanes: Vec<Claim<'_>> = names.iter().map(|lane| (lane, side, None)).collect();
            let looks = assigned(&lanes);
            assert_eq!(looks.iter().map(|look| (look.symbol, look.stroke)).collect::<HashSet<_>>().len(), 25);
        }
    }

    #[test]
    fn what_a_family_gives_away_is_its_lanes_whatever_stands_before() {
        let names = named(3);
        let alone = assigned(&[(&names[2], Side::Wasm, Some(1))]);
        let lanes =
            [(&names[0], Side::Wasm, None), (&names[1], Side::Wasm, None), (&names[2], Side::Wasm, Some(1))];
        let beside = assigned(&lanes);
        assert_eq!(beside[2], alone[0]);
        assert_eq!(beside.iter().map(seen).collect::<HashSet<_>>().len(), 3);
        // Asked for twice, it is the first one's.
        let twice = assigned(&[(&names[0], Side::Wasm, Some(1)), (&names[1], Side::Wasm, Some(1))]);
        assert_ne!(seen(&twice[0]), seen(&twice[1]));
    }

    #[test]
    fn the_first_looks_of_the_sides_are_as_they_always_were() {
        let lane = Slug::known("a");
        let first = [
            (Side::Container, 0, "#005a9e", Symbol::Square),
            (Side::Container, 1, "#3a98d6", Symbol::Diamond),
            (Side::Wasm, 0, "#c2410c", Symbol::Circle),
            (Side::Wasm, 1, "#c98600", Symbol::Triangle),
            (Side::Control, 0, "#007f5f", Symbol::Wedge),
        ];
        for (side, at, light, symbol) in first {
            let found = look(&lane, side, at);
            assert_eq!((found.light.as_str(), found.symbol, found.stroke), (light, symbol, Stroke::Solid));
        }
    }
}
