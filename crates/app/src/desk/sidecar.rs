//! The bench that goes on, in a process of its own: the window never measures.

use std::io::{BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use plimsoll_model::Event;
use plimsoll_store::Follower;
use rustix::process::{Pid, Signal, kill_process};

use super::ask::{How, Push};
use super::live::{Course, Live};
use super::outside::Outside;
use super::words::Tone;
use crate::stream::{Line, hear};
use crate::{Bench, Error};

/// At most ten pushes a second.
const BETWEEN_PUSHES: Duration = Duration::from_millis(100);
/// How long a window may take to draw one.
const DRAWING: Duration = Duration::from_millis(200);

/// How long a bench may take to stop once it is asked to. It needs two seconds at most.
const STOPPING: Duration = Duration::from_secs(5);

/// What is shared between the window's questions and the thread that follows the bench.
#[derive(Default)]
pub(super) struct Going {
    state: Mutex<State>,
    drawn: Condvar,
    ended: Condvar,
}

#[derive(Default)]
struct State {
    epoch: u64,
    running: Option<Running>,
    drawn: bool,
}

struct Running {
    pid: Pid,
    course: Course,
    follower: Option<Follower>,
}

/// An order for the thread that begins benches.
pub(super) struct Wish {
    pub(super) bench: Bench,
    pub(super) answer: mpsc::Sender<Result<u64, Error>>,
}

impl Going {
    /// How the bench stands; `None` when none goes on.
    pub(super) fn live(&self) -> Option<Live> {
        let mut state = self.lock();
        let running = state.running.as_mut()?;
        Some(running.course.whole(running.follower.as_ref().and_then(Follower::run)))
    }

    /// The window has drawn the last push.
    pub(super) fn drawn(&self) {
        self.lock().drawn = true;
        self.drawn.notify_all();
    }

    /// Asks the bench to stop, and ends it if it does not. Nothing happens when none goes on.
    pub(super) fn cancel(self: &Arc<Self>) {
        let mut state = self.lock();
        let epoch = state.epoch;
        let Some(running) = &mut state.running else { return };
        running.course.stop();
        // A bench that has just ended can't be asked any more: its end is on its way.
        let _ = kill_process(running.pid, Signal::INT);
        let going = Arc::clone(self);
        // On a system without a thread left the bench is only asked.
        let _ = thread::Builder::new().name("stopping".to_owned()).spawn(move || going.end_at_last(epoch));
    }

    fn end_at_last(&self, epoch: u64) {
        let goes_on = |state: &mut State| state.epoch == epoch && state.running.is_some();
        let waited = self.ended.wait_timeout_while(self.lock(), STOPPING, goes_on);
        let (state, waited) = waited.unwrap_or_else(PoisonError::into_inner);
        if let (true, Some(running)) = (waited.timed_out(), &state.running) {
            let _ = kill_process(running.pid, Signal::KILL);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Carries out one wish after the other, on the thread that calls it. That thread keeps the priority and the CPUs that
/// the bench's process inherits.
pub(super) fn attend(
    wishes: &mpsc::Receiver<Wish>,
    going: &Going,
    program: &Path,
    outside: &Arc<dyn Outside>,
) {
    for Wish { bench, answer } in wishes {
        let begun = begin(program, &bench).map(|child| {
            let mut state = going.lock();
            state.epoch += 1;
            let course = Course::new("Looking for what this machine can run");
            let pid = Pid::from_child(&child);
            state.running = Some(Running { pid, course, follower: None });
            (child, state.epoch)
        });
        match begun {
            Ok((child, epoch)) => {
                // A window that has gone gets no answer, and the bench goes on.
                let _ = answer.send(Ok(epoch));
                let ended = follow(child, epoch, going, &bench, outside.as_ref());
                going.lock().running = None;
                going.ended.notify_all();
                outside.push(ended);
            }
            Err(error) => {
                let _ = answer.send(Err(error));
            }
        }
    }
}

/// Begins while none goes on; the lock is not held meanwhile.
pub(super) fn is_free(going: &Going) -> bool {
    going.lock().running.is_none()
}

fn begin(program: &Path, bench: &Bench) -> Result<Child, Error> {
    let unable = |error: std::io::Error| Error {
        causes: vec![error.to_string()],
        ..Error::environment(format!("could not start `{}`", program.display()))
            .with_hint("install Plimsoll anew: the command belongs beside the window")
    };
    let order = serde_json::to_string(bench).map_err(|error| unable(error.into()))?;
    let mut child = Command::new(program)
        .arg("stream")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(unable)?;
    if let Some(stdin) = &mut child.stdin {
        writeln!(stdin, "{order}").map_err(unable)?;
    }
    Ok(child)
}

fn follow(mut child: Child, epoch: u64, going: &Going, bench: &Bench, outside: &dyn Outside) -> Push {
    let (mut stdin, stdout) = (child.stdin.take(), child.stdout.take());
    let mut last = None;
    let mut pushed_at: Option<Instant> = None;
    for line in stdout.into_iter().flat_map(|out| hear(BufReader::new(out))) {
        let waits = line.waits();
        match line {
            Line::Event(event) => {
                take(going, bench, event);
                if waits && pushed_at.is_none_or(|at| at.elapsed() >= BETWEEN_PUSHES) {
                    push(going, epoch, outside);
                    pushed_at = Some(Instant::now());
                }
            }
            end => last = Some(end),
        }
        if waits {
            go_on(&mut stdin);
        }
    }
    let code = child.wait().ok().and_then(|status| status.code());
    ended(epoch, last, code, going)
}

fn take(going: &Going, bench: &Bench, event: Event) {
    let mut state = going.lock();
    let Some(running) = &mut state.running else { return };
    running.course.take(event);
    if running.follower.is_none()
        && let Some(id) = running.course.run()
    {
        running.follower = bench.places.store().ok().and_then(|store| store.follow(id).ok());
    }
    if let Some(follower) = &mut running.follower {
        if let Err(error) = follower.catch_up() {
            running.course.note(Tone::Warning, error.to_string());
        }
        if let Some(run) = follower.run() {
            running.course.plan(run);
        }
    }
}

/// Sends how it stands and waits until that is drawn: the next trial begins after it.
fn push(going: &Going, epoch: u64, outside: &dyn Outside) {
    let mut state = going.lock();
    let Some(running) = &mut state.running else { return };
    let live = running.course.push(running.follower.as_ref().and_then(Follower::run));
    state.drawn = false;
    drop(state);
    outside.push(Push::Live { epoch, live: Box::new(live) });
    let state = going.lock();
    let _ = going.drawn.wait_timeout_while(state, DRAWING, |state| !state.drawn);
}

fn go_on(stdin: &mut Option<ChildStdin>) {
    if let Some(pipe) = stdin
        && pipe.write_all(b"\n").is_err()
    {
        *stdin = None;
    }
}

fn ended(epoch: u64, last: Option<Line>, code: Option<i32>, going: &Going) -> Push {
    /// The command's exit code for a run that the user stopped.
    const INTERRUPTED: i32 = 130;
    let state = going.lock();
    let begun = state.running.as_ref().and_then(|running| running.course.run()).map(str::to_owned);
    match last {
        Some(Line::Kept(_)) => {
            let how = if code == Some(INTERRUPTED) { How::Interrupted } else { How::Done };
            Push::Ended { epoch, run: begun, how, fault: None }
        }
        Some(Line::Refused(fault)) => {
            let how = if fault.code == crate::Code::Interrupted { How::Interrupted } else { How::Failed };
            Push::Ended { epoch, run: begun, how, fault: Some(fault) }
        }
        _ => {
            let fault = Error::environment("the bench's process ended without a word")
                .with_hint("what was measured until then is kept: open the run");
            Push::Ended { epoch, run: begun, how: How::Failed, fault: Some(fault) }
        }
    }
}
