//! A program with all that executing it takes, laid out before there is a child.

use std::ffi::{CString, OsStr, OsString, c_char};
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use rustix::io::{Errno, fcntl_dupfd_cloexec};

/// As execve(2) takes it.
#[derive(Debug)]
pub(crate) struct Image {
    path: CString,
    args: Strings,
    env: Strings,
    folder: Option<CString>,
    /// Standard input, output, error: none has the number of one of them.
    streams: [OwnedFd; 3],
}

impl Image {
    pub(crate) fn new(
        program: &Path,
        args: &[OsString],
        env: &[(OsString, OsString)],
        folder: Option<&Path>,
        streams: [OwnedFd; 3],
    ) -> io::Result<Self> {
        let path = c_string(program.as_os_str())?;
        let args = std::iter::once(Ok(path.clone())).chain(args.iter().map(|arg| c_string(arg)));
        let env = env.iter().map(|(name, value)| {
            let mut both = name.clone();
            both.push("=");
            both.push(value);
            c_string(&both)
        });
        let [stdin, stdout, stderr] = streams.map(above_the_standard);
        Ok(Self {
            args: Strings::new(args.collect::<io::Result<_>>()?),
            env: Strings::new(env.collect::<io::Result<_>>()?),
            folder: folder.map(|folder| c_string(folder.as_os_str())).transpose()?,
            streams: [stdin?, stdout?, stderr?],
            path,
        })
    }

    /// In the child: gives it its streams and its folder.
    pub(crate) fn take_place(&self) -> Result<(), Errno> {
        let [stdin, stdout, stderr] = &self.streams;
        rustix::stdio::dup2_stdin(stdin)?;
        rustix::stdio::dup2_stdout(stdout)?;
        rustix::stdio::dup2_stderr(stderr)?;
        match &self.folder {
            Some(folder) => rustix::process::chdir(folder.as_c_str()),
            None => Ok(()),
        }
    }

    /// In the child: becomes the program. Returns only why not.
    pub(crate) fn execute(&self) -> Errno {
        // SAFETY: pointers to strings that end with a zero byte, and arrays that end with a null, all of which are ours.
        unsafe { libc::execve(self.path.as_ptr(), self.args.pointers.as_ptr(), self.env.pointers.as_ptr()) };
        Errno::from_io_error(&io::Error::last_os_error()).unwrap_or(Errno::NOEXEC)
    }
}

/// In the child: closes what it has from us but its streams and `kept`. An end of another child's pipe, open here for as
/// long as this one waits, would keep that pipe from ending. On an older kernel it ends when the program is executed.
pub(crate) fn close_all_but(kept: BorrowedFd<'_>) {
    let kept = kept.as_raw_fd().unsigned_abs();
    for (first, last) in [(3, kept.saturating_sub(1)), (kept.saturating_add(1).max(3), u32::MAX)] {
        if first <= last {
            // SAFETY: the child's table of descriptors is a copy; whom these belong to never runs in it.
            unsafe { libc::syscall(libc::SYS_close_range, first, last, 0) };
        }
    }
}

/// Strings that C reads, and the array of pointers to them.
#[derive(Debug)]
struct Strings {
    pointers: Vec<*const c_char>,
    _strings: Vec<CString>,
}

// SAFETY: the pointers are into strings that it owns and never changes.
unsafe impl Send for Strings {}

impl Strings {
    fn new(strings: Vec<CString>) -> Self {
        let ends = std::iter::once(std::ptr::null());
        Self {
            pointers: strings.iter().map(|string| string.as_ptr()).chain(ends).collect(),
            _strings: strings,
        }
    }
}

fn c_string(text: &OsStr) -> io::Result<CString> {
    Ok(CString::new(text.as_bytes())?)
}

/// The same with a number that giving the child its streams does not overwrite.
fn above_the_standard(stream: OwnedFd) -> io::Result<OwnedFd> {
    match stream.as_raw_fd() {
        0..=2 => Ok(fcntl_dupfd_cloexec(&stream, 3)?),
        _ => Ok(stream),
    }
}
