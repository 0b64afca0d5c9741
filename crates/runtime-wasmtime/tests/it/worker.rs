//! The worker binary, spoken to as any parent would.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use plimsoll_model::JobKind;
use plimsoll_runtime_wasmtime::{Settings, Tuning, compile};
use serde_json::{Value, json};

use crate::{components, guests, workloads};

struct Worker {
    child: Child,
    orders: Option<ChildStdin>,
    reports: BufReader<ChildStdout>,
}

impl Worker {
    fn start() -> Self {
        let mut child = Command::new(workloads::worker())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the worker starts");
        let orders = child.stdin.take();
        let reports = BufReader::new(child.stdout.take().unwrap());
        let mut worker = Self { child, orders, reports };
        let hello = worker.report();
        assert_eq!((&hello["report"], &hello["protocol"]), (&json!("hello"), &json!(6)));
        worker
    }

    fn order(&mut self, order: &Value) {
        writeln!(self.orders.as_ref().unwrap(), "{order}").unwrap();
    }

    fn report(&mut self) -> Value {
        let mut line = String::new();
        self.reports.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|_| panic!("not a report: `{line}`"))
    }

    fn load(&mut self, kind: &str, compiled: &Path, listen: &str) {
        self.order(&json!({
            "order": "load", "protocol": 6, "code": { "wasm": "", "kept": { "in": "file", "compiled": compiled } },
            "kind": kind, "wasi": "0.2", "tuning": Tuning::USUAL, "rights": guests::rights(),
            "listen": listen, "threads": 1, "run": true,
        }));
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn compiled(folder: &Path, kind: JobKind, wasm: &[u8]) -> PathBuf {
    let component = folder.join("guest.wasm");
    let compiled = folder.join("guest.cwasm");
    std::fs::write(&component, wasm).unwrap();
    compile(&component, &compiled, kind, Settings::lane(kind, guests::rights().memory_bytes)).unwrap();
    compiled
}

#[test]
fn a_worker_ends_with_its_parent_even_when_its_guest_never_does() {
    let folder = tempfile::tempdir().unwrap();
    let endless = components::command("(loop $again (br $again)) unreachable");
    let mut worker = Worker::start();
    worker.load("run", &compiled(folder.path(), JobKind::Run, &endless), "127.0.0.1:0");
    worker.orders = None;
    // Hangs here if it does not end.
    assert!(worker.child.wait().unwrap().success());
}

#[test]
fn a_worker_without_orders_ends_in_peace() {
    let mut worker = Worker::start();
    worker.orders = None;
    assert!(worker.child.wait().unwrap().success());
}

#[test]
fn a_taken_port_is_a_conflict_that_names_the_address() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let mut worker = Worker::start();
    worker.load("serve", &compiled(folder.path(), JobKind::Serve, &components::service("")), &address);
    let refused = worker.report();
    assert_eq!((&refused["report"], &refused["kind"]), (&json!("refused"), &json!("conflict")));
    assert!(refused["message"].as_str().unwrap().contains(&address), "{refused}");
    assert!(!worker.child.wait().unwrap().success());
}

#[test]
fn another_protocol_and_what_is_no_order_are_refused() {
    let mut worker = Worker::start();
    worker.order(&json!({
        "order": "compile", "protocol": 99, "code": { "wasm": "a", "kept": { "in": "nowhere" } }, "kind": "serve",
        "tuning": Tuning::USUAL, "rights": guests::rights(),
    }));
    assert!(worker.report()["message"].as_str().unwrap().contains("protocol 99"));
    let mut worker = Worker::start();
    worker.order(&json!({ "order": "format_disk" }));
    assert_eq!(worker.report()["report"], "refused");
    let mut worker = Worker::start();
    worker.order(&json!({ "order": "run" }));
    assert!(worker.report()["message"].as_str().unwrap().contains("can't do this now"));
}
