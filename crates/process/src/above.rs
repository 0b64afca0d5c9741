//! Groups that others make theirs in: a container engine takes a container's own along with it, and what that held is
//! forgotten, but not in the group above.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use std::{fs, io};

use plimsoll_model::Reading;
use plimsoll_runtime::{CgroupPaths, Peak};

use crate::inherit::inherit;
use crate::mounts::{Hierarchy, hierarchies};
use crate::setting::HierarchyVersion;
use crate::{Controller, ProcessError, slice, sweep};

/// Begins the name of each, at the root of every hierarchy: as deep as the group that an engine makes for all containers,
/// so that a container in it is where it would be without it.
const PREFIX: &str = "plimsoll.";
/// How long what was inside may take to go.
const GONE_LIMIT: Duration = Duration::from_secs(1);
/// Between two attempts: the kernel tells of no group's going.
const STEP: Duration = Duration::from_millis(1);

/// Who makes the groups of a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupMaker {
    /// Whoever needs one.
    Anyone,
    /// systemd: others ask it for a slice.
    Systemd,
}

/// Where groups can be made for others to make theirs in.
#[derive(Clone, Debug)]
pub struct GroupsAbove {
    maker: GroupMaker,
    hierarchies: Vec<Hierarchy>,
}

/// A group without limits of its own, for groups that others make inside it. Removed when dropped, unless something still
/// is in it: nothing is ever killed for that.
#[derive(Debug)]
pub struct GroupAbove {
    maker: GroupMaker,
    name: String,
    folders: Vec<PathBuf>,
    memory: CgroupPaths,
}

impl GroupsAbove {
    /// At the root of every hierarchy that is mounted here.
    ///
    /// # Errors
    /// Why none can be made or read.
    pub fn open(maker: GroupMaker) -> Result<Self, &'static str> {
        Self::open_at(Path::new("/"), maker)
    }

    /// The same below another root, with `proc/self/mountinfo` in it.
    ///
    /// # Errors
    /// Why none can be made or read.
    pub fn open_at(root: &Path, maker: GroupMaker) -> Result<Self, &'static str> {
        let mountinfo = fs::read_to_string(root.join("proc/self/mountinfo")).unwrap_or_default();
        let hierarchies: Vec<Hierarchy> = hierarchies(&mountinfo)
            .into_iter()
            .map(|found| Hierarchy {
                folder: root.join(found.folder.strip_prefix("/").unwrap_or(&found.folder)),
                ..found
            })
            .collect();
        if hierarchies.iter().any(|found| !found.whole) {
            return Err("only a part of the control groups is mounted here");
        }
        let this = Self { maker, hierarchies };
        this.memory()
            .map(|_| this.clone())
            .ok_or("no control group hierarchy that accounts memory is mounted here")
    }

    /// Makes the group of one instance, `label` naming the owner.
    ///
    /// # Errors
    /// When it can't be made. Nothing is left behind.
    pub fn create(&self, label: &str) -> Result<GroupAbove, ProcessError> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let name = format!("{label}.{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let name = match self.maker {
            GroupMaker::Anyone => format!("{PREFIX}{name}"),
            GroupMaker::Systemd => slice::name(PREFIX, &name),
        };
        let memory = self.memory().ok_or_else(|| ProcessError::MakeGroup {
            folder: name.clone().into(),
            source: io::ErrorKind::NotFound.into(),
        })?;
        let folder = memory.folder.join(&name);
        let memory = match memory.version {
            HierarchyVersion::V1 => CgroupPaths::V1 { memory: Some(folder), cpuacct: None },
            HierarchyVersion::V2 => CgroupPaths::V2 { folder },
        };
        let mut group = GroupAbove { maker: self.maker, name, folders: Vec::new(), memory };
        match self.maker {
            GroupMaker::Anyone => self.make(&mut group)?,
            GroupMaker::Systemd => slice::start(&group.name)?,
        }
        Ok(group)
    }

    fn make(&self, group: &mut GroupAbove) -> Result<(), ProcessError> {
        for hierarchy in &self.hierarchies {
            let folder = hierarchy.folder.join(&group.name);
            let fail = |source| ProcessError::MakeGroup { folder: folder.clone(), source };
            fs::create_dir(&folder).map_err(fail)?;
            group.folders.push(folder.clone());
            match hierarchy.version {
                HierarchyVersion::V1 if hierarchy.controllers.contains(&Controller::Cpuset) => {
                    for file in ["cpuset.cpus", "cpuset.mems"] {
                        inherit(&hierarchy.folder, &folder, file).map_err(fail)?;
                    }
                }
                HierarchyVersion::V1 => {}
                // All that the engine would hand on itself, at the cost of the container's start.
                HierarchyVersion::V2 => {
                    hand_on_all(&hierarchy.folder);
                    hand_on_all(&folder);
                }
            }
        }
        Ok(())
    }

    /// Removes the groups of owners that `may_go` allows in which nobody has a group any more, whoever made them. Returns
    /// their names.
    pub fn sweep(&self, mut may_go: impl FnMut(&str) -> bool) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        for entry in
            self.hierarchies.iter().filter_map(|of| fs::read_dir(&of.folder).ok()).flatten().flatten()
        {
            let Ok(name) = entry.file_name().into_string() else { continue };
            let Some(named) = name.strip_prefix(PREFIX).filter(|_| !found.contains(&name)) else { continue };
            let plain = slice::plain(named).unwrap_or_else(|| named.to_owned());
            if sweep::label_of(&plain).is_some_and(&mut may_go) {
                found.push(name);
            }
        }
        found.retain(|name| {
            let folders: Vec<PathBuf> = self.hierarchies.iter().map(|of| of.folder.join(name)).collect();
            if folders.iter().any(|folder| has_folders(folder)) {
                return false;
            }
            match slice::plain(name) {
                None => folders.iter().all(|folder| removed(fs::remove_dir(folder))),
                Some(_) => slice::stop(name).is_ok(),
            }
        });
        found
    }

    /// The hierarchy in which memory is accounted.
    fn memory(&self) -> Option<&Hierarchy> {
        self.hierarchies.iter().find(|found| match found.version {
            HierarchyVersion::V1 => found.controllers.contains(&Controller::Memory),
            HierarchyVersion::V2 => {
                let offered = fs::read_to_string(found.folder.join("cgroup.controllers")).unwrap_or_default();
                offered.split_whitespace().any(|name| name == Controller::Memory.as_str())
            }
        })
    }
}

impl GroupAbove {
    /// As an engine is told it: a path from the root of every hierarchy, or a slice.
    #[must_use]
    pub fn told(&self) -> String {
        match self.maker {
            GroupMaker::Anyone => format!("/{}", self.name),
            GroupMaker::Systemd => self.name.clone(),
        }
    }

    /// The most memory that all groups inside it held at once.
    #[must_use]
    pub fn peak(&self) -> Peak {
        if let CgroupPaths::V1 { memory: Some(folder), .. } = &self.memory
            && fs::read_to_string(folder.join("memory.use_hierarchy")).is_ok_and(|text| text.trim() == "0")
        {
            return Peak::absent(
                "this host's memory controller does not count groups inside a group with it",
            );
        }
        match Peak::of(Some(&self.memory)) {
            Peak { reading: Reading::Value(0), .. } => {
                Peak::absent("no memory was charged to the control group that was made for the container")
            }
            peak => peak,
        }
    }

    /// Removes it, once what others made in it is gone.
    ///
    /// # Errors
    /// Names what is left.
    pub fn remove(mut self) -> Result<(), ProcessError> {
        self.take_down()
    }

    fn take_down(&mut self) -> Result<(), ProcessError> {
        if self.name.is_empty() {
            return Ok(());
        }
        let name = std::mem::take(&mut self.name);
        match self.maker {
            GroupMaker::Systemd => slice::stop(&name),
            GroupMaker::Anyone => {
                let results: Vec<_> = self.folders.drain(..).map(|folder| remove_empty(&folder)).collect();
                results.into_iter().collect()
            }
        }
    }
}

impl Drop for GroupAbove {
    fn drop(&mut self) {
        // Nobody is there to tell; a later sweep finds what is left.
        let _ = self.take_down();
    }
}

fn has_folders(folder: &Path) -> bool {
    let mut inside = fs::read_dir(folder).into_iter().flatten().flatten();
    inside.any(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
}

fn hand_on_all(folder: &Path) {
    let read = |file: &str| fs::read_to_string(folder.join(file)).unwrap_or_default();
    let (offered, enabled) = (read("cgroup.controllers"), read("cgroup.subtree_control"));
    for controller in
        offered.split_whitespace().filter(|name| !enabled.split_whitespace().any(|on| on == *name))
    {
        // One that can't be handed on is no reason to do without the others; the peak says what is missing.
        let _ = fs::write(folder.join("cgroup.subtree_control"), format!("+{controller}"));
    }
}

fn removed(result: io::Result<()>) -> bool {
    result.map_or_else(|error| error.kind() == io::ErrorKind::NotFound, |()| true)
}

fn remove_empty(folder: &Path) -> Result<(), ProcessError> {
    let until = Instant::now() + GONE_LIMIT;
    loop {
        match fs::remove_dir(folder) {
            Err(error) if error.kind() == io::ErrorKind::ResourceBusy && Instant::now() < until => {
                std::thread::sleep(STEP);
            }
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                return Err(ProcessError::RemoveGroup { folder: folder.to_owned(), source });
            }
            _ => return Ok(()),
        }
    }
}
