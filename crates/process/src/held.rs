//! A child that stands under its limits and waits for the word to execute its program.

use std::io::{self, PipeReader, PipeWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, getpid, pidfd_open};

use crate::child::Pipes;
use crate::confinement::{Confinement, between_fork_and_exec, why};
use crate::drain::Drain;
use crate::{Child, ProcessError};

/// Enough for a thread that forks and waits.
const STACK_BYTES: usize = 256 << 10;
/// The word that the child waits for.
const GO: u8 = b'!';

/// A child that was forked, is in its group and waits before it executes the program, so that no time of the kernel's
/// for making a process a member of a group is in what comes then. Dropped, it is killed.
#[derive(Debug)]
pub struct Held {
    program: PathBuf,
    child: Child,
    gate: PipeWriter,
    executed: Receiver<io::Result<()>>,
}

/// What the closure between fork and exec works with.
struct Post {
    confinement: Confinement,
    doors: Vec<std::fs::File>,
    /// Where the child tells that it stands: its process id.
    standing: PipeWriter,
    /// Where it waits for [`GO`].
    word: PipeReader,
}

impl Post {
    /// System calls on what was made before the fork alone: nothing is allocated, locked or freed.
    fn wait(&self) -> io::Result<()> {
        self.confinement.enter(&self.doors)?;
        let pid = getpid().as_raw_nonzero().get().to_ne_bytes();
        rustix::io::write(&self.standing, &pid)?;
        let mut word = [0];
        match rustix::io::retry_on_intr(|| rustix::io::read(&self.word, &mut word)) {
            Ok(1) => Ok(()),
            Ok(_) => Err(Errno::CANCELED.into()),
            Err(errno) => Err(errno.into()),
        }
    }
}

/// Forks on a thread of its own, since the fork's call returns only when the program is executed, and a child that is
/// tied to its parent dies with the thread that forked it: that one stays for as long as the child lives.
pub(crate) fn hold(
    program: PathBuf,
    mut command: Command,
    pipes: Pipes,
    drain: Drain,
    (confinement, doors): (Confinement, Vec<std::fs::File>),
) -> Result<Held, ProcessError> {
    let prepare = |source| ProcessError::Prepare { program: program.clone(), source };
    let (mut stands, standing) = io::pipe().map_err(prepare)?;
    let (word, gate) = io::pipe().map_err(prepare)?;
    let post = Post { confinement, doors, standing, word };
    between_fork_and_exec(&mut command, move || post.wait());
    let (tell, executed) = channel();
    let (forked_by, ended) = channel::<()>();
    let fork = move || {
        let spawned = command.spawn().map(drop);
        // With it the child's ends of the pipes are closed here: who waits for one that failed meets the end.
        drop(command);
        if tell.send(spawned).is_ok() {
            let _ = ended.recv();
        }
    };
    let thread = thread::Builder::new().name("fork".to_owned()).stack_size(STACK_BYTES);
    thread.spawn(fork).map_err(prepare)?;
    let mut pid = [0; 4];
    if stands.read_exact(&mut pid).is_err() {
        return Err(never_stood(&program, &executed));
    }
    let child = watched(i32::from_ne_bytes(pid), pipes, drain, forked_by)?;
    Ok(Held { program, child, gate, executed })
}

/// Why a child has told nothing.
fn never_stood(program: &Path, executed: &Receiver<io::Result<()>>) -> ProcessError {
    match executed.recv() {
        Ok(Err(error)) => why(program, error),
        _ => ProcessError::Execute { program: program.to_owned(), source: Errno::SRCH.into() },
    }
}

fn watched(pid: i32, pipes: Pipes, drain: Drain, forked_by: Sender<()>) -> Result<Child, ProcessError> {
    let lost = |errno: Errno| ProcessError::Watch { pid: pid.unsigned_abs(), source: errno.into() };
    let id = Pid::from_raw(pid).ok_or(Errno::SRCH).map_err(lost)?;
    let process = pidfd_open(id, PidfdFlags::empty()).map_err(lost)?;
    Ok(Child::new(pid.unsigned_abs(), process, pipes, drain).forked_by(forked_by))
}

impl Held {
    /// Lets it execute the program; returns when that has happened.
    ///
    /// # Errors
    /// When the program can't be executed. Nothing is left behind.
    pub fn go(mut self) -> Result<Child, ProcessError> {
        let failed = |source| ProcessError::Execute { program: self.program.clone(), source };
        self.gate.write_all(&[GO]).map_err(failed)?;
        match self.executed.recv() {
            Ok(Ok(())) => Ok(self.child),
            Ok(Err(error)) => Err(why(&self.program, error)),
            Err(_) => Err(failed(Errno::SRCH.into())),
        }
    }

    /// Process id: it stays that of the program.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.pid()
    }
}
