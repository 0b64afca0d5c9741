//! What the steps of a build have made before its end: none of it carries our label yet.

use std::collections::BTreeSet;
use std::time::Duration;

use bollard::models::ImageSummary;
use bollard::query_parameters::{ListContainersOptionsBuilder, ListImagesOptionsBuilder};
use tokio::time::{Instant, sleep};

use crate::build_log::BuildLog;
use crate::daemon::{Call, Daemon};
use crate::{DockerError, image, leftover};

/// How long a container of a step is waited for, and how long between two looks.
const PATIENCE: Duration = Duration::from_secs(2);
const STEP: Duration = Duration::from_millis(20);
/// How long nothing new may come before a build that was broken off has ended.
const QUIET: Duration = Duration::from_millis(500);

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
            leftover::at_once(async {
                let told = settled(&self.daemon, &self.log.images, &self.before).await?;
                remove_steps(&self.daemon, &told, &self.before).await
            });
        }
    }
}

/// Waits until a build that was broken off makes nothing more: the engine has not heard yet that nobody waits for it, and
/// goes on until a step of it fails. Gives what it has made by then, the last at the end.
async fn settled(
    daemon: &Daemon,
    told: &[String],
    before: &BTreeSet<String>,
) -> Result<Vec<String>, DockerError> {
    let mut made = told.to_vec();
    let (deadline, mut since) = (Instant::now() + PATIENCE, Instant::now());
    while Instant::now() < deadline && since.elapsed() < QUIET {
        let options = ListImagesOptionsBuilder::new().all(true).build();
        let now = daemon.call(Call::LIST, daemon.client.list_images(Some(options))).await?;
        // A base image is somebody else's, and so is what others make of it.
        let is_base = |short: &String| now.iter().any(|image| is_named(image) && begins(&image.id, short));
        made.retain(|short| !is_base(short));
        let is_made = |id: &str, made: &[String]| made.iter().any(|short| begins(id, short));
        for image in &now {
            if before.contains(&image.id) || is_named(image) {
                continue;
            }
            if !is_made(&image.id, &made) && is_made(&image.parent_id, &made) {
                made.push(image.id.trim_start_matches("sha256:").to_owned());
                since = Instant::now();
            }
            if is_made(&image.id, &made) {
                remove_containers(daemon, &image.id).await?;
            }
        }
        sleep(STEP).await;
    }
    Ok(made)
}

/// Whether somebody gave it a name: a base image that was pulled has one, and stays as after `docker build`.
fn is_named(image: &ImageSummary) -> bool {
    image.repo_tags.iter().chain(&image.repo_digests).any(|name| !name.starts_with("<none>"))
}

/// Whether an id begins so.
fn begins(id: &str, short: &str) -> bool {
    id.trim_start_matches("sha256:").starts_with(short)
}

/// Removes the containers of steps that stand on an image which only the build knows.
async fn remove_containers(daemon: &Daemon, id: &str) -> Result<(), DockerError> {
    let filters = [("ancestor", vec![id.to_owned()])].into();
    let options = ListContainersOptionsBuilder::new().filters(&filters).build();
    let found = daemon.call(Call::LIST, daemon.client.list_containers(Some(options))).await?;
    for container in found.into_iter().filter_map(|container| container.id) {
        leftover::remove_container(daemon, &container).await?;
    }
    Ok(())
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
        let made = now
            .iter()
            .find(|image| begins(&image.id, short) && !before.contains(&image.id) && !is_named(image));
        if let Some(image) = made {
            remove_free(daemon, &image.id).await?;
        }
    }
    Ok(())
}

/// Removes an image by no force. A step that was broken off has a container on it for a moment more.
async fn remove_free(daemon: &Daemon, id: &str) -> Result<(), DockerError> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match image::take_away(daemon, id, false).await {
            Err(error) if error.status() == Some(409) && Instant::now() < deadline => sleep(STEP).await,
            // One that went with the one above it is gone already.
            ended => return ended,
        }
    }
}
