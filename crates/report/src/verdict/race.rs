//! What is said of two lanes' times, whatever was timed.

use plimsoll_analysis::{Comparison, Interval, Verdict};
use plimsoll_format::spoken::{alike, bare_times, multiple, range_of_times, times};
use plimsoll_model::Unit;

use super::chip::chip;
use super::lines::capital;
use super::named::Form;
use super::pair::{TwoLanes, values};
use super::{Headline, Sure};

/// What was timed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Matchup {
    /// The start of a service.
    Start,
    /// A command, from the call to its end.
    Finish,
    /// The answers of a service under load.
    Serve,
}

/// What the two took.
pub(super) struct Times<'a> {
    pub(super) race: Matchup,
    pub(super) found: &'a Comparison,
    /// The lane's time and the baseline's, in nanoseconds.
    pub(super) points: Option<[f64; 2]>,
    /// What else belongs into the second line, behind the values.
    pub(super) with: String,
    /// Why trials are too few, beside how many there are.
    pub(super) lost: Option<String>,
}

impl TwoLanes<'_> {
    /// What is said of these times.
    pub(super) fn said(&self, times: &Times<'_>) -> Headline {
        let Times { race, found, .. } = *times;
        let trials = if race == Matchup::Serve { "loads" } else { "starts" };
        let said = |big: String, second: String| Headline {
            big,
            second,
            chip: chip(found, trials),
            sure: Sure::of(found.verdict),
        };
        let values = || {
            let told = values(times.points, found, Unit::Nanoseconds);
            [told.as_str(), &times.with]
                .iter()
                .filter(|told| !told.is_empty())
                .copied()
                .collect::<Vec<_>>()
                .join(", ")
        };
        match (found.verdict, found.interval) {
            (Verdict::Better | Verdict::Worse | Verdict::Different, _) => {
                said(self.wins(race, found), values())
            }
            (Verdict::Equal, Ok(interval)) => said(
                self.equal(race, false),
                format!("within {} of each other", bare_times(farther(interval))),
            ),
            (Verdict::TooNoisy, _) => {
                let how = if found.ratio < 1.0 { "faster" } else { "slower" };
                said(too_noisy(race), looked(found, |apart| format!("{apart} {how}")))
            }
            (Verdict::TooFew, Err(few)) => {
                let lost = times.lost.iter().map(|lost| format!("; {lost}")).collect::<String>();
                said(
                    format!("Not enough {} to say.", if race == Matchup::Serve { "loads" } else { "trials" }),
                    format!("{} of the {} needed{lost}", few.have, few.need),
                )
            }
            (Verdict::NoiseFloorNotMeasured | Verdict::RunNoiseUnknown, Ok(interval))
                if !interval.contains(1.0) =>
            {
                said(self.looks(race, found), values())
            }
            (Verdict::NoiseFloorNotMeasured | Verdict::RunNoiseUnknown, Ok(interval))
                if interval.is_alike() =>
            {
                said(
                    self.equal(race, true),
                    format!("within {} of each other", bare_times(farther(interval))),
                )
            }
            (_, Ok(interval)) => said(too_close(race), self.may_be(found, interval)),
            (_, Err(few)) => said("Not enough trials to say.".to_owned(), few.to_string()),
        }
    }

    fn wins(&self, race: Matchup, found: &Comparison) -> String {
        let factors = [times(found.ratio), multiple(found.ratio)];
        let faster = |verbs: [&'static str; 2]| {
            let line = move |[winner, loser]: [&Form; 2], factor: &str| {
                let [one, many] = verbs;
                format!("{} {} {factor} faster than {}.", winner.words, winner.verb(one, many), loser.words)
            };
            self.of_winner(found.ratio, &factors, line)
        };
        match race {
            Matchup::Start => faster(["starts", "start"]),
            Matchup::Serve => self.of_winner(found.ratio, &factors, |[winner, _], factor| {
                format!("under load, {} {} {factor} faster.", winner.words, winner.verb("answers", "answer"))
            }),
            // It names the workload too, so that it is longer than other lines.
            Matchup::Finish => {
                let [winner, loser] = self.winner_first(found.ratio);
                let [case, factor] = [self.case.to_string(), times(found.ratio)];
                format!("`{case}` finishes {factor} sooner {} than {}.", winner.place, loser.place)
            }
        }
    }

    fn looks(&self, race: Matchup, found: &Comparison) -> String {
        let factors = [times(found.ratio), multiple(found.ratio)];
        let case = self.case;
        self.of_winner(found.ratio, &factors, |[winner, _], factor| {
            let (who, looks) = (&winner.words, winner.verb("looks", "look"));
            match race {
                Matchup::Start => format!("{who} {looks} {factor} faster to start."),
                Matchup::Finish => format!("{who} {looks} {factor} faster to finish `{case}`."),
                Matchup::Serve => format!("under load, {who} {looks} {factor} faster."),
            }
        })
    }

    fn equal(&self, race: Matchup, looks: bool) -> String {
        let case = self.case;
        self.of_both(|[own, base]| {
            let who = format!("{} and {}", own.words, base.words);
            match (race, looks) {
                (Matchup::Start, false) => format!("{who} start equally fast."),
                (Matchup::Start, true) => format!("{who} look equally fast to start."),
                (Matchup::Finish, false) => format!("{who} finish `{case}` equally fast."),
                (Matchup::Finish, true) => format!("{who} look equally fast to finish `{case}`."),
                (Matchup::Serve, false) => format!("under load, {who} answer equally fast."),
                (Matchup::Serve, true) => format!("under load, {who} look equally fast."),
            }
        })
    }

    /// `Wasm may be 1.2 times slower or 4.7 times faster`.
    fn may_be(&self, found: &Comparison, interval: Interval) -> String {
        let Interval { low, high } = interval;
        let how = |ratio: f64| if ratio < 1.0 { "faster" } else { "slower" };
        let (lane, one) = (capital(&self.own.one.words), [high, low]);
        if found.verdict == Verdict::TooClose && !interval.contains(1.0) {
            return format!("{lane} looks {} {}, which may be chance", range_of_times(&one), how(low));
        }
        let [up, down] = alike(one);
        format!("{lane} may be {up} {} or {down} {}", how(high), how(low))
    }
}

fn too_close(race: Matchup) -> String {
    if race == Matchup::Serve { "Under load, too close to call." } else { "Too close to call." }.to_owned()
}

fn too_noisy(race: Matchup) -> String {
    let whole = "This machine was too noisy to say.";
    if race == Matchup::Serve {
        format!("Under load, t{}", whole.trim_start_matches('T'))
    } else {
        whole.to_owned()
    }
}

/// `looked 18 times faster; noise alone may reach 49 times`. The floor is the far end of an interval: nothing has to have
/// come so far apart.
pub(super) fn looked(found: &Comparison, so: impl Fn(&str) -> String) -> String {
    let Some(floor) = found.floor else {
        return format!("looked {}; how far noise alone reaches is unknown", so(&multiple(found.ratio)));
    };
    let [apart, floor] = alike([found.ratio, floor]);
    format!("looked {}; noise alone may reach {floor}", so(&apart))
}

/// The end of an interval that lies farther from 1.
pub(super) fn farther(Interval { low, high }: Interval) -> f64 {
    high.max(1.0 / low)
}
