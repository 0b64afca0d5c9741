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
        let (big, second) = if own.total_cmp(&base).is_eq() {
            ("Both ship the same size.".to_owned(), format!("{} each", bytes(own)))
        } else {
            let big = self.of_winner(own / base, &[times_smaller(own / base)], |[winner, _], factor| {
                format!("{} {} {factor} smaller.", winner.words, winner.verb("ships", "ship"))
            });
            (big, format!("{} instead of {}", bytes(small), bytes(large)))
        };
        Some(Headline { big, second, chip: Sure::Exact.in_words().to_owned(), sure: Sure::Exact })
    }
}
