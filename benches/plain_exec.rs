//! What lane `native` adds to a plain start of the same binary: to a command's exit, and to a service's first answer.
//!
//! The lane's process stands under limits, which plain fork and exec of it do not have; neither is pinned. Both sides wait
//! in one way.
#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use plimsoll_benches::Sides;
use plimsoll_model::{Limits, RunId};
use plimsoll_runtime::{Clock as _, Conditions, Family as _, MonotonicClock, Owner, Prepared, free_address};
use plimsoll_runtime_native::NativeFamily;
use tokio::runtime::Runtime;

const PAIRS: usize = 100;
const BALLAST_BYTES: usize = 512 << 20;
const LIMIT: Duration = Duration::from_secs(10);
/// Between two looks whether a service answers.
const STEP: Duration = Duration::from_micros(50);
const REQUEST: &[u8] = b"GET /products/17 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

fn main() -> Result<()> {
    let observer = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let hello = Lane::prepare(&observer, "hello")?;
    let sides = Sides::measure(PAIRS, || hello.to_exit_ms(&observer), || hello.plain_to_exit_ms())?;
    println!("hello, to its exit: {}", sides.line("lane `native`", "plain fork and exec", "ms"));
    let api = Lane::prepare(&observer, "json-api")?;
    let sides = Sides::measure(PAIRS, || api.to_answer_ms(&observer), || api.plain_to_answer_ms())?;
    println!("json-api, to its first answer: {}", sides.line("lane `native`", "plain fork and exec", "ms"));
    // A parent of the size of an observer that has compiled much: executing takes no longer.
    let ballast = vec![1_u8; BALLAST_BYTES];
    let sides = Sides::measure(PAIRS, || hello.to_exit_ms(&observer), || hello.plain_to_exit_ms())?;
    println!("hello, beside 512 MiB of ours: {}", sides.line("lane `native`", "plain fork and exec", "ms"));
    drop(std::hint::black_box(ballast));
    hello.discard(&observer)?;
    api.discard(&observer)
}

/// The lane with a workload, and the same binary.
struct Lane {
    prepared: Box<dyn Prepared>,
    binary: PathBuf,
}

impl Lane {
    fn prepare(observer: &Runtime, name: &str) -> Result<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../workloads").join(name);
        let workload = plimsoll_store::load_workload(&folder)
            .context("build the workloads first: `cargo xtask workloads native`")?;
        let family = NativeFamily::new();
        let offer = family.offers().into_iter().next().context("the family offers no lane")?;
        let conditions = Conditions {
            limits: Limits::default(),
            instance_cpus: Vec::new(),
            owner: Owner::current(RunId::known("bench")),
        };
        let prepared = observer.block_on(family.open(&offer.spec)?.prepare(&workload, &conditions))?;
        Ok(Self { prepared, binary: folder.join("native").join(std::env::consts::ARCH).join(name) })
    }

    fn to_exit_ms(&self, observer: &Runtime) -> Result<f64> {
        observer.block_on(async {
            let mut bed = self.prepared.stage().await?;
            let began_ns = MonotonicClock.now_ns();
            let mut instance = bed.start().await?;
            let exit = instance.wait().await?;
            let took_ns = MonotonicClock.now_ns() - began_ns;
            ensure!(exit.code == Some(0), "it ended with {exit:?}");
            instance.stop().await?;
            bed.end().await?;
            Ok(took_ns as f64 / 1e6)
        })
    }

    fn to_answer_ms(&self, observer: &Runtime) -> Result<f64> {
        observer.block_on(async {
            let mut bed = self.prepared.stage().await?;
            let began_ns = MonotonicClock.now_ns();
            let instance = bed.start().await?;
            answered(instance.address().context("a service has an address")?)?;
            let took_ns = MonotonicClock.now_ns() - began_ns;
            instance.stop().await?;
            bed.end().await?;
            Ok(took_ns as f64 / 1e6)
        })
    }

    fn plain_to_exit_ms(&self) -> Result<f64> {
        let mut command = self.plain();
        let began_ns = MonotonicClock.now_ns();
        let output = command.stdout(Stdio::piped()).spawn()?.wait_with_output()?;
        let took_ns = MonotonicClock.now_ns() - began_ns;
        ensure!(output.status.success(), "it ended with {}", output.status);
        Ok(took_ns as f64 / 1e6)
    }

    fn plain_to_answer_ms(&self) -> Result<f64> {
        let address = free_address()?;
        let mut command = self.plain();
        command.env("PLIMSOLL_LISTEN", address.to_string()).stdout(Stdio::null());
        let began_ns = MonotonicClock.now_ns();
        let mut child = command.spawn()?;
        let answer = answered(address);
        let took_ns = MonotonicClock.now_ns() - began_ns;
        child.kill()?;
        child.wait()?;
        answer.map(|()| took_ns as f64 / 1e6)
    }

    fn plain(&self) -> Command {
        Command::new(&self.binary)
    }

    fn discard(self, observer: &Runtime) -> Result<()> {
        Ok(observer.block_on(self.prepared.discard())?)
    }
}

/// Returns with the last byte of the first answer.
fn answered(address: SocketAddr) -> Result<()> {
    let begun = Instant::now();
    let mut stream = loop {
        match TcpStream::connect(address) {
            Ok(stream) => break stream,
            Err(error) => ensure!(begun.elapsed() < LIMIT, "`{address}` does not listen: {error}"),
        }
        std::thread::sleep(STEP);
    };
    stream.write_all(REQUEST)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    ensure!(answer.starts_with(b"HTTP/1.1 200"), "it answered {}", String::from_utf8_lossy(&answer));
    Ok(())
}
