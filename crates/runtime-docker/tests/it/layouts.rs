//! Images that lie in OCI layouts.

use std::fs;
use std::io::Write;
use std::os::unix::fs::symlink;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use plimsoll_model::{FailureKind, Source, Workload};
use plimsoll_runtime::PREPARE_TIME;
use serde_json::json;

use crate::artifact::{IMAGE_CONFIG, Made};
use crate::ground::{bridge, command, conditions, held_by, prepare, program, ready, service, start};
use crate::images::{append, id_of, machine, running, with_image};

/// An image with the program in it, packed as builders pack it.
fn image(test: &str, machine: &str, arguments: &[&str]) -> Made {
    let mut layer = tar::Builder::new(Vec::new());
    append(&mut layer, "program", 0o755, &fs::read(program()).unwrap());
    let layer = layer.into_inner().unwrap();
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(&layer).unwrap();
    let mut config = running(arguments);
    config["Labels"] = json!({"test": format!("{test}-{}", std::process::id())});
    let config = json!({
        "architecture": machine,
        "os": "linux",
        "config": config,
        "rootfs": {"type": "layers", "diff_ids": [format!("sha256:{}", plimsoll_files::sha256(&layer))]},
    });
    let kind = "application/vnd.oci.image.layer.v1.tar+gzip";
    Made::new(&(IMAGE_CONFIG, config), &[(kind, &packed.finish().unwrap())])
}

fn of(workload: Workload, folder: &Path) -> Workload {
    with_image(workload, Source::Layout(folder.to_owned()))
}

async fn refused(folder: &Path, test: &str) -> String {
    let conditions = conditions(test);
    let error = bridge().prepare(&of(command("print"), folder), &conditions).await.err().unwrap();
    assert_eq!(error.kind(), FailureKind::BadArtifact, "{error}");
    assert_eq!(held_by(&conditions.owner).await, [""; 0]);
    error.to_string()
}

#[tokio::test]
async fn the_machine_s_image_of_a_layout_is_loaded_measured_and_taken_away() {
    let folder = tempfile::tempdir().unwrap();
    let several = [
        (image("other", "s390x", &["serve"]), Some(("linux", "s390x"))),
        (image("layout", machine(), &["serve"]), Some(("linux", machine()))),
    ];
    Made::index(&several).lay_out(folder.path());
    let conditions = conditions("layout");
    let prepared = prepare(bridge().as_ref(), &of(service("serve"), folder.path()), &conditions).await;
    let id = prepared.digests()["image"].clone();
    let times = prepared.figures().await.into_iter().filter(|figure| figure.metric == PREPARE_TIME);
    assert_eq!(times.map(|figure| figure.subject.unwrap().to_string()).collect::<Vec<_>>(), ["load"]);
    let mut instance = start(prepared.as_ref()).await.unwrap();
    ready(instance.as_mut()).await;
    instance.stop().await.unwrap();
    prepared.discard().await.unwrap();
    assert!(id_of(&id).await.is_none());
    assert_eq!(held_by(&conditions.owner).await, [""; 0]);
}

#[tokio::test]
async fn a_layout_that_is_forged_climbs_out_or_is_for_another_machine_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    image("refused", machine(), &["print"]).lay_out(folder.path());
    let parts = folder.path().join("blobs/sha256");
    let largest = fs::read_dir(&parts).unwrap().map(|entry| entry.unwrap().path());
    let layer = largest.max_by_key(|path| fs::metadata(path).unwrap().len()).unwrap();
    let mut bytes = fs::read(&layer).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(&layer, &bytes).unwrap();
    let told = refused(folder.path(), "forged").await;
    assert!(told.contains("is not what was promised"), "{told}");

    let elsewhere = folder.path().join("elsewhere");
    fs::rename(&layer, &elsewhere).unwrap();
    symlink(&elsewhere, &layer).unwrap();
    let told = refused(folder.path(), "linked").await;
    assert!(told.contains("is a symbolic link"), "{told}");

    let other = tempfile::tempdir().unwrap();
    image("other", "s390x", &["print"]).lay_out(other.path());
    let told = refused(other.path(), "machine").await;
    assert!(told.contains("linux/s390x") && told.contains(machine()), "{told}");
    fs::remove_file(other.path().join("oci-layout")).unwrap();
    let told = refused(other.path(), "none").await;
    assert!(told.contains("no OCI layout") && told.contains("skopeo"), "{told}");
}
