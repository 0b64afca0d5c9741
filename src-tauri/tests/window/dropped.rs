use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::drag::{drop_file, drop_files};
use crate::own::{ONE_START_EACH, component, program, try_it};
use crate::page::Page;
use crate::stage::{Stage, Start};

/// An image of this test alone, which is gone when dropped.
struct Image(String);

impl Image {
    /// The built-in service's program in an image, which is saved into a file.
    fn saved(folder: &Path) -> (Self, PathBuf) {
        let image = Self(format!("plimsoll-window-test:{}", std::process::id()));
        let (layer, saved) = (folder.join("layer.tar"), folder.join("shop.tar"));
        let program = program();
        let mut tar = Command::new("tar");
        tar.arg("-cf").arg(&layer).arg("-C").arg(program.parent().unwrap()).arg("json-api");
        ran(&mut tar);
        let mut import = Command::new("docker");
        import.args(["import", "--change", r#"ENTRYPOINT ["/json-api"]"#, "--change", "EXPOSE 8080"]);
        ran(import.arg(&layer).arg(&image.0));
        ran(Command::new("docker").args(["save", &image.0, "-o"]).arg(&saved));
        (image, saved)
    }
}

impl Drop for Image {
    fn drop(&mut self) {
        // One that was never made is not there either.
        let _ = Command::new("docker").args(["rmi", &self.0]).output();
    }
}

fn ran(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    output
}

/// Writes a file and gives its path.
fn file(folder: &Path, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, content).unwrap();
    path
}

async fn field(page: &Page, name: &str) -> String {
    page.written(&format!("input[id$='-{name}']")).await
}

#[tokio::test]
async fn what_is_dropped_fills_its_field_or_is_told_kindly() {
    let stage = Stage::new(&[("DOCKER_HOST", "unix:///nowhere/docker.sock")]);
    let ground = tempfile::tempdir().unwrap();
    let at = |name: &str, content: &[u8]| file(ground.path(), name, content);
    let page = stage.open(Start::default()).await;
    page.soon("cold starts in").await;

    // With no form open a message tells what can't be used.
    drop_file(stage.display(), &at("notes.txt", b"To do: nothing."));
    page.soon("notes.txt: it is none of what can be used").await;
    page.picture("drop-text-light").await;

    let dockerfile = at("svc/Dockerfile", b"FROM scratch\nCOPY cart /\n");
    drop_file(stage.display(), &dockerfile);
    page.soon("An image is built from this folder.").await;
    assert_eq!(field(&page, "dockerfile").await, ground.path().join("svc").display().to_string());
    page.click("Close").await;
    page.gone("form.panel").await;

    drop_file(stage.display(), &ground.path().join("svc"));
    page.soon("An image is built from this folder.").await;
    page.click("Close").await;
    page.gone("form.panel").await;

    let entry = |path: &str| {
        format!(
            r#"{{"request": {{"method": "GET", "url": "http://shop.example{path}"}}, "response": {{"status": 200}}}}"#
        )
    };
    let har = format!(
        r#"{{"log": {{"entries": [{}, {}]}}}}"#,
        entry("/products/17"),
        entry("/products?q=oak+kitchen")
    );
    drop_files(stage.display(), &[&at("shop.har", har.as_bytes()), &component()]);
    page.soon("2 different of 2").await;
    assert_eq!(page.written("input.path").await, "");
    try_it(&page, "All 2 lanes answer the same").await;
    page.wait("section[aria-label='Answers to request 2']", ONE_START_EACH).await;
    page.picture("drop-har-light").await;

    // With the form open it stands there.
    for (name, content, told) in [
        ("notes.txt", &b"To do: nothing."[..], "it is none of what can be used"),
        ("empty.wasm", b"", "the file is empty"),
        (
            "cart.wasm",
            b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n",
            "git lfs pull",
        ),
    ] {
        drop_file(stage.display(), &at(name, content));
        page.tells("ul[aria-label='What could not be used']", told).await;
    }
    page.picture("drop-pointer-light").await;
    assert_eq!(field(&page, "wasm").await, component().display().to_string());
    fs::create_dir(ground.path().join("nothing")).unwrap();
    drop_file(stage.display(), &ground.path().join("nothing"));
    page.tells("ul[aria-label='What could not be used']", "the folder holds neither").await;
    page.close().await;
}

#[tokio::test]
async fn a_saved_image_and_a_component_dropped_together_are_tried_side_by_side() {
    let stage = Stage::new(&[]);
    let ground = tempfile::tempdir().unwrap();
    let (_image, saved) = Image::saved(ground.path());
    let page = stage.open(Start::default()).await;
    page.soon("cold starts in").await;
    drop_files(stage.display(), &[&saved, &component()]);
    page.soon("An image in a file, 1.6").await;
    page.soon("A component, 164 KiB").await;
    page.write("input.path", "/products/17").await;
    try_it(&page, "lanes answer the same").await;
    page.picture("drop-saved-light").await;
    page.close().await;
}
