//! A stand-in for the Docker engine: it answers every call at once and runs nothing, so that what is measured
//! against it is the client's own time.

use std::convert::Infallible;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use anyhow::{Context, Result};
use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tempfile::TempDir;
use tokio::io::AsyncWriteExt as _;
use tokio::net::UnixListener;

const ID: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// A listening stand-in. It lives as long as the process.
pub(crate) struct StandIn {
    _folder: TempDir,
    socket: PathBuf,
}

impl StandIn {
    /// Listens on a socket of its own, on a thread of its own. Containers print `stdout`.
    pub(crate) fn start(stdout: Arc<[u8]>) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let socket = folder.path().join("engine.sock");
        let listener = std::os::unix::net::UnixListener::bind(&socket)?;
        listener.set_nonblocking(true)?;
        let engine = Arc::new(Engine { stdout, built: AtomicBool::new(false), export: export()? });
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        thread::Builder::new()
            .name("stand-in".to_owned())
            .spawn(move || runtime.block_on(serve(listener, engine)))?;
        Ok(Self { _folder: folder, socket })
    }

    /// For `DOCKER_HOST`.
    pub(crate) fn endpoint(&self) -> String {
        format!("unix://{}", self.socket.display())
    }

    /// The socket's path.
    pub(crate) fn socket(&self) -> Result<&str> {
        self.socket.to_str().context("the temporary folder's name is not UTF-8")
    }
}

struct Engine {
    stdout: Arc<[u8]>,
    built: AtomicBool,
    export: Bytes,
}

async fn serve(listener: std::os::unix::net::UnixListener, engine: Arc<Engine>) -> std::io::Result<()> {
    let listener = UnixListener::from_std(listener)?;
    loop {
        let (stream, _) = listener.accept().await?;
        let engine = Arc::clone(&engine);
        tokio::spawn(async move {
            let answer = service_fn(|request| {
                let engine = Arc::clone(&engine);
                async move { Ok::<_, Infallible>(engine.answer(request)) }
            });
            let connection = hyper::server::conn::http1::Builder::new();
            // A client that hangs up is no event here.
            let _ = connection.serve_connection(TokioIo::new(stream), answer).with_upgrades().await;
        });
    }
}

impl Engine {
    fn answer(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let path = request.uri().path().to_owned();
        let is = |ending: &str| path.ends_with(ending);
        match *request.method() {
            Method::DELETE => empty(StatusCode::NO_CONTENT),
            Method::POST if is("/build") => {
                self.built.store(true, Ordering::Relaxed);
                json(StatusCode::OK, r#"{"stream":"built"}"#)
            }
            Method::POST if is("/containers/create") => {
                json(StatusCode::CREATED, format!(r#"{{"Id":"{ID}","Warnings":[]}}"#))
            }
            Method::POST if is("/attach") => self.attach(request),
            Method::POST if is("/wait") => json(StatusCode::OK, r#"{"StatusCode":0}"#),
            Method::POST => empty(StatusCode::NO_CONTENT),
            _ if is("/version") => json(
                StatusCode::OK,
                r#"{"Version":"0.0.0","ApiVersion":"1.41","MinAPIVersion":"1.12","Os":"linux","Arch":"amd64"}"#,
            ),
            _ if is("/get") => Response::new(Full::new(self.export.clone())),
            _ if path.contains("/images/") && !self.built.load(Ordering::Relaxed) => {
                json(StatusCode::NOT_FOUND, r#"{"message":"no such image"}"#)
            }
            _ if path.contains("/images/") => json(StatusCode::OK, format!(r#"{{"Id":"sha256:{ID}"}}"#)),
            _ => json(
                StatusCode::OK,
                format!(
                    r#"{{"Id":"{ID}","State":{{"Status":"exited","Running":false,"Pid":0,"ExitCode":0}}}}"#
                ),
            ),
        }
    }

    /// Hands the output over as the engine does: on the upgraded connection, in frames with a header of 8 bytes.
    fn attach(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let stdout = Arc::clone(&self.stdout);
        tokio::spawn(async move {
            let Ok(upgraded) = hyper::upgrade::on(request).await else { return };
            let mut stream = TokioIo::new(upgraded);
            let length = u32::try_from(stdout.len()).unwrap_or(u32::MAX).to_be_bytes();
            let mut frame = vec![1, 0, 0, 0];
            frame.extend(length);
            frame.extend_from_slice(&stdout);
            if stream.write_all(&frame).await.is_ok() {
                let _ = stream.shutdown().await;
            }
        });
        let mut response = empty(StatusCode::SWITCHING_PROTOCOLS);
        let headers = response.headers_mut();
        headers.insert("connection", hyper::header::HeaderValue::from_static("Upgrade"));
        headers.insert("upgrade", hyper::header::HeaderValue::from_static("tcp"));
        response
    }
}

fn json(status: StatusCode, text: impl Into<Bytes>) -> Response<Full<Bytes>> {
    let mut response = empty(status);
    response
        .headers_mut()
        .insert("content-type", hyper::header::HeaderValue::from_static("application/json"));
    *response.body_mut() = Full::new(text.into());
    response
}

fn empty(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = status;
    response
}

/// An image export with one layer of one small file.
fn export() -> Result<Bytes> {
    let layer = tar_of(&[("workload", b"nothing")])?;
    let manifest: &[u8] = br#"[{"Layers":["a/layer.tar"]}]"#;
    Ok(Bytes::from(tar_of(&[("a/layer.tar", &layer), ("manifest.json", manifest)])?))
}

fn tar_of(files: &[(&str, &[u8])]) -> Result<Vec<u8>> {
    let mut tar = tar::Builder::new(Vec::new());
    for (name, content) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        tar.append_data(&mut header, name, *content)?;
    }
    Ok(tar.into_inner()?)
}
