use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;
use std::sync::Arc;

use plimsoll_process::GroupAbove;
use plimsoll_runtime::{CgroupPaths, Peak};

use crate::OciError;
use crate::groups::{self, INNER};
use crate::recipe::Recipe;

/// What there is of one container beside its processes: its control group in one of ours, its bundle, and what the runtime
/// keeps of it. Removed when dropped, with what runs in it.
#[derive(Debug)]
pub(crate) struct OciContainer {
    recipe: Arc<Recipe>,
    name: String,
    bundle: PathBuf,
    above: Option<GroupAbove>,
    group: String,
    paths: CgroupPaths,
}

impl OciContainer {
    /// Makes the group above the container's, and the bundle's folder.
    pub(crate) fn make(recipe: &Arc<Recipe>) -> Result<Self, OciError> {
        let above = recipe.above.create(&recipe.label)?;
        let (name, bundle) = recipe.home.bundle()?;
        let group = format!("{}/{INNER}", above.told());
        let paths = recipe.mounted.paths(&group);
        Ok(Self { recipe: Arc::clone(recipe), name, bundle, above: Some(above), group, paths })
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) const fn bundle(&self) -> &PathBuf {
        &self.bundle
    }

    /// The path of its group from the root of every hierarchy.
    pub(crate) fn group(&self) -> &str {
        &self.group
    }

    pub(crate) const fn paths(&self) -> &CgroupPaths {
        &self.paths
    }

    /// Its first process, once that is the workload's program and no longer the runtime's own code that makes the container.
    pub(crate) fn first(&self) -> Option<u32> {
        let first = groups::first_of(&self.paths.members())?;
        let file = |path: PathBuf| fs::metadata(path).map(|found| (found.dev(), found.ino())).ok();
        let runs = file(format!("/proc/{first}/exe").into())?;
        (Some(runs) == file(self.recipe.home.program())).then_some(first)
    }

    /// Kills all of its processes; the runtime sees that and takes the rest away.
    pub(crate) fn kill(&self) {
        for folder in self.paths.folders() {
            groups::kill_members(folder);
        }
    }

    /// The most memory that its group ever held, there or gone.
    pub(crate) fn peak(&self) -> Peak {
        self.above.as_ref().map_or_else(|| Peak::absent("its group was removed"), GroupAbove::peak)
    }

    /// Removes what its runtime has not.
    pub(crate) fn remove(mut self) -> Result<(), OciError> {
        self.take_down()
    }

    fn take_down(&mut self) -> Result<(), OciError> {
        let Some(above) = self.above.take() else { return Ok(()) };
        self.recipe.mounted.clear(&self.group)?;
        above.remove()?;
        for folder in [self.recipe.home.state().join(&self.name), self.bundle.clone()] {
            match fs::remove_dir_all(&folder) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    let what = format!("the folder `{}` ({error})", folder.display());
                    return Err(OciError::Stays { what });
                }
                _ => {}
            }
        }
        Ok(())
    }
}

impl Drop for OciContainer {
    fn drop(&mut self) {
        // Nobody is there to tell; a later sweep finds what is left.
        let _ = self.take_down();
    }
}
