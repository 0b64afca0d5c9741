//! Whether the load generator's histogram agrees with a second measurement that shares no code with it.
//!
//! Twice: against the service's own stamps, on a service whose answers take 1 to 20 ms; and against a second client,
//! written with blocking calls and sorted values, on the `json-api` binary at the same rate, in turn.
#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::num::NonZeroU64;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use plimsoll_benches::{Native, SEED, Sides, pin, product};
use plimsoll_engine::{Cancel, Load, MonotonicClock, Pace, Served, Waiting};
use plimsoll_model::Exchange;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

const MOST_APART: f64 = 0.05;
const GENERATOR_CPU: usize = 0;
const SERVICE_CPU: usize = 1;
const QUANTILES: [f64; 4] = [0.5, 0.9, 0.99, 0.999];

fn main() -> Result<()> {
    with_the_service()?;
    with_a_second_client()
}

fn with_the_service() -> Result<()> {
    const CONNECTIONS: usize = 8;
    const PER_SECOND: u64 = 300;
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let address = listener.local_addr()?;
    let taken = Arc::new(Mutex::new(Vec::new()));
    let service = Arc::clone(&taken);
    // Apart, as in a run: a service that waits for the generator's core is late in its own stamps alone.
    pin(SERVICE_CPU)?;
    let service = thread::Builder::new().spawn(move || slow_service(&listener, CONNECTIONS, &service))?;
    pin(GENERATOR_CPU)?;
    let mut request = product()?;
    request.expect.body = b"done".as_slice().into();
    request.expect.content_type = None;
    let served = paced(address, &request, CONNECTIONS, PER_SECOND, Duration::from_secs(10))?;
    service.join().map_err(|_| anyhow::anyhow!("the service panicked"))??;
    let mut stamps = std::mem::take(&mut *taken.lock().unwrap_or_else(PoisonError::into_inner));
    stamps.sort_unstable();
    let ours = served.latencies[0].uncorrected();
    ensure!(ours.len() == stamps.len() as u64, "{} answers, {} stamps", ours.len(), stamps.len());
    for quantile in QUANTILES {
        let (a, b) = (ours.value_at_quantile(quantile) as f64, exact(&stamps, quantile) as f64);
        println!(
            "stamps of the service: P{} {:.3} ms, ours {:.3} ms: ratio {:.3} (1 ± {MOST_APART} is asked)",
            quantile * 100.0,
            b / 1e6,
            a / 1e6,
            a / b
        );
        ensure!((a / b - 1.0).abs() <= MOST_APART, "the two measurements disagree");
    }
    Ok(())
}

/// Answers each request after a time of its own, and notes how long that really was. It never sleeps: on a virtual
/// machine an idle CPU takes up to a millisecond to wake, which is in no stamp of the service.
fn slow_service(listener: &TcpListener, connections: usize, taken: &Mutex<Vec<u64>>) -> Result<()> {
    let mut delays = ChaCha8Rng::seed_from_u64(SEED);
    let mut clients = Vec::new();
    for stream in listener.incoming().take(connections) {
        let stream = stream?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        clients.push((stream, None));
    }
    let mut buffer = [0; 4096];
    while !clients.is_empty() {
        let mut left = Vec::new();
        for (at, (stream, asked)) in clients.iter_mut().enumerate() {
            match asked {
                Some((came, lasts)) if Instant::elapsed(came) >= *lasts => {
                    let took = came.elapsed().as_nanos() as u64;
                    taken.lock().unwrap_or_else(PoisonError::into_inner).push(took);
                    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\ndone")?;
                    *asked = None;
                }
                Some(_) => {}
                // The load's requests are short and never overlap: one read is one request.
                None => match stream.read(&mut buffer) {
                    Ok(0) => left.push(at),
                    Ok(_) => {
                        let lasts = Duration::from_secs_f64(0.001 * 20_f64.powf(delays.random::<f64>()));
                        *asked = Some((Instant::now(), lasts));
                    }
                    Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                    Err(error) => return Err(error.into()),
                },
            }
        }
        for at in left.into_iter().rev() {
            clients.swap_remove(at);
        }
    }
    Ok(())
}

fn with_a_second_client() -> Result<()> {
    const PER_SECOND: u64 = 2_000;
    const PAIRS: usize = 15;
    const LASTS: Duration = Duration::from_secs(2);
    pin(SERVICE_CPU)?;
    let service = Native::start("json-api", plimsoll_runtime::free_address()?)?;
    pin(GENERATOR_CPU)?;
    let request = product()?;
    for quantile in [0.5, 0.9] {
        let sides = Sides::measure(
            PAIRS,
            || {
                let served = paced(service.address, &request, 1, PER_SECOND, LASTS)?;
                Ok(served.latencies[0].corrected().value_at_quantile(quantile) as f64 / 1e3)
            },
            || {
                let mut latencies = second_client(service.address, &request, PER_SECOND, LASTS)?;
                latencies.sort_unstable();
                Ok::<_, anyhow::Error>(exact(&latencies, quantile) as f64 / 1e3)
            },
        )?;
        let line = sides.line("ours", "second client", "µs");
        println!("`json-api`, P{}: {line} (1 ± {MOST_APART} is asked)", quantile * 100.0);
    }
    Ok(())
}

/// Latencies in nanoseconds from when each request was due.
fn second_client(
    address: SocketAddr,
    request: &Exchange,
    per_second: u64,
    lasts: Duration,
) -> Result<Vec<u64>> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    stream.set_nonblocking(true)?;
    let head = format!("GET {} HTTP/1.1\r\nhost: {address}\r\n\r\n", request.path);
    let mut answer = vec![0; 64 << 10];
    let gap = Duration::from_nanos(1_000_000_000 / per_second);
    let count = u32::try_from(lasts.as_nanos() / gap.as_nanos())?;
    let begin = Instant::now() + gap;
    let mut latencies = Vec::with_capacity(count as usize);
    for number in 0..count {
        let due = begin + gap * number;
        while Instant::now() < due {}
        ensure!(stream.write(head.as_bytes())? == head.len(), "the request was cut");
        let mut filled = 0;
        while !answer[..filled].ends_with(&request.expect.body) {
            match stream.read(&mut answer[filled..]) {
                Ok(0) => anyhow::bail!("the service hung up"),
                Ok(read) => filled += read,
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(error.into()),
            }
        }
        latencies.push(due.elapsed().as_nanos() as u64);
    }
    Ok(latencies)
}

fn paced(
    address: SocketAddr,
    request: &Exchange,
    connections: usize,
    per_second: u64,
    lasts: Duration,
) -> Result<Served> {
    let rate_milli = NonZeroU64::MIN.saturating_add(per_second * 1_000 - 1);
    let pace = Pace::Open { rate_milli, duration_ns: u64::try_from(lasts.as_nanos())? };
    let requests = std::slice::from_ref(request);
    let load = Load { address, requests, connections, pace, waiting: Waiting::Spinning };
    let served = load.drive(&MonotonicClock, &Cancel::new())?;
    ensure!(served.failed == 0, "{:?}", served.first_failure());
    Ok(served)
}

/// The value at a quantile of sorted values, by counting.
fn exact(sorted: &[u64], quantile: f64) -> u64 {
    let rank = (quantile * sorted.len() as f64).ceil() as usize;
    sorted[rank.clamp(1, sorted.len()) - 1]
}
