use std::fs;
use std::path::Path;

use plimsoll_registry::{OciProblem, PulledWasm, Reference, pull_wasm, wasm_in};
use serde_json::{Value, json};

use crate::answerer::{Answerer, answered, ok};
use crate::artifact::{IMAGE_CONFIG, Made, WASM_CONFIG};
use crate::local::{Local, PASSWORD, USER};

pub(crate) const WASM: &[u8] = b"\0asm\x0d\0\x01\0and more";

pub(crate) async fn pulled(name: &str, settings: Option<&Path>) -> Result<PulledWasm, OciProblem> {
    pull_wasm(&Reference::of(name).unwrap(), settings).await
}

pub(crate) fn tar_of(name: &str, content: &[u8]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(content.len() as u64);
    header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
    header.set_cksum();
    tar.append(&header, content).unwrap();
    tar.into_inner().unwrap()
}

fn linux(entrypoint: &str) -> Value {
    json!({"architecture": "amd64", "os": "linux", "config": {"Entrypoint": [entrypoint]}})
}

/// All forms in which WebAssembly is pushed.
fn forms() -> Vec<(&'static str, Made)> {
    let tar = tar_of("plugin.wasm", WASM);
    let solo = [("application/vnd.module.wasm.content.layer.v1+wasm", WASM)];
    let layer = "application/vnd.oci.image.layer.v1.tar";
    let docker = "application/vnd.docker.image.rootfs.diff.tar.gzip";
    let runwasi = [("application/vnd.bytecodealliance.wasm.component.layer.v0+wasm", WASM)];
    let wasi = json!({"architecture": "wasm", "os": "wasip1"});
    let of_wasi = Made::new(&(IMAGE_CONFIG, wasi.clone()), &[(layer, &tar_of("etc/x", b"x")), (layer, &tar)]);
    let other = Made::new(&(IMAGE_CONFIG, linux("/x")), &[(layer, &tar_of("x", b"x"))]);
    vec![
        ("wkg", Made::wasm(WASM)),
        ("solo", Made::new(&("application/vnd.module.wasm.config.v1+json", json!({})), &solo)),
        ("compat", Made::new(&(IMAGE_CONFIG, linux("/plugin.wasm")), &[(docker, &tar)])),
        ("runwasi", Made::new(&(IMAGE_CONFIG, wasi), &runwasi)),
        ("index", Made::index(&[(other, Some(("linux", "amd64"))), (of_wasi, Some(("wasi", "wasm")))])),
    ]
}

#[tokio::test]
async fn every_form_is_pulled_from_a_real_registry_and_read_out_of_a_layout() {
    let Some(registry) = Local::start(false).await else { return };
    let folder = tempfile::tempdir().unwrap();
    for (name, made) in forms() {
        registry.push(&made, name, "1").await;
        let host = &registry.host;
        for reference in [format!("{host}/{name}:1"), format!("{host}/{name}@{}", made.digest())] {
            let found = pulled(&reference, None).await.unwrap();
            assert_eq!((&found.bytes[..], &found.digest), (WASM, &made.digest()), "{reference}");
        }
        let layout = folder.path().join(name);
        made.lay_out(&layout);
        assert_eq!(wasm_in(&layout).await.unwrap().bytes, WASM, "{name}");
    }
    let unknown = pulled(&format!("{}/wkg:2", registry.host), None).await.unwrap_err();
    assert!(matches!(unknown, OciProblem::NotFound { .. }), "{unknown}");
}

#[tokio::test]
async fn a_login_is_the_user_s_own() {
    let Some(registry) = Local::start(true).await else { return };
    registry.push(&Made::wasm(WASM), "secret", "1").await;
    let name = format!("{}/secret:1", registry.host);
    let folder = tempfile::tempdir().unwrap();
    let with = |settings: Value| {
        fs::write(folder.path().join("config.json"), settings.to_string()).unwrap();
        pulled(&name, Some(folder.path()))
    };
    let auth = |password: &str| json!({"auths": {&registry.host: {"username": USER, "password": password}}});
    for (settings, words) in [
        (json!({}), "Nobody is logged in there"),
        (auth("wrong"), "The login of `me` was refused"),
        (json!({"credHelpers": {&registry.host: "none-of-this-name"}}), "can't be run"),
    ] {
        let told = with(settings).await.unwrap_err().to_string();
        assert!(told.contains(words), "{told}");
        assert!(told.contains(&format!("docker login {}", registry.host)), "{told}");
        assert!(!told.contains(PASSWORD));
    }
    assert_eq!(with(auth(PASSWORD)).await.unwrap().bytes, WASM);
}

#[tokio::test]
async fn a_token_is_asked_for_where_the_registry_says_and_shown_to_it() {
    let made = Made::wasm(WASM);
    let realm = Answerer::new(|request| {
        assert!(request.path.contains("scope=repository%3Aa%2Fb%3Apull"), "{}", request.path);
        // `me:pass` in base64.
        match request.authorization.as_deref() {
            Some("Basic bWU6cGFzcw==") => ok(br#"{"token":"given"}"#),
            _ => answered("401 Unauthorized", "", b""),
        }
    });
    let asks = format!("WWW-Authenticate: Bearer realm=\"http://{}/token\",service=\"s\"\r\n", realm.host);
    let registry = Answerer::new(move |request| {
        if request.authorization.as_deref() != Some("Bearer given") {
            return answered("401 Unauthorized", &asks, b"");
        }
        let name = request.path.rsplit("sha256:").next().unwrap_or_default();
        ok(made.parts.get(name).unwrap_or(&made.top))
    });
    let folder = tempfile::tempdir().unwrap();
    let name = format!("{}/a/b:1", registry.host);
    for (password, is_right) in [("pass", true), ("other", false)] {
        let settings = json!({"auths": {&registry.host: {"username": "me", "password": password}}});
        fs::write(folder.path().join("config.json"), settings.to_string()).unwrap();
        match pulled(&name, Some(folder.path())).await {
            Ok(found) => assert!(is_right && found.bytes == WASM),
            Err(problem) => assert!(!is_right && problem.to_string().contains("docker login"), "{problem}"),
        }
    }
    assert_eq!(realm.asked().len(), 2, "one token is for all parts");
}

#[tokio::test]
async fn a_module_s_configuration_may_be_anything() {
    let made = Made::new(&(WASM_CONFIG, json!({"x": 1})), &[("application/wasm", WASM)]);
    let registry = Answerer::of(made);
    assert_eq!(pulled(&format!("{}/a:1", registry.host), None).await.unwrap().bytes, WASM);
    assert_eq!(registry.asked().len(), 2, "its configuration is not asked for");
}
