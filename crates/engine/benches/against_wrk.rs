//! Requests per second of the load generator over those of `wrk`, on the same service with the same
//! connections, in interleaved pairs. Wants `wrk` (Debian package) and the built `json-api` workload.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a bench fails by panicking")]

use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use plimsoll_engine::{Cancel, Load, MonotonicClock, Pace, Waiting};
use plimsoll_model::{Compare, PreparedRequest};

const ADDRESS: &str = "127.0.0.1:47613";
const CONNECTIONS: usize = 4;
const SECONDS: u64 = 2;
const PAIRS: usize = 7;

struct Service(Child);

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../workloads/json-api");
    let binary = folder.join("native").join(std::env::consts::ARCH).join("json-api");
    let child = Command::new(&binary).env("PLIMSOLL_LISTEN", ADDRESS).stdout(Stdio::null()).spawn();
    let _service = Service(child.unwrap_or_else(|why| panic!("`{}`: {why}", binary.display())));
    let address: SocketAddr = ADDRESS.parse().unwrap();
    let begun = Instant::now();
    while TcpStream::connect(address).is_err() {
        assert!(begun.elapsed() < Duration::from_secs(10), "the service does not listen");
    }
    let body = std::fs::read(folder.join("expected/product.json")).unwrap();
    let requests = [request(body.into())];
    let mut ratios: Vec<f64> = (0..PAIRS)
        .map(|_| {
            let theirs = wrk();
            let ours = ours(address, &requests);
            println!("wrk {theirs:>8.0}/s   plimsoll {ours:>8.0}/s   ratio {:.3}", ours / theirs);
            ours / theirs
        })
        .collect();
    ratios.sort_by(f64::total_cmp);
    let median = ratios[PAIRS / 2];
    println!(
        "median ratio {median:.3} ({:.3} to {:.3}); at least 0.7 is asked",
        ratios[0],
        ratios[PAIRS - 1]
    );
    assert!(median >= 0.7, "the generator is too slow");
}

fn request(expect_body: Arc<[u8]>) -> PreparedRequest {
    PreparedRequest {
        name: "product".parse().unwrap(),
        method: "GET".to_owned(),
        path: "/products/17".to_owned(),
        content_type: None,
        body: Arc::new([]),
        weight: 1,
        expect_status: 200,
        expect_content_type: Some("application/json".to_owned()),
        expect_body,
        compare: Compare::Bytes,
        tolerance: 0,
    }
}

fn wrk() -> f64 {
    let output = Command::new("wrk")
        .args(["-t1", &format!("-c{CONNECTIONS}"), &format!("-d{SECONDS}s")])
        .arg(format!("http://{ADDRESS}/products/17"))
        .output()
        .unwrap_or_else(|why| panic!("`wrk`: {why}: install the Debian package `wrk`"));
    let text = String::from_utf8(output.stdout).unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix("Requests/sec:"));
    line.and_then(|rate| rate.trim().parse().ok()).unwrap_or_else(|| panic!("wrk told no rate:\n{text}"))
}

/// Not pinned, as `wrk` is not.
fn ours(address: SocketAddr, requests: &[PreparedRequest]) -> f64 {
    let nanoseconds = SECONDS * 1_000_000_000;
    let pace = Pace::Closed { least_ns: nanoseconds, most_ns: nanoseconds, answers: 0 };
    let load = Load { address, requests, connections: CONNECTIONS, pace, waiting: Waiting::Yielding };
    let served = load.drive(&MonotonicClock, &Cancel::new()).unwrap();
    assert_eq!(served.failed, 0, "{:?}", served.first_failure());
    served.rate_milli(0) as f64 / 1_000.0
}
