use std::collections::BTreeSet;
use std::io::{Read, Seek};
use std::path::Path;
use std::sync::Arc;

use bollard::body_try_stream;
use bollard::query_parameters::{ImportImageOptions, ListImagesOptionsBuilder};
use futures_util::StreamExt;
use plimsoll_files::open_file;
use plimsoll_registry::{OciFolder, OciProblem};
use plimsoll_runtime::{Clock, MonotonicClock};
use tokio::time::timeout;

use crate::DockerError;
use crate::archive;
use crate::archive_problem::ArchiveProblem;
use crate::daemon::{Call, Daemon};
use crate::layout_tar;
use crate::tar_stream::{self, Sink, Streamed};

/// An image that the engine has from a file.
pub(crate) struct FromFile {
    /// `sha256:` and 64 digits.
    pub(crate) id: String,
    /// Whether it was there before.
    pub(crate) was_there: bool,
    /// How long that took, in nanoseconds, from the first byte that was sent.
    pub(crate) took_ns: u64,
}

/// Loads an image without any name.
pub(crate) async fn load(daemon: &Daemon, path: &Path) -> Result<FromFile, DockerError> {
    let refuse = |problem| DockerError::Archive { file: path.to_owned(), problem };
    let file = open_file(path).map_err(|why| refuse(why.into()))?;
    if file.metadata().is_ok_and(|found| found.len() > archive::LARGEST) {
        return Err(refuse(ArchiveProblem::TooLarge { limit: archive::LARGEST }));
    }
    // More is not read, whatever the file grows to.
    let again = file.try_clone().map_err(|error| refuse(error.into()))?;
    apart(move || archive::must_be_bounded(again.take(archive::LARGEST + 1))).await.map_err(refuse)?;
    let write = move |sink: &mut Sink| {
        (&file).rewind()?;
        archive::without_names(file.take(archive::LARGEST + 1), sink)
    };
    send(daemon, path, write).await
}

/// Loads the image in an OCI layout without any name.
pub(crate) async fn load_layout(daemon: &Daemon, folder: &Path) -> Result<FromFile, DockerError> {
    let refuse = |problem| DockerError::Archive { file: folder.to_owned(), problem };
    let told = |why: OciProblem| refuse(why.into());
    let layout = Arc::new(OciFolder::open(folder).map_err(told)?);
    let image = Arc::new(layout.image().await.map_err(told)?);
    let (whole, parts) = (Arc::clone(&layout), Arc::clone(&image));
    apart(move || layout_tar::must_be_bounded(&whole, &parts)).await.map_err(refuse)?;
    send(daemon, folder, move |sink: &mut Sink| layout_tar::write(&layout, &image, sink)).await
}

/// Reads through much on a thread of its own.
async fn apart(
    read: impl FnOnce() -> Result<(), ArchiveProblem> + Send + 'static,
) -> Result<(), ArchiveProblem> {
    match tokio::task::spawn_blocking(read).await {
        Ok(read) => read,
        Err(broken) => Err(ArchiveProblem::Tar(broken.into())),
    }
}

/// Has the engine load what is written, which comes from a file or folder.
async fn send(
    daemon: &Daemon,
    from: &Path,
    write: impl FnOnce(&mut Sink) -> Result<(), ArchiveProblem> + Send + 'static,
) -> Result<FromFile, DockerError> {
    let refuse = |problem| DockerError::Archive { file: from.to_owned(), problem };
    let before = ids(daemon).await?;
    let began_ns = MonotonicClock.now_ns();
    let (body, writing) = tar_stream::stream(write);
    let options = ImportImageOptions { quiet: true, ..Default::default() };
    let mut lines = Box::pin(daemon.client.import_image(options, body_try_stream(body), None));
    let loading = async {
        let mut told = String::new();
        while let Some(line) = lines.next().await {
            told.push_str(&line?.stream.unwrap_or_default());
        }
        Ok(told)
    };
    let answered = timeout(Call::LOAD.limit, loading).await;
    // Without its reader the writer ends.
    drop(lines);
    match writing.await {
        Ok(Streamed { told: Err(problem), cut: false }) => return Err(refuse(problem)),
        Ok(_) => {}
        Err(broken) => return Err(refuse(ArchiveProblem::Tar(broken.into()))),
    }
    let told = match answered {
        Ok(told) => told.map_err(|error| match daemon.error(Call::LOAD, error) {
            DockerError::Api { message, .. } => refuse(ArchiveProblem::Refused { message }),
            error => error,
        })?,
        Err(_) => {
            let after_ms = Call::LOAD.limit.as_millis() as u64;
            return Err(DockerError::TimedOut { call: Call::LOAD.name, after_ms });
        }
    };
    match id_in(&told) {
        Some(id) => {
            let took_ns = MonotonicClock.now_ns() - began_ns;
            Ok(FromFile { was_there: before.contains(&id), id, took_ns })
        }
        None => Err(refuse(ArchiveProblem::Refused { message: told.trim().to_owned() })),
    }
}

/// The ids of all images, those without a name too.
pub(crate) async fn ids(daemon: &Daemon) -> Result<BTreeSet<String>, DockerError> {
    let options = ListImagesOptionsBuilder::new().all(true).build();
    let found = daemon.call(Call::LIST, daemon.client.list_images(Some(options))).await?;
    Ok(found.into_iter().map(|image| image.id).collect())
}

/// What is loaded without a name is told by its id.
fn id_in(told: &str) -> Option<String> {
    let (_, rest) = told.rsplit_once("sha256:")?;
    let digits: String = rest.chars().take_while(char::is_ascii_hexdigit).collect();
    (digits.len() == 64).then(|| format!("sha256:{digits}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_engine_s_answer_tells_the_id() {
        let id = format!("sha256:{}", "0a".repeat(32));
        assert_eq!(id_in(&format!("Loaded image ID: {id}\n")), Some(id));
        assert_eq!(id_in("Loaded image: nginx:1\n"), None);
    }
}
