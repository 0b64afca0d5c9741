//! What travels, in words.

use plimsoll_analysis::names;
use plimsoll_format::bytes;
use plimsoll_format::spoken::times_smaller;

use super::pair::TwoLanes;
use super::{Headline, Sure};

impl TwoLanes<'_> {
    /// Compressed bytes that travel.
    pub(super) fn size(&self) -> Option<Headline> {
        let [own, base] = self.both(|lane| {
            let figure = lane.figure(&names::WIRE_SIZE, None, None)?;
            figure.estimate().map(|found| found.median)
        })?;
        let (small, large) = (own.min(base), own.max(base));
        let told = [small, large].map(bytes);
        let (big, second) = if told[0] == told[1] {
            let apart = large - small;
            let apart = if apart > 0.0 { format!(", {} apart", bytes(apart)) } else { String::new() };
            ("Both ship the same size.".to_owned(), format!("{} each{apart}", told[0]))
        } else {
            let big = self.of_winner(own / base, &[times_smaller(own / base)], |[winner, _], factor| {
                format!("{} {} {factor} smaller.", winner.words, winner.verb("ships", "ship"))
            });
            (big, told.join(" instead of "))
        };
        Some(Headline { big, second, chip: Sure::Exact.in_words().to_owned(), sure: Sure::Exact })
    }
}
