//! The plain process that needs neither.

use plimsoll_analysis::{Comparison, Verdict, names};
use plimsoll_format::spoken::short_duration;
use plimsoll_model::{Side, Slug};

use super::pair::TwoLanes;
use super::{Headline, Sure};

impl TwoLanes<'_> {
    /// That a plain process starts faster than both lanes; nothing where it does not, or is one of them.
    pub(super) fn beaten_by_control(&self) -> Option<Headline> {
        let run = self.report.run;
        let is_control = |lane: &&Slug| run.lane(lane).is_some_and(|lane| lane.side == Side::Control);
        let sides = [self.lane, self.baseline].map(|lane| run.lane(lane).map(|lane| lane.side));
        if sides != [Some(Side::Wasm), Some(Side::Container)] {
            return None;
        }
        let control = run.lane_slugs().find(is_control)?;
        let own = self.summary(control)?.cold_start()?;
        let [wasm, container] = self.both(|lane| lane.cold_start().map(|found| found.median))?;
        let wasm_interval = self.summary(self.lane)?.cold_start()?.interval.ok()?;
        let by = |lane: &Slug| {
            let of_start = |found: &&Comparison| {
                found.case == *self.case && found.lane == *lane && found.figure.metric == names::COLD_START
            };
            self.report.comparisons.iter().find(of_start)
        };
        let (against, wasms) = (by(control)?, by(self.lane)?);
        // The two were not set against each other: that neither interval reaches into the other is more than asked of a pair,
        // and the floor is that of the noisier one.
        let apart = own.interval.ok()?.high < wasm_interval.low;
        let floor = against.floor.zip(wasms.floor).map(|(own, wasm)| own.max(wasm));
        let sure = match (against.verdict, floor) {
            (Verdict::Better, Some(floor)) if apart && wasm / own.median > floor => Sure::Difference,
            (Verdict::NoiseFloorNotMeasured, None)
                if apart && against.interval.is_ok_and(|interval| interval.high < 1.0) =>
            {
                Sure::NoiseFloorNotMeasured
            }
            _ => return None,
        };
        let how = if sure == Sure::Difference { "beats" } else { "looks faster than" };
        let [wasm, container] = [(&self.own, wasm), (&self.base, container)]
            .map(|(named, ns)| format!("{} {}", named.bare, short_duration(ns)));
        Some(Headline {
            big: format!("A plain process {how} both: {}.", short_duration(own.median)),
            second: format!("{wasm}, {container}"),
            chip: sure.in_words().to_owned(),
            sure,
        })
    }
}
