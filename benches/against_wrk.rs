//! Requests per second of the load generator beside those of `wrk`, on the same service with the same connections.
//! Wants `wrk` (Debian package) and the built `json-api` workload. Neither side is pinned.
#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

use std::net::SocketAddr;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use plimsoll_benches::{Native, Sides, closed_rate, product};

const CONNECTIONS: usize = 4;
const LASTS: Duration = Duration::from_secs(2);
const PAIRS: usize = 11;
const LEAST_RATIO: f64 = 0.7;

fn main() -> Result<()> {
    let service = Native::start("json-api", plimsoll_runtime::free_address()?)?;
    let request = product()?;
    let sides = Sides::measure(
        PAIRS,
        || Ok(closed_rate(service.address, &request, CONNECTIONS, LASTS)?),
        || wrk(service.address, &request.path),
    )?;
    println!("{} (at least {LEAST_RATIO} is asked)", sides.line("plimsoll", "`wrk`", "requests/s"));
    ensure!(sides.ratio() >= LEAST_RATIO, "the generator is too slow");
    Ok(())
}

fn wrk(address: SocketAddr, path: &str) -> Result<f64> {
    let output = Command::new("wrk")
        .args(["-t1", &format!("-c{CONNECTIONS}"), &format!("-d{}s", LASTS.as_secs())])
        .arg(format!("http://{address}{path}"))
        .output()
        .context("could not run `wrk`: install the Debian package `wrk`")?;
    let text = String::from_utf8(output.stdout)?;
    let line = text.lines().find_map(|line| line.strip_prefix("Requests/sec:"));
    line.and_then(|rate| rate.trim().parse().ok()).with_context(|| format!("`wrk` told no rate:\n{text}"))
}
