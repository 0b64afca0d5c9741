//! Quantities as people write them: `5s`, `256MiB`, `5%`.

use bytesize::ByteSize;

/// Milliseconds of a duration such as `5s`, `1500ms` or `1m 30s`.
///
/// # Errors
/// With a sentence that shows how to write it.
pub fn duration_ms(text: &str) -> Result<u64, String> {
    let duration = humantime::parse_duration(text)
        .map_err(|error| format!("{error}: write a number and a unit, e.g. `5s` or `1500ms`"))?;
    u64::try_from(duration.as_millis()).map_err(|_| "that is too long".to_owned())
}

/// Bytes of a size such as `256MiB` or `1GB`.
///
/// # Errors
/// With a sentence that shows how to write it.
pub fn bytes(text: &str) -> Result<u64, String> {
    // A bare number would be bytes here and megabytes in other tools: better asked than guessed.
    if text.trim_end().ends_with(|last: char| last.is_ascii_digit()) {
        return Err("the unit is missing: write e.g. `256MiB`".to_owned());
    }
    let (number, suffix) = text.trim().split_at(text.trim().len() - last_letter(text));
    if let Some(unit) = ["k", "m", "g", "t"].into_iter().find(|unit| suffix.eq_ignore_ascii_case(unit))
        && number.trim_end().ends_with(|last: char| last.is_ascii_digit())
    {
        let (number, unit) = (number.trim_end(), unit.to_ascii_uppercase());
        return Err(format!(
            "`{suffix}` means powers of 1024 to Docker and of 1000 elsewhere: write `{number}{unit}iB` or `{number}{unit}B`"
        ));
    }
    let size = text.parse::<ByteSize>().map_err(|error| format!("{error}: write e.g. `256MiB`"))?;
    Ok(size.as_u64())
}

/// How many bytes the last character of a text has.
fn last_letter(text: &str) -> usize {
    text.trim().chars().next_back().map_or(0, char::len_utf8)
}

/// Thousandths of a share such as `5%` or `2.5%`.
///
/// # Errors
/// With a sentence that shows how to write it.
pub fn percent_milli(text: &str) -> Result<u32, String> {
    let number = text.trim().strip_suffix('%').ok_or("the sign is missing: write e.g. `5%`")?;
    let milli = positive_milli(number, 10.0)?;
    u32::try_from(milli).ok().filter(|milli| *milli <= 1_000).ok_or_else(|| "it is at most `100%`".to_owned())
}

/// Thousandths of a CPU, from `1` or `0.5`.
///
/// # Errors
/// With a sentence that shows how to write it.
pub fn cpu_milli(text: &str) -> Result<u32, String> {
    let milli = positive_milli(text, 1_000.0)?;
    u32::try_from(milli).map_err(|_| "that is too much".to_owned())
}

/// Thousandths of a request per second, from `200` or `0.5`.
///
/// # Errors
/// With a sentence that shows how to write it.
pub fn rate_milli(text: &str) -> Result<u64, String> {
    positive_milli(text, 1_000.0)
}

fn positive_milli(text: &str, per_unit: f64) -> Result<u64, String> {
    let number: f64 = text.trim().parse().map_err(|_| format!("`{text}` is not a number"))?;
    let milli = (number * per_unit).round();
    if !(1.0..=9e15).contains(&milli) {
        return Err(format!("`{text}` is out of bounds: write one from {} on", 1.0 / per_unit));
    }
    Ok(milli as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_read_as_people_write_them() {
        assert_eq!(duration_ms("5s"), Ok(5_000));
        assert_eq!(duration_ms("1500ms"), Ok(1_500));
        assert_eq!(bytes("256MiB"), Ok(256 << 20));
        assert_eq!(bytes("1 GB"), Ok(1_000_000_000));
        assert_eq!(percent_milli("5%"), Ok(50));
        assert_eq!(percent_milli("2.5%"), Ok(25));
        assert_eq!(cpu_milli("0.5"), Ok(500));
        assert_eq!(rate_milli("200"), Ok(200_000));
    }

    #[test]
    fn a_wrong_quantity_is_refused_with_an_example() {
        assert!(duration_ms("5").unwrap_err().contains("`5s`"));
        assert!(bytes("256").unwrap_err().contains("`256MiB`"));
        for (docker, decimal) in [("256m", "256MB"), ("1 G", "1GB"), ("512K", "512KB")] {
            let refused = bytes(docker).unwrap_err();
            assert!(refused.contains(&format!("or `{decimal}`")) && refused.contains("iB`"), "{refused}");
        }
        assert!(bytes("lots").unwrap_err().contains("`256MiB`"));
        assert!(percent_milli("5").unwrap_err().contains("`5%`"));
        assert_eq!(percent_milli("100%"), Ok(1_000));
        assert!(percent_milli("200%").unwrap_err().contains("at most `100%`"));
        for wrong in ["0", "-1", "NaN", "inf", "1e300", "x"] {
            assert!(cpu_milli(wrong).is_err(), "{wrong}");
            assert!(rate_milli(wrong).is_err(), "{wrong}");
        }
    }
}
