//! What the steps of a build have made before its end: none of it carries our label yet.

use std::collections::BTreeSet;
use std::time::Duration;

use bollard::query_parameters::{ListContainersOptionsBuilder, ListImagesOptionsBuilder, RemoveImageOptions};
use tokio::time::{Instant, sleep};

use crate::DockerError;
use crate::build_log::BuildLog;
use crate::daemon::{Call, Daemon};
use crate::leftover;

/// How long a container of a step is waited for, and how long between two looks.
const PATIENCE: Duration = Duration::from_secs(3);
const STEP: Duration = Duration::from_millis(20);

/// The steps of a build that goes on. When it is broken off, what they made is removed there and then.
pub(crate) struct Steps {
    daemon: Daemon,
    /// The images that were there before.
    before: BTreeSet<String>,
    pub(crate) log: BuildLog,
}

impl Steps {
    pub(crate) fn guard(daemon: Daemon, before: BTreeSet<String>) -> Self {
        Self { daemon, before, log: BuildLog::default() }
    }

    /// The image is there, and carries our label.
    pub(crate) fn done(&mut self) {
        self.log.images.clear();
    }

    /// Removes what a failed build made.
    pub(crate) async fn remove(&mut self) -> Result<(), DockerError> {
        remove_steps(&self.daemon, &self.log.images, &self.before).await?;
        self.done();
        Ok(())
    }
}

impl Drop for Steps {
    fn drop(&mut self) {
        if !self.log.images.is_empty() {
            leftover::at_once(remove_steps(&self.daemon, &self.log.images, &self.before));
        }
    }
}

/// The last first, as each stands on the one before.
async fn remove_steps(
    daemon: &Daemon,
    told: &[String],
    before: &BTreeSet<String>,
) -> Result<(), DockerError> {
    let options = ListImagesOptionsBuilder::new().all(true).build();
    let now = daemon.call(Call::LIST, daemon.client.list_images(Some(options))).await?;
    for short in told.iter().rev() {
        let whole = format!("sha256:{short}");
        // A base image that was pulled has a name, and stays as after `docker build`.
        let named = |names: &[String]| names.iter().any(|name| !name.starts_with("<none>"));
        let made = now.iter().find(|image| {
            let is_new = image.id.starts_with(&whole) && !before.contains(&image.id);
            is_new && !named(&image.repo_tags) && !named(&image.repo_digests)
        });
        if let Some(image) = made {
            remove_free(daemon, &image.id).await?;
        }
    }
    Ok(())
}

/// Removes an image by no force, after the container of a step that was broken off: only the build knows this image, and
/// the engine may not have heard yet that nobody waits for it.
async fn remove_free(daemon: &Daemon, id: &str) -> Result<(), DockerError> {
    let filters = [("ancestor", vec![id.to_owned()])].into();
    let options = ListContainersOptionsBuilder::new().all(true).filters(&filters).build();
    let found = daemon.call(Call::LIST, daemon.client.list_containers(Some(options))).await?;
    for container in found.into_iter().filter_map(|container| container.id) {
        leftover::remove_container(daemon, &container).await?;
    }
    let deadline = Instant::now() + PATIENCE;
    loop {
        let options = RemoveImageOptions { force: false, ..Default::default() };
        match daemon.call(Call::REMOVE, daemon.client.remove_image(id, Some(options), None)).await {
            Err(error) if error.status() == Some(409) && Instant::now() < deadline => sleep(STEP).await,
            // One that went with the one above it is gone already.
            Err(error) if error.status() != Some(404) => return Err(error),
            _ => return Ok(()),
        }
    }
}
