//! Images of ours, taken away in the order in which they stand on one another.

use bollard::models::ImageSummary;
use bollard::query_parameters::ListImagesOptionsBuilder;

use crate::daemon::{Call, Daemon};
use crate::label::OWNER_LABEL;
use crate::{DockerError, image};

/// Removes the images of an owner, by its label. Gives how many there were.
pub(crate) async fn images_of(daemon: &Daemon, owner: &str) -> Result<usize, DockerError> {
    let filters = [("label", vec![format!("{OWNER_LABEL}={owner}")])].into();
    let options = ListImagesOptionsBuilder::new().all(true).filters(&filters).build();
    let found = daemon.call(Call::LIST, daemon.client.list_images(Some(options))).await?;
    let count = found.len();
    remove_images(daemon, found, |_| {}).await.map(|()| count)
}

pub(crate) async fn remove_images(
    daemon: &Daemon,
    mut found: Vec<ImageSummary>,
    mut removed: impl FnMut(&ImageSummary),
) -> Result<(), DockerError> {
    // Children before the images they stand on: each one's parent is older and named by it.
    while !found.is_empty() {
        let parents: Vec<String> = found.iter().map(|image| image.parent_id.clone()).collect();
        let (kept, leaves): (Vec<_>, Vec<_>) =
            found.into_iter().partition(|image| parents.contains(&image.id));
        if leaves.is_empty() {
            break;
        }
        for leaf in leaves {
            // Removing one takes its unnamed parents along.
            image::remove(daemon, &leaf.id).await?;
            removed(&leaf);
        }
        found = kept;
    }
    Ok(())
}
