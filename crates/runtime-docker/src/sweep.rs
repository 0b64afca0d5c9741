use std::collections::HashMap;

use bollard::models::ImageSummary;
use bollard::query_parameters::{
    ListContainersOptionsBuilder, ListImagesOptions, ListNetworksOptionsBuilder,
};
use plimsoll_process::{GroupMaker, GroupsAbove};
use plimsoll_runtime::{Swept, sweep_copies};

use crate::container::OURS;
use crate::daemon::{Call, Daemon};
use crate::engine_kind::EngineKind;
use crate::images::{Held, remove_images};
use crate::label::OWNER_LABEL;
use crate::loaded::{label_in, unname};
use crate::{DockerError, exec_sessions, leftover};

/// Removes what carries the label of an owner that no longer lives.
pub(crate) async fn sweep(daemon: &Daemon) -> Result<Swept, DockerError> {
    let mut swept = Swept::default();
    containers(daemon, &mut swept).await?;
    images(daemon, &mut swept).await?;
    loaded_images(daemon, &mut swept).await?;
    networks(daemon, &mut swept).await?;
    groups(&mut swept);
    sweep_copies(&mut swept)?;
    Ok(swept)
}

/// After the containers, whose own groups are in these. Which kind the engine needed is not asked: a slice is known by its
/// name.
fn groups(swept: &mut Swept) {
    let named = |name: &str| format!("control group `{name}`");
    let Ok(groups) = GroupsAbove::open(GroupMaker::Anyone) else { return };
    let removed = groups.sweep(|label| swept.may_go(label, || named(label)));
    swept.removed.extend(removed.iter().map(|name| named(name)));
}

async fn containers(daemon: &Daemon, swept: &mut Swept) -> Result<(), DockerError> {
    let options = ListContainersOptionsBuilder::new().all(true).filters(&labelled()).build();
    let found = daemon.call(Call::LIST, daemon.client.list_containers(Some(options))).await?;
    for container in found {
        let Some(id) = container.id else { continue };
        let names = container.names.unwrap_or_default();
        let name = names.first().map_or(id.as_str(), |name| name.trim_start_matches('/'));
        let named = || format!("container `{name}`");
        // One that a user makes of our image inherits its label.
        if name.starts_with(OURS) && may_go(swept, container.labels.as_ref(), named) {
            leftover::remove_container(daemon, &id).await?;
            if daemon.kind() == EngineKind::Podman {
                exec_sessions::end_of(&id);
            }
            swept.removed.push(named());
        }
    }
    Ok(())
}

async fn images(daemon: &Daemon, swept: &mut Swept) -> Result<(), DockerError> {
    let mut gone = Vec::new();
    let may_go = |image: &ImageSummary| may_go(swept, Some(&image.labels), || name_of(image));
    let held = remove_images(daemon, OWNER_LABEL, may_go, |image| gone.push(name_of(image))).await?;
    swept.removed.append(&mut gone);
    let told = |held: Held| format!("{}: {}", name_of(&held.image), held.why);
    swept.left.extend(held.into_iter().map(told));
    Ok(())
}

/// Images that were loaded from a file carry no label; their names tell the owner.
async fn loaded_images(daemon: &Daemon, swept: &mut Swept) -> Result<(), DockerError> {
    let found = daemon.call(Call::LIST, daemon.client.list_images(None::<ListImagesOptions>)).await?;
    for name in found.into_iter().flat_map(|image| image.repo_tags) {
        let named = || format!("image `{name}`");
        if label_in(&name).is_some_and(|label| swept.may_go(&label, named)) {
            unname(daemon, &name).await?;
            swept.removed.push(named());
        }
    }
    Ok(())
}

async fn networks(daemon: &Daemon, swept: &mut Swept) -> Result<(), DockerError> {
    let options = ListNetworksOptionsBuilder::new().filters(&labelled()).build();
    let found = daemon.call(Call::LIST, daemon.client.list_networks(Some(options))).await?;
    for network in found {
        let Some(id) = network.id else { continue };
        let named = || format!("network `{}`", network.name.as_deref().unwrap_or(&id));
        if !may_go(swept, network.labels.as_ref(), named) {
            continue;
        }
        match daemon.call(Call::REMOVE, daemon.client.remove_network(&id)).await {
            Err(error) if error.status() != Some(404) => return Err(error),
            _ => swept.removed.push(named()),
        }
    }
    Ok(())
}

fn labelled() -> HashMap<&'static str, Vec<&'static str>> {
    [("label", vec![OWNER_LABEL])].into()
}

fn name_of(image: &ImageSummary) -> String {
    let name = image.repo_tags.iter().find(|tag| *tag != "<none>:<none>");
    format!("image `{}`", name.unwrap_or(&image.id))
}

/// Whether the label is ours and its owner has ended. A label that does not read as ours is somebody else's.
fn may_go(
    swept: &mut Swept,
    labels: Option<&HashMap<String, String>>,
    named: impl FnOnce() -> String,
) -> bool {
    let label = labels.and_then(|labels| labels.get(OWNER_LABEL));
    label.is_some_and(|label| swept.may_go(label, named))
}
