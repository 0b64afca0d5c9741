use std::num::NonZeroU64;

/// When requests are due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// At fixed times, whether or not earlier ones are answered.
    Open {
        /// Thousandths of a request per second.
        rate_milli: NonZeroU64,
        /// For how long, in nanoseconds.
        duration_ns: u64,
    },
    /// As soon as a connection is free.
    Closed {
        /// For how long at least, in nanoseconds.
        least_ns: u64,
        /// For how long at most, in nanoseconds.
        most_ns: u64,
        /// It goes on past `least_ns` until this many are answered.
        answers: u64,
    },
}

impl Pace {
    /// How many requests are due in all; `None` where that depends on the answers.
    #[must_use]
    pub fn total(&self) -> Option<u64> {
        match self {
            Self::Open { rate_milli, duration_ns } => {
                let total =
                    (u128::from(*duration_ns) * u128::from(rate_milli.get())).div_ceil(1_000_000_000_000);
                Some(u64::try_from(total).unwrap_or(u64::MAX).max(1))
            }
            Self::Closed { .. } => None,
        }
    }

    /// How long its requests take when each is answered at once: until the one after the last would be due, so that the
    /// rate over this time is the one asked for however few they are. 0 where that depends on the answers.
    pub(crate) fn planned_ns(&self) -> u64 {
        match self {
            Self::Open { rate_milli, .. } => Self::due_after_ns(*rate_milli, self.total().unwrap_or(0)),
            Self::Closed { .. } => 0,
        }
    }

    /// When request `number` (from 0) is due, in nanoseconds after the first. Computed from the number, so
    /// that no rounding adds up.
    pub(crate) fn due_after_ns(rate_milli: NonZeroU64, number: u64) -> u64 {
        (u128::from(number) * 1_000_000_000_000 / u128::from(rate_milli.get())) as u64
    }
}

/// Which request comes next, and when.
#[derive(Debug)]
pub(super) struct DueTimes {
    pace: Pace,
    begin_ns: u64,
    number: u64,
    total: u64,
    due_ns: u64,
}

impl DueTimes {
    pub(super) fn new(pace: Pace, begin_ns: u64) -> Self {
        Self { pace, begin_ns, number: 0, total: pace.total().unwrap_or(u64::MAX), due_ns: begin_ns }
    }

    /// When the next one is due; `None` when there is none. Of a closed pace it is always due.
    #[inline]
    pub(super) fn next_due_ns(&self, now_ns: u64, answered: u64) -> Option<u64> {
        match self.pace {
            Pace::Open { .. } => (self.number < self.total).then_some(self.due_ns),
            Pace::Closed { least_ns, most_ns, answers } => {
                let passed_ns = now_ns.saturating_sub(self.begin_ns);
                (passed_ns < least_ns || (passed_ns < most_ns && answered < answers)).then_some(now_ns)
            }
        }
    }

    /// Takes the next one.
    #[inline]
    pub(super) fn advance(&mut self) {
        self.number += 1;
        if let Pace::Open { rate_milli, .. } = self.pace {
            self.due_ns = self.begin_ns + Pace::due_after_ns(rate_milli, self.number);
        }
    }

    /// How many were taken.
    pub(super) fn taken(&self) -> u64 {
        self.number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(rate_milli: u64, duration_ns: u64) -> Pace {
        Pace::Open { rate_milli: NonZeroU64::new(rate_milli).unwrap(), duration_ns }
    }

    #[test]
    fn a_rate_and_a_duration_give_a_number_of_requests() {
        assert_eq!(open(200_000, 1_700_000_000).total(), Some(340));
        assert_eq!(open(200, 1_700_000_000).total(), Some(1));
        assert_eq!(open(1, 1).total(), Some(1));
    }

    #[test]
    fn a_few_requests_have_the_rate_that_many_have() {
        // Three requests are due in half a second at 5 a second, and take 0.6 s of it.
        assert_eq!(open(5_000, 500_000_000).total(), Some(3));
        assert_eq!(open(5_000, 500_000_000).planned_ns(), 600_000_000);
        assert_eq!(open(200_000, 1_700_000_000).planned_ns(), 1_700_000_000);
    }

    #[test]
    fn due_times_do_not_drift() {
        let third = NonZeroU64::new(3_000).unwrap();
        assert_eq!(Pace::due_after_ns(third, 1), 333_333_333);
        assert_eq!(Pace::due_after_ns(third, 3_000_000), 1_000_000_000_000_000);
    }
}
