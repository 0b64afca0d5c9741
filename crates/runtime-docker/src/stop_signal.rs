//! The signal that a container is asked to end with.

use plimsoll_runtime::proc::SIGTERM;

/// As its image names it, or the usual one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StopSignal {
    /// As `SIGTERM`.
    pub(crate) name: String,
    /// Its number; `None` for a name that is not known here, or one that not every processor numbers alike.
    pub(crate) number: Option<u32>,
}

const KNOWN: [(&str, u32); 6] =
    [("SIGHUP", 1), ("SIGINT", 2), ("SIGQUIT", 3), ("SIGUSR1", 10), ("SIGUSR2", 12), ("SIGTERM", SIGTERM)];

impl StopSignal {
    /// Of what the configuration says, which may be a name with or without `SIG`, or a number.
    pub(crate) fn of(said: Option<&str>) -> Self {
        let said = said.map(str::trim).filter(|said| !said.is_empty()).unwrap_or("SIGTERM");
        let upper = said.to_ascii_uppercase();
        let with_prefix = if upper.starts_with("SIG") { upper } else { format!("SIG{upper}") };
        let number = said.parse().ok();
        let is_it = |(name, its): &&(&str, u32)| *name == with_prefix || Some(*its) == number;
        match KNOWN.iter().find(is_it) {
            Some((name, number)) => Self { name: (*name).to_owned(), number: Some(*number) },
            None => Self { name: said.to_owned(), number },
        }
    }
}

impl Default for StopSignal {
    fn default() -> Self {
        Self::of(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signal_is_known_by_its_name_and_its_number() {
        let told = |said: &str| {
            let StopSignal { name, number } = StopSignal::of(Some(said));
            (name, number)
        };
        for (said, name, number) in [
            ("SIGQUIT", "SIGQUIT", Some(3)),
            ("quit", "SIGQUIT", Some(3)),
            ("3", "SIGQUIT", Some(3)),
            ("", "SIGTERM", Some(15)),
            ("28", "28", Some(28)),
            ("SIGRTMIN+3", "SIGRTMIN+3", None),
            ("-1", "-1", None),
        ] {
            assert_eq!(told(said), (name.to_owned(), number), "{said:?}");
        }
        assert_eq!(StopSignal::default().name, "SIGTERM");
    }
}
