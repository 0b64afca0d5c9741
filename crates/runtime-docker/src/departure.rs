use std::time::Duration;

use plimsoll_runtime::CgroupPaths;
use plimsoll_runtime::proc::Stat;
use tokio::time::{Instant, sleep};

use crate::kin::Kin;

/// Between two looks. The kernel gives no event for the end of a cgroup's folder, and taking one down lasts about
/// as long.
const STEP: Duration = Duration::from_millis(1);

/// Everything of a container whose end is awaited.
pub(crate) struct Departure {
    kin: Kin,
    processes: Vec<(Stat, &'static str)>,
}

impl Departure {
    /// Takes down which processes live now, so that a pid that is given out again is not taken for one.
    pub(crate) fn watch(kin: Kin) -> Self {
        let processes = kin.pids().filter_map(|(pid, what)| Some((Stat::of(pid).ok()?, what))).collect();
        Self { kin, processes }
    }

    /// Waits until all of it is gone.
    ///
    /// # Errors
    /// Names what is still there after `limit`.
    pub(crate) async fn complete(self, limit: Duration) -> Result<(), String> {
        let deadline = Instant::now() + limit;
        while let Some(left) = self.remainder() {
            if Instant::now() >= deadline {
                return Err(left);
            }
            sleep(STEP).await;
        }
        Ok(())
    }

    fn remainder(&self) -> Option<String> {
        // An ended process that waits for its parent holds neither memory nor CPU. The shim's parent is the
        // system's init, and when that looks is no part of a container's end.
        let stays = |found: &Stat| {
            Stat::of(found.pid).is_ok_and(|now| now.started_ticks == found.started_ticks && !now.has_ended())
        };
        if let Some((found, what)) = self.processes.iter().find(|(found, _)| stays(found)) {
            return Some(format!("{what} (process {})", found.pid));
        }
        let folders = self.kin.cgroup.as_ref().map(CgroupPaths::folders).unwrap_or_default();
        if let Some(folder) = folders.iter().find(|folder| folder.exists()) {
            return Some(format!("the control group `{}`", folder.display()));
        }
        let veth = self.kin.veth.filter(|&number| interface_exists(number))?;
        Some(format!("network interface number {veth}"))
    }
}

/// In the network that we are in: `/sys` may show another one.
#[cfg(target_os = "linux")]
fn interface_exists(number: u32) -> bool {
    use rustix::net::netdevice::index_to_name;
    use rustix::net::{AddressFamily, SocketType, socket};
    socket(AddressFamily::INET, SocketType::DGRAM, None)
        .is_ok_and(|socket| index_to_name(socket, number).is_ok())
}

#[cfg(not(target_os = "linux"))]
const fn interface_exists(_: u32) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kin::Shim;

    #[tokio::test]
    async fn a_process_that_stays_is_named_and_one_that_ends_is_not() {
        let mut child = std::process::Command::new("sleep").arg("60").spawn().unwrap();
        let shim = Some(Shim { pid: child.id(), shown: "`containerd-shim`" });
        let kin = Kin { shim, ..Kin::default() };
        let left = Departure::watch(kin.clone()).complete(Duration::from_millis(5)).await;
        assert!(left.unwrap_err().starts_with("`containerd-shim`"));
        let departure = Departure::watch(kin);
        child.kill().unwrap();
        departure.complete(Duration::from_secs(10)).await.unwrap();
        child.wait().unwrap();
    }

    #[tokio::test]
    async fn a_folder_or_an_interface_that_stays_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let cgroup = Some(CgroupPaths::V2 { folder: folder.path().into() });
        let left = Departure::watch(Kin { cgroup, ..Kin::default() }).complete(Duration::ZERO).await;
        assert!(left.unwrap_err().contains("control group"));
        // Number 1 is the loopback device of every network namespace.
        let left = Departure::watch(Kin { veth: Some(1), ..Kin::default() }).complete(Duration::ZERO).await;
        assert_eq!(left.unwrap_err(), "network interface number 1");
    }
}
