//! Runs set against a base run.

use plimsoll_model::{Case, Run, RunId, Slug, Variant};
use rayon::prelude::*;
use serde::Serialize;

use crate::bootstrap::RATIO_NEEDS;
use crate::chance::holm;
use crate::conditions::{MayChange, Obstacle, RunSide, obstacles};
use crate::draws::Draws;
use crate::figure::Compared;
use crate::floor::floor;
use crate::side::{Reader, Side, compared, why_none};
use crate::trials::Trials;
use crate::verdict::{Evidence, direction};
use crate::{Interval, RunNoise, TooFew, Verdict, either, names};

/// One figure of one lane in a run, set against the same figure of the same lane in a base run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RunComparison {
    /// The run that the other is set against.
    pub base: RunId,
    /// The run that is set against it.
    pub new: RunId,
    /// What is raced.
    #[serde(rename = "workload", serialize_with = "Case::as_title")]
    pub case: Case,
    /// The lane.
    pub lane: Slug,
    /// What is compared.
    pub figure: Compared,
    /// How many trials of the new run took part, and of the base. One each for what is exact.
    pub n: [usize; 2],
    /// The figure in the new run and in the base, in the metric's base unit; absent where there is none.
    pub points: [Option<f64>; 2],
    /// The new run's figure ÷ the base's; absent where one of them is.
    pub ratio: Option<f64>,
    /// Its 95 % interval by bootstrap within the two runs; needs 10 trials on each side.
    #[serde(serialize_with = "either")]
    pub interval: Result<Interval, TooFew>,
    /// Cliff's delta from −1 (every value of the new run is smaller) to 1.
    pub effect: Option<f64>,
    /// How probable a difference as large is where there is none, by the ranks within the runs and by what is known
    /// of the noise between runs, the larger of the two; corrected (Holm) for all that was compared with it.
    /// Absent for a size, which is exact.
    pub chance: Option<f64>,
    /// The noise floor, a factor of at least 1: of the noise between runs, or of the A/A arms of either run where
    /// that is more. Absent where the noise between runs is unknown.
    pub floor: Option<f64>,
    /// What can be said.
    pub verdict: Verdict,
    /// Why it can't be compared; empty where it can.
    pub obstacles: Vec<Obstacle>,
}

/// Runs that are compared one after the other, on one core: each such share works out anew what the base is.
const SHARE: usize = 50;

/// Compares runs with a base run: every workload and lane that the base or the new run has, by the figures of
/// [`crate::compare`]. A difference between runs is called only where `noise` tells how far runs of this host differ
/// by themselves. Chances are corrected for everything in the answer.
#[must_use]
pub fn compare_runs(
    base: &Run,
    news: &[&Run],
    noise: Option<&RunNoise>,
    may: &MayChange,
) -> Vec<RunComparison> {
    let figures = both(news, base, compared);
    let lanes = both(news, base, |run| run.lane_slugs().cloned().collect());
    let base_trials = Trials::of(base);
    let news_trials: Vec<Trials<'_>> = news.iter().map(|new| Trials::of(new)).collect();
    let noise = Noise::BetweenRuns { known: noise, may };
    let cases = both(news, base, |run| run.cases().into_iter().cloned().collect());
    let places: Vec<(usize, usize)> =
        (0..cases.len()).flat_map(|at| (0..lanes.len()).map(move |lane| (at, lane))).collect();
    let shares: Vec<_> = news_trials.chunks(SHARE).enumerate().collect();
    let of_lane = |(case_at, lane_at): (usize, usize), (share_at, share): (usize, &[Trials<'_>])| {
        let mut placed = Vec::new();
        let (Some(case), Some(lane)) = (cases.get(case_at), lanes.get(lane_at)) else {
            return placed;
        };
        let draws = Draws::shared(base.plan.seed, news.len());
        let reader = Reader::of(&base_trials, &draws);
        let own: Vec<Base<'_>> = figures.iter().map(|figure| Base::of(&reader, case, lane, figure)).collect();
        for (new_at, new) in share.iter().enumerate() {
            let reader = Reader::of(new, &draws);
            let compared = own.iter().map(|own| own.against(&reader, case, noise)).enumerate();
            let place = |at| (case_at, at, lane_at, share_at * SHARE + new_at);
            placed.extend(compared.filter_map(|(at, found)| Some((place(at), found?))));
        }
        placed
    };
    let of_place = |place| shares.par_iter().flat_map_iter(move |share| of_lane(place, *share));
    let mut placed: Vec<_> = places.into_par_iter().flat_map(of_place).collect();
    placed.sort_by_key(|(place, _)| *place);
    let mut found: Vec<_> = placed.into_iter().map(|(_, found)| found).collect();
    judge(base, &mut found, Verdict::RunNoiseUnknown);
    found
}

/// Compares every workload with its version before a change that the same run measured in the same shuffled order
/// ([`plimsoll_model::Variant::BEFORE`]): base and new are that run. The noise floor is that of the A/A arms of the two,
/// the larger one. Chances are corrected for everything in the answer.
#[must_use]
pub fn compare_versions(run: &Run) -> Vec<RunComparison> {
    let draws = Draws::all(run.plan.seed);
    let mut found = Vec::new();
    let trials = Trials::of(run);
    let reader = Reader::of(&trials, &draws);
    let cases = run.cases();
    let before = |case: &Case| case.in_variant(Variant::BEFORE);
    let changed = cases.iter().filter(|case| case.is_new() && cases.contains(&&before(case)));
    for case in changed {
        let base = before(case);
        for figure in compared(run) {
            for lane in run.lane_slugs() {
                let before = Base::of(&reader, &base, lane, &figure);
                found.extend(before.against(&reader, case, Noise::WithinRun));
            }
        }
    }
    judge(run, &mut found, Verdict::NoiseFloorNotMeasured);
    found
}

/// What the base or any of the new runs has, in order, each once.
fn both<T: Clone + PartialEq>(news: &[&Run], base: &Run, of: impl Fn(&Run) -> Vec<T>) -> Vec<T> {
    let mut all = of(base);
    for new in news {
        for one in of(new) {
            if !all.contains(&one) {
                all.push(one);
            }
        }
    }
    all
}

/// Where the noise comes from that a difference has to exceed.
#[derive(Clone, Copy)]
enum Noise<'a> {
    /// From the one run that measured both, by its arms.
    WithinRun,
    /// From runs that were repeated on this host.
    BetweenRuns { known: Option<&'a RunNoise>, may: &'a MayChange },
}

/// One figure of one lane of the base, gathered once for all the runs set against it.
struct Base<'a> {
    trials: &'a Trials<'a>,
    lane: &'a Slug,
    figure: &'a Compared,
    cells: Vec<u32>,
    side: Side,
    floor: Option<f64>,
}

impl<'a> Base<'a> {
    fn of(reader: &Reader<'a>, case: &Case, lane: &'a Slug, figure: &'a Compared) -> Self {
        let trials = reader.trials;
        let cells = trials.run.cells_in(case, lane);
        let side = Side::of(reader, &cells, figure);
        let floor = floor(reader, case, lane, figure);
        Self { trials, lane, figure, cells, side, floor }
    }

    /// `None` where neither has the figure, unless it is one that every run should have.
    fn against(&self, reader: &Reader<'_>, case: &Case, noise: Noise<'_>) -> Option<RunComparison> {
        let new = reader.trials.run;
        let Self { trials: &Trials { run: base, .. }, lane, figure, .. } = *self;
        let new_cells = new.cells_in(case, lane);
        let side = Side::of(reader, &new_cells, figure);
        let points = [side.point(), self.side.point()];
        let shortage = side.shortage().or(self.side.shortage());
        let planned = !(new_cells.is_empty() && self.cells.is_empty());
        let expected = planned && figure.metric == names::COLD_START;
        if points == [None, None] && shortage.is_none() && !expected {
            return None;
        }
        let ratio = side.over(&self.side);
        let mut obstacles = match noise {
            Noise::WithinRun => Vec::new(),
            Noise::BetweenRuns { may, .. } => obstacles(base, new, case, figure, may),
        };
        if shortage.is_none() {
            obstacles.extend(self.missing(reader.trials, &new_cells, points));
        } else {
            // More trials of the one would not bring the other.
            let sides =
                [(RunSide::Base, self.trials, &self.cells), (RunSide::New, reader.trials, &new_cells)];
            let absent = sides.into_iter().filter(|(_, _, cells)| cells.is_empty());
            obstacles.extend(absent.map(|(side, trials, cells)| Obstacle::Missing {
                side,
                reason: why_none(trials, cells, figure),
            }));
        }
        let known = match noise {
            Noise::WithinRun => None,
            Noise::BetweenRuns { known, .. } => {
                known.and_then(|known| known.of_figure(&base.site.host, case, lane, figure))
            }
        };
        if let Some(known) = known.filter(|_| figure.is_time([base, new])) {
            obstacles.extend(known.exceeded_by(self.trials, RunSide::Base));
            obstacles.extend(known.exceeded_by(reader.trials, RunSide::New));
        }
        let own_floor = || floor(reader, case, lane, figure);
        let floor = match (noise, known) {
            _ if figure.is_exact() => Some(1.0),
            (Noise::WithinRun, _) => self.floor.and_then(|before| Some(before.max(own_floor()?))),
            (Noise::BetweenRuns { .. }, Some(known)) => {
                Some([self.floor, own_floor()].into_iter().flatten().fold(known.floor, f64::max))
            }
            (Noise::BetweenRuns { .. }, None) => None,
        };
        let chance = ratio.as_ref().and_then(|found| {
            let between = known.map_or(0.0, |known| known.chance(found.ratio));
            found.chance.map(|within| within.max(between))
        });
        let too_few = shortage.unwrap_or(TooFew { have: 0, need: RATIO_NEEDS as u64 });
        Some(RunComparison {
            base: base.id.clone(),
            new: new.id.clone(),
            case: case.clone(),
            lane: lane.clone(),
            figure: figure.clone(),
            n: ratio.as_ref().map_or([side.trials(), self.side.trials()], |found| found.n),
            points,
            ratio: ratio.as_ref().map(|found| found.ratio),
            interval: ratio.as_ref().map_or(Err(too_few), |found| found.interval),
            effect: ratio.as_ref().map(|found| found.effect),
            chance,
            floor,
            verdict: if obstacles.is_empty() { Verdict::TooFew } else { Verdict::NotComparable },
            obstacles,
        })
    }

    fn missing(&self, new: &Trials<'_>, new_cells: &[u32], points: [Option<f64>; 2]) -> Vec<Obstacle> {
        let missing = |side, trials: &Trials<'_>, cells: &[u32]| Obstacle::Missing {
            side,
            reason: why_none(trials, cells, self.figure),
        };
        match points {
            [Some(new), Some(base)] if base < f64::MIN_POSITIVE && new > 0.0 => vec![Obstacle::BaseIsZero],
            [Some(_), Some(_)] => Vec::new(),
            [own, base] => {
                let base = base.is_none().then(|| missing(RunSide::Base, self.trials, &self.cells));
                let own = own.is_none().then(|| missing(RunSide::New, new, new_cells));
                base.into_iter().chain(own).collect()
            }
        }
    }
}

/// `unmeasured` is what is said where the noise is not known.
fn judge(base: &Run, comparisons: &mut [RunComparison], unmeasured: Verdict) {
    // What can't be compared or has too few trials can't be called anything, so it is no test.
    let judged = |found: &RunComparison| found.obstacles.is_empty() && found.interval.is_ok();
    let chances: Vec<f64> =
        comparisons.iter().filter(|found| judged(found)).filter_map(|found| found.chance).collect();
    let mut corrected = holm(&chances).into_iter();
    for found in comparisons {
        let (true, Some(ratio)) = (judged(found), found.ratio) else { continue };
        if found.chance.is_some() {
            found.chance = corrected.next();
        }
        let evidence = Evidence {
            ratio,
            interval: found.interval,
            chance: found.chance,
            floor: found.floor,
            direction: direction(base, &found.figure.metric),
        };
        found.verdict = evidence.verdict(unmeasured);
    }
}
