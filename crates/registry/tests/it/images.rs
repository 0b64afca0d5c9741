use std::io::Read;

use plimsoll_registry::{OciFolder, OciProblem};
use serde_json::json;

use crate::artifact::{IMAGE_CONFIG, Made};

const LAYER: &str = "application/vnd.oci.image.layer.v1.tar+gzip";

fn machine() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    }
}

fn image(machine: &str) -> Made {
    let config =
        json!({"architecture": machine, "os": "linux", "rootfs": {"type": "layers", "diff_ids": []}});
    Made::new(&(IMAGE_CONFIG, config), &[(LAYER, b"first"), (LAYER, machine.as_bytes())])
}

async fn parts_of(made: &Made) -> Result<Vec<String>, OciProblem> {
    let folder = tempfile::tempdir().unwrap();
    made.lay_out(folder.path());
    let layout = OciFolder::open(folder.path())?;
    let parts = layout.image().await?;
    let mut read = Vec::new();
    for layer in &parts.layers {
        let mut text = String::new();
        layout.file(layer)?.read_to_string(&mut text).unwrap();
        read.push(text);
    }
    Ok(read)
}

#[tokio::test]
async fn the_machine_s_image_of_several_is_taken_and_another_s_alone_is_refused_by_name() {
    let all = [
        (image("s390x"), Some(("linux", "s390x"))),
        (image(machine()), Some(("linux", machine()))),
        (image("x"), Some(("unknown", "unknown"))),
    ];
    let both = Made::index(&all);
    assert_eq!(parts_of(&both).await.unwrap(), ["first", machine()]);
    assert_eq!(parts_of(&image(machine())).await.unwrap(), ["first", machine()]);
    for other in [Made::index(&all[..1]), image("s390x")] {
        let told = parts_of(&other).await.unwrap_err().to_string();
        assert!(told.contains("linux/s390x") && told.contains(machine()), "{told}");
    }
    let twice = Made::index(&[(image(machine()), None), (Made::wasm(b"x"), None)]);
    assert!(matches!(parts_of(&twice).await, Err(OciProblem::NotOne { count: 2 })));
    let deep = (0..4).fold(image(machine()), |inner, _| Made::index(&[(inner, None)]));
    assert!(matches!(parts_of(&deep).await, Err(OciProblem::TooManyParts { .. })));
}

#[tokio::test]
async fn a_part_of_another_size_is_refused_before_it_is_read() {
    let folder = tempfile::tempdir().unwrap();
    image(machine()).lay_out(folder.path());
    let layout = OciFolder::open(folder.path()).unwrap();
    let layer = layout.image().await.unwrap().layers.remove(0);
    std::fs::write(folder.path().join(&layer.path), "longer than first").unwrap();
    assert!(matches!(layout.file(&layer), Err(OciProblem::Differs { .. })));
}
