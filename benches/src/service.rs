use std::io;
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use plimsoll_engine::{Cancel, Load, LoadError, MonotonicClock, Pace, Waiting};
use plimsoll_model::{Answer, Exchange};
use rustix::thread::{CpuSet, sched_setaffinity};

/// How long a service may take to listen.
const LISTEN_LIMIT: Duration = Duration::from_secs(10);

/// Why a service could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// A file of the workload, or its binary, is not there.
    #[error("`{path}`: {source}: build the workloads first with `cargo xtask workloads native`")]
    Missing {
        /// What is missing.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// It does not listen.
    #[error("`{0}` does not listen: end what holds the port")]
    Deaf(SocketAddr),
    /// The load could not begin.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// It answered wrongly.
    #[error("{failed} requests failed: {first}")]
    Failed {
        /// How many.
        failed: u64,
        /// The first, in words.
        first: String,
    },
    /// A thread could not be pinned, or something else of the system failed.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// The native binary of a workload as a process; ends when it is dropped.
#[derive(Debug)]
pub struct Native {
    child: Child,
    /// Where it serves.
    pub address: SocketAddr,
}

impl Native {
    /// Starts it, on the CPUs of the calling thread, and waits until it listens.
    ///
    /// # Errors
    /// When it was not built, or does not listen within 10 s.
    pub fn start(workload: &str, address: SocketAddr) -> Result<Self, ServiceError> {
        let binary = folder(workload).join("native").join(std::env::consts::ARCH).join(workload);
        let child = Command::new(&binary)
            .env("PLIMSOLL_LISTEN", address.to_string())
            .stdout(Stdio::null())
            .spawn()
            .map_err(|source| ServiceError::Missing { path: binary, source })?;
        let native = Self { child, address };
        let begun = Instant::now();
        while TcpStream::connect(address).is_err() {
            if begun.elapsed() > LISTEN_LIMIT {
                return Err(ServiceError::Deaf(address));
            }
        }
        Ok(native)
    }
}

impl Drop for Native {
    fn drop(&mut self) {
        // Nobody is left to tell.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One product of `json-api`, with its expected answer.
///
/// # Errors
/// When the workload is not there.
pub fn product() -> Result<Exchange, ServiceError> {
    let path = folder("json-api").join("expected/product.json");
    let expected = std::fs::read(&path).map_err(|source| ServiceError::Missing { path, source })?;
    Ok(Exchange {
        name: plimsoll_model::Slug::known("product"),
        method: "GET".to_owned(),
        path: "/products/17".to_owned(),
        headers: Vec::new(),
        content_type: None,
        body: [].into(),
        weight: 1,
        expect: Answer {
            content_type: Some("application/json".to_owned()),
            ..Answer::exactly(200, expected.into())
        },
    })
}

/// Right answers per second of a closed loop.
///
/// # Errors
/// When the load can't begin, or an answer is wrong.
pub fn closed_rate(
    address: SocketAddr,
    request: &Exchange,
    connections: usize,
    lasts: Duration,
) -> Result<f64, ServiceError> {
    let nanoseconds = u64::try_from(lasts.as_nanos()).unwrap_or(u64::MAX);
    let pace = Pace::Closed { least_ns: nanoseconds, most_ns: nanoseconds, answers: 0 };
    let requests = std::slice::from_ref(request);
    let load = Load { address, requests, connections, pace, waiting: Waiting::Yielding };
    let served = load.drive(&MonotonicClock, &Cancel::new())?;
    match served.first_failure() {
        None => Ok(served.rate_milli(0) as f64 / 1_000.0),
        Some(first) => Err(ServiceError::Failed { failed: served.failed, first: first.to_owned() }),
    }
}

/// Keeps the calling thread, and what it starts, on one CPU.
///
/// # Errors
/// When this machine has no such CPU for us.
pub fn pin(cpu: usize) -> Result<(), ServiceError> {
    let mut set = CpuSet::new();
    set.set(cpu);
    Ok(sched_setaffinity(None, &set).map_err(io::Error::from)?)
}

fn folder(workload: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../workloads").join(workload)
}
