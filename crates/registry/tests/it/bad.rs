use std::net::TcpListener;
use std::os::unix::fs::symlink;

use plimsoll_registry::{OciProblem, wasm_in};
use serde_json::{Value, json};

use crate::answerer::{Answerer, answered, missing, ok};
use crate::artifact::{IMAGE_CONFIG, Made};
use crate::good::{WASM, pulled, tar_of};

async fn refused(registry: &Answerer) -> OciProblem {
    pulled(&format!("{}/a:1", registry.host), None).await.unwrap_err()
}

async fn refused_made(made: Made) -> String {
    refused(&Answerer::of(made)).await.to_string()
}

/// An artifact with another manifest.
fn changed(made: Made, change: impl FnOnce(&mut Value)) -> Made {
    let mut top: Value = serde_json::from_slice(&made.top).unwrap();
    change(&mut top);
    Made { top: top.to_string().into_bytes(), ..made }
}

#[tokio::test]
async fn what_a_registry_refuses_is_told_with_the_way_out() {
    for (answer, words) in [
        (
            answered("401 Unauthorized", "WWW-Authenticate: Basic realm=x\r\n", b""),
            "Run `docker login 127.0.0.1",
        ),
        (answered("401 Unauthorized", "", b""), "Run `docker login 127.0.0.1"),
        (
            answered("403 Forbidden", "", br#"{"errors":[{"message":"not yours"}]}"#),
            "forbids it (not yours): run `docker login 127.0.0.1",
        ),
        (missing(), "check its name and its tag"),
        (answered("429 Too Many Requests", "Retry-After: 17\r\n", b""), "(its `Retry-After` is 17 s): wait"),
        (answered("429 Too Many Requests", "", b""), "gives no more for a while: wait"),
        (
            answered("503 Service Unavailable", "", br#"{"errors":[{"message":"asleep\u001b"}]}"#),
            "answered 503 (asleep)",
        ),
        (b"nonsense\r\n\r\n".to_vec(), "is not reached"),
    ] {
        let registry = Answerer::new(move |_| answer.clone());
        let told = refused(&registry).await.to_string();
        assert!(told.contains(words), "{words}: {told}");
    }
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let told = pulled(&format!("{gone}/a:1"), None).await.unwrap_err().to_string();
    assert!(told.contains("is not reached"), "{told}");
    assert!(matches!(pulled("a:1", None).await, Err(OciProblem::NoName)));
}

#[tokio::test]
async fn what_goes_wrong_on_the_way_is_told_as_what_it_is() {
    let mute = TcpListener::bind("127.0.0.1:0").unwrap();
    let nobody = mute.local_addr().unwrap();
    drop(mute);
    let realm = format!("WWW-Authenticate: Bearer realm=\"http://{nobody}/token\",service=\"x\"\r\n");
    let sent_to = format!("to `{nobody}` for a token, and that is not reached");
    for (answer, words) in [
        (answered("307 Temporary Redirect", "Location: /v2/a/manifests/1\r\n", b""), "without an end"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\nConnection: close\r\n\r\n{".to_vec(), "broke off"),
        (answered("401 Unauthorized", &realm, b""), &sent_to),
    ] {
        let registry = Answerer::new(move |_| answer.clone());
        let told = refused(&registry).await.to_string();
        assert!(told.contains(words), "{words}: {told}");
    }
    let made = Made::wasm(WASM);
    let registry = Answerer::new(move |asked| match asked.path.contains("/manifests/") {
        true => ok(&made.top),
        false => missing(),
    });
    let told = refused(&registry).await.to_string();
    assert!(told.contains("has its manifest and not `sha256:"), "{told}");
    let index = Made::index(&[(Made::wasm(WASM), None)]);
    let registry = Answerer::new(move |asked| match asked.path.ends_with("/manifests/1") {
        true => ok(&index.top),
        false => missing(),
    });
    let told = refused(&registry).await.to_string();
    assert!(told.contains("has its manifest and not `sha256:"), "{told}");
}

#[tokio::test]
async fn no_stated_size_is_believed_and_none_is_made_room_for() {
    let huge = || changed(Made::wasm(WASM), |top| top["layers"][0]["size"] = json!(1_u64 << 40));
    let registry = Answerer::of(huge());
    let told = refused(&registry).await.to_string();
    assert!(told.contains("1099511627776 bytes"), "{told}");
    assert_eq!(registry.asked().len(), 1, "the layer is not asked for");
    let many = changed(Made::wasm(WASM), |top| {
        let layer = top["layers"][0].clone();
        top["layers"] = Value::Array(vec![layer; 101]);
    });
    assert!(refused_made(many).await.contains("more than 100 parts"));
    // A manifest that states less than it has, or that never ends.
    let long = Answerer::new(|_| {
        let head = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".to_vec();
        [head, vec![b' '; 5 << 20]].concat()
    });
    assert!(refused(&long).await.to_string().contains("at most 4194304 are read"));
    let short = changed(Made::wasm(WASM), |top| top["layers"][0]["size"] = json!(3));
    assert!(refused_made(short).await.contains("goes on beyond the 3 bytes"));
}

#[tokio::test]
async fn what_is_not_what_its_digest_names_is_refused() {
    let mut other = Made::wasm(WASM);
    for part in other.parts.values_mut().filter(|part| part.starts_with(b"\0asm")) {
        part[9] ^= 1;
    }
    let told = refused_made(other).await;
    assert!(told.contains("is not what was promised"), "{told}");
    let digest = format!("sha256:{}", "0".repeat(64));
    let registry = Answerer::of(Made::wasm(WASM));
    let told = pulled(&format!("{}/a@{digest}", registry.host), None).await.unwrap_err().to_string();
    assert!(told.contains("is not what was promised"), "{told}");
    let told = refused_made(changed(Made::wasm(WASM), |top| {
        top["layers"][0]["digest"] = json!(format!("sha512:{}", "0".repeat(128)));
    }));
    assert!(told.await.contains("no SHA-256 digest"));
}

#[tokio::test]
async fn what_holds_no_webassembly_says_what_it_is() {
    let layer = "application/vnd.oci.image.layer.v1.tar";
    let linux = json!({"architecture": "amd64", "os": "linux"});
    let of = |name: &str| Made::new(&(IMAGE_CONFIG, linux.clone()), &[(layer, &tar_of(name, b"x"))]);
    let several = Made::new(&(IMAGE_CONFIG, linux.clone()), &[(layer, b"a"), (layer, b"b")]);
    for (made, words) in [
        (of("bin/sh"), "`--image`"),
        (several, "`--image`"),
        (of("a.wasm"), "`a.wasm` is no WebAssembly"),
        (of("../a.wasm"), "leads out of the layer"),
        (Made::wasm(b"no"), "`application/wasm` is no WebAssembly"),
        (
            Made::new(
                &(IMAGE_CONFIG, linux.clone()),
                &[("application/vnd.oci.image.layer.v1.tar+zstd", b"x")],
            ),
            "Zstandard",
        ),
        (Made::new(&(IMAGE_CONFIG, json!({})), &[("text/plain", b"x")]), "`--image`"),
        (changed(Made::wasm(WASM), |top| top["layers"] = json!("x")), "does not read"),
    ] {
        let told = refused_made(made).await;
        assert!(told.contains(words), "{words}: {told}");
    }
}

#[tokio::test]
async fn a_layout_that_climbs_out_by_a_link_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (layout, elsewhere) = (folder.path().join("layout"), folder.path().join("elsewhere"));
    let made = Made::wasm(WASM);
    made.lay_out(&layout);
    let part = layout.join("blobs/sha256").join(made.digest().trim_start_matches("sha256:"));
    std::fs::rename(&part, &elsewhere).unwrap();
    symlink(&elsewhere, &part).unwrap();
    assert!(matches!(wasm_in(&layout).await, Err(OciProblem::Link { .. })));
    std::fs::remove_file(&part).unwrap();
    let told = wasm_in(&layout).await.unwrap_err().to_string();
    assert!(told.contains("can't be read") && told.contains("blobs/sha256/"), "{told}");
    std::fs::rename(&elsewhere, &part).unwrap();
    std::fs::rename(layout.join("blobs"), folder.path().join("blobs")).unwrap();
    symlink(folder.path().join("blobs"), layout.join("blobs")).unwrap();
    assert!(matches!(wasm_in(&layout).await, Err(OciProblem::Link { .. })));
    std::fs::write(layout.join("oci-layout"), "{}").unwrap();
    assert!(matches!(wasm_in(&layout).await, Err(OciProblem::NoLayout)));
    assert!(matches!(wasm_in(folder.path()).await, Err(OciProblem::NoLayout)));
    let gone = wasm_in(&folder.path().join("gone")).await;
    assert!(matches!(gone, Err(OciProblem::Part { .. })), "{gone:?}");
}
