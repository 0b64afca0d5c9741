use std::io;

use bollard::body_full;
use bollard::query_parameters::{BuildImageOptions, CreateImageOptions, RemoveImageOptions};
use bytes::Bytes;
use futures_util::StreamExt;
use plimsoll_runtime::Owner;
use tokio::time::timeout;

use crate::base::{Base, SCRATCH};
use crate::daemon::{Call, Daemon};
use crate::engine_kind::EngineKind;
use crate::{DockerError, OWNER_LABEL, beneath};

/// Where the binary stands in the image.
pub(crate) const ENTRYPOINT: &str = "/workload";

/// In which way containers of an image of ours are not like others.
pub(crate) const STRICT: &str = "In an image that is built around a binary the root file system is read-only, all \
     capabilities are dropped and `no-new-privileges` is set.";

/// An image that containers are made from, whoever it belongs to.
#[derive(Clone, Debug)]
pub(crate) struct Image {
    /// `sha256:` and 64 digits.
    pub(crate) id: String,
    /// `repository:tag`.
    pub(crate) tag: String,
}

/// An image that we built. Only such a one can be removed: an [`Image`] alone may be somebody else's.
#[derive(Debug)]
pub(crate) struct Built {
    image: Image,
    /// Images that its build made on the way, and that do not go with it.
    beneath: Vec<String>,
}

/// The tag of a workload's image. A repository's name allows fewer characters than a slug does; two workloads
/// that fall together are told by the check before the build.
pub(crate) fn tag(workload: &str, run: &str, lane: &str, number: u32) -> String {
    let mut repository = String::with_capacity(workload.len());
    for character in workload.chars() {
        match character {
            'a'..='z' | '0'..='9' => repository.push(character),
            _ if repository.ends_with('-') => {}
            _ => repository.push('-'),
        }
    }
    let repository = repository.trim_end_matches('-');
    format!("plimsoll/{repository}:{}-{lane}-{number}", run.replace('+', "."))
}

/// The build context: a Dockerfile and the binary.
pub(crate) fn context(base: Option<&Base>, binary: &[u8], owner: &Owner) -> io::Result<Bytes> {
    let from = base.map_or(SCRATCH, |base| &base.id);
    // The label comes first: the engine keeps an image for every line, and a build that is broken off must
    // leave none that could not be told for ours.
    let dockerfile = format!(
        "FROM {from}\nLABEL {OWNER_LABEL}=\"{}\"\nCOPY workload {ENTRYPOINT}\nENTRYPOINT [\"{ENTRYPOINT}\"]\n",
        owner.label()
    );
    let mut tar = tar::Builder::new(Vec::with_capacity(binary.len() + 8192));
    append(&mut tar, "Dockerfile", 0o644, dockerfile.as_bytes())?;
    append(&mut tar, "workload", 0o755, binary)?;
    tar.into_inner().map(Bytes::from)
}

fn append(tar: &mut tar::Builder<Vec<u8>>, name: &str, mode: u32, content: &[u8]) -> io::Result<()> {
    let mut header = tar::Header::new_gnu();
    header.set_mode(mode);
    header.set_size(content.len() as u64);
    header.set_cksum();
    tar.append_data(&mut header, name, content)
}

impl Built {
    /// Builds an image with the engine's classic builder and without its cache.
    pub(crate) async fn make(daemon: &Daemon, tag: String, context: Bytes) -> Result<Self, DockerError> {
        let broken = |message: String| DockerError::Build { image: tag.clone(), message };
        must_be_free(daemon, &tag).await?;
        let options = BuildImageOptions {
            t: Some(tag.clone()),
            nocache: true,
            rm: true,
            forcerm: true,
            ..Default::default()
        };
        let building = async {
            let mut output = daemon.client.build_image(options, None, Some(body_full(context)));
            while let Some(line) = output.next().await {
                let line = line.map_err(|error| daemon.error(Call::BUILD, error))?;
                if let Some(message) = line.error_detail.and_then(|detail| detail.message) {
                    return Err(broken(message));
                }
            }
            daemon.call(Call::INSPECT, daemon.client.inspect_image(&tag)).await
        };
        let built = match timeout(Call::BUILD.limit, building).await {
            Ok(Err(DockerError::Api { message, .. })) => return Err(broken(message)),
            Ok(built) => built?,
            Err(_) => {
                let after_ms = Call::BUILD.limit.as_millis() as u64;
                return Err(DockerError::TimedOut { call: Call::BUILD.name, after_ms });
            }
        };
        let label = built.config.and_then(|config| config.labels?.remove(OWNER_LABEL));
        match built.id {
            Some(id) => {
                // Podman does not know that an image without layers stands beneath another one.
                let beneath = match label.filter(|_| daemon.kind() == EngineKind::Podman) {
                    Some(label) => beneath::unnamed(daemon, &label).await?,
                    None => Vec::new(),
                };
                Ok(Self { image: Image { id, tag }, beneath })
            }
            None => Err(broken("the engine gives it no id".to_owned())),
        }
    }

    /// Makes an image of one program at once, without the engine's builder and without an entry point.
    pub(crate) async fn import(
        daemon: &Daemon,
        tag: String,
        program: &[u8],
        owner: &Owner,
    ) -> Result<Self, DockerError> {
        let packed = || {
            let mut tar = tar::Builder::new(Vec::new());
            append(&mut tar, ENTRYPOINT.trim_start_matches('/'), 0o755, program)?;
            tar.into_inner().map(Bytes::from)
        };
        let packed = packed().map_err(|source| DockerError::Binary { path: ENTRYPOINT.into(), source })?;
        let options = CreateImageOptions {
            from_src: Some("-".to_owned()),
            // Whole, as Docker's client sends it: Podman takes no tag beside it.
            repo: Some(tag.clone()),
            changes: vec![format!("LABEL {OWNER_LABEL}=\"{}\"", owner.label())],
            ..Default::default()
        };
        let importing = async {
            let mut told = daemon.client.create_image(Some(options), Some(body_full(packed)), None);
            while let Some(line) = told.next().await {
                line?;
            }
            daemon.client.inspect_image(&tag).await
        };
        match daemon.call(Call::IMPORT, importing).await?.id {
            Some(id) => Ok(Self { image: Image { id, tag }, beneath: Vec::new() }),
            None => Err(DockerError::Build { image: tag, message: "the engine gives it no id".to_owned() }),
        }
    }

    /// One that was just built with our label.
    pub(crate) fn labelled(image: Image) -> Self {
        Self { image, beneath: Vec::new() }
    }

    /// What containers are made from.
    pub(crate) fn image(&self) -> &Image {
        &self.image
    }

    /// Removes it. Where its name was given to another one meanwhile, that one stays.
    pub(crate) async fn discard(self, daemon: &Daemon) -> Result<(), DockerError> {
        let Image { id, tag } = &self.image;
        let named = daemon.call(Call::INSPECT, daemon.client.inspect_image(tag)).await;
        let is_ours = named.is_ok_and(|named| named.id.as_ref() == Some(id));
        remove(daemon, if is_ours { tag } else { id }).await?;
        for id in &self.beneath {
            match remove(daemon, id).await {
                // Another build of ours still stands on it, and takes it along.
                Err(error) if error.status() != Some(409) => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }
}

/// Sees that no image has this name: giving it would take it from another one.
pub(crate) async fn must_be_free(daemon: &Daemon, tag: &str) -> Result<(), DockerError> {
    match daemon.call(Call::INSPECT, daemon.client.inspect_image(tag)).await {
        Err(error) if error.status() == Some(404) => Ok(()),
        Err(error) => Err(error),
        Ok(_) => {
            let message = "an image of this name exists".to_owned();
            Err(DockerError::Taken { name: tag.to_owned(), message })
        }
    }
}

/// Removes an image that carries our label, with everything only it needs. One that is gone already is no error.
pub(crate) async fn remove(daemon: &Daemon, id: &str) -> Result<(), DockerError> {
    take_away(daemon, id, true).await
}

/// Removes an image, or one name of it. One that is gone, or that somebody else is just removing, is no error.
pub(crate) async fn take_away(daemon: &Daemon, name: &str, force: bool) -> Result<(), DockerError> {
    // Podman's force takes the containers along that stand on it, whoever they belong to.
    let force = force && daemon.kind() == EngineKind::Docker;
    let options = RemoveImageOptions { force, ..Default::default() };
    match daemon.call(Call::REMOVE, daemon.client.remove_image(name, Some(options), None)).await {
        Err(error) if error.status() != Some(404) => match must_be_free(daemon, name).await {
            Ok(()) => Ok(()),
            Err(_) => Err(error),
        },
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_holds_only_what_the_engine_allows_there() {
        let name = tag("a+b_-c+", "20261121-013200-7f3a", "docker.hostnet", 0);
        assert_eq!(name, "plimsoll/a-b-c:20261121-013200-7f3a-docker.hostnet-0");
    }

    #[test]
    fn the_context_labels_before_it_copies() {
        let owner = Owner::current(plimsoll_model::RunId::known("run"));
        let context = context(None, b"binary", &owner).unwrap();
        let mut archive = tar::Archive::new(&context[..]);
        let mut entries = archive.entries().unwrap();
        let dockerfile = io::read_to_string(entries.next().unwrap().unwrap()).unwrap();
        assert!(dockerfile.find("LABEL").unwrap() < dockerfile.find("COPY").unwrap());
        assert!(dockerfile.contains(&owner.label()));
        let binary = entries.next().unwrap().unwrap();
        assert_eq!(binary.header().mode().unwrap(), 0o755);
        assert_eq!(io::read_to_string(binary).unwrap(), "binary");
    }
}
