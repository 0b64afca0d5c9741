//! Images of ours, taken away in the order in which they stand on one another.

use std::time::Duration;

use bollard::models::ImageSummary;
use bollard::query_parameters::{ListImagesOptions, ListImagesOptionsBuilder};
use tokio::time::{Instant, sleep};

use crate::daemon::{Call, Daemon};
use crate::label::OWNER_LABEL;
use crate::loaded::ours;
use crate::{DockerError, image};

/// How long a build whose caller was killed may go on making images on those that are removed, and how long between
/// two looks.
const PATIENCE: Duration = Duration::from_secs(2);
const STEP: Duration = Duration::from_millis(20);

/// What stands before an id's digits.
const DIGEST: &str = "sha256:";

/// An image of ours that the engine keeps, and what it says of why: somebody else's container or image stands on it.
pub(crate) struct Held {
    pub(crate) image: ImageSummary,
    pub(crate) why: DockerError,
}

/// Removes the images of an owner, by its label. Gives how many it has seen.
pub(crate) async fn images_of(daemon: &Daemon, owner: &str) -> Result<usize, DockerError> {
    let mut removed = 0;
    let label = format!("{OWNER_LABEL}={owner}");
    let held = remove_images(daemon, &label, |_| true, |_| removed += 1).await?;
    Ok(removed + held.len())
}

/// Removes the images with this label that may go. Gives those that are held.
pub(crate) async fn remove_images(
    daemon: &Daemon,
    label: &str,
    mut may_go: impl FnMut(&ImageSummary) -> bool,
    mut removed: impl FnMut(&ImageSummary),
) -> Result<Vec<Held>, DockerError> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        // All: a build that was broken off leaves images without a name.
        let filters = [("label", vec![label])].into();
        let options = ListImagesOptionsBuilder::new().all(true).filters(&filters).build();
        let mut found = daemon.call(Call::LIST, daemon.client.list_images(Some(options))).await?;
        found.retain(|image| is_ours(image) && may_go(image));
        let held = remove_once(daemon, found, &mut removed).await?;
        if held.is_empty() || Instant::now() >= deadline {
            return Ok(held);
        }
        sleep(STEP).await;
    }
}

/// The names of the images that are a user's own: without ours, and without those that have none.
pub(crate) async fn named(daemon: &Daemon) -> Result<Vec<String>, DockerError> {
    let found = daemon.call(Call::LIST, daemon.client.list_images(None::<ListImagesOptions>)).await?;
    Ok(found.into_iter().flat_map(users_own).collect())
}

/// A name of ours tells by itself whose it is; one that a user has made of ours has our label and a name of its own.
fn users_own(image: ImageSummary) -> Vec<String> {
    let is_own =
        |tag: &String| !tag.starts_with("<none>") && !tag.ends_with(":<none>") && ours(tag).is_none();
    image.repo_tags.into_iter().filter(is_own).collect()
}

/// Whether nobody else has named it: an image that a user makes of ours inherits its label.
fn is_ours(image: &ImageSummary) -> bool {
    image.repo_tags.iter().all(|tag| tag.starts_with("<none>") || ours(tag).is_some())
}

async fn remove_once(
    daemon: &Daemon,
    mut found: Vec<ImageSummary>,
    mut removed: impl FnMut(&ImageSummary),
) -> Result<Vec<Held>, DockerError> {
    let mut held = Vec::new();
    // Children before the images they stand on: each one's parent is older and named by it.
    while !found.is_empty() {
        // Podman names a parent by the digits alone.
        let parents: Vec<String> =
            found.iter().map(|image| image.parent_id.trim_start_matches(DIGEST).to_owned()).collect();
        let is_parent = |id: &str| parents.iter().any(|parent| parent == id.trim_start_matches(DIGEST));
        let (kept, leaves): (Vec<_>, Vec<_>) = found.into_iter().partition(|image| is_parent(&image.id));
        if leaves.is_empty() {
            break;
        }
        for leaf in leaves {
            // Removing one takes its unnamed parents along.
            match image::remove(daemon, &leaf.id).await {
                Err(why) if why.status() == Some(409) => held.push(Held { image: leaf, why }),
                other => {
                    other?;
                    removed(&leaf);
                }
            }
        }
        found = kept;
    }
    Ok(held)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_of_ours_and_those_without_a_name_are_not_offered() {
        let names = [
            "plimsoll/hello:r1",
            "docker.io/plimsoll/hello:r1",
            "<none>:<none>",
            "acme/cart:1.4",
            "acme/cart:<none>",
            "plimsoll:1",
        ];
        let image = ImageSummary { repo_tags: names.map(str::to_owned).to_vec(), ..ImageSummary::default() };
        assert_eq!(users_own(image), ["acme/cart:1.4", "plimsoll:1"]);
    }
}
