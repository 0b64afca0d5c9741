//! A program that does nothing, so that a container of any image runs before the workload does.

#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
mod code;

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;

use bollard::models::{HostConfig, Mount, MountType};
use plimsoll_runtime::{Owner, OwnerFolder, static_program};

use crate::DockerError;

/// Where it stands in the container.
pub(crate) const AT: &str = "/plimsoll-idle";

/// The program on this host, for as long as a container has it.
#[derive(Debug)]
pub(crate) struct Sleeper {
    folder: OwnerFolder,
}

impl Sleeper {
    /// Writes it where the engine can take it from.
    pub(crate) fn make(owner: &Owner) -> Result<Self, DockerError> {
        let whole = static_program(code()).filter(|_| !code().is_empty());
        let program = whole.ok_or(DockerError::NoIdle { machine: std::env::consts::ARCH })?;
        let folder = OwnerFolder::create(owner)?;
        let file = folder.file(NAME);
        let write = || -> io::Result<()> {
            fs::write(&file, program)?;
            fs::set_permissions(&file, Permissions::from_mode(0o755))
        };
        write().map_err(|source| DockerError::Idle { path: file.clone(), source })?;
        Ok(Self { folder })
    }

    /// Puts it into a container that is about to be created.
    pub(crate) fn put(&self, host: &mut HostConfig) {
        host.mounts.get_or_insert_default().push(mount(&self.folder.file(NAME).to_string_lossy()));
    }

    pub(crate) fn remove(self) -> Result<(), DockerError> {
        Ok(self.folder.remove()?)
    }
}

/// The file's name in its folder.
const NAME: &str = "idle";

/// The mount of that file, wherever it is on the host.
pub(crate) fn mount(source: &str) -> Mount {
    Mount {
        target: Some(AT.to_owned()),
        source: Some(source.to_owned()),
        typ: Some(MountType::BIND),
        read_only: Some(true),
        ..Default::default()
    }
}

#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
use code::code;

#[cfg(not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64"))))]
const fn code() -> &'static [u8] {
    &[]
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;
    use std::process::{Child, Command};
    use std::time::{Duration, Instant};

    use plimsoll_model::RunId;
    use plimsoll_runtime::proc::Stat;
    use rustix::process::{Pid, Signal, kill_process};

    use super::*;

    fn sent(child: &Child, signal: Signal) {
        kill_process(Pid::from_raw(child.id().cast_signed()).unwrap(), signal).unwrap();
    }

    #[test]
    fn it_sleeps_until_it_is_asked_to_end() {
        let idle = Sleeper::make(&Owner::current(RunId::known("idle"))).unwrap();
        let mut child = loop {
            match Command::new(idle.folder.file(NAME)).spawn() {
                // Another test's child still holds it open for writing.
                Err(error) if error.kind() == io::ErrorKind::ExecutableFileBusy => std::thread::yield_now(),
                started => break started.unwrap(),
            }
        };
        let sleeps = || {
            let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
            status.lines().any(|line| line.starts_with("State:\tS"))
        };
        let deadline = Instant::now() + Duration::from_secs(10);
        while !sleeps() {
            assert!(Instant::now() < deadline, "it does not sleep");
            std::thread::yield_now();
        }
        assert!(!Stat::of(child.id()).unwrap().has_ended());
        sent(&child, Signal::TERM);
        let status = child.wait().unwrap();
        assert_eq!((status.code(), status.signal()), (Some(0), None));
        idle.remove().unwrap();
    }

    #[test]
    fn it_is_no_more_than_it_needs() {
        assert!(code().len() < 128);
    }
}
