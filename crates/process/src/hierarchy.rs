use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use plimsoll_model::Limits;
use rustix::fs::Access;

use crate::inherit::inherit;
use crate::mounts::{Mount, mounts};
use crate::setting::{HierarchyVersion, SWAP_V1, SWAP_V2};
use crate::{Cgroup, Controller, ProcessError, sweep};

/// The folder that holds our groups, in every hierarchy.
const FOLDER: &str = "plimsoll";

/// Which versions of control groups this host mounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// One hierarchy per controller.
    V1,
    /// One hierarchy for all.
    V2,
    /// Both.
    Hybrid,
    /// None is mounted.
    Absent,
}

/// A limit that can't be set on this host, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unlimited {
    /// What is not limited: a controller's name, or `swap`.
    pub what: &'static str,
    /// Why.
    pub why: String,
}

impl std::fmt::Display for Unlimited {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "`{}` is not limited: {}", self.what, self.why)
    }
}

/// Where this process may make control groups.
#[derive(Clone, Debug)]
pub struct Cgroups {
    layout: Layout,
    places: Vec<GroupFolder>,
    unlimited: Vec<Unlimited>,
    /// Folders of ours that may be there from earlier, with other rights than today's.
    searched: Vec<PathBuf>,
}

/// A folder of one hierarchy in which groups can be made.
#[derive(Clone, Debug)]
pub(crate) struct GroupFolder {
    pub(crate) version: HierarchyVersion,
    /// The folder that holds our groups.
    pub(crate) folder: PathBuf,
    pub(crate) controllers: Vec<Controller>,
}

impl Cgroups {
    /// Finds the layout of this host and, in each hierarchy, the first place where groups may be made: at its
    /// root, where container engines make theirs too, else (v2) beside this process's own group, else in it.
    /// Makes the folder `plimsoll` there. What can't be had is told by [`Self::unlimited`].
    #[must_use]
    pub fn open() -> Self {
        Self::open_at(Path::new("/"))
    }

    /// The same below another root, with `proc/self/mountinfo` and `proc/self/cgroup` in it.
    #[must_use]
    pub fn open_at(root: &Path) -> Self {
        let read = |file: &str| fs::read_to_string(root.join(file)).unwrap_or_default();
        let found: Vec<Mount> = mounts(&read("proc/self/mountinfo"), &read("proc/self/cgroup"))
            .into_iter()
            .map(|mount| Mount {
                mount_point: root.join(mount.mount_point.strip_prefix("/").unwrap_or(&mount.mount_point)),
                ..mount
            })
            .collect();
        let has = |version| found.iter().any(|mount| mount.version == version);
        let layout = match (has(HierarchyVersion::V1), has(HierarchyVersion::V2)) {
            (true, true) => Layout::Hybrid,
            (true, false) => Layout::V1,
            (false, true) => Layout::V2,
            (false, false) => Layout::Absent,
        };
        let mut this = Self { layout, places: Vec::new(), unlimited: Vec::new(), searched: Vec::new() };
        let mut refusals: Vec<(Vec<Controller>, String)> = Vec::new();
        for mount in &found {
            let candidates = candidates(mount);
            this.searched.extend(candidates.iter().map(|candidate| candidate.join(FOLDER)));
            match first_usable(mount, &candidates) {
                Ok(Some(place)) => this.places.push(place),
                Ok(None) => {}
                Err(refusal) => refusals.push(refusal),
            }
        }
        this.unlimited = this.gaps(&refusals);
        this
    }

    /// Which versions are mounted.
    #[must_use]
    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// The limits that can't be set here, each with the reason. Empty: all of them hold.
    #[must_use]
    pub fn unlimited(&self) -> &[Unlimited] {
        &self.unlimited
    }

    /// Makes the group `plimsoll/<label>.<n>` with its limits, `n` counted within this process. `label` names
    /// the owner; `cpus` empty means any. Limits named by [`Self::unlimited`] are left out.
    ///
    /// # Errors
    /// When a folder can't be made or a limit is refused. Nothing is left behind.
    pub fn create(&self, label: &str, limits: &Limits, cpus: &[u32]) -> Result<Cgroup, ProcessError> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let name = format!("{label}.{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let mut group = Cgroup::empty();
        for place in &self.places {
            let folder = place.folder.join(&name);
            place.make(&folder, label)?;
            group.add(place.version, folder, &place.controllers);
            group.limit_last(&place.folder, limits, cpus)?;
        }
        Ok(group)
    }

    /// Removes the groups of owners that `may_go` allows, with whatever still runs in them, and nothing else.
    /// `may_go` is given each group's label, in each hierarchy that has it; it must deny a group that is not ours.
    /// Returns the names of the groups that were removed. Folders that hold no group any more go as well.
    ///
    /// # Errors
    /// When such a group can't be removed; the others are removed nevertheless.
    pub fn sweep(&self, may_go: impl FnMut(&str) -> bool) -> Result<Vec<String>, ProcessError> {
        let removed = sweep::sweep(&self.searched, may_go);
        self.tidy();
        removed
    }

    /// Removes the folders that hold our groups where they are empty. They come back when they are needed.
    pub fn tidy(&self) {
        for folder in &self.searched {
            // Refused while it holds a group, ours or another run's: then it is in use.
            let _ = fs::remove_dir(folder);
        }
    }

    fn gaps(&self, refusals: &[(Vec<Controller>, String)]) -> Vec<Unlimited> {
        let mut gaps = Vec::new();
        for controller in [Controller::Cpu, Controller::Cpuset, Controller::Memory, Controller::Pids] {
            let place = self.places.iter().find(|place| place.controllers.contains(&controller));
            let Some(place) = place else {
                let refusal = refusals.iter().find(|(controllers, _)| controllers.contains(&controller));
                let why = refusal.map_or_else(
                    || "no mounted control group hierarchy offers this controller".to_owned(),
                    |(_, why)| why.clone(),
                );
                gaps.push(Unlimited { what: controller.as_str(), why });
                continue;
            };
            let swap =
                place.folder.join(if place.version == HierarchyVersion::V1 { SWAP_V1 } else { SWAP_V2 });
            if controller == Controller::Memory && !swap.exists() {
                let why = "this kernel does not account swap (boot option `swapaccount=1`)".to_owned();
                gaps.push(Unlimited { what: "swap", why });
            }
        }
        gaps
    }
}

impl GroupFolder {
    fn make(&self, folder: &Path, label: &str) -> Result<(), ProcessError> {
        let fail = |source| ProcessError::MakeGroup { folder: folder.to_owned(), source };
        if label.is_empty() || label.starts_with('.') || label.contains('/') {
            return Err(fail(io::Error::from(io::ErrorKind::InvalidFilename)));
        }
        match fs::create_dir(folder) {
            // Another process's sweep found our folder empty and removed it.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let above = self.folder.parent().unwrap_or(&self.folder);
                establish(self.version, above, &self.controllers).map_err(fail)?;
                fs::create_dir(folder).map_err(fail)
            }
            made => made.map_err(fail),
        }
    }
}

fn candidates(mount: &Mount) -> Vec<PathBuf> {
    let mut all = vec![mount.mount_point.clone()];
    if let Some(own) = &mount.own {
        let own = mount.mount_point.join(own);
        // A v2 group with processes in it can't hand controllers on, the one above it can.
        if mount.version == HierarchyVersion::V2
            && own.starts_with(&mount.mount_point)
            && own != mount.mount_point
        {
            all.extend(own.parent().map(Path::to_owned));
        }
        all.push(own);
    }
    let mut unique: Vec<PathBuf> = Vec::new();
    for folder in all {
        // `join("")` leaves a trailing slash, which path equality does not see.
        if !unique.contains(&folder) {
            unique.push(folder);
        }
    }
    unique
}

/// `Ok(None)`: this hierarchy offers none of our controllers.
fn first_usable(
    mount: &Mount,
    candidates: &[PathBuf],
) -> Result<Option<GroupFolder>, (Vec<Controller>, String)> {
    let mut refusal = None;
    for above in candidates {
        let offered = match mount.version {
            HierarchyVersion::V1 => mount.controllers.clone(),
            HierarchyVersion::V2 => offered(above),
        };
        if offered.is_empty() {
            continue;
        }
        match establish(mount.version, above, &offered) {
            Ok(()) => {
                let (version, folder) = (mount.version, above.join(FOLDER));
                return Ok(Some(GroupFolder { version, folder, controllers: offered }));
            }
            // The first refusal is the one at the root: the others are workarounds for it.
            Err(error) if refusal.is_none() => {
                let above = above.display();
                let why = format!("can't make control groups in `{above}` ({error}): run as root");
                refusal = Some((offered, why));
            }
            Err(_) => {}
        }
    }
    refusal.map_or(Ok(None), Err)
}

fn offered(folder: &Path) -> Vec<Controller> {
    let names = fs::read_to_string(folder.join("cgroup.controllers")).unwrap_or_default();
    names.split_whitespace().filter_map(Controller::from_name).collect()
}

/// Makes our folder and hands the controllers on to what will be made in it.
fn establish(version: HierarchyVersion, above: &Path, controllers: &[Controller]) -> io::Result<()> {
    let folder = above.join(FOLDER);
    if version == HierarchyVersion::V2 {
        hand_on(above, controllers)?;
    }
    match fs::create_dir(&folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    rustix::fs::access(&folder, Access::WRITE_OK | Access::EXEC_OK)?;
    match version {
        HierarchyVersion::V1 if controllers.contains(&Controller::Cpuset) => {
            inherit(above, &folder, "cpuset.cpus")?;
            inherit(above, &folder, "cpuset.mems")
        }
        HierarchyVersion::V1 => Ok(()),
        HierarchyVersion::V2 => hand_on(&folder, controllers),
    }
}

fn hand_on(folder: &Path, controllers: &[Controller]) -> io::Result<()> {
    let file = folder.join("cgroup.subtree_control");
    let enabled = fs::read_to_string(&file)?;
    let missing: Vec<String> = controllers
        .iter()
        .filter(|controller| !enabled.split_whitespace().any(|name| name == controller.as_str()))
        .map(|controller| format!("+{controller}"))
        .collect();
    if missing.is_empty() { Ok(()) } else { fs::write(file, missing.join(" ")) }
}
