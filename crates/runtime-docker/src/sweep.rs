use std::collections::HashMap;

use bollard::query_parameters::{
    ListContainersOptionsBuilder, ListImagesOptionsBuilder, ListNetworksOptionsBuilder,
};
use plimsoll_runtime::{Owner, Swept};

use crate::daemon::{Call, Daemon};
use crate::label::OWNER_LABEL;
use crate::{DockerError, image, leftover};

/// Removes what carries the label of an owner that no longer lives.
pub(crate) async fn sweep(daemon: &Daemon) -> Result<Swept, DockerError> {
    let mut swept = Swept::default();
    containers(daemon, &mut swept).await?;
    images(daemon, &mut swept).await?;
    networks(daemon, &mut swept).await?;
    Ok(swept)
}

async fn containers(daemon: &Daemon, swept: &mut Swept) -> Result<(), DockerError> {
    let options = ListContainersOptionsBuilder::new().all(true).filters(&labelled()).build();
    let found = daemon.call(Call::LIST, daemon.client.list_containers(Some(options))).await?;
    for container in found {
        let Some(id) = container.id.filter(|_| is_orphan(container.labels.as_ref())) else { continue };
        leftover::remove_container(daemon, &id).await?;
        let names = container.names.unwrap_or_default();
        let name = names.first().map_or(id.as_str(), |name| name.trim_start_matches('/'));
        swept.removed.push(format!("container `{name}`"));
    }
    Ok(())
}

async fn images(daemon: &Daemon, swept: &mut Swept) -> Result<(), DockerError> {
    // All: a build that was broken off leaves images without a name.
    let options = ListImagesOptionsBuilder::new().all(true).filters(&labelled()).build();
    let mut found = daemon.call(Call::LIST, daemon.client.list_images(Some(options))).await?;
    found.retain(|image| is_orphan(Some(&image.labels)));
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
            let name = leaf.repo_tags.iter().find(|tag| *tag != "<none>:<none>");
            swept.removed.push(format!("image `{}`", name.unwrap_or(&leaf.id)));
        }
        found = kept;
    }
    Ok(())
}

async fn networks(daemon: &Daemon, swept: &mut Swept) -> Result<(), DockerError> {
    let options = ListNetworksOptionsBuilder::new().filters(&labelled()).build();
    let found = daemon.call(Call::LIST, daemon.client.list_networks(Some(options))).await?;
    for network in found {
        let Some(id) = network.id.filter(|_| is_orphan(network.labels.as_ref())) else { continue };
        match daemon.call(Call::REMOVE, daemon.client.remove_network(&id)).await {
            Err(error) if error.status() != Some(404) => return Err(error),
            _ => swept.removed.push(format!("network `{}`", network.name.unwrap_or(id))),
        }
    }
    Ok(())
}

fn labelled() -> HashMap<&'static str, Vec<&'static str>> {
    [("label", vec![OWNER_LABEL])].into()
}

/// Whether the label is ours and its owner is dead. A label that does not read as ours is somebody else's.
fn is_orphan(labels: Option<&HashMap<String, String>>) -> bool {
    let label = labels.and_then(|labels| labels.get(OWNER_LABEL));
    label.and_then(|label| Owner::from_label(label)).is_some_and(|owner| !owner.is_alive())
}
