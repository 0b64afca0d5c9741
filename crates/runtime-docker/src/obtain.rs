//! How an image that somebody else made comes to the engine.

use std::path::Path;
use std::sync::Arc;

use plimsoll_model::{Artifact, Phase, Reading, Slug, Source};
use plimsoll_registry::Reference;
use plimsoll_runtime::{Figure, Ongoing, Owner, PREPARE_TIME};

use crate::daemon::{Call, Daemon};
use crate::engine::Engine;
use crate::facts::Facts;
use crate::footing::{Borrowed, Footing};
use crate::image::Image;
use crate::image_problem::ImageProblem;
use crate::load::{self, FromFile};
use crate::loaded::Loaded;
use crate::obtained::Obtained;
use crate::shared::MadeFrom;
use crate::{DockerError, dockerfile};

/// From wherever the workload says.
pub(crate) async fn obtain(
    daemon: &Daemon,
    engine: &Engine,
    artifact: &Artifact,
    tag: String,
    owner: &Owner,
) -> Result<Obtained, DockerError> {
    match &artifact.source {
        Source::Reference(name) => by_name(daemon, engine, name, owner).await,
        Source::Dockerfile(from) | Source::Archive(from) | Source::File(from) | Source::Layout(from) => {
            let origin = MadeFrom { from: from.clone(), owner: owner.clone() };
            let make = Box::pin(made(daemon, &engine.ongoing, artifact, from, tag, owner));
            engine.shared.or_made(origin, make).await
        }
        // Such a one is WebAssembly, and `accepts` gave an image.
        Source::Registry(name) => Err(DockerError::Image {
            image: name.clone(),
            problem: ImageProblem::NoName { message: "it names WebAssembly in a registry".to_owned() },
        }),
    }
}

/// From a folder or a file.
async fn made(
    daemon: &Daemon,
    ongoing: &Ongoing,
    artifact: &Artifact,
    from: &Path,
    tag: String,
    owner: &Owner,
) -> Result<Obtained, DockerError> {
    let name = &artifact.name;
    if matches!(artifact.source, Source::Dockerfile(_)) {
        let (built, figure) = dockerfile::build(daemon, ongoing, from, tag, owner).await?;
        return checked(daemon, Footing::Built(built), name, figure).await;
    }
    let _telling = ongoing.begin(format!("loading `{name}`"));
    let loaded = if matches!(artifact.source, Source::Layout(_)) {
        load::load_layout(daemon, from).await?
    } else {
        load::load(daemon, from).await?
    };
    from_file(daemon, loaded, name, &tag, owner).await
}

/// What the engine has from a file or a folder now.
async fn from_file(
    daemon: &Daemon,
    FromFile { id, was_there, took_ns }: FromFile,
    name: &str,
    tag: &str,
    owner: &Owner,
) -> Result<Obtained, DockerError> {
    let figure = Figure {
        metric: PREPARE_TIME,
        phase: Phase::Prepare,
        subject: Some(Slug::known("load")),
        method: "from the first byte of the file to the engine's answer",
        reading: Reading::Value(took_ns),
    };
    let footing = if was_there {
        Footing::Borrowed(Borrowed(Image { id, tag: name.to_owned() }))
    } else {
        Footing::Loaded(Loaded::name(daemon, id, tag, owner).await?)
    };
    checked(daemon, footing, name, figure).await
}

/// What was made here a moment ago; where this machine can't run it, it goes again.
async fn checked(
    daemon: &Daemon,
    footing: Footing,
    name: &str,
    figure: Figure,
) -> Result<Obtained, DockerError> {
    let footing = Arc::new(footing);
    let found = daemon.call(Call::INSPECT, daemon.client.inspect_image(&footing.image().id)).await;
    match found.and_then(|found| Facts::of(name, name, found)) {
        Ok(facts) => Ok(Obtained { footing, facts, figures: vec![figure] }),
        Err(error) => {
            // The error is the one to tell; what this leaves behind is found by a later sweep.
            let _ = footing.discard(daemon).await;
            Err(error)
        }
    }
}

/// By its name: as the engine has it, else from its registry.
async fn by_name(
    daemon: &Daemon,
    engine: &Engine,
    name: &str,
    owner: &Owner,
) -> Result<Obtained, DockerError> {
    let Some(reference) = Reference::of(name) else {
        let message = "an image's name has letters, digits and `.`, `_`, `-`, `/`, `:`, `@` alone".to_owned();
        return Err(DockerError::Image { image: name.to_owned(), problem: ImageProblem::NoName { message } });
    };
    let inspect = || daemon.call(Call::INSPECT, daemon.client.inspect_image(name));
    let found = match inspect().await {
        Err(error) if error.status() == Some(404) => {
            engine.pulls.pull(daemon, &engine.ongoing, name, &reference, &owner.run).await?;
            inspect().await?
        }
        found => found?,
    };
    let facts = Facts::of(name, reference.name, found)?;
    let footing = Arc::new(Footing::Borrowed(Borrowed(Image { id: facts.id.clone(), tag: name.to_owned() })));
    let figures = engine.pulls.of(name).map(|pulled| pulled.figures()).unwrap_or_default();
    Ok(Obtained { footing, facts, figures })
}
