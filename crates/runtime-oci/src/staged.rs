use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use plimsoll_process::{Held, Launch, Stream};
use plimsoll_runtime::{GivenFolders, free_address};

use crate::OciError;
use crate::bundle::Bundle;
use crate::container::OciContainer;
use crate::instance::OciInstance;
use crate::recipe::Recipe;

/// How much of standard error is kept for messages, in bytes.
const STDERR_TAIL: u64 = 4 << 10;

/// A container that is described, and the process that becomes the runtime, waiting to execute it.
pub(crate) struct Staged {
    // Before the container: nothing of it may come up any more.
    held: Held,
    container: OciContainer,
    // After the container, which has them open.
    given: GivenFolders,
    address: Option<SocketAddr>,
}

impl Staged {
    /// Of the workload, or of a file of this host in its place.
    pub(crate) fn make(recipe: &Arc<Recipe>, instead: Option<&Path>) -> Result<Self, OciError> {
        let limits = &recipe.conditions.limits;
        let address = match recipe.listen {
            Some(_) => Some(free_address().map_err(|source| OciError::Portless { source })?),
            None => None,
        };
        let given = GivenFolders::make(&recipe.folders, &recipe.conditions.owner)?;
        let container = OciContainer::make(recipe)?;
        let (args, environment) = recipe.told(address);
        let bundle = Bundle {
            name: container.name(),
            root: recipe.home.root(),
            args: &args,
            environment,
            folders: given.all(),
            instead,
            group: container.group(),
            conditions: &recipe.conditions,
            mounted: &recipe.mounted,
        };
        bundle.write(container.bundle())?;
        let mut launch = Launch::new(&recipe.program)
            .arg("--root")
            .arg(recipe.home.state())
            .args(["run", "--bundle"])
            .arg(container.bundle())
            .arg(container.name())
            .folder(Path::new("/"))
            // Not those of the load: the runtime's own work is the container's start.
            .cpus(&recipe.conditions.instance_cpus)
            .stdout(Stream::Capture { bytes: limits.output_bytes })
            .stderr(Stream::Tail { bytes: STDERR_TAIL });
        if let Some(stdin) = recipe.stdin.as_ref().filter(|_| instead.is_none()) {
            launch = launch.input(Arc::clone(stdin));
        }
        if recipe.listen.is_some() {
            // The observer is busy asking and loading: a service that writes much would come to stand still.
            launch = launch.drain_in_background();
        }
        let held = launch.ready()?.hold(None)?;
        Ok(Self { held, container, given, address })
    }

    /// Has the runtime run it.
    pub(crate) fn run(self, recipe: &Recipe) -> Result<OciInstance, OciError> {
        let Self { held, container, given, address } = self;
        let child = held.go()?;
        Ok(OciInstance::new((child, container, given), address, &recipe.conditions.limits))
    }
}
