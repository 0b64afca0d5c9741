//! Reading the kernel's text files.

use std::borrow::Cow;
use std::fs;
use std::path::Path;

use plimsoll_model::Reading;
use plimsoll_runtime::proc::Schedstat;
use plimsoll_runtime::{Process, Role};

/// The number after a key at the beginning of a line, times the unit that the file counts in.
pub(crate) fn field(text: &str, key: &str, unit: u64) -> Option<u64> {
    let mut lines = text.lines().filter_map(|line| line.strip_prefix(key));
    let rest = lines.find(|rest| rest.starts_with([' ', ':', '\t']))?;
    let digits = rest.trim_start_matches([':', ' ', '\t']).split_whitespace().next()?;
    digits.parse::<u64>().ok().map(|number| number * unit)
}

/// A whole file, or why it can't be read.
pub(crate) fn text_of(path: &Path) -> Result<String, Cow<'static, str>> {
    fs::read_to_string(path).map_err(|error| format!("`{}` can't be read: {error}", path.display()).into())
}

/// A file that holds one number.
pub(crate) fn number_in(path: &Path) -> Result<u64, Cow<'static, str>> {
    let text = text_of(path)?;
    text.trim().parse().map_err(|_| format!("`{}` holds no number", path.display()).into())
}

/// A value or the reason against it, as a reading.
pub(crate) fn reading(value: Result<u64, Cow<'static, str>>) -> Reading {
    match value {
        Ok(value) => Reading::Value(value),
        Err(reason) => Reading::Unavailable { reason },
    }
}

/// CPU time of a process over all its living threads, in nanoseconds.
pub(crate) fn cpu_ns(pid: u32) -> Result<u64, Cow<'static, str>> {
    let threads = Schedstat::of_threads(pid).map_err(|_| format!("process {pid} has ended"))?;
    Ok(threads.into_iter().map(|thread| thread.ran_ns).sum())
}

/// CPU time of all processes of a role together; `None` where there is none.
pub(crate) fn cpu_of(processes: &[Process], role: Role) -> Option<Result<u64, Cow<'static, str>>> {
    let mut of_role = processes.iter().filter(|process| process.role == role).peekable();
    of_role.peek()?;
    Some(of_role.map(|process| cpu_ns(process.pid)).sum())
}

/// What was used between two readings.
pub(crate) fn used(
    before: &Result<u64, Cow<'static, str>>,
    after: Result<u64, Cow<'static, str>>,
) -> Result<u64, Cow<'static, str>> {
    let before = before.clone()?;
    after?.checked_sub(before).ok_or_else(|| "a thread ended meanwhile and took its time with it".into())
}

/// Clock ticks, as the kernel's statistics count time, in nanoseconds.
pub(crate) fn ticks_ns(ticks: u64) -> u64 {
    ticks.saturating_mul(1_000_000_000 / ticks_per_second())
}

/// The `steal` column of the wanted CPUs' lines in `/proc/stat`, in nanoseconds, summed; `None` where there is none of them.
pub(crate) fn stolen_ns(stat: &str, wanted: impl Fn(u32) -> bool) -> Option<u64> {
    let columns = stat.lines().filter_map(|line| {
        let mut columns = line.strip_prefix("cpu")?.split(' ');
        let cpu = columns.next()?.parse().ok()?;
        wanted(cpu).then_some(columns.nth(7)?.parse().ok()?)
    });
    columns.map(ticks_ns).reduce(u64::saturating_add)
}

#[cfg(target_os = "linux")]
fn ticks_per_second() -> u64 {
    rustix::param::clock_ticks_per_second().max(1)
}

#[cfg(not(target_os = "linux"))]
fn ticks_per_second() -> u64 {
    100
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_found_by_its_whole_name() {
        let text = "Rss:     1000 kB\nPss_Dirty: 3 kB\nPss:  500 kB\ntotal_rss 12\n";
        assert_eq!(field(text, "Pss", 1_024), Some(512_000));
        assert_eq!(field(text, "total_rss", 1), Some(12));
        assert_eq!(field(text, "rss", 1), None);
    }

    #[test]
    fn stolen_time_is_told_by_core() {
        let stat =
            "cpu  9 9 9 9 9 9 9 30 0 0\ncpu0 1 2 3 4 5 6 7 10 9 0\ncpu1 1 2 3 4 5 6 7 20 9 0\nintr 4 5\n";
        assert_eq!(stolen_ns(stat, |cpu| cpu == 1), Some(ticks_ns(20)));
        assert_eq!(stolen_ns(stat, |_| true), Some(ticks_ns(30)));
        assert_eq!(stolen_ns(stat, |cpu| cpu == 2), None);
        assert_eq!(stolen_ns("cpu0 1 2", |_| true), None);
    }

    #[test]
    fn this_process_has_used_cpu_time() {
        let spent: u64 = (0..1_000_000_u64).map(std::hint::black_box).sum();
        assert!(spent > 0 && cpu_ns(std::process::id()).is_ok());
        assert!(cpu_ns(u32::MAX).is_err());
    }
}
