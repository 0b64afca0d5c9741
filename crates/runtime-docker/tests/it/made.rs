//! Images that come from a folder or a file, and go again.

use std::fs;
use std::path::Path;
use std::time::Duration;

use bollard::query_parameters::{ListContainersOptionsBuilder, ListImagesOptionsBuilder};
use plimsoll_model::{FailureKind, Source, Workload};
use plimsoll_runtime::{Family, PREPARE_TIME};
use plimsoll_runtime_docker::DockerFamily;
use tokio::time::timeout;

use crate::ground::{
    Mortal, bridge, command, conditions, engine, held_by, lanes_of, prepare, program, ready, service, start,
};
use crate::images::{Image, append, archive, file, id_of, image, load, machine, name, running, with_image};

async fn refused(workload: &Workload, test: &str) -> String {
    let conditions = conditions(test);
    let error = bridge().prepare(workload, &conditions).await.err().unwrap();
    assert_eq!(error.kind(), FailureKind::BadArtifact, "{error}");
    assert_eq!(held_by(&conditions.owner).await, [""; 0]);
    error.to_string()
}

async fn all_images() -> Vec<String> {
    let options = ListImagesOptionsBuilder::new().all(true).build();
    let found = engine().list_images(Some(options)).await.unwrap();
    found.into_iter().flat_map(|image| image.repo_tags).filter(|name| name.starts_with("plimsoll/")).collect()
}

/// A folder with the program and a `Dockerfile`.
fn folder(dockerfile: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(program(), folder.path().join("program")).unwrap();
    fs::write(folder.path().join("Dockerfile"), dockerfile).unwrap();
    fs::write(folder.path().join(".dockerignore"), "left-out\n").unwrap();
    fs::write(folder.path().join("left-out"), "x").unwrap();
    folder
}

fn of_folder(workload: Workload, folder: &Path) -> Workload {
    with_image(workload, Source::Dockerfile(folder.to_owned()))
}

#[tokio::test]
async fn a_dockerfile_is_built_measured_and_taken_away() {
    let folder = folder("FROM scratch\nCOPY program /\nENTRYPOINT [\"/program\"]\nCMD [\"serve\"]\n");
    let conditions = conditions("dockerfile");
    let prepared = prepare(bridge().as_ref(), &of_folder(service("serve"), folder.path()), &conditions).await;
    let id = prepared.digests()["image"].clone();
    let times = prepared.figures().await.into_iter().filter(|figure| figure.metric == PREPARE_TIME);
    assert_eq!(times.map(|figure| figure.subject.unwrap().to_string()).collect::<Vec<_>>(), ["build"]);
    let mut instance = start(prepared.as_ref()).await.unwrap();
    ready(instance.as_mut()).await;
    instance.stop().await.unwrap();
    prepared.discard().await.unwrap();
    assert!(id_of(&id).await.is_none());
    assert_eq!(held_by(&conditions.owner).await, [""; 0]);
}

#[tokio::test]
async fn lanes_of_one_run_share_what_is_built_and_its_steps_are_told() {
    let folder = folder("FROM scratch\nCOPY program /\nENTRYPOINT [\"/program\"]\nCMD [\"print\"]\n");
    let workload = of_folder(command("print"), folder.path());
    let conditions = conditions("shared");
    let family = DockerFamily::new();
    let [bridge, hostnet] = lanes_of(&family);
    let mut told = Vec::new();
    let first = {
        let mut preparing = bridge.prepare(&workload, &conditions);
        loop {
            match timeout(Duration::from_millis(1), &mut preparing).await {
                Ok(prepared) => break prepared.unwrap(),
                Err(_) => told.extend(bridge.doing().map(|doing| doing.what)),
            }
        }
    };
    assert!(told.iter().any(|what| what.starts_with("building ")), "{told:?}");
    assert_eq!(bridge.doing(), None);
    let second = prepare(hostnet.as_ref(), &workload, &conditions).await;
    let id = first.digests()["image"].clone();
    assert_eq!(second.digests()["image"], id);
    first.discard().await.unwrap();
    assert!(id_of(&id).await.is_some(), "the other lane has it");
    start(second.as_ref()).await.unwrap().stop().await.unwrap();
    second.discard().await.unwrap();
    assert!(id_of(&id).await.is_none());
    let again = prepare(bridge.as_ref(), &workload, &conditions).await;
    assert_ne!(again.digests()["image"], id, "the folder may have changed");
    again.discard().await.unwrap();
    assert_eq!(held_by(&conditions.owner).await, [""; 0]);
}

#[tokio::test]
async fn a_dockerfile_that_fails_names_its_step_and_leaves_none_of_the_others() {
    let marked = format!("failing-{}", std::process::id());
    let failing = folder(&format!(
        "FROM scratch\nCOPY program /\nLABEL {marked}=1\nRUN [\"/program\", \"no\"]\nCMD [\"/program\"]\n"
    ));
    let told = refused(&of_folder(command("print"), failing.path()), "failing").await;
    assert!(
        told.contains("step 4/6 : RUN [\"/program\", \"no\"]") && told.contains("no such mode"),
        "{told}"
    );
    let options =
        ListImagesOptionsBuilder::new().all(true).filters(&[("label", vec![marked])].into()).build();
    assert!(engine().list_images(Some(options)).await.unwrap().is_empty());

    let ignored = folder("FROM scratch\nCOPY left-out /\n");
    let told = refused(&of_folder(command("print"), ignored.path()), "ignored").await;
    assert!(told.contains("step 2/3") && told.contains("left-out"), "{told}");
    let broken = folder("FROM scratch\nFETCH x\n");
    let told = refused(&of_folder(command("print"), broken.path()), "broken").await;
    assert!(told.contains("FETCH"), "{told}");
    let empty = tempfile::tempdir().unwrap();
    let told = refused(&of_folder(command("print"), empty.path()), "empty").await;
    assert!(told.contains("`Dockerfile`") && told.contains(empty.path().to_str().unwrap()), "{told}");
}

#[tokio::test]
async fn a_build_that_is_broken_off_leaves_nothing() {
    let marked = format!("broken-off-{}", std::process::id());
    let endless = folder(&format!(
        "FROM scratch\nCOPY program /\nLABEL {marked}=1\nRUN [\"/program\", \"silent\"]\nCMD [\"/program\"]\n"
    ));
    let filter = || [("label", vec![marked.clone()])].into();
    let containers = || async {
        // Those that run: other steps have a container as well, which is never started.
        let options = ListContainersOptionsBuilder::new().filters(&filter()).build();
        engine().list_containers(Some(options)).await.unwrap().len()
    };
    let conditions = conditions("off");
    let workload = of_folder(command("print"), endless.path());
    let runtime = bridge();
    {
        let mut building = runtime.prepare(&workload, &conditions);
        let running = async {
            while containers().await == 0 {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::select! {
            _ = &mut building => panic!("it ends"),
            running = timeout(Duration::from_secs(60), running) => running.unwrap(),
        }
    }
    assert_eq!(containers().await, 0);
    let options = ListImagesOptionsBuilder::new().all(true).filters(&filter()).build();
    assert!(engine().list_images(Some(options)).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_archive_is_loaded_moves_nobody_s_name_and_goes_again() {
    let mine = image("mine", running(&["print"])).await;
    let before = id_of(&mine.name).await.unwrap();
    // Another image that says it has the same name.
    let saved = archive("saved", machine(), running(&["serve"]), &[&mine.name]);
    let (_folder, path) = file(&saved);
    let conditions = conditions("archive");
    let mut workload = with_image(service(""), Source::Archive(path));
    workload.grants.environment.clear();
    let prepared = prepare(bridge().as_ref(), &workload, &conditions).await;
    let id = prepared.digests()["image"].clone();
    assert_eq!(id_of(&mine.name).await.unwrap(), before, "the name was moved");
    assert_ne!(id, before);
    let mut instance = start(prepared.as_ref()).await.unwrap();
    ready(instance.as_mut()).await;
    instance.stop().await.unwrap();
    prepared.discard().await.unwrap();
    assert!(id_of(&id).await.is_none(), "it is left");
    assert_eq!(id_of(&mine.name).await.unwrap(), before);
}

#[tokio::test]
async fn an_image_that_was_there_before_its_archive_stays() {
    let theirs = Image { name: name("theirs") };
    let saved = archive("theirs", machine(), running(&["print"]), &[&theirs.name]);
    load(saved.clone()).await;
    let (_folder, path) = file(&saved);
    let conditions = conditions("theirs");
    let workload = with_image(command("print"), Source::Archive(path));
    let prepared = prepare(bridge().as_ref(), &workload, &conditions).await;
    let id = prepared.digests()["image"].clone();
    prepared.discard().await.unwrap();
    assert_eq!(id_of(&theirs.name).await, Some(id));
}

/// An archive whose layer has a file of 9 GB that is all hole.
fn swelling() -> Vec<u8> {
    let mut layer = tar::Builder::new(Vec::new());
    layer.append_pax_extensions([("GNU.sparse.realsize", b"9000000000".as_slice())]).unwrap();
    append(&mut layer, "hole", 0o644, b"");
    let mut archive = tar::Builder::new(Vec::new());
    append(&mut archive, "layer.tar", 0o644, &layer.into_inner().unwrap());
    append(&mut archive, "manifest.json", 0o644, br#"[{"Config":"c.json","Layers":["layer.tar"]}]"#);
    archive.into_inner().unwrap()
}

#[tokio::test]
async fn an_archive_that_is_none_or_climbs_out_is_refused() {
    let mut climbing = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.as_old_mut().name[..9].copy_from_slice(b"../escape");
    header.set_size(1);
    header.set_cksum();
    climbing.append(&header, &b"x"[..]).unwrap();
    append(&mut climbing, "manifest.json", 0o644, b"[{}]");
    let other = archive("other-machine", "s390x", running(&["serve"]), &[]);
    let cut = archive("cut", machine(), running(&["serve"]), &[]);
    for (content, words) in [
        (climbing.into_inner().unwrap(), "leads out of the archive"),
        (vec![0x1f, 0x8b, 8, 0], "gunzip"),
        (cut[..cut.len() / 2].to_vec(), "cut off"),
        (other, "linux/s390x"),
        (swelling(), "bytes more than its file has"),
    ] {
        let (_folder, path) = file(&content);
        let told = refused(&with_image(command("print"), Source::Archive(path)), "refused").await;
        assert!(told.contains(words), "{told}");
    }
    // An engine that takes a bare layout must find its blobs missing.
    let mut layout = tar::Builder::new(Vec::new());
    append(&mut layout, "oci-layout", 0o644, br#"{"imageLayoutVersion":"1.0.0"}"#);
    append(&mut layout, "index.json", 0o644, br#"{"schemaVersion":2,"manifests":[]}"#);
    let (_layout, path) = file(&layout.into_inner().unwrap());
    let told = refused(&with_image(command("print"), Source::Archive(path)), "bare").await;
    assert!(told.contains("the engine does not take it") && told.contains("docker save"), "{told}");
    let missing = with_image(command("print"), Source::Archive("/nowhere/image.tar".into()));
    assert!(refused(&missing, "missing").await.contains("/nowhere/image.tar"));
    let own = format!(":refused-{}", std::process::id());
    assert!(!all_images().await.iter().any(|name| name.contains(&own)));
}

#[tokio::test]
async fn a_dead_owner_s_loaded_image_is_swept_by_its_name() {
    let (_folder, path) = file(&archive("swept", machine(), running(&["print"]), &[]));
    let mut conditions = conditions("swept");
    let (mortal, owner) = Mortal::born(conditions.owner.run);
    conditions.owner = owner;
    // The artifact is forgotten, as by a process that was killed.
    let workload = with_image(command("print"), Source::Archive(path));
    let id = prepare(bridge().as_ref(), &workload, &conditions).await.digests()["image"].clone();
    assert!(id_of(&id).await.is_some());
    mortal.dies();
    DockerFamily::new().sweep().await.unwrap();
    assert!(id_of(&id).await.is_none());
}
