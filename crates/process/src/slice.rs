//! Slices of systemd: where it runs the machine, it makes every group, and a group that others use is asked of it.

use std::io;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::ProcessError;

const SUFFIX: &str = ".slice";
/// An idle systemd takes a hundredth of it.
const ANSWER_LIMIT: Duration = Duration::from_secs(5);
const STEP: Duration = Duration::from_millis(1);

/// The name of a slice at the root: a dash would put it inside another one, and systemd takes few other signs.
pub(crate) fn name(prefix: &str, text: &str) -> String {
    let mut name = prefix.to_owned();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b':') {
            name.push(char::from(byte));
        } else {
            name.push_str(&format!("\\x{byte:02x}"));
        }
    }
    name + SUFFIX
}

/// What a slice's name was made from; `None` where it is no slice's.
pub(crate) fn plain(name: &str) -> Option<String> {
    let mut parts = name.strip_suffix(SUFFIX)?.split("\\x");
    let mut plain = parts.next()?.to_owned();
    for part in parts {
        let (code, rest) = part.split_at_checked(2)?;
        plain.push(char::from(u8::from_str_radix(code, 16).ok()?));
        plain.push_str(rest);
    }
    Some(plain)
}

/// Has it made. A slice needs no file of its own.
pub(crate) fn start(name: &str) -> Result<(), ProcessError> {
    ask("start", name).map_err(|source| ProcessError::MakeGroup { folder: name.into(), source })
}

/// Has it taken down, with all that is in it.
pub(crate) fn stop(name: &str) -> Result<(), ProcessError> {
    ask("stop", name).map_err(|source| ProcessError::RemoveGroup { folder: name.into(), source })
}

fn ask(verb: &str, name: &str) -> io::Result<()> {
    let mut asked = Command::new("systemctl")
        .args(["--quiet", "--no-ask-password", verb, name])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let until = Instant::now() + ANSWER_LIMIT;
    loop {
        match asked.try_wait()? {
            Some(status) if status.success() => return Ok(()),
            Some(status) => return Err(io::Error::other(format!("`systemctl {verb}` ended with {status}"))),
            None if Instant::now() < until => std::thread::sleep(STEP),
            None => {
                asked.kill()?;
                asked.wait()?;
                return Err(io::ErrorKind::TimedOut.into());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slice_stands_at_the_root_whatever_is_in_its_name() {
        let label = "20261127+a-b.7.9.0123abcd.4026531836.3";
        let slice = name("plimsoll.", label);
        assert_eq!(slice, r"plimsoll.20261127\x2ba\x2db.7.9.0123abcd.4026531836.3.slice");
        assert_eq!(plain(slice.strip_prefix("plimsoll.").unwrap()).as_deref(), Some(label));
    }

    #[test]
    fn a_name_that_is_cut_short_or_no_slice_is_nobody_s() {
        for foreign in ["run.1.2", r"a\x2.slice", r"a\xzz.slice", r"a\xé.slice"] {
            assert_eq!(plain(foreign), None, "{foreign}");
        }
    }
}
