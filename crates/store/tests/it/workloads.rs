use std::env::consts::ARCH;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use plimsoll_files::LARGEST_ARTIFACT;
use plimsoll_model::{Artifact, Form, Source};
use plimsoll_store::{StoreError, find_workloads, load_workload, wasm_at};

use crate::fixture::shown;

const MANIFEST: &str = r#"manifest_version = 1
name = "shop"
kind = "http"
summary = "A shop."
[artifacts]
component = "shop.wasm"
native = "native/{arch}/shop"
[[request]]
name = "quote"
method = "POST"
path = "/quote"
body = "inputs/cart.json"
[request.expect]
status = 200
body = "expected/quote.json"
"#;

fn made(parent: &Path) -> PathBuf {
    let folder = parent.join("shop");
    fs::create_dir_all(folder.join("inputs")).unwrap();
    fs::create_dir_all(folder.join("expected")).unwrap();
    fs::write(folder.join("workload.toml"), MANIFEST).unwrap();
    fs::write(folder.join("shop.wasm"), "wasm").unwrap();
    fs::write(folder.join("inputs/cart.json"), "[1]").unwrap();
    fs::write(folder.join("expected/quote.json"), "{}").unwrap();
    folder
}

#[test]
fn a_workload_comes_with_its_bodies_and_digests_and_without_its_binary() {
    let parent = tempfile::tempdir().unwrap();
    let workload = load_workload(&made(parent.path())).unwrap();
    let exchange = &workload.job.service().unwrap().ready;
    assert_eq!((&*exchange.body, &*exchange.expect.body), (&b"[1]"[..], &b"{}"[..]));
    let native = workload.artifact(Form::Binary, ARCH).unwrap();
    assert!(native.file().unwrap().ends_with(&native.name) && native.name == format!("native/{ARCH}/shop"));
    let names: Vec<&str> = workload.digests.keys().map(String::as_str).collect();
    assert_eq!(names, ["expected/quote.json", "inputs/cart.json", "shop.wasm", "workload.toml"]);
    // SHA-256 of `{}`.
    let empty_object = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
    assert_eq!(workload.digests.get("expected/quote.json").unwrap(), empty_object);
}

#[test]
fn the_binary_is_digested_where_it_is_built() {
    let parent = tempfile::tempdir().unwrap();
    let folder = made(parent.path());
    let native = folder.join("native").join(ARCH);
    fs::create_dir_all(&native).unwrap();
    fs::write(native.join("shop"), "elf").unwrap();
    assert_eq!(load_workload(&folder).unwrap().digests.len(), 5);
}

#[test]
fn a_workload_has_a_binary_for_each_architecture_this_machine_s_first_and_only_that_is_digested() {
    let parent = tempfile::tempdir().unwrap();
    let folder = made(parent.path());
    for arch in ["x86_64", "aarch64", "riscv64"] {
        fs::create_dir_all(folder.join("native").join(arch)).unwrap();
        fs::write(folder.join("native").join(arch).join("shop"), arch).unwrap();
    }
    let workload = load_workload(&folder).unwrap();
    let forms: Vec<Form> = workload.artifacts.iter().map(|artifact| artifact.form).collect();
    assert_eq!(forms, [Form::Component, Form::Binary, Form::Binary, Form::Binary]);
    assert_eq!(workload.artifacts[1].arch.as_deref(), Some(ARCH));
    for Artifact { name, arch, .. } in &workload.artifacts[1..] {
        assert_eq!(*name, format!("native/{}/shop", arch.as_deref().unwrap()));
        assert_eq!(workload.digests.contains_key(name), arch.as_deref() == Some(ARCH), "{name}");
        assert!(workload.has(name));
    }
}

#[test]
fn a_binary_named_without_an_architecture_is_one_for_any() {
    let parent = tempfile::tempdir().unwrap();
    let folder = made(parent.path());
    fs::write(folder.join("workload.toml"), MANIFEST.replace("native/{arch}/shop", "shop")).unwrap();
    fs::write(folder.join("shop"), "elf").unwrap();
    let workload = load_workload(&folder).unwrap();
    let [_, native] = workload.artifacts.as_slice() else { panic!("{:?}", workload.artifacts) };
    assert_eq!((native.name.as_str(), &native.arch), ("shop", &None));
    assert!(workload.digests.contains_key("shop"));
}

#[test]
fn every_kind_of_bad_workload_is_named_with_the_way_out() {
    type Damage = fn(&Path);
    let cases: [(&str, Damage); 8] = [
        ("no manifest", |folder| fs::remove_file(folder.join("workload.toml")).unwrap()),
        ("unknown key", |folder| {
            fs::write(folder.join("workload.toml"), MANIFEST.replace("summary", "sumary")).unwrap();
        }),
        ("not text", |folder| fs::write(folder.join("workload.toml"), [0xff, 0xfe]).unwrap()),
        ("other name", |folder| {
            fs::write(folder.join("workload.toml"), MANIFEST.replace("\"shop\"", "\"store\"")).unwrap();
        }),
        ("no component", |folder| fs::remove_file(folder.join("shop.wasm")).unwrap()),
        ("a link out", |folder| {
            fs::remove_file(folder.join("inputs/cart.json")).unwrap();
            symlink("/etc/hostname", folder.join("inputs/cart.json")).unwrap();
        }),
        ("a folder", |folder| {
            fs::remove_file(folder.join("shop.wasm")).unwrap();
            fs::create_dir(folder.join("shop.wasm")).unwrap();
        }),
        ("too large", |folder| {
            fs::File::create(folder.join("expected/quote.json")).unwrap().set_len(1 << 40).unwrap();
        }),
    ];
    let texts = cases.map(|(what, damage)| {
        let parent = tempfile::tempdir().unwrap();
        let folder = made(parent.path());
        damage(&folder);
        let error = load_workload(&folder).expect_err("must be refused");
        format!("{what}: {}", shown(&error, parent.path()))
    });
    insta::assert_snapshot!(texts.join("\n"));
}

#[test]
fn a_pointer_and_a_module_are_named_with_the_way_out() {
    let parent = tempfile::tempdir().unwrap();
    let folder = made(parent.path());
    let refusal = |file: &str, bytes: &[u8]| {
        let kept = fs::read(folder.join(file)).unwrap();
        fs::write(folder.join(file), bytes).unwrap();
        let refusal = load_workload(&folder).unwrap_err().to_string();
        fs::write(folder.join(file), kept).unwrap();
        refusal
    };
    let pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n";
    for file in ["shop.wasm", "inputs/cart.json"] {
        assert!(refusal(file, pointer).contains("git lfs pull"), "{file}");
    }
    assert!(refusal("shop.wasm", b"\0asm\x01\0\0\0\x01\x04").contains("--adapt"));
    load_workload(&folder).unwrap();
}

#[test]
fn an_artifact_that_no_runtime_would_take_is_refused_by_its_size_without_being_read() {
    let parent = tempfile::tempdir().unwrap();
    let folder = made(parent.path());
    let huge = fs::File::create(folder.join("shop.wasm")).unwrap();
    // A hole: it takes no disk, and reading it would take seconds.
    huge.set_len(LARGEST_ARTIFACT + 1).unwrap();
    let refused = load_workload(&folder).unwrap_err();
    assert!(matches!(refused, StoreError::LargeArtifact { bytes, .. } if bytes == LARGEST_ARTIFACT + 1));
    assert!(shown(&refused, parent.path()).contains("shop.wasm"));
}

#[test]
fn a_link_may_stand_for_a_folder_of_another_name() {
    let parent = tempfile::tempdir().unwrap();
    let folder = made(parent.path());
    let name = folder.file_name().unwrap().to_owned();
    let stored = parent.path().join("v2");
    fs::rename(&folder, &stored).unwrap();
    assert!(matches!(load_workload(&stored), Err(StoreError::NameDiffers { .. })));
    symlink(&stored, parent.path().join(&name)).unwrap();
    load_workload(&parent.path().join(name)).unwrap();
}

#[test]
fn workloads_are_found_by_reading_and_broken_ones_are_kept_with_their_error() {
    let parent = tempfile::tempdir().unwrap();
    made(parent.path());
    fs::create_dir(parent.path().join("broken")).unwrap();
    fs::write(parent.path().join("broken/workload.toml"), "").unwrap();
    fs::create_dir(parent.path().join("shared")).unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let same = made(elsewhere.path());
    let found = find_workloads(&[parent.path().to_owned(), same]).unwrap();
    let kinds: Vec<_> =
        found.iter().map(|found| (found.folder.file_name().unwrap(), found.workload.is_ok())).collect();
    assert_eq!(kinds, [("broken".as_ref(), false), ("shop".as_ref(), true)]);
    assert!(found.get(1).unwrap().folder.starts_with(parent.path()));
    assert!(find_workloads(&[parent.path().join("absent")]).is_err());
}

/// What makes a folder an OCI layout, with one part.
fn layout(folder: &Path) {
    fs::create_dir_all(folder.join("blobs/sha256")).unwrap();
    fs::write(folder.join("oci-layout"), r#"{"imageLayoutVersion":"1.0.0"}"#).unwrap();
    fs::write(folder.join("index.json"), "{}").unwrap();
    fs::write(folder.join("blobs/sha256/00"), "part").unwrap();
}

#[test]
fn a_layout_is_known_by_its_index_and_of_webassembly_by_its_parts_as_well() {
    let parent = tempfile::tempdir().unwrap();
    let folder = made(parent.path());
    let manifest = MANIFEST.replace("manifest_version = 1", "manifest_version = 2");
    let manifest = manifest.replace("native = \"native/{arch}/shop\"", "oci_layout = \"image\"");
    fs::write(folder.join("workload.toml"), manifest.replace("shop.wasm", "wasm")).unwrap();
    layout(&folder.join("image"));
    layout(&folder.join("wasm"));
    let workload = load_workload(&folder).unwrap();
    let sources: Vec<&Source> = workload.artifacts.iter().map(|artifact| &artifact.source).collect();
    let folder = folder.canonicalize().unwrap();
    assert_eq!(sources, [&Source::Layout(folder.join("wasm")), &Source::Layout(folder.join("image"))]);
    let names: Vec<&str> = workload.digests.keys().map(String::as_str).collect();
    let [_, image @ .., _] = &names[..] else { panic!("{names:?}") };
    assert!(image.starts_with(&["image/index.json", "image/oci-layout"]), "{names:?}");
    assert!(
        names.contains(&"wasm/blobs/sha256/00") && !names.contains(&"image/blobs/sha256/00"),
        "{names:?}"
    );
    fs::remove_file(folder.join("image/oci-layout")).unwrap();
    assert!(matches!(load_workload(&folder), Err(StoreError::NoLayout { .. })));
    fs::remove_dir_all(folder.join("image")).unwrap();
    let elsewhere = parent.path().join("elsewhere");
    layout(&elsewhere);
    symlink(&elsewhere, folder.join("image")).unwrap();
    assert!(matches!(load_workload(&folder), Err(StoreError::Outside { .. })));
}

#[test]
fn what_is_in_a_registry_is_named_and_not_looked_for() {
    let (artifact, digests) = wasm_at(Path::new("oci://127.0.0.1:1/shop:1")).unwrap();
    assert_eq!(artifact.source, Source::Registry("127.0.0.1:1/shop:1".to_owned()));
    assert_eq!((artifact.name.as_str(), digests.len()), ("oci://127.0.0.1:1/shop:1", 0));
    let refused = wasm_at(Path::new("oci://shop")).unwrap_err().to_string();
    assert!(refused.contains("`shop`") && refused.contains("oci://host/name:tag"), "{refused}");
    let folder = tempfile::tempdir().unwrap();
    let refused = wasm_at(folder.path()).unwrap_err().to_string();
    assert!(refused.contains("no OCI layout"), "{refused}");
}

#[test]
fn a_command_comes_with_its_input_its_folders_and_the_files_that_it_must_write() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("tool");
    fs::create_dir_all(folder.join("data/inner")).unwrap();
    fs::create_dir_all(folder.join("work")).unwrap();
    let text = r#"manifest_version = 2
name = "tool"
kind = "command"
summary = "A tool."
[artifacts]
image = "acme/tool:1"
[command]
stdin = "in.txt"
[command.expect]
stdout = "out.txt"
[[command.expect.file]]
path = "/out/made"
body = "made.txt"
[[grants.folder]]
from = "data"
to = "/data"
[[grants.folder]]
from = "work"
to = "/out"
write = true
"#;
    fs::write(folder.join("workload.toml"), text).unwrap();
    for name in ["in.txt", "out.txt", "made.txt", "data/a", "data/inner/b"] {
        fs::write(folder.join(name), name).unwrap();
    }
    let workload = load_workload(&folder).unwrap();
    assert_eq!(workload.job.stdin().unwrap()[..], *b"in.txt");
    assert_eq!(workload.job.invocation().unwrap().expect.files[0].body[..], *b"made.txt");
    assert_eq!(workload.grants.folders[0].from, folder.canonicalize().unwrap().join("data"));
    let names: Vec<&str> = workload.digests.keys().map(String::as_str).collect();
    assert_eq!(names, ["data/a", "data/inner/b", "in.txt", "made.txt", "out.txt", "workload.toml"]);
    symlink("/etc/passwd", folder.join("data/secret")).unwrap();
    let refusal = shown(&load_workload(&folder).unwrap_err(), &folder);
    assert!(refusal.contains("data/secret") && refusal.contains("outside of the folder"), "{refusal}");
    fs::remove_dir_all(folder.join("data")).unwrap();
    assert!(matches!(load_workload(&folder), Err(StoreError::MissingFile { .. })));
}
