use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::process::getpid;
use rustix::thread::CpuSet;

use crate::capture::{Capture, Keep};
use crate::child::Pipes;
use crate::confinement::Confinement;
use crate::drain::{Background, Captures, Drain};
use crate::feed::feed;
use crate::held::hold;
use crate::image::Image;
use crate::{Cgroup, Child, Held, ProcessError};

/// Where a stream of the child goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stream {
    /// Nowhere; reading gives the end at once.
    #[default]
    Null,
    /// The caller holds the other end: [`Child::take_stdin`], [`Child::take_stdout`], [`Child::take_stderr`].
    Pipe,
    /// Read by us; the first bytes are kept, the rest is counted. The same as `Null` for standard input.
    Capture {
        /// How many bytes are kept.
        bytes: u64,
    },
    /// Read by us; the last bytes are kept. The same as `Null` for standard input.
    Tail {
        /// How many bytes are kept.
        bytes: u64,
    },
}

/// What to run and how. The environment is empty but for what is given; all streams are `Null` at first.
#[derive(Clone, Debug)]
pub struct Launch {
    program: PathBuf,
    args: Vec<OsString>,
    env: Vec<(OsString, OsString)>,
    folder: Option<PathBuf>,
    cpus: Vec<u32>,
    data_bytes: Option<u64>,
    stdin: Stream,
    input: Option<Arc<[u8]>>,
    stdout: Stream,
    stderr: Stream,
    background: bool,
}

impl Launch {
    /// A program, by its path: `PATH` is not searched.
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Self {
            program: program.into(),
            args: Vec::new(),
            env: Vec::new(),
            folder: None,
            cpus: Vec::new(),
            data_bytes: None,
            stdin: Stream::Null,
            input: None,
            stdout: Stream::Null,
            stderr: Stream::Null,
            background: false,
        }
    }

    /// Adds an argument.
    #[must_use]
    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.args.push(arg.as_ref().to_owned());
        self
    }

    /// Adds arguments.
    #[must_use]
    pub fn args<I: IntoIterator<Item: AsRef<OsStr>>>(mut self, args: I) -> Self {
        self.args.extend(args.into_iter().map(|arg| arg.as_ref().to_owned()));
        self
    }

    /// Adds an environment variable.
    #[must_use]
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.env.push((name.as_ref().to_owned(), value.as_ref().to_owned()));
        self
    }

    /// The working folder; ours when not called.
    #[must_use]
    pub fn folder(mut self, folder: &Path) -> Self {
        self.folder = Some(folder.to_owned());
        self
    }

    /// CPUs it may use; empty: those that we may use.
    #[must_use]
    pub fn cpus(mut self, cpus: &[u32]) -> Self {
        self.cpus = cpus.to_owned();
        self
    }

    /// Limits its data segment (`RLIMIT_DATA`), for where no control group limits its memory: allocating fails
    /// instead of the process being killed.
    #[must_use]
    pub fn data_limit(mut self, bytes: u64) -> Self {
        self.data_bytes = Some(bytes);
        self
    }

    /// Where standard input comes from.
    #[must_use]
    pub fn stdin(mut self, stream: Stream) -> Self {
        self.stdin = stream;
        self
    }

    /// Gives it these bytes on standard input, and then its end: through a pipe, from a thread that is there before the
    /// clock starts. Whether it reads them is its own matter.
    #[must_use]
    pub fn input(mut self, bytes: Arc<[u8]>) -> Self {
        self.input = Some(bytes);
        self
    }

    /// Where standard output goes.
    #[must_use]
    pub fn stdout(mut self, stream: Stream) -> Self {
        self.stdout = stream;
        self
    }

    /// Where standard error goes.
    #[must_use]
    pub fn stderr(mut self, stream: Stream) -> Self {
        self.stderr = stream;
        self
    }

    /// Lets a thread drain what is captured, for a child that nobody waits for while it runs. Otherwise it is
    /// drained by [`Child::wait`] and [`Child::try_wait`].
    #[must_use]
    pub fn drain_in_background(mut self) -> Self {
        self.background = true;
        self
    }

    /// Opens the pipes and starts the draining thread: everything that can be done before the clock starts.
    ///
    /// # Errors
    /// When there are too many open files or threads.
    pub fn ready(self) -> Result<Ready, ProcessError> {
        let Self { program, args, env, folder, cpus, data_bytes, stdin, input, stdout, stderr, background } =
            self;
        let fail = |source| ProcessError::Prepare { program: program.clone(), source };
        let mut pipes = Pipes::default();
        let mut captures = Captures::default();
        let stdin = match (stdin, input) {
            (_, Some(input)) => feed(input).map_err(fail)?,
            (Stream::Pipe, None) => {
                let (read, write) = io::pipe().map_err(fail)?;
                pipes.stdin = Some(File::from(OwnedFd::from(write)));
                OwnedFd::from(read)
            }
            _ => null().map_err(fail)?,
        };
        let stdout = open(stdout, &mut pipes.stdout, &mut captures.stdout).map_err(fail)?;
        let stderr = open(stderr, &mut pipes.stderr, &mut captures.stderr).map_err(fail)?;
        let image =
            Image::new(&program, &args, &env, folder.as_deref(), [stdin, stdout, stderr]).map_err(fail)?;
        let drain = if background && !captures.is_empty() {
            Drain::Thread(Background::start(captures).map_err(fail)?)
        } else {
            Drain::Waiting(captures)
        };
        let confinement = Confinement { parent: getpid(), cpus: cpu_set(&cpus), data_bytes };
        Ok(Ready { program, image, pipes, drain, confinement })
    }
}

fn null() -> io::Result<OwnedFd> {
    Ok(File::options().read(true).write(true).open("/dev/null")?.into())
}

fn open(stream: Stream, pipe: &mut Option<File>, capture: &mut Option<Capture>) -> io::Result<OwnedFd> {
    let keep = match stream {
        Stream::Null => return null(),
        Stream::Pipe => None,
        Stream::Capture { bytes } => Some(Keep::Head(bytes)),
        Stream::Tail { bytes } => Some(Keep::Tail(bytes)),
    };
    let (read, write) = io::pipe()?;
    match keep {
        None => *pipe = Some(File::from(OwnedFd::from(read))),
        Some(keep) => *capture = Some(Capture::new(read.into(), keep)?),
    }
    Ok(write.into())
}

fn cpu_set(cpus: &[u32]) -> Option<CpuSet> {
    let mut set = CpuSet::new();
    // A CPU beyond the set's size does not exist: left out, and an empty set is refused by the kernel.
    cpus.iter().filter(|cpu| (**cpu as usize) < CpuSet::MAX_CPU).for_each(|cpu| set.set(*cpu as usize));
    (!cpus.is_empty()).then_some(set)
}

/// A launch with its pipes open. Dropping it undoes everything.
#[derive(Debug)]
pub struct Ready {
    program: PathBuf,
    image: Image,
    pipes: Pipes,
    drain: Drain,
    confinement: Confinement,
}

impl Ready {
    /// Executes the program in a child under its limits; returns when that has happened.
    ///
    /// # Errors
    /// Tells apart what could not be executed and what could not be confined. Nothing is left behind.
    pub fn spawn(self, group: Option<&Cgroup>) -> Result<Child, ProcessError> {
        self.hold(group)?.go()
    }

    /// Makes a child under its limits, which then waits for [`Held::go`] before it executes the program; returns when it
    /// stands there. It is killed when this process ends, or the result is dropped.
    ///
    /// # Errors
    /// When it could not be confined. Nothing is left behind.
    pub fn hold(self, group: Option<&Cgroup>) -> Result<Held, ProcessError> {
        let Self { program, image, pipes, drain, confinement } = self;
        let doors = group.map_or_else(|| Ok(Vec::new()), Cgroup::doors)?;
        hold(program, image, pipes, drain, (confinement, doors))
    }
}
