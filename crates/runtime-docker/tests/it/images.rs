//! Images of other people: made by the tests as somebody else would have made them, and gone with their guard.

use std::io::Write;
use std::path::PathBuf;

use bollard::body_full;
use bollard::query_parameters::{ImportImageOptions, RemoveImageOptions};
use futures_util::StreamExt;
use plimsoll_model::{Artifact, Form, Source, Workload};
use serde_json::{Value, json};

use crate::ground::{engine, program};

/// An image with a name, which goes when this is dropped.
pub(crate) struct Image {
    pub(crate) name: String,
}

impl Drop for Image {
    fn drop(&mut self) {
        let name = self.name.clone();
        apart(async move {
            let options = RemoveImageOptions { force: true, ..Default::default() };
            let _ = engine().remove_image(&name, Some(options), None).await;
        });
    }
}

/// Carries something out to its end, whatever becomes of the test.
pub(crate) fn apart(act: impl Future<Output = ()> + Send + 'static) {
    let run = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(act);
    std::thread::spawn(run).join().unwrap();
}

/// A name that no other test has.
pub(crate) fn name(test: &str) -> String {
    format!("somebody/{test}-{}:1", std::process::id())
}

/// What an image of the program runs.
pub(crate) fn running(arguments: &[&str]) -> Value {
    json!({"Entrypoint": ["/program"], "Cmd": arguments})
}

/// An archive as `docker save` writes one, of an image with the program in it. Each test's image differs from all others.
pub(crate) fn archive(test: &str, machine: &str, mut config: Value, names: &[&str]) -> Vec<u8> {
    let mut layer = tar::Builder::new(Vec::new());
    append(&mut layer, "program", 0o755, &std::fs::read(program()).unwrap());
    let layer = layer.into_inner().unwrap();
    config["Labels"] = json!({"test": format!("{test}-{}", std::process::id())});
    let config = json!({
        "architecture": machine,
        "os": "linux",
        "config": config,
        "rootfs": {"type": "layers", "diff_ids": [format!("sha256:{}", plimsoll_files::sha256(&layer))]},
    });
    let manifest = json!([{"Config": "config.json", "RepoTags": names, "Layers": ["layer.tar"]}]);
    let mut archive = tar::Builder::new(Vec::new());
    append(&mut archive, "layer.tar", 0o644, &layer);
    append(&mut archive, "config.json", 0o644, config.to_string().as_bytes());
    append(&mut archive, "manifest.json", 0o644, manifest.to_string().as_bytes());
    archive.into_inner().unwrap()
}

pub(crate) fn append(tar: &mut tar::Builder<Vec<u8>>, name: &str, mode: u32, content: &[u8]) {
    let mut header = tar::Header::new_gnu();
    header.set_mode(mode);
    header.set_size(content.len() as u64);
    tar.append_data(&mut header, name, content).unwrap();
}

/// What this machine is called in an image.
pub(crate) fn machine() -> &'static str {
    if cfg!(target_arch = "aarch64") { "arm64" } else { "amd64" }
}

pub(crate) async fn load(archive: Vec<u8>) {
    let body = body_full(archive.into());
    let mut lines = Box::pin(engine().import_image(ImportImageOptions::default(), body, None));
    while let Some(line) = lines.next().await {
        line.unwrap();
    }
}

/// An image that the engine has.
pub(crate) async fn image(test: &str, config: Value) -> Image {
    image_for(test, machine(), config).await
}

pub(crate) async fn image_for(test: &str, machine: &str, config: Value) -> Image {
    let image = Image { name: name(test) };
    load(archive(test, machine, config, &[&image.name])).await;
    image
}

pub(crate) async fn id_of(name: &str) -> Option<String> {
    engine().inspect_image(name).await.ok().and_then(|found| found.id)
}

/// A workload whose artifact is an image alone.
pub(crate) fn with_image(mut workload: Workload, source: Source) -> Workload {
    let name = match &source {
        Source::Reference(name) | Source::Registry(name) => name.clone(),
        Source::File(path) | Source::Dockerfile(path) | Source::Archive(path) | Source::Layout(path) => {
            path.display().to_string()
        }
    };
    workload.artifacts = vec![Artifact { form: Form::Image, name, source, arch: None }];
    workload
}

pub(crate) fn by_name(workload: Workload, image: &Image) -> Workload {
    with_image(workload, Source::Reference(image.name.clone()))
}

/// A file in a folder of its own.
pub(crate) fn file(content: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("image.tar");
    std::fs::File::create(&path).unwrap().write_all(content).unwrap();
    (folder, path)
}
