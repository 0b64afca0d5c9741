//! What `/proc` tells of processes. On systems without it none can be seen.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// How many bytes of a program's name the kernel keeps.
const NAME_BYTES: usize = 15;

/// The number of the signal that ends a service, where nothing else is named.
pub const SIGTERM: u32 = 15;

/// A process as its `/proc/<pid>/stat` shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stat {
    /// Process id in our namespace.
    pub pid: u32,
    /// Name of its program, at most 15 bytes: the kernel cuts it there, were it within a letter.
    pub name: String,
    /// What it is at, as one letter.
    pub state: char,
    /// Process id of its parent; 0 where that is in another namespace.
    pub parent: u32,
    /// Page faults that needed no disk.
    pub minor_faults: u64,
    /// Page faults that had to wait for a disk.
    pub major_faults: u64,
    /// CPU time in its own code, in clock ticks.
    pub user_ticks: u64,
    /// CPU time in the kernel, in clock ticks.
    pub system_ticks: u64,
    /// When it began, in clock ticks since boot: with the pid it names a process even after the pid was given out
    /// again.
    pub started_ticks: u64,
}

impl Stat {
    /// Of one process.
    ///
    /// # Errors
    /// When it is gone or can't be seen; [`io::ErrorKind::InvalidData`] when the line is none of the kernel's.
    pub fn of(pid: u32) -> io::Result<Self> {
        Self::read(format!("/proc/{pid}/stat"))
    }

    /// Of this process.
    ///
    /// # Errors
    /// As [`Self::of`].
    pub fn own() -> io::Result<Self> {
        Self::read("/proc/self/stat")
    }

    /// Of every process that can be seen. One that ends meanwhile is left out.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
        let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        pids.filter_map(|pid| Self::of(pid).ok()).collect()
    }

    /// Whether it has ended, and only its parent has not taken note yet.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        matches!(self.state, 'Z' | 'X')
    }

    /// Whether it runs a program of this name, which may be longer than the kernel keeps.
    #[must_use]
    pub fn runs(&self, program: &str) -> bool {
        self.name == program.get(..NAME_BYTES).unwrap_or(program)
    }

    fn read(path: impl AsRef<Path>) -> io::Result<Self> {
        // As bytes: a name is what the process calls itself.
        Self::parse(&fs::read(path)?).ok_or_else(|| io::ErrorKind::InvalidData.into())
    }

    /// Fields count from 1 as in proc_pid_stat(5).
    fn parse(line: &[u8]) -> Option<Self> {
        let line = String::from_utf8_lossy(line);
        // The name in field 2 may hold blanks, brackets and line ends: it ends at the last closing bracket.
        let (head, tail) = line.rsplit_once(')')?;
        let (pid, name) = head.split_once('(')?;
        let fields: Vec<&str> = tail.split_ascii_whitespace().collect();
        let number = |field: usize| fields.get(field - 3)?.parse::<u64>().ok();
        Some(Self {
            pid: pid.trim().parse().ok()?,
            name: name.to_owned(),
            state: fields.first()?.chars().next()?,
            parent: number(4)?.try_into().ok()?,
            minor_faults: number(10)?,
            major_faults: number(12)?,
            user_ticks: number(14)?,
            system_ticks: number(15)?,
            started_ticks: number(22)?,
        })
    }
}

/// A thread's time on and before its core, in nanoseconds, as its `schedstat` shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedstat {
    /// It ran.
    pub ran_ns: u64,
    /// It could have run, and other threads had the core.
    pub waited_ns: u64,
}

impl Schedstat {
    /// Of the calling thread; `None` where the system does not tell.
    #[must_use]
    pub fn own() -> Option<Self> {
        Self::read(Path::new("/proc/thread-self/schedstat"))
    }

    /// Of each living thread of a process.
    ///
    /// # Errors
    /// When it is gone or can't be seen.
    pub fn of_threads(pid: u32) -> io::Result<Vec<Self>> {
        let tasks = fs::read_dir(format!("/proc/{pid}/task"))?;
        // A thread that ends meanwhile takes its time with it.
        Ok(tasks.flatten().filter_map(|task| Self::read(&task.path().join("schedstat"))).collect())
    }

    fn read(path: &Path) -> Option<Self> {
        Self::parse(&fs::read_to_string(path).ok()?)
    }

    fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.split_ascii_whitespace().map(str::parse);
        Some(Self { ran_ns: numbers.next()?.ok()?, waited_ns: numbers.next()?.ok()? })
    }
}

/// Why the kernel gives a process no signal of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unheard {
    /// It has asked for that.
    Ignored,
    /// It is the first process of its namespace, which gets only the signals that it has a handler for.
    WithoutHandler,
}

impl Unheard {
    /// What keeps this signal from a process just now; `None` where it hears it, may do so later, or can't be seen.
    #[must_use]
    pub fn of(pid: u32, signal: u32) -> Option<Self> {
        Self::parse(&fs::read_to_string(format!("/proc/{pid}/status")).ok()?, signal)
    }

    fn parse(status: &str, signal: u32) -> Option<Self> {
        let after = |key: &str| status.lines().find_map(|line| line.strip_prefix(key)).map(str::trim);
        let bit = 1_u64.checked_shl(signal.checked_sub(1)?)?;
        let holds = |key: &str| Some(u64::from_str_radix(after(key)?, 16).ok()? & bit != 0);
        // One that is blocked waits until it is heard.
        if holds("SigBlk:")? || holds("SigCgt:")? {
            return None;
        }
        if holds("SigIgn:")? {
            return Some(Self::Ignored);
        }
        // Its number in each namespace that it is in, ours first.
        let inner = after("NSpid:")?.split_ascii_whitespace().skip(1).last()?;
        (inner == "1").then_some(Self::WithoutHandler)
    }
}

/// The arguments of a process, its program first; none where it is gone.
#[must_use]
pub fn arguments(pid: u32) -> Vec<String> {
    let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let words = line.split(|&byte| byte == 0).filter(|word| !word.is_empty());
    words.map(|word| String::from_utf8_lossy(word).into_owned()).collect()
}

/// The file that a process runs.
#[must_use]
pub fn executable(pid: u32) -> Option<PathBuf> {
    fs::read_link(format!("/proc/{pid}/exe")).ok()
}

/// The processes in a control group's folder that have a number in our namespace; none where it is gone.
#[must_use]
pub fn members(group: &Path) -> Vec<u32> {
    let list = fs::read_to_string(group.join("cgroup.procs")).unwrap_or_default();
    numbers(&list)
}

fn numbers(list: &str) -> Vec<u32> {
    // One of another namespace reads as 0.
    list.lines().filter_map(|line| line.trim().parse().ok()).filter(|pid| *pid != 0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TAIL: &[u8] = b" S 42 7 7 0 -1 4 100 2 300 4 55 66 7 8 20 0 1 0 987 4096 3 18446744073709551615\n";

    fn named(name: &[u8]) -> Option<Stat> {
        Stat::parse(&[b"7 (", name, b")", TAIL].concat())
    }

    #[test]
    fn every_field_is_found_whatever_the_program_is_called() {
        let expected = |name: &str| Stat {
            pid: 7,
            name: name.to_owned(),
            state: 'S',
            parent: 42,
            minor_faults: 100,
            major_faults: 300,
            user_ticks: 55,
            system_ticks: 66,
            started_ticks: 987,
        };
        for name in ["api", "a) (b c", "7 (x) S 1 2 3", "", " ", ")", "(", "a\nb"] {
            assert_eq!(named(name.as_bytes()), Some(expected(name)), "{name:?}");
        }
        // Cut within a letter.
        assert_eq!(named(b"pr\xc3"), Some(expected("pr\u{fffd}")));
    }

    #[test]
    fn a_line_that_is_cut_short_or_no_line_is_no_process() {
        let line = [b"7 (a b)", TAIL].concat();
        let whole = line.windows(4).position(|four| four == b" 987").unwrap() + 4;
        for length in 0..whole - 3 {
            assert_eq!(Stat::parse(&line[..length]), None, "{length}");
        }
        assert!(Stat::parse(&line[..whole]).is_some());
        for wrong in [&b"(a) S 1"[..], b"x (a) S 42 7 7 0 -1 4 1 2 3 4 5 6 7 8 20 0 1 0 987", b"\0\xff)("] {
            assert_eq!(Stat::parse(wrong), None);
        }
    }

    #[test]
    fn this_process_is_among_all_and_one_that_is_gone_is_an_error() {
        let own = Stat::own().unwrap();
        assert_eq!((own.pid, own.has_ended()), (std::process::id(), false));
        assert_eq!(own.parent, std::os::unix::process::parent_id());
        assert!(
            Stat::all().iter().any(|stat| stat.pid == own.pid && stat.started_ticks == own.started_ticks)
        );
        assert!(Stat::of(u32::MAX).is_err() && Schedstat::of_threads(u32::MAX).is_err());
        assert!(arguments(u32::MAX).is_empty() && executable(u32::MAX).is_none());
    }

    #[test]
    fn a_process_that_only_waits_for_its_parent_has_ended() {
        let mut child = std::process::Command::new("true").spawn().unwrap();
        while !Stat::of(child.id()).unwrap().has_ended() {
            std::thread::yield_now();
        }
        child.wait().unwrap();
        assert!(Stat::of(child.id()).is_err());
    }

    #[test]
    fn a_long_program_is_known_by_what_the_kernel_keeps_of_its_name() {
        let found = named(b"containerd-shim").unwrap();
        assert!(found.runs("containerd-shim-runc-v2"));
        assert!(!found.runs("containerd"));
    }

    #[test]
    fn a_thread_s_times_are_read_where_both_are_there() {
        assert_eq!(Schedstat::parse("12 34 5\n"), Some(Schedstat { ran_ns: 12, waited_ns: 34 }));
        assert_eq!(Schedstat::parse("12"), None);
        assert_eq!(Schedstat::parse("twelve 34 5"), None);
    }

    #[test]
    fn a_signal_is_heard_unless_it_is_ignored_or_has_no_handler_in_a_first_process() {
        let status = |pids: &str, blocked: u64, ignored: u64, caught: u64| {
            format!(
                "Name:\tapi\nNSpid:\t{pids}\nSigBlk:\t{blocked:016x}\nSigIgn:\t{ignored:016x}\nSigCgt:\t{caught:016x}\n"
            )
        };
        let told = |text: &str| Unheard::parse(text, 15);
        let term = 1 << 14;
        assert_eq!(told(&status("77\t1", 0, 0, 0)), Some(Unheard::WithoutHandler));
        assert_eq!(told(&status("77\t3\t1", 0, 1 << 12, 1 << 13)), Some(Unheard::WithoutHandler));
        assert_eq!(told(&status("77\t1", 0, term, 0)), Some(Unheard::Ignored));
        assert_eq!(told(&status("77", 0, term, 0)), Some(Unheard::Ignored));
        // By default it ends whoever is not the first, or is so in no namespace of its own.
        for heard in [
            status("77\t5", 0, 0, 0),
            status("1", 0, 0, 0),
            status("77\t1", 0, 0, term),
            status("77\t1", term, 0, 0),
        ] {
            assert_eq!(told(&heard), None, "{heard}");
        }
        for wrong in ["", "NSpid:\t7\t1\n", "NSpid:\t7 1\nSigBlk:\tx\nSigIgn:\t0\nSigCgt:\t0\n"] {
            assert_eq!(told(wrong), None, "{wrong}");
        }
        assert_eq!(Unheard::parse(&status("77\t1", 0, 0, 0), 0), None);
        assert_eq!(Unheard::parse(&status("77\t1", 0, 0, 0), 65), None);
        assert_eq!(Unheard::of(u32::MAX, 15), None);
    }

    #[test]
    fn members_without_a_number_here_are_left_out() {
        assert_eq!(numbers("0\n41\n0\n7\n"), [41, 7]);
        assert_eq!(members(Path::new("/no/such/group")), [0_u32; 0]);
    }
}
