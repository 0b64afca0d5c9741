//! One event: what is read from it, what is added to it.

use std::io::Write;

use crate::scan::{Member, Scanner};

const START: &str = "session_start";
const END: &str = "session_end";
const DURATION: &str = "session_duration_minutes";
const TIER: &str = "engagement_tier";

/// From more seconds than this on, a session's engagement is "high".
const HIGH_ABOVE_SECONDS: i64 = 30 * 60;

/// Appends the transformed event and a newline to `output`, or says what is wrong with the event.
pub(crate) fn append(event: &str, output: &mut Vec<u8>) -> Result<(), String> {
    let (mut start, mut end) = (None, None);
    let mut scanner = Scanner::of_object(event)?;
    output.push(b'{');
    let first = output.len();
    // A run of neighbouring fields that are kept is copied at once, with whatever stands between them.
    let mut run: Option<(usize, usize)> = None;
    while let Some(member) = scanner.next_member()? {
        if member.is(DURATION) || member.is(TIER) {
            flush(event, run.take(), first, output);
            continue;
        }
        run = Some((run.map_or(member.start, |(from, _)| from), member.end));
        if member.is(START) {
            start = Some(member);
        } else if member.is(END) {
            end = Some(member);
        }
    }
    flush(event, run, first, output);
    let start = seconds(start, START)?;
    let end = seconds(end, END)?;
    derive(start, end, output.len() == first, output)
}

fn flush(event: &str, run: Option<(usize, usize)>, first: usize, output: &mut Vec<u8>) {
    if let Some((from, to)) = run {
        if output.len() > first {
            output.push(b',');
        }
        output.extend_from_slice(&event.as_bytes()[from..to]);
    }
}

/// A point in time in seconds since whatever epoch the event uses.
#[derive(Clone, Copy)]
enum Seconds {
    Whole(i64),
    Fractional(f64),
}

impl Seconds {
    fn as_f64(self) -> f64 {
        match self {
            Self::Whole(seconds) => seconds as f64,
            Self::Fractional(seconds) => seconds,
        }
    }
}

fn seconds(member: Option<Member<'_>>, name: &str) -> Result<Seconds, String> {
    let Some(member) = member else {
        return Err(format!("`{name}` is missing"));
    };
    let text = member.value;
    if let Ok(whole) = text.parse() {
        return Ok(Seconds::Whole(whole));
    }
    // The scanner has found it to be some JSON value: what starts like a number is one.
    if !text.starts_with(|c: char| c == '-' || c.is_ascii_digit()) {
        return Err(format!("`{name}` is not a number"));
    }
    match text.parse::<f64>() {
        Ok(seconds) if seconds.is_finite() => Ok(Seconds::Fractional(seconds)),
        _ => Err(format!("`{name}` is out of range")),
    }
}

fn derive(start: Seconds, end: Seconds, is_empty: bool, output: &mut Vec<u8>) -> Result<(), String> {
    if !is_empty {
        output.push(b',');
    }
    output.extend_from_slice(b"\"session_duration_minutes\":");
    let is_high = match whole_difference(start, end) {
        Some(seconds) if seconds % 60 == 0 => {
            // Writing to a vector can't fail.
            let _ = write!(output, "{}", seconds / 60);
            seconds > HIGH_ABOVE_SECONDS
        }
        Some(seconds) => {
            write_float(seconds as f64 / 60.0, output);
            seconds > HIGH_ABOVE_SECONDS
        }
        None => {
            let minutes = (end.as_f64() - start.as_f64()) / 60.0;
            if !minutes.is_finite() {
                return Err("the session's duration is out of range".to_owned());
            }
            write_float(minutes, output);
            minutes > HIGH_ABOVE_SECONDS as f64 / 60.0
        }
    };
    output.extend_from_slice(if is_high {
        b",\"engagement_tier\":\"high\"}\n".as_slice()
    } else {
        b",\"engagement_tier\":\"standard\"}\n".as_slice()
    });
    Ok(())
}

fn whole_difference(start: Seconds, end: Seconds) -> Option<i64> {
    match (start, end) {
        (Seconds::Whole(start), Seconds::Whole(end)) => end.checked_sub(start),
        _ => None,
    }
}

/// The shortest text that reads back as the same double, as serde_json writes it.
fn write_float(value: f64, output: &mut Vec<u8>) {
    output.extend_from_slice(zmij::Buffer::new().format_finite(value).as_bytes());
}
