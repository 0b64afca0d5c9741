//! A plain HTTP answerer that gives whatever a test wants.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::artifact::Made;

/// What was asked.
pub(crate) struct Request {
    pub(crate) path: String,
    pub(crate) authorization: Option<String>,
}

type Answer = dyn Fn(&Request) -> Vec<u8> + Send + Sync;

/// Listens until it is dropped.
pub(crate) struct Answerer {
    pub(crate) host: String,
    asked: Arc<Mutex<Vec<String>>>,
    address: SocketAddr,
    ends: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Answerer {
    pub(crate) fn new(answer: impl Fn(&Request) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (asked, ends) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
        let (noted, ending) = (Arc::clone(&asked), Arc::clone(&ends));
        let answer: Arc<Answer> = Arc::new(answer);
        let thread = std::thread::spawn(move || {
            while let Ok((stream, _)) = listener.accept() {
                if ending.load(Ordering::SeqCst) {
                    return;
                }
                // One that goes away while it is answered is no fault here.
                let _ = one(stream, &noted, &*answer);
            }
        });
        Self { host: address.to_string(), asked, address, ends, thread: Some(thread) }
    }

    /// Serves an artifact, whatever its name.
    pub(crate) fn of(made: Made) -> Self {
        Self::new(move |request| match request.path.rsplit_once('/') {
            Some((_, name)) if request.path.contains("/blobs/") => {
                made.parts.get(name.trim_start_matches("sha256:")).map_or_else(missing, |part| ok(part))
            }
            Some((_, name)) => match made.parts.get(name.trim_start_matches("sha256:")) {
                Some(part) => ok(part),
                None => ok(&made.top),
            },
            None => missing(),
        })
    }

    /// The paths that were asked for.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

impl Drop for Answerer {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn one(mut stream: TcpStream, asked: &Mutex<Vec<String>>, answer: &Answer) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    stream.set_write_timeout(Some(Duration::from_secs(10)))?;
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let first = lines.next().transpose()?.unwrap_or_default();
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut authorization = None;
    for line in lines {
        let line = line?;
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(": ")
            && name.eq_ignore_ascii_case("authorization")
        {
            authorization = Some(value.to_owned());
        }
    }
    asked.lock().unwrap().push(path.clone());
    stream.write_all(&answer(&Request { path, authorization }))
}

pub(crate) fn ok(body: &[u8]) -> Vec<u8> {
    answered("200 OK", "", body)
}

pub(crate) fn missing() -> Vec<u8> {
    answered("404 Not Found", "", b"{}")
}

/// An answer with more headers, each of which ends its line.
pub(crate) fn answered(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n");
    [head.as_bytes(), body].concat()
}
