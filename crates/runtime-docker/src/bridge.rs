//! A socket of our own, each connection to which is carried to an engine at the other end of `ssh`.

use std::fs::{self, File};
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use plimsoll_model::RunId;
use plimsoll_runtime::{FolderError, Owner, OwnerFolder};

use crate::ssh_host::SshHost;

/// How much of what `ssh` complains of is told.
const TOLD_BYTES: usize = 400;

/// Ends when nobody has it any more.
pub(crate) struct Bridge {
    folder: OwnerFolder,
    is_over: Arc<AtomicBool>,
    carrying: Option<JoinHandle<()>>,
}

/// Why there is none.
#[derive(Debug, thiserror::Error)]
pub enum BridgeProblem {
    /// There is no folder for its socket.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The socket can't be made.
    #[error("no socket can be made for it: {0}")]
    Socket(#[from] io::Error),
}

impl Bridge {
    pub(crate) fn to(host: &SshHost) -> Result<Self, BridgeProblem> {
        let folder = OwnerFolder::create(&Owner::current(RunId::known("ssh")))?;
        let listener = UnixListener::bind(folder.file(SOCKET))?;
        let words = host.words();
        let complaints = folder.file(COMPLAINTS);
        File::create(&complaints)?;
        let is_over = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&is_over);
        let carrying = thread::Builder::new().name("ssh".to_owned()).spawn(move || {
            carry(&listener, &words, &complaints, &told);
        })?;
        Ok(Self { folder, is_over, carrying: Some(carrying) })
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.folder.file(SOCKET)
    }

    /// The end of what `ssh` has complained of; empty where it has not.
    pub(crate) fn complaints(&self) -> String {
        let all = fs::read(self.folder.file(COMPLAINTS)).unwrap_or_default();
        let end = all.get(all.len().saturating_sub(TOLD_BYTES)..).unwrap_or_default();
        String::from_utf8_lossy(end).split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

const SOCKET: &str = "socket";
const COMPLAINTS: &str = "complaints";

/// One `ssh` for each connection, which has that for its input and its output.
fn carry(listener: &UnixListener, words: &[String], complaints: &Path, is_over: &AtomicBool) {
    let mut children: Vec<Child> = Vec::new();
    for connection in listener.incoming() {
        if is_over.load(Ordering::Acquire) {
            break;
        }
        children.retain_mut(|child| matches!(child.try_wait(), Ok(None)));
        // One that can't be carried is closed, which its caller sees.
        if let Ok(child) = connection.and_then(|connection| joined(connection, words, complaints)) {
            children.push(child);
        }
    }
    for mut child in children {
        let _ = child.kill();
        let _ = child.wait();
    }
}

fn joined(connection: UnixStream, words: &[String], complaints: &Path) -> io::Result<Child> {
    let log = File::options().append(true).open(complaints)?;
    let input = OwnedFd::from(connection.try_clone()?);
    let spawned = Command::new("ssh")
        .args(words)
        .stdin(Stdio::from(input))
        .stdout(Stdio::from(OwnedFd::from(connection)))
        .stderr(log)
        .spawn();
    if let Err(error) = &spawned {
        fs::write(complaints, format!("`ssh` does not start: {error}"))?;
    }
    spawned
}

impl Drop for Bridge {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Release);
        // Wakes it.
        if UnixStream::connect(self.socket()).is_ok()
            && let Some(carrying) = self.carrying.take()
        {
            let _ = carrying.join();
        }
    }
}
