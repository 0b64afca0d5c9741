use std::fmt::{self, Display, Formatter};
use std::time::Duration;

use crate::proc::Unheard;

/// The signal that ends a service, where nothing else is named.
const USUAL: &str = "SIGTERM";

/// Why an instance had to be killed when it was stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Killed {
    /// The name of the signal that it was asked with.
    pub signal: String,
    /// Why that was not enough.
    pub why: NotEnough,
}

/// Why asking an instance to end was not enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotEnough {
    /// It had not exited when the stop limit was over.
    Late {
        /// The limit in milliseconds.
        after_ms: u64,
    },
    /// The kernel gives it no such signal, so that waiting for it is of no use.
    Unheard(Unheard),
}

impl Killed {
    /// One that was asked with SIGTERM and killed after the limit, or at once where it does not hear that.
    #[must_use]
    pub fn after(limit: Duration, unheard: Option<Unheard>) -> Self {
        Self::asked_with(USUAL.to_owned(), limit, unheard)
    }

    /// As [`Self::after`], asked with another signal.
    #[must_use]
    pub fn asked_with(signal: String, limit: Duration, unheard: Option<Unheard>) -> Self {
        let late = NotEnough::Late { after_ms: limit.as_millis() as u64 };
        Self { signal, why: unheard.map_or(late, NotEnough::Unheard) }
    }
}

impl Display for Killed {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { signal, why } = self;
        match why {
            NotEnough::Late { after_ms } => {
                write!(f, "it did not exit within {after_ms} ms after {signal} and was killed")
            }
            NotEnough::Unheard(Unheard::Ignored) => {
                write!(f, "it ignores {signal} and was killed at once")
            }
            NotEnough::Unheard(Unheard::WithoutHandler) => write!(
                f,
                "{signal} does not reach it, for the first process of a container needs a handler for that and it had none \
                 when it was stopped, so that it was killed at once"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reason_names_the_signal() {
        let limit = Duration::from_secs(10);
        let late = Killed::after(limit, None).to_string();
        assert_eq!(late, "it did not exit within 10000 ms after SIGTERM and was killed");
        let ignored = Killed::asked_with("SIGQUIT".to_owned(), limit, Some(Unheard::Ignored)).to_string();
        assert!(ignored.starts_with("it ignores SIGQUIT"), "{ignored}");
        let first = Killed::after(limit, Some(Unheard::WithoutHandler)).to_string();
        assert!(first.starts_with("SIGTERM does not reach it"), "{first}");
    }
}
