use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use plimsoll_model::Exchange;

use super::Behaviour;
use crate::Clock;

/// A tiny HTTP/1.1 server on loopback. Gone when dropped.
pub(super) struct Server {
    address: SocketAddr,
    stopping: Arc<AtomicBool>,
    broke: Arc<AtomicBool>,
    acceptor: Option<JoinHandle<()>>,
}

struct Shared {
    exchanges: Vec<Exchange>,
    clock: Arc<dyn Clock>,
    behaviour: Behaviour,
    ready_ns: u64,
    answered: AtomicU64,
    stalling: Mutex<()>,
    stopping: Arc<AtomicBool>,
    broke: Arc<AtomicBool>,
}

impl Server {
    pub(super) fn start(
        exchanges: Vec<Exchange>,
        clock: Arc<dyn Clock>,
        behaviour: Behaviour,
        ready_ns: u64,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let [stopping, broke] = [(); 2].map(|()| Arc::new(AtomicBool::new(false)));
        let shared = Arc::new(Shared {
            exchanges,
            clock,
            behaviour,
            ready_ns,
            answered: AtomicU64::new(0),
            stalling: Mutex::new(()),
            stopping: Arc::clone(&stopping),
            broke: Arc::clone(&broke),
        });
        let acceptor = std::thread::Builder::new()
            .name("fake-accept".to_owned())
            .spawn(move || accept(&listener, &shared))?;
        Ok(Self { address, stopping, broke, acceptor: Some(acceptor) })
    }

    /// Whether it has ended a connection that it owed an answer on.
    pub(super) fn broke(&self) -> bool {
        self.broke.load(Ordering::Acquire)
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stopping.store(true, Ordering::Release);
        // A connection of our own wakes the accepting thread.
        let woken = TcpStream::connect_timeout(&self.address, Duration::from_secs(1));
        if let (Ok(_), Some(acceptor)) = (woken, self.acceptor.take()) {
            let _ = acceptor.join();
        }
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    let mut open = Vec::new();
    for stream in listener.incoming().map_while(Result::ok) {
        if shared.stopping.load(Ordering::Acquire) {
            break;
        }
        // Accepted and closed unanswered, as a proxy in front of a service that does not listen yet does.
        if shared.clock.now_ns() < shared.ready_ns {
            continue;
        }
        if let (Ok(other_end), shared) = (stream.try_clone(), Arc::clone(shared)) {
            let name = "fake-serve".to_owned();
            let serving = std::thread::Builder::new().name(name).spawn(move || {
                // A broken connection is the client's business.
                let _ = serve(stream, &shared);
            });
            open.push((other_end, serving));
        }
    }
    for (stream, serving) in open {
        let _ = stream.shutdown(std::net::Shutdown::Both);
        if let Ok(serving) = serving {
            let _ = serving.join();
        }
    }
}

fn serve(stream: TcpStream, shared: &Shared) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut writer = stream;
    while let Some((method, path)) = receive(&mut reader)? {
        let before = shared.answered.fetch_add(1, Ordering::Relaxed);
        match shared.behaviour {
            Behaviour::BreaksAfter { answers } | Behaviour::ExitsAfter { answers, .. }
                if before >= answers =>
            {
                shared.broke.store(true, Ordering::Release);
                return writer.shutdown(std::net::Shutdown::Both);
            }
            Behaviour::StallsOnce { answers, for_ms } => {
                let _stalled = shared.stalling.lock().unwrap_or_else(PoisonError::into_inner);
                if before == answers {
                    std::thread::sleep(Duration::from_millis(for_ms));
                }
            }
            _ => {}
        }
        let wrong = matches!(shared.behaviour, Behaviour::WrongAfter { answers } if before >= answers);
        writer.write_all(&answer(&shared.exchanges, &method, &path, wrong))?;
    }
    Ok(())
}

fn receive(reader: &mut BufReader<TcpStream>) -> io::Result<Option<(String, String)>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split(' ').map(str::to_owned);
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let mut length = 0;
    loop {
        let mut header = String::new();
        if reader.read_line(&mut header)? == 0 {
            return Ok(None);
        }
        match header.trim_end().to_ascii_lowercase().split_once(": ") {
            Some(("content-length", text)) => length = text.parse().unwrap_or(0),
            Some(_) => {}
            None => break,
        }
    }
    io::copy(&mut reader.take(length), &mut io::sink())?;
    Ok(Some((method, path)))
}

fn answer(exchanges: &[Exchange], method: &str, path: &str, wrong: bool) -> Vec<u8> {
    let Some(exchange) = exchanges.iter().find(|known| known.method == method && known.path == path) else {
        return b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n".to_vec();
    };
    let expect = &exchange.expect;
    let body: &[u8] = if wrong { b"something else" } else { &expect.body };
    let content_type = expect.content_type.as_deref().unwrap_or("application/octet-stream");
    let (status, length) = (expect.status, body.len());
    let mut bytes = format!(
        "HTTP/1.1 {status} As-Told\r\ncontent-type: {content_type}\r\ncontent-length: {length}\r\n\r\n"
    )
    .into_bytes();
    bytes.extend_from_slice(body);
    bytes
}
