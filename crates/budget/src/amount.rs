//! Amounts as people write them: `5 ms`, `20 MB`.

use std::fmt;

use plimsoll_model::Unit;

/// An amount with the unit it was written in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Amount {
    /// In the metric's base unit.
    pub value: f64,
    scale: &'static Scale,
}

#[derive(Debug, PartialEq)]
struct Scale {
    name: &'static str,
    /// Base units in one.
    size: f64,
    of: Unit,
}

const fn scale(name: &'static str, size: f64, of: Unit) -> Scale {
    Scale { name, size, of }
}

static COUNTS: [Scale; 1] = [scale("", 1.0, Unit::Count)];

static RATES: [Scale; 1] = [scale("/s", 1e3, Unit::MilliPerSecond)];

static SCALES: [Scale; 12] = [
    scale("ns", 1.0, Unit::Nanoseconds),
    scale("µs", 1e3, Unit::Nanoseconds),
    scale("us", 1e3, Unit::Nanoseconds),
    scale("ms", 1e6, Unit::Nanoseconds),
    scale("s", 1e9, Unit::Nanoseconds),
    scale("B", 1.0, Unit::Bytes),
    scale("kB", 1e3, Unit::Bytes),
    scale("MB", 1e6, Unit::Bytes),
    scale("GB", 1e9, Unit::Bytes),
    scale("KiB", 1024.0, Unit::Bytes),
    scale("MiB", 1_048_576.0, Unit::Bytes),
    scale("GiB", 1_073_741_824.0, Unit::Bytes),
];

impl serde::Serialize for Amount {
    /// As it was written.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Why a text is no amount.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("is `{text}`: write a number above 0{and}")]
pub struct AmountError {
    text: String,
    and: &'static str,
}

impl Amount {
    /// Reads a number with a unit, for a metric of this one: a time or bytes, of which either is read, a rate such as
    /// `500 /s`, or a bare count.
    ///
    /// # Errors
    /// When it is not a number above 0 with a known unit.
    pub fn parse(text: &str, of: Unit) -> Result<Self, AmountError> {
        let (scales, and): (&'static [Scale], _) = match of {
            Unit::Nanoseconds | Unit::Bytes => {
                (&SCALES, " and a unit, one of ns, µs, ms, s, B, kB, MB, GB, KiB, MiB, GiB")
            }
            Unit::MilliPerSecond => (&RATES, " and `/s`"),
            Unit::Count => (&COUNTS, ""),
        };
        let refusal = || AmountError { text: text.chars().take(40).collect(), and };
        let unit =
            text.trim().trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '_' | ' '));
        let number = text.trim().strip_suffix(unit).unwrap_or_default().replace(['_', ' '], "");
        let scale = scales.iter().find(|scale| scale.name == unit).ok_or_else(refusal)?;
        let value = number.parse::<f64>().map_err(|_| refusal())? * scale.size;
        if value > 0.0 && value.is_finite() { Ok(Self { value, scale }) } else { Err(refusal()) }
    }

    /// What it is an amount of.
    #[must_use]
    pub fn unit(&self) -> Unit {
        self.scale.of
    }

    /// Another value, told in the unit this one was written in.
    #[must_use]
    pub fn alike(&self, value: f64) -> Self {
        Self { value, scale: self.scale }
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.value / self.scale.size;
        let digits = (2.0 - shown.abs().max(1e-9).log10().floor()).clamp(0.0, 9.0) as usize;
        let text = format!("{shown:.digits$}");
        let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
        match self.scale.name {
            "" => f.write_str(text),
            name => write!(f, "{text} {name}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, of: Unit) -> Result<String, AmountError> {
        Amount::parse(text, of).map(|amount| amount.to_string())
    }

    #[test]
    fn amounts_read_back_as_they_were_written() {
        for text in ["5 ms", "20 MB", "1.5 GiB", "0.02 s", "999 B", "12 µs"] {
            assert_eq!(read(text, Unit::Bytes).as_deref(), Ok(text));
        }
        assert_eq!(read("12", Unit::Count).as_deref(), Ok("12"));
        assert_eq!(read("500 /s", Unit::MilliPerSecond).as_deref(), Ok("500 /s"));
        assert_eq!(
            Amount::parse("1_000ns", Unit::Nanoseconds).map(|amount| amount.value.to_bits()),
            Ok(1e3_f64.to_bits())
        );
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for bad in ["", "5", "ms", "-5 ms", "0 ms", "5 parsecs", "1e400 s", ".. ms", "5 ms ms", "NaN s"] {
            assert!(read(bad, Unit::Nanoseconds).is_err(), "{bad}");
        }
        assert_eq!(read("5 ms", Unit::Count).unwrap_err().to_string(), "is `5 ms`: write a number above 0");
    }
}
