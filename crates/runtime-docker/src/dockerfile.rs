//! An image that is built from a folder with a `Dockerfile`.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use bollard::auth::DockerCredentials;
use bollard::body_try_stream;
use bollard::query_parameters::BuildImageOptions;
use futures_util::StreamExt;
use plimsoll_model::{Phase, Reading, Slug};
use plimsoll_registry::{Login, Reference, settings_file};
use plimsoll_runtime::{Clock, Figure, MonotonicClock, Ongoing, Owner, PREPARE_TIME};
use tokio::time::timeout;

use crate::context;
use crate::daemon::{Call, Daemon};
use crate::image::{self, Built, Image};
use crate::load;
use crate::shown::to_engine;
use crate::steps::Steps;
use crate::tar_stream::{self, Streamed};
use crate::{DockerError, OWNER_LABEL};

/// Builds it with the engine's classic builder and without its cache: what is in the cache is somebody else's, and would
/// go with our image.
pub(crate) async fn build(
    daemon: &Daemon,
    ongoing: &Ongoing,
    folder: &Path,
    tag: String,
    owner: &Owner,
) -> Result<(Built, Figure), DockerError> {
    let refuse = |problem| DockerError::Context { folder: folder.to_owned(), problem };
    image::must_be_free(daemon, &tag).await?;
    let logins = logins(&context::dockerfile(folder).map_err(refuse)?).await;
    let mut steps = Steps::guard(daemon.clone(), load::ids(daemon).await?);
    let telling = ongoing.begin(format!("building `{}`", folder.display()));
    let began_ns = MonotonicClock.now_ns();
    let from = folder.to_owned();
    let (body, writing) = tar_stream::stream(move |sink| context::write(&from, sink));
    let options = BuildImageOptions {
        t: Some(tag.clone()),
        nocache: true,
        rm: true,
        forcerm: true,
        labels: Some([(OWNER_LABEL.to_owned(), owner.label())].into()),
        ..Default::default()
    };
    let mut lines = Box::pin(daemon.client.build_image(options, Some(logins), Some(body_try_stream(body))));
    let building = async {
        while let Some(line) = lines.next().await {
            let line = line.map_err(|error| daemon.error(Call::BUILD_FOLDER, error))?;
            steps.log.take(&line.stream.unwrap_or_default());
            if !steps.log.step.is_empty() {
                telling.say(format!("building step {}", steps.log.step));
            }
            if let Some(message) = line.error_detail.and_then(|detail| detail.message) {
                return Err(DockerError::Api { call: Call::BUILD_FOLDER.name, status: 200, message });
            }
        }
        daemon.call(Call::INSPECT, daemon.client.inspect_image(&tag)).await
    };
    let built = timeout(Call::BUILD_FOLDER.limit, building).await;
    let build_ns = MonotonicClock.now_ns() - began_ns;
    // Without its reader the writer ends.
    drop(lines);
    let sent = writing.await;
    let step = |message: String| DockerError::Step {
        folder: folder.to_owned(),
        step: steps.log.step.clone(),
        message,
        output: steps.log.output(),
    };
    let error = match (built, sent) {
        (_, Ok(Streamed { told: Err(problem), cut: false })) => refuse(problem),
        (Ok(Ok(found)), _) => match found.id {
            Some(id) => {
                steps.done();
                return Ok((Built::labelled(Image { id, tag }), figure(build_ns)));
            }
            None => step("the engine gives the image no id".to_owned()),
        },
        (Ok(Err(DockerError::Api { message, .. })), _) => step(message),
        (Ok(Err(error)), _) => error,
        (Err(_), _) => step(format!("it took longer than {} s", Call::BUILD_FOLDER.limit.as_secs())),
    };
    // The error is the one to tell; what can't be removed now is tried once more when the guard is dropped.
    let _ = steps.remove().await;
    Err(error)
}

fn figure(build_ns: u64) -> Figure {
    Figure {
        metric: PREPARE_TIME,
        phase: Phase::Prepare,
        subject: Some(Slug::known("build")),
        method: "from the build context to the engine's answer, classic builder without cache, base images pulled if need be",
        reading: Reading::Value(build_ns),
    }
}

/// The user's logins at the registries of the images that it begins from.
async fn logins(dockerfile: &str) -> HashMap<String, DockerCredentials> {
    let registries: BTreeSet<&str> =
        bases(dockerfile).filter_map(Reference::of).map(|base| base.registry()).collect();
    let mut logins = HashMap::new();
    for registry in registries {
        let login = Login::at(registry, settings_file::folder().as_deref()).await;
        if let Some(credentials) = login.credentials {
            logins.insert(credentials.server.clone(), to_engine(credentials));
        }
    }
    logins
}

/// The images after `FROM`.
fn bases(dockerfile: &str) -> impl Iterator<Item = &str> {
    dockerfile.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        words.next().filter(|word| word.eq_ignore_ascii_case("FROM"))?;
        words.find(|word| !word.starts_with("--"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_images_that_a_dockerfile_begins_from_are_found() {
        let text =
            "ARG v\nFROM --platform=linux/amd64 a.test/b:1 AS x\nRUN true\nfrom scratch\nCOPY FROM /\n";
        assert_eq!(bases(text).collect::<Vec<_>>(), ["a.test/b:1", "scratch"]);
    }
}
