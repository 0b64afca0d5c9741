//! Services that answer rightly in every way that HTTP/1.1 allows, and in some that it does not.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// How many were made.
static INSTANCES: AtomicU32 = AtomicU32::new(0);

/// How it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Plain,
    /// A chunk, and a trailer after the last one.
    Trailer,
    /// A chunk with an extension.
    Extension,
    /// A coding that is none, with a length.
    Identity,
    /// `100` and `103` before the answer.
    Interim,
    /// A list of words that ends the connection, as its first or at every answer.
    SaysClose {
        /// Answers before the one that says it.
        after: u32,
    },
    /// Ends the connection after so many answers without a word.
    EndsSilently {
        /// Answers on a connection.
        after: u32,
    },
    /// Takes one request more than it answers on a connection.
    EndsWhenAsked {
        /// Answers on a connection.
        after: u32,
    },
    /// Without a length; the end of the connection is the end of the body.
    UntilClose,
    /// HTTP/1.0, which ends the connection unless it says otherwise.
    Http10,
    Http10KeepAlive,
    /// Some answers have another status: the first ones, say.
    Fails {
        /// The first of them, counted over all connections.
        from: u32,
        /// The first that is right again.
        to: u32,
        /// Their status.
        status: u16,
    },
    /// Ends a connection that is idle.
    Idles {
        /// For how long, in milliseconds.
        after_ms: u64,
    },
    /// JSON with the time, the instance that answers and how many answers it has given.
    Changes,
    /// Half an answer, then the end.
    Cuts,
    /// Half an answer, and no end.
    Stops,
    /// Speaks before it is asked.
    Speaks,
}

impl Mode {
    /// Every mode that is right, and whether its connections live through a load.
    pub(crate) const RIGHT: [(Self, bool); 13] = [
        (Self::Plain, true),
        (Self::Trailer, true),
        (Self::Extension, true),
        (Self::Identity, true),
        (Self::Interim, true),
        (Self::SaysClose { after: 0 }, false),
        (Self::SaysClose { after: 3 }, false),
        (Self::EndsSilently { after: 1 }, false),
        (Self::EndsSilently { after: 3 }, false),
        (Self::EndsWhenAsked { after: 2 }, false),
        (Self::UntilClose, false),
        (Self::Http10, false),
        (Self::Http10KeepAlive, true),
    ];
}

/// A service on loopback. Gone when dropped.
pub(crate) struct Awkward {
    pub(crate) address: SocketAddr,
    pub(crate) counts: Arc<Counts>,
    acceptor: Option<JoinHandle<()>>,
}

/// What it saw.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    number: u32,
    pub(crate) connections: AtomicU32,
    pub(crate) requests: AtomicU32,
    stopping: AtomicBool,
}

impl Awkward {
    pub(crate) fn serve(mode: Mode) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let number = INSTANCES.fetch_add(1, Ordering::Relaxed);
        let counts = Arc::new(Counts { number, ..Counts::default() });
        let seen = Arc::clone(&counts);
        let acceptor = std::thread::spawn(move || accept(&listener, mode, &seen));
        Self { address, counts, acceptor: Some(acceptor) }
    }

    pub(crate) fn connections(&self) -> u32 {
        self.counts.connections.load(Ordering::Relaxed)
    }

    pub(crate) fn requests(&self) -> u32 {
        self.counts.requests.load(Ordering::Relaxed)
    }
}

impl Drop for Awkward {
    fn drop(&mut self) {
        self.counts.stopping.store(true, Ordering::Release);
        // A connection of our own wakes the accepting thread.
        let woken = TcpStream::connect(self.address);
        if let (Ok(_), Some(acceptor)) = (woken, self.acceptor.take()) {
            acceptor.join().unwrap();
        }
    }
}

fn accept(listener: &TcpListener, mode: Mode, counts: &Arc<Counts>) {
    for stream in listener.incoming().map_while(Result::ok) {
        if counts.stopping.load(Ordering::Acquire) {
            return;
        }
        counts.connections.fetch_add(1, Ordering::Relaxed);
        let counts = Arc::clone(counts);
        // Ends with its connection; a broken one is the client's business.
        std::thread::spawn(move || drop(converse(stream, mode, &counts)));
    }
}

fn converse(mut stream: TcpStream, mode: Mode, counts: &Counts) -> io::Result<()> {
    stream.set_nodelay(true)?;
    match mode {
        Mode::Idles { after_ms } => stream.set_read_timeout(Some(Duration::from_millis(after_ms)))?,
        Mode::Speaks => stream.write_all(b"220 ready\r\n")?,
        _ => {}
    }
    let mut reader = BufReader::new(stream.try_clone()?);
    for answered in 0.. {
        let Some(path) = request(&mut reader)? else { return Ok(()) };
        let before = counts.requests.fetch_add(1, Ordering::Relaxed);
        let body = format!("the answer to {}\n", path.trim_start_matches('/'));
        if matches!(mode, Mode::EndsWhenAsked { after } if answered == after) {
            return Ok(());
        }
        let body = if mode == Mode::Changes { changing(counts, before) } else { body };
        stream.write_all(answer(mode, &body, answered, before).as_bytes())?;
        let ends = match mode {
            Mode::SaysClose { after } => answered == after,
            Mode::EndsSilently { after } => answered + 1 == after,
            Mode::UntilClose | Mode::Http10 | Mode::Cuts => true,
            _ => false,
        };
        if ends {
            return Ok(());
        }
    }
    Ok(())
}

fn changing(instance: &Counts, before: u32) -> String {
    let now = std::time::UNIX_EPOCH.elapsed().map_or(0, |passed| passed.as_secs());
    let instance = instance.number;
    format!("{{\"at\":{now},\"instance\":{instance},\"n\":{before},\"name\":\"lamp\"}}")
}

/// The path of a request without a body.
fn request(reader: &mut BufReader<TcpStream>) -> io::Result<Option<String>> {
    let mut path = None;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        if line == "\r\n" {
            return Ok(path);
        }
        path = path.or_else(|| line.split(' ').nth(1).map(str::to_owned));
    }
}

fn answer(mode: Mode, body: &str, answered: u32, before: u32) -> String {
    let length = body.len();
    let with = |version: &str, headers: &str| {
        format!(
            "HTTP/{version} 200 OK\r\nContent-Type: text/plain\r\n{headers}Content-Length: {length}\r\n\r\n{body}"
        )
    };
    let chunked = |extension: &str, trailers: &str| {
        format!(
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n\
             {length:x}{extension}\r\n{body}\r\n0\r\n{trailers}\r\n"
        )
    };
    match mode {
        Mode::Trailer => chunked("", "X-Sum: 1\r\n"),
        Mode::Extension => chunked(";a=b", ""),
        Mode::Identity => with("1.1", "Transfer-Encoding: identity\r\n"),
        Mode::Interim => {
            let interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n";
            format!("{interim}{}", with("1.1", ""))
        }
        Mode::SaysClose { after } if answered == after => with("1.1", "Connection: foo, Close\r\n"),
        Mode::UntilClose => format!("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n{body}"),
        Mode::Http10 => with("1.0", ""),
        Mode::Http10KeepAlive => with("1.0", "Connection: keep-alive\r\n"),
        Mode::Fails { from, to, status } if (from..to).contains(&before) => {
            format!("HTTP/1.1 {status} Not Yet\r\nContent-Length: 5\r\n\r\nwait\n")
        }
        Mode::Cuts | Mode::Stops => with("1.1", "")[..60].to_owned(),
        _ => with("1.1", ""),
    }
}
