//! What the builds of an owner leave beneath its images.

use bollard::models::ImageSummary;
use bollard::query_parameters::ListImagesOptionsBuilder;

use crate::DockerError;
use crate::daemon::{Call, Daemon};
use crate::label::OWNER_LABEL;

/// The ids of an owner's images that have no name.
pub(crate) async fn unnamed(daemon: &Daemon, owner: &str) -> Result<Vec<String>, DockerError> {
    let filters = [("label", vec![format!("{OWNER_LABEL}={owner}")])].into();
    let options = ListImagesOptionsBuilder::new().all(true).filters(&filters).build();
    let found = daemon.call(Call::LIST, daemon.client.list_images(Some(options))).await?;
    let has_no_name = |image: &ImageSummary| image.repo_tags.iter().all(|tag| tag.starts_with("<none>"));
    Ok(found.into_iter().filter(has_no_name).map(|image| image.id).collect())
}
