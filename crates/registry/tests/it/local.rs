//! A registry of the tests' own: Debian's `docker-registry`, a child of the test on a free port of 127.0.0.1.

use std::fs;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use reqwest::{Client, RequestBuilder, StatusCode, Url};
use tempfile::TempDir;

use crate::artifact::Made;

pub(crate) const USER: &str = "me";
pub(crate) const PASSWORD: &str = "over?~>there";
const HASH: &str = "$2b$05$v3ftXsGjl58aQ/bENhXkNOGwvAo3AV/Z.wWgPYCf.BvP5cBOvYEpe";

pub(crate) struct Local {
    child: Child,
    pub(crate) host: String,
    client: Client,
    _folder: TempDir,
}

impl Drop for Local {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Local {
    /// `None` where the program is not installed: in CI that is a fault.
    pub(crate) async fn start(with_login: bool) -> Option<Self> {
        for _ in 0..3 {
            match Self::on_a_free_port(with_login).await {
                Ok(Some(registry)) => return Some(registry),
                // Somebody took the port meanwhile.
                Ok(None) => {}
                Err(error) => {
                    assert!(
                        std::env::var_os("PLIMSOLL_CI").is_none(),
                        "`docker-registry` can't be run: {error}"
                    );
                    eprintln!("nothing was pulled: `docker-registry` can't be run ({error})");
                    return None;
                }
            }
        }
        panic!("`docker-registry` does not answer")
    }

    async fn on_a_free_port(with_login: bool) -> std::io::Result<Option<Self>> {
        let folder = tempfile::tempdir()?;
        let host = TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string();
        let at = |name: &str| folder.path().join(name).display().to_string();
        let auth = if with_login {
            fs::write(at("htpasswd"), format!("{USER}:{HASH}\n"))?;
            format!("auth:\n  htpasswd:\n    realm: test\n    path: {}\n", at("htpasswd"))
        } else {
            String::new()
        };
        let settings = format!(
            "version: 0.1\nlog:\n  level: error\nstorage:\n  filesystem:\n    rootdirectory: {}\nhttp:\n  addr: {host}\n{auth}",
            at("data")
        );
        fs::write(at("config.yml"), settings)?;
        let child = Command::new("docker-registry")
            .args(["serve", &at("config.yml")])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        // The library under test chooses the cryptography before it makes a client; here nothing is encrypted.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().no_proxy().build().unwrap();
        let mut local = Self { child, host, client, _folder: folder };
        let deadline = Instant::now() + Duration::from_secs(30);
        while Instant::now() < deadline && local.child.try_wait()?.is_none() {
            if local.client.get(local.at("/v2/")).send().await.is_ok() {
                return Ok(Some(local));
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Ok(None)
    }

    fn at(&self, path: &str) -> String {
        format!("http://{}{path}", self.host)
    }

    async fn send(&self, request: RequestBuilder, right: StatusCode) -> reqwest::Response {
        let answer = request.basic_auth(USER, Some(PASSWORD)).send().await.unwrap();
        assert_eq!(answer.status(), right);
        answer
    }

    /// Pushes an artifact under a name and a tag, and those of an index before it.
    pub(crate) async fn push(&self, made: &Made, name: &str, tag: &str) {
        for (digits, part) in &made.parts {
            let begun = self.client.post(self.at(&format!("/v2/{name}/blobs/uploads/")));
            let begun = self.send(begun, StatusCode::ACCEPTED).await;
            let mut place = Url::parse(begun.headers()["location"].to_str().unwrap()).unwrap();
            place.query_pairs_mut().append_pair("digest", &format!("sha256:{digits}"));
            self.send(self.client.put(place).body(part.clone()), StatusCode::CREATED).await;
        }
        // A manifest is taken once its parts are there.
        let is_manifest = |part: &[u8]| {
            serde_json::from_slice::<serde_json::Value>(part)
                .is_ok_and(|it| it["layers"].is_array() && it["config"].is_object())
        };
        for (digits, part) in made.parts.iter().filter(|(_, part)| is_manifest(part)) {
            let place = self.at(&format!("/v2/{name}/manifests/sha256:{digits}"));
            let put = self.client.put(place).header("content-type", crate::artifact::MANIFEST);
            self.send(put.body(part.clone()), StatusCode::CREATED).await;
        }
        let put = self.client.put(self.at(&format!("/v2/{name}/manifests/{tag}")));
        let put = put.header("content-type", &made.kind).body(made.top.clone());
        self.send(put, StatusCode::CREATED).await;
    }
}
