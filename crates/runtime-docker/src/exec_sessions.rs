//! What Podman leaves beside a process that it started in a container.

use plimsoll_runtime::proc::{self, Stat};
use rustix::process::{Pid, Signal, kill_process};

/// The program that stands beside it.
const PROGRAM: &str = "conmon";

/// As often as one that is just dividing could get away.
const ROUNDS: usize = 3;

/// Whether these are the words of one that stands beside a process which was started in a container, and not beside the
/// container itself: it is given both ids.
pub(crate) fn is_of_session(words: &[String]) -> bool {
    let [container, process] = ["-c", "-u"].map(|flag| given(words, flag));
    process.is_some() && container != process
}

/// Ends those of a container that is gone, by its name or its id. Podman lets them stay for minutes, 300 seconds by
/// default, so that somebody may still ask how a process ended.
pub(crate) fn end_of(container: &str) {
    for _ in 0..ROUNDS {
        let left = of(container);
        if left.is_empty() {
            return;
        }
        for process in left.into_iter().filter_map(|pid| Pid::from_raw(i32::try_from(pid).ok()?)) {
            // What has ended meanwhile is as wanted.
            let _ = kill_process(process, Signal::KILL);
        }
    }
}

fn of(container: &str) -> Vec<u32> {
    let living = Stat::all().into_iter().filter(|found| found.runs(PROGRAM) && !found.has_ended());
    let ours = |words: &[String]| {
        is_of_session(words) && ["-c", "-n"].iter().any(|flag| given(words, flag) == Some(container))
    };
    living.map(|found| found.pid).filter(|&pid| ours(&proc::arguments(pid))).collect()
}

fn given<'a>(words: &'a [String], flag: &str) -> Option<&'a str> {
    words.windows(2).find(|pair| pair[0] == flag).map(|pair| pair[1].as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_beside_a_container_is_told_from_what_stands_beside_a_process_in_it() {
        let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let of_session = |line: &str| is_of_session(&words(line));
        assert!(of_session("conmon -c 0a -u 1b -r /usr/bin/runc -n web -e --exec-attach"));
        assert!(!of_session("conmon -c 0a -u 0a -r /usr/bin/runc -n web"));
        assert!(!of_session("containerd-shim-runc-v2 -namespace moby -id 0a"));
    }
}
