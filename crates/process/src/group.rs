use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};

use plimsoll_model::Limits;
use plimsoll_runtime::CgroupPaths;

use crate::inherit::inherit;
use crate::setting::{HierarchyVersion, SWAP_V1, SWAP_V2, settings};
use crate::{Controller, ProcessError, occupants};

/// A control group of one instance: a folder in each hierarchy. Removed when dropped, with what runs in it.
#[derive(Debug)]
pub struct Cgroup {
    parts: Vec<Part>,
}

#[derive(Debug)]
struct Part {
    version: HierarchyVersion,
    folder: PathBuf,
    controllers: Vec<Controller>,
}

impl Cgroup {
    pub(crate) fn empty() -> Self {
        Self { parts: Vec::new() }
    }

    pub(crate) fn add(&mut self, version: HierarchyVersion, folder: PathBuf, controllers: &[Controller]) {
        self.parts.push(Part { version, folder, controllers: controllers.to_owned() });
    }

    pub(crate) fn limit_last(&self, above: &Path, limits: &Limits, cpus: &[u32]) -> Result<(), ProcessError> {
        self.parts.last().map_or(Ok(()), |part| part.limit(above, limits, cpus))
    }

    /// The folders in which its use can be read; `None` where no hierarchy takes groups of ours.
    #[must_use]
    pub fn folders(&self) -> Option<CgroupPaths> {
        if let Some(part) = self.parts.iter().find(|part| part.version == HierarchyVersion::V2) {
            return Some(CgroupPaths::V2 { folder: part.folder.clone() });
        }
        if self.parts.is_empty() {
            return None;
        }
        let of = |controller| self.part(controller).map(|part| part.folder.clone());
        Some(CgroupPaths::V1 { memory: of(Controller::Memory), cpuacct: of(Controller::Cpuacct) })
    }

    /// How many of its processes the kernel killed for memory; `None` where memory is not limited.
    #[must_use]
    pub fn oom_kills(&self) -> Option<u64> {
        let part = self.part(Controller::Memory)?;
        let file = match part.version {
            HierarchyVersion::V1 => "memory.oom_control",
            HierarchyVersion::V2 => "memory.events",
        };
        let text = fs::read_to_string(part.folder.join(file)).ok()?;
        text.lines().find_map(|line| line.strip_prefix("oom_kill ")?.trim().parse().ok())
    }

    /// Removes it, after killing what still runs in it.
    ///
    /// # Errors
    /// Names the folder that is left, or the processes that would not end.
    pub fn remove(mut self) -> Result<(), ProcessError> {
        self.take_down()
    }

    /// Opened before there is a child, which may not allocate before it executes.
    pub(crate) fn doors(&self) -> Result<Vec<File>, ProcessError> {
        self.parts
            .iter()
            .map(|part| {
                let file = part.folder.join("cgroup.procs");
                let opened = OpenOptions::new().write(true).open(&file);
                opened.map_err(|source| ProcessError::OpenGroup { file, source })
            })
            .collect()
    }

    fn part(&self, controller: Controller) -> Option<&Part> {
        self.parts.iter().find(|part| part.controllers.contains(&controller))
    }

    fn take_down(&mut self) -> Result<(), ProcessError> {
        // Every folder gets its turn, even when one of them fails.
        let results: Vec<_> = self.parts.drain(..).map(|part| occupants::remove(&part.folder)).collect();
        results.into_iter().collect()
    }
}

impl Drop for Cgroup {
    fn drop(&mut self) {
        // Nobody is there to tell; a later sweep finds what is left.
        let _ = self.take_down();
    }
}

impl Part {
    fn limit(&self, above: &Path, limits: &Limits, cpus: &[u32]) -> Result<(), ProcessError> {
        for &controller in &self.controllers {
            // First, since no more than those above has can be given.
            if controller == Controller::Cpuset && self.version == HierarchyVersion::V1 {
                for name in ["cpuset.cpus", "cpuset.mems"] {
                    inherit(above, &self.folder, name).map_err(|source| {
                        ProcessError::write_limit(self.folder.join(name), "the parent's", source)
                    })?;
                }
            }
            for (name, value) in settings(self.version, controller, limits, cpus) {
                let file = self.folder.join(name);
                if (name == SWAP_V1 || name == SWAP_V2) && !above.join(name).exists() {
                    continue;
                }
                fs::write(&file, &value).map_err(|source| ProcessError::write_limit(file, &value, source))?;
            }
        }
        Ok(())
    }
}
