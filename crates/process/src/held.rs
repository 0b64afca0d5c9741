//! A child that stands under its limits and waits for the word to execute its program.

use std::ffi::c_int;
use std::io::{self, PipeReader, PipeWriter, Read, Write};
use std::os::fd::AsFd as _;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, WaitId, WaitIdOptions, getpid, pidfd_open, waitid};

use crate::child::Pipes;
use crate::clone::{in_child, let_signals_through};
use crate::confinement::Confinement;
use crate::drain::Drain;
use crate::error::Step;
use crate::image::{Image, close_all_but};
use crate::{Child, ProcessError};

/// Enough for a thread that makes a child and waits.
const STACK_BYTES: usize = 256 << 10;
/// The word that the child waits for.
const GO: u8 = b'!';
/// The exit code of a child that did not become the program, which nobody is shown.
const NO_PROGRAM: c_int = 127;

/// A child that is in its group and waits before it executes the program, so that no time of the kernel's for making a
/// process a member of a group is in what comes then. Dropped, it is killed.
#[derive(Debug)]
pub struct Held {
    program: PathBuf,
    child: Child,
    gate: PipeWriter,
    executed: Receiver<Result<(), Why>>,
}

/// Why the program was not executed.
#[derive(Clone, Copy, Debug)]
enum Why {
    /// The child could not be made, or the program is none.
    Execute(Errno),
    /// It could not be put under its limits.
    Confine(Step, Errno),
}

impl Why {
    fn told(self, program: PathBuf) -> ProcessError {
        match self {
            Self::Execute(errno) => ProcessError::Execute { program, source: errno.into() },
            Self::Confine(step, errno) => ProcessError::Confine { program, step, source: errno.into() },
        }
    }
}

/// What the child works with.
struct Post {
    image: Image,
    confinement: Confinement,
    doors: Vec<std::fs::File>,
    /// Where the child tells that it stands: its process id.
    standing: PipeWriter,
    /// Where it waits for [`GO`].
    word: PipeReader,
    /// How it ended without executing its program, written by the child alone: it has our memory, while the thread that
    /// made it sleeps, so the lock is always free.
    ended: Mutex<Option<Ended>>,
}

/// How a child ended that did not become the program.
#[derive(Clone, Copy)]
enum Ended {
    NeverStood(Why),
    Stood(Errno),
}

impl Post {
    /// The child's whole life, if it does not become the program.
    fn live(&self) -> c_int {
        let how = match self.stand() {
            Ok(()) => Ended::Stood(self.execute_at_the_word()),
            Err(why) => Ended::NeverStood(why),
        };
        if let Ok(mut ended) = self.ended.try_lock() {
            *ended = Some(how);
        }
        NO_PROGRAM
    }

    fn stand(&self) -> Result<(), Why> {
        self.confinement.enter(&self.doors).map_err(|(step, errno)| Why::Confine(step, errno))?;
        self.image.take_place().map_err(Why::Execute)?;
        let pid = getpid().as_raw_nonzero().get().to_ne_bytes();
        rustix::io::write(&self.standing, &pid).map_err(Why::Execute)?;
        Ok(())
    }

    fn execute_at_the_word(&self) -> Errno {
        close_all_but(self.word.as_fd());
        let mut word = [0];
        match rustix::io::retry_on_intr(|| rustix::io::read(&self.word, &mut word)) {
            Ok(1) => {
                let_signals_through();
                self.image.execute()
            }
            Ok(_) => Errno::CANCELED,
            Err(errno) => errno,
        }
    }

    /// Makes the child; returns when it has executed the program, or why it has not.
    fn man(self) -> Result<(), Why> {
        // SAFETY: `live` makes system calls on what `self` holds, and nothing else.
        let made = unsafe { in_child(&|| self.live()) };
        let pid = made.map_err(|error| Why::Execute(Errno::from_io_error(&error).unwrap_or(Errno::AGAIN)))?;
        match self.ended.into_inner().unwrap_or_else(PoisonError::into_inner) {
            None => Ok(()),
            // Nobody was told of it who would wait for it.
            Some(Ended::NeverStood(why)) => {
                bury(pid);
                Err(why)
            }
            Some(Ended::Stood(errno)) => Err(Why::Execute(errno)),
        }
    }
}

/// Waits for one that ends by itself.
fn bury(pid: u32) {
    if let Some(pid) = Pid::from_raw(pid.cast_signed()) {
        let _ = waitid(WaitId::Pid(pid), WaitIdOptions::EXITED);
    }
}

/// Makes the child on a thread of its own, which sleeps until the program is executed. A child that is tied to its parent
/// dies with the thread that made it: that one stays for as long as the child lives.
pub(crate) fn hold(
    program: PathBuf,
    image: Image,
    pipes: Pipes,
    drain: Drain,
    (confinement, doors): (Confinement, Vec<std::fs::File>),
) -> Result<Held, ProcessError> {
    let prepare = |source| ProcessError::Prepare { program: program.clone(), source };
    let (mut stands, standing) = io::pipe().map_err(prepare)?;
    let (word, gate) = io::pipe().map_err(prepare)?;
    let post = Post { image, confinement, doors, standing, word, ended: Mutex::new(None) };
    let (tell, executed) = channel();
    let (made_by, ended) = channel::<()>();
    // With the post the child's ends of the pipes are closed here: who waits for one that failed meets the end.
    let make = move || {
        let executed = post.man();
        if tell.send(executed).is_ok() {
            let _ = ended.recv();
        }
    };
    let thread = thread::Builder::new().name("hold".to_owned()).stack_size(STACK_BYTES);
    thread.spawn(make).map_err(prepare)?;
    let mut pid = [0; 4];
    if stands.read_exact(&mut pid).is_err() {
        // It has told nothing, so it never stood.
        let why = executed.recv().ok().and_then(Result::err).unwrap_or(Why::Execute(Errno::SRCH));
        return Err(why.told(program));
    }
    let pid = u32::from_ne_bytes(pid);
    let process = Pid::from_raw(pid.cast_signed()).ok_or(Errno::SRCH);
    match process.and_then(|id| pidfd_open(id, PidfdFlags::empty())) {
        Ok(process) => {
            let child = Child::new(pid, process, pipes, drain).made_by(made_by);
            Ok(Held { program, child, gate, executed })
        }
        Err(errno) => {
            drop(gate);
            bury(pid);
            Err(ProcessError::Watch { pid, source: errno.into() })
        }
    }
}

impl Held {
    /// Lets it execute the program; returns when that has happened.
    ///
    /// # Errors
    /// When the program can't be executed. Nothing is left behind.
    pub fn go(mut self) -> Result<Child, ProcessError> {
        if let Err(source) = self.gate.write_all(&[GO]) {
            return Err(ProcessError::Execute { program: self.program, source });
        }
        match self.executed.recv().unwrap_or(Err(Why::Execute(Errno::SRCH))) {
            Ok(()) => Ok(self.child),
            Err(why) => Err(why.told(self.program)),
        }
    }

    /// Process id: it stays that of the program.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.pid()
    }
}
