//! An image that was loaded from a file: no label can be put on it, so its name tells whose it is.

use bollard::query_parameters::TagImageOptionsBuilder;
use plimsoll_runtime::Owner;

use crate::DockerError;
use crate::daemon::{Call, Daemon};
use crate::image::{self, Image};

/// The longest tag that an engine takes.
const LONGEST: usize = 128;
/// What stands in a name before the workload's.
pub(crate) const OURS: &str = "plimsoll/";

/// What Podman writes before a name that has no host.
const HOSTS: [&str; 2] = ["docker.io/", "localhost/"];

/// A name of ours as we gave it; `None` for another one.
pub(crate) fn ours(tag: &str) -> Option<&str> {
    let plain = HOSTS.iter().find_map(|host| tag.strip_prefix(host)).unwrap_or(tag);
    plain.starts_with(OURS).then_some(plain)
}

/// An image that was not there before we loaded it.
#[derive(Debug)]
pub(crate) struct Loaded {
    image: Image,
}

impl Loaded {
    /// Gives it a name of ours, which holds its owner.
    pub(crate) async fn name(
        daemon: &Daemon,
        id: String,
        tag: &str,
        owner: &Owner,
    ) -> Result<Self, DockerError> {
        let tag = owned(tag, owner);
        image::must_be_free(daemon, &tag).await?;
        let (repository, version) = tag.split_once(':').unwrap_or((&tag, "latest"));
        let options = TagImageOptionsBuilder::new().repo(repository).tag(version).build();
        daemon.call(Call::TAG, daemon.client.tag_image(&id, Some(options))).await?;
        Ok(Self { image: Image { id, tag } })
    }

    /// What containers are made from.
    pub(crate) fn image(&self) -> &Image {
        &self.image
    }

    /// Takes its name off, and with it the image where nobody else has named it meanwhile.
    pub(crate) async fn discard(self, daemon: &Daemon) -> Result<(), DockerError> {
        let Image { id, tag } = &self.image;
        let named = daemon.call(Call::INSPECT, daemon.client.inspect_image(tag)).await;
        if named.is_ok_and(|named| named.id.as_ref() == Some(id)) {
            unname(daemon, tag).await
        } else {
            Ok(())
        }
    }
}

/// Takes a name off an image. Never by force: a container of somebody else may stand on it.
pub(crate) async fn unname(daemon: &Daemon, name: &str) -> Result<(), DockerError> {
    image::take_away(daemon, name, false).await
}

/// A tag of ours with its owner: `plimsoll/<workload>:<run>-<lane>-<n>.<pid>.<ticks>.<boot>.<namespace>`.
fn owned(tag: &str, owner: &Owner) -> String {
    let whole = owner.label();
    let owner = whole.strip_prefix(owner.run.as_str()).unwrap_or_default();
    let (repository, version) = tag.split_once(':').unwrap_or((tag, ""));
    let room = LONGEST.saturating_sub(owner.len());
    let version: String = version.chars().take(room).collect();
    format!("{repository}:{version}{owner}")
}

/// The label that an image of this name would carry if it could carry one; `None` where the name is none of ours.
pub(crate) fn label_in(tag: &str) -> Option<String> {
    let (_, version) = ours(tag)?.split_once(':')?;
    let owner = version.rmatch_indices('.').nth(3).map(|(dot, _)| &version[dot..])?;
    // Which run it was is not needed to see whether its process lives.
    let label = format!("loaded{owner}");
    Owner::from_label(&label).map(|_| label)
}

#[cfg(test)]
mod tests {
    use plimsoll_model::RunId;

    use super::*;

    #[test]
    fn a_name_holds_its_owner_and_other_names_hold_none() {
        let owner = Owner::current(RunId::known("run+1"));
        let tag = image::tag("web", owner.run.as_str(), "docker.hostnet", 7);
        let found = Owner::from_label(&label_in(&owned(&tag, &owner)).unwrap()).unwrap();
        assert_eq!(found, Owner { run: RunId::known("loaded"), ..owner.clone() });
        for foreign in [&tag, "web:1.2.3.4.5", "plimsoll/web:latest", "plimsoll/web:1.2.x.4.5"] {
            assert_eq!(label_in(foreign), None, "{foreign}");
        }
        let podman_s = format!("docker.io/{}", owned(&tag, &owner));
        assert_eq!(label_in(&podman_s), label_in(&owned(&tag, &owner)));
        let long = image::tag("web", &"r".repeat(40), &"l".repeat(80), 7);
        let version = owned(&long, &owner).split_once(':').unwrap().1.len();
        assert!(version <= LONGEST && label_in(&owned(&long, &owner)).is_some());
    }
}
