//! A registry of the tests' own: Debian's `docker-registry`, a child of the test on a free port of 127.0.0.1.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use bollard::auth::DockerCredentials;
use bollard::query_parameters::{PushImageOptionsBuilder, RemoveImageOptions, TagImageOptionsBuilder};
use futures_util::StreamExt;
use serde_json::Value;
use tempfile::TempDir;

use crate::ground::engine;
use crate::images::{Image, image};

pub(crate) const USER: &str = "me";
/// With the signs that two alphabets of base64 write differently.
pub(crate) const PASSWORD: &str = "over?~>there";
const HASH: &str = "$2b$05$v3ftXsGjl58aQ/bENhXkNOGwvAo3AV/Z.wWgPYCf.BvP5cBOvYEpe";

pub(crate) struct Registry {
    child: Child,
    pub(crate) host: String,
    _folder: TempDir,
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Registry {
    /// `None` where the program is not installed: in CI that is a fault.
    pub(crate) fn start(with_login: bool) -> Option<Self> {
        for _ in 0..3 {
            match Self::on_a_free_port(with_login) {
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

    fn on_a_free_port(with_login: bool) -> std::io::Result<Option<Self>> {
        let folder = tempfile::tempdir().unwrap();
        let host = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let at = |name: &str| folder.path().join(name).display().to_string();
        let auth = if with_login {
            fs::write(at("htpasswd"), format!("{USER}:{HASH}\n")).unwrap();
            format!("auth:\n  htpasswd:\n    realm: test\n    path: {}\n", at("htpasswd"))
        } else {
            String::new()
        };
        let settings = format!(
            "version: 0.1\nlog:\n  level: error\nstorage:\n  filesystem:\n    rootdirectory: {}\nhttp:\n  addr: {host}\n{auth}",
            at("data")
        );
        fs::write(at("config.yml"), settings).unwrap();
        let mut child = Command::new("docker-registry")
            .args(["serve", &at("config.yml")])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let deadline = Instant::now() + Duration::from_secs(30);
        while Instant::now() < deadline && child.try_wait()?.is_none() {
            if answers(&host) {
                return Ok(Some(Self { child, host, _folder: folder }));
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        let _ = child.kill();
        child.wait()?;
        Ok(None)
    }

    /// Makes an image that this registry has and the engine has not. It goes from the engine when its guard is dropped.
    pub(crate) async fn image(&self, test: &str, config: Value) -> Image {
        let made = image(test, config).await;
        let repository = format!("{}/{test}", self.host);
        let options = TagImageOptionsBuilder::new().repo(&repository).tag("1").build();
        engine().tag_image(&made.name, Some(options)).await.unwrap();
        let pushed = Image { name: format!("{repository}:1") };
        let credentials = DockerCredentials {
            username: Some(USER.to_owned()),
            // The other alphabet is the client's affair, not the test's: this is pushed by a user of the same right.
            password: Some(PASSWORD.to_owned()),
            serveraddress: Some(self.host.clone()),
            ..Default::default()
        };
        let client = engine().with_request_modifier(|mut request| {
            if let Some(value) = request.headers_mut().get_mut("x-registry-auth") {
                let text = value.to_str().unwrap().replace('+', "-").replace('/', "_");
                *value = text.parse().unwrap();
            }
            request
        });
        let options = PushImageOptionsBuilder::new().tag("1").build();
        let mut lines = Box::pin(client.push_image(&repository, Some(options), Some(credentials)));
        while let Some(line) = lines.next().await {
            line.unwrap();
        }
        let options = RemoveImageOptions { force: true, ..Default::default() };
        engine().remove_image(&pushed.name, Some(options), None).await.unwrap();
        pushed
    }
}

fn answers(host: &str) -> bool {
    let asked = TcpStream::connect(host).and_then(|mut stream| {
        stream.set_read_timeout(Some(Duration::from_secs(1)))?;
        stream.write_all(b"GET /v2/ HTTP/1.0\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    });
    asked.is_ok_and(|answer| answer.starts_with("HTTP/1."))
}
