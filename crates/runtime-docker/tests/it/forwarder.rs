//! A socket before the real engine that can be cut, and sockets with nothing right behind them.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

pub(crate) struct Forwarder {
    folder: tempfile::TempDir,
    open: Arc<Mutex<Vec<UnixStream>>>,
}

impl Forwarder {
    /// Carries every connection to the real engine.
    pub(crate) fn to_the_engine() -> Self {
        Self::with(|client, open| {
            let engine = UnixStream::connect("/var/run/docker.sock").unwrap();
            open.lock().unwrap().extend([client.try_clone().unwrap(), engine.try_clone().unwrap()]);
            let (from, to) = (client.try_clone().unwrap(), engine.try_clone().unwrap());
            std::thread::spawn(move || carry(from, to));
            std::thread::spawn(move || carry(engine, client));
        })
    }

    /// Answers every request with the same bytes; with none it never answers.
    pub(crate) fn that_answers(answer: &'static [u8]) -> Self {
        Self::with(move |mut client, open| {
            let _ = client.read(&mut [0; 4096]);
            let _ = client.write_all(answer);
            open.lock().unwrap().push(client);
        })
    }

    fn with(serve: impl Fn(UnixStream, &Mutex<Vec<UnixStream>>) + Send + 'static) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join("docker.sock")).unwrap();
        let open = Arc::new(Mutex::new(Vec::new()));
        let shared = Arc::clone(&open);
        std::thread::spawn(move || listener.incoming().flatten().for_each(|client| serve(client, &shared)));
        Self { folder, open }
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.folder.path().join("docker.sock")
    }

    pub(crate) fn host(&self) -> String {
        format!("unix://{}", self.socket().display())
    }

    /// As when the engine dies: every connection ends, and there is no socket any more.
    pub(crate) fn cut(&self) {
        std::fs::remove_file(self.socket()).unwrap();
        for stream in self.open.lock().unwrap().drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

fn carry(mut from: UnixStream, mut to: UnixStream) {
    let _ = std::io::copy(&mut from, &mut to);
    let _ = to.shutdown(Shutdown::Write);
}
