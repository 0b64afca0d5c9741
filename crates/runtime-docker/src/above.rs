//! The group in which the engine makes a container's own: that one goes with the container, and with it what is known of
//! a command that has ended.

use std::borrow::Cow;
use std::fs;
use std::sync::Arc;

use bollard::models::{HostConfig, SystemInfo, SystemInfoCgroupDriverEnum as Driver};
use plimsoll_process::{GroupAbove, GroupMaker, GroupsAbove};
use plimsoll_runtime::Peak;

use crate::DockerError;
use crate::attendants::Attendants;
use crate::daemon::{Call, Daemon};
use crate::engine_kind::EngineKind;

type Why = Cow<'static, str>;

/// Podman leaves that group behind, too.
const WITH_CONMON: &str = "Podman puts `conmon` into the group above its container's, and what that holds would be counted with the container";

/// Where such groups are made for this engine's containers, or why none can be.
#[derive(Clone, Debug)]
pub(crate) struct Above(Result<Arc<GroupsAbove>, Why>);

/// That of one container. Where there is none the container runs where the engine puts it.
#[derive(Debug)]
pub(crate) struct Around(Result<GroupAbove, Why>);

impl Above {
    pub(crate) async fn find(daemon: &Daemon) -> Self {
        if daemon.kind() == EngineKind::Podman {
            return Self(Err(WITH_CONMON.into()));
        }
        let info = daemon.call(Call::INFO, daemon.client.info()).await;
        let attendants = Attendants::find(daemon).await;
        Self(match info {
            Ok(info) => maker(&info, attendants.engine).and_then(|maker| {
                let groups = GroupsAbove::open(maker)?;
                Ok(Arc::new(groups))
            }),
            Err(error) => Err(error.to_string().into()),
        })
        .tried()
        .await
    }

    /// As the first container will need it: this tells whether we may make one.
    async fn tried(self) -> Self {
        match self.make("try").await.0 {
            Ok(group) => match apart(move || group.remove()).await {
                Ok(()) => self,
                Err(error) => Self(Err(error.to_string().into())),
            },
            Err(why) => Self(Err(why)),
        }
    }

    /// Makes the next container's, outside of any timed call.
    pub(crate) async fn make(&self, label: &str) -> Around {
        Around(match &self.0 {
            Ok(groups) => {
                let (groups, label) = (Arc::clone(groups), label.to_owned());
                apart(move || groups.create(&label)).await.map_err(|error| error.to_string().into())
            }
            Err(why) => Err(why.clone()),
        })
    }
}

/// Where systemd makes the groups it is asked and waited for: on a thread that nothing else waits for.
async fn apart<T, F>(act: F) -> T
where
    T: Send + 'static,
    F: FnOnce() -> T + Send + 'static,
{
    match tokio::task::spawn_blocking(act).await {
        Ok(done) => done,
        Err(broken) => std::panic::resume_unwind(broken.into_panic()),
    }
}

impl Around {
    /// Has the engine make the container's own group in it.
    pub(crate) fn put(&self, host: &mut HostConfig) {
        host.cgroup_parent = self.0.as_ref().ok().map(GroupAbove::told);
    }

    /// The most memory that the container held; asked when it is gone.
    pub(crate) fn peak(&self) -> Peak {
        match &self.0 {
            Ok(group) => group.peak(),
            Err(why) => Peak::absent(why.clone()),
        }
    }

    pub(crate) async fn remove(self) -> Result<(), DockerError> {
        match self.0 {
            Ok(group) => apart(move || group.remove()).await.map_err(|source| DockerError::Group { source }),
            Err(_) => Ok(()),
        }
    }
}

/// Who makes the engine's groups, where those are the groups of this host as we see them.
fn maker(info: &SystemInfo, dockerd: Option<u32>) -> Result<GroupMaker, Why> {
    let options = info.security_options.iter().flatten();
    if options.into_iter().any(|option| option.contains("rootless")) {
        return Err(
            "the engine runs without root, and its containers' groups are not made at the root".into()
        );
    }
    let Some(dockerd) = dockerd else {
        return Err(
            "the engine's processes can't be seen from here, so neither can its containers' groups".into()
        );
    };
    let namespace = |of: &str| fs::read_link(format!("/proc/{of}/ns/cgroup")).ok();
    if namespace("self").is_none() || namespace("self") != namespace(&dockerd.to_string()) {
        return Err("the engine stands in another namespace of control groups".into());
    }
    match info.cgroup_driver {
        Some(Driver::CGROUPFS) => Ok(GroupMaker::Anyone),
        Some(Driver::SYSTEMD) => Ok(GroupMaker::Systemd),
        _ => Err("the engine makes no control groups".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn maker_of(driver: Driver, option: &str, dockerd: Option<u32>) -> Result<GroupMaker, Why> {
        let security_options = Some(vec![option.to_owned()]);
        maker(&SystemInfo { cgroup_driver: Some(driver), security_options, ..SystemInfo::default() }, dockerd)
    }

    #[test]
    fn the_engine_s_driver_says_who_makes_its_groups() {
        let here = Some(std::process::id());
        let seccomp = "name=seccomp,profile=default";
        assert_eq!(maker_of(Driver::CGROUPFS, seccomp, here), Ok(GroupMaker::Anyone));
        assert_eq!(maker_of(Driver::SYSTEMD, seccomp, here), Ok(GroupMaker::Systemd));
    }

    #[test]
    fn an_engine_whose_groups_are_not_ours_to_see_says_so() {
        let here = Some(std::process::id());
        for (driver, option, dockerd, why) in [
            (Driver::CGROUPFS, "name=rootless", here, "without root"),
            (Driver::CGROUPFS, "", None, "can't be seen"),
            (Driver::CGROUPFS, "", Some(u32::MAX), "another namespace"),
            (Driver::NONE, "", here, "no control groups"),
        ] {
            let told = maker_of(driver, option, dockerd).unwrap_err();
            assert!(told.contains(why), "{told}");
        }
    }

    #[tokio::test]
    async fn without_one_the_engine_decides_and_the_peak_is_absent_with_the_reason() {
        let around = Above(Err("because".into())).make("label").await;
        let mut host = HostConfig::default();
        around.put(&mut host);
        assert_eq!((host.cgroup_parent, around.peak()), (None, Peak::absent("because")));
        around.remove().await.unwrap();
    }
}
