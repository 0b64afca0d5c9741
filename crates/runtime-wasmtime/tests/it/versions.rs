//! What a component of WASI 0.2 and one of 0.3 are given alike, in this process.

use std::io::Write as _;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Body as _;
use hyper::{Request, Response};
use plimsoll_model::{Grants, JobKind};
use plimsoll_runtime_wasmtime::{
    Answer, Ending, Preopened, Program, Reachable, Responder, Reuse, Rights, Settings, Tuning, Wasi,
    WasmtimeError, compile,
};

use crate::guests;

/// Both guests, by the WASI that they speak.
pub(crate) const GUESTS: [(&str, Wasi); 2] = [("plain", Wasi::Preview2), ("concurrent", Wasi::Preview3)];

pub(crate) fn wasm(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/guests").join(name).with_extension("wasm")
}

fn granted() -> Rights {
    Rights { grants: Grants { stdout: true, ..Grants::default() }, ..guests::rights() }
}

/// What each guest was compiled to as each kind: once for all tests, since it takes its time.
static COMPILED: [OnceLock<Vec<u8>>; 4] = [const { OnceLock::new() }; 4];

pub(crate) fn compiled(name: &str, kind: JobKind, is: Wasi) -> (tempfile::TempDir, PathBuf, Settings) {
    let folder = tempfile::tempdir().unwrap();
    let compiled = folder.path().join("guest.cwasm");
    let settings = Settings::lane(kind, guests::rights().memory_bytes);
    let made = &COMPILED[usize::from(kind.serves()) * 2 + usize::from(is == Wasi::Preview3)];
    let image = made.get_or_init(|| {
        assert_eq!(compile(&wasm(name), &compiled, kind, settings).unwrap(), is);
        std::fs::read(&compiled).unwrap()
    });
    std::fs::write(&compiled, image).unwrap();
    (folder, compiled, settings.speaking(is))
}

/// Does the same with a service of each, whose instances answer once or again.
async fn with_services(rights: &Rights, mut act: impl AsyncFnMut(&str, &Responder)) {
    for (name, is) in GUESTS {
        let (_folder, compiled, settings) = compiled(name, JobKind::Serve, is);
        for reuse in [Reuse::ONCE, Reuse::AS_SERVED] {
            let settings = settings.tuned(Tuning { reuse, ..Tuning::USUAL });
            act(name, &Responder::load(&compiled, settings, rights.clone()).unwrap()).await;
        }
    }
}

pub(crate) fn ask(path: &str, body: &[u8]) -> Request<Full<Bytes>> {
    let body = Full::new(Bytes::copy_from_slice(body));
    Request::builder().method("POST").uri(path).header("host", "here:80").body(body).unwrap()
}

pub(crate) async fn told(responder: &Responder, path: &str) -> (u16, String) {
    let answer = responder.respond(ask(path, b"")).await.unwrap();
    (answer.status().as_u16(), text(answer).await)
}

pub(crate) async fn text(answer: Response<Answer>) -> String {
    String::from_utf8(answer.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
}

#[tokio::test]
async fn a_service_answers_each_request_and_is_timed() {
    with_services(&guests::rights(), async |name, service| {
        let answer = service.respond(ask("/hello", b"")).await.unwrap();
        // One of 0.3 answers before it writes: how long its answer is, is not known when its head is sent.
        let length = (name == "plain").then_some(5);
        assert_eq!(answer.body().size_hint().exact(), length, "{name}");
        assert_eq!(text(answer).await, "hello");
        let marks = service.marks();
        let in_order = [marks.asked_ns, marks.created_ns, marks.started_ns, marks.done_ns];
        assert!(marks.asked_ns > 0 && in_order.is_sorted(), "{name}: {marks:?}");
        assert_eq!(told(service, "/authority").await, (200, "here:80".to_owned()), "{name}");
        assert_eq!(told(service, "/nowhere").await.0, 404, "{name}");
        let (status, words) = told(service, "/refuse").await;
        assert!(status == 500 && words.contains("LoopDetected"), "{name}: {words}");
        let nowhere = Request::builder().uri("/hello").body(Full::new(Bytes::new())).unwrap();
        assert!(service.respond(nowhere).await.is_err(), "{name}: a request that names no host");
    })
    .await;
}

#[tokio::test]
async fn more_requests_than_places_are_all_answered() {
    with_services(&guests::rights(), async |name, service| {
        let asked: Vec<_> = (0..100)
            .map(|_| {
                let service = service.clone();
                tokio::spawn(async move { told(&service, "/hello").await })
            })
            .collect();
        for answer in asked {
            assert_eq!(answer.await.unwrap(), (200, "hello".to_owned()), "{name}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_large_body_is_streamed_as_it_is_taken() {
    with_services(&guests::rights(), async |name, service| {
        let mut answer = service.respond(ask("/large", b"")).await.unwrap();
        assert_eq!(answer.body().size_hint().exact(), None, "{name}: it can't be here yet");
        let mut length = 0;
        while let Some(frame) = answer.body_mut().frame().await {
            let part = frame.unwrap().into_data().unwrap();
            assert!(part.len() <= 64 << 10, "{name}: {} bytes at once", part.len());
            length += part.len();
        }
        assert_eq!(length, 8 << 20, "{name}");
        // One that nobody reads to its end leaves its place to others.
        for _ in 0..40 {
            drop(service.respond(ask("/large", b"")).await.unwrap());
        }
    })
    .await;
}

#[tokio::test]
async fn a_body_goes_in_and_out_again() {
    let body: Vec<u8> = (0..300_000_u32).map(|at| at.to_le_bytes()[0]).collect();
    with_services(&guests::rights(), async |name, service| {
        for length in [0, 1, body.len()] {
            let answer = service.respond(ask("/echo", &body[..length])).await.unwrap();
            let echoed = answer.into_body().collect().await.unwrap().to_bytes();
            assert!(echoed[..] == body[..length], "{name}: {} bytes of {length}", echoed.len());
        }
    })
    .await;
}

#[tokio::test]
async fn a_trap_is_told_before_an_answer_and_within_one() {
    with_services(&guests::rights(), async |name, service| {
        for _ in 0..2 {
            let trapped = service.respond(ask("/trap", b"")).await.err().unwrap();
            assert!(
                matches!(&trapped, WasmtimeError::Trapped { trap } if trap.contains("unreachable")),
                "{name}: {trapped}"
            );
        }
        // What it had begun may have gone out by then or not: either way it is broken off, and nobody takes it for whole.
        let broken = match service.respond(ask("/late-trap", b"")).await {
            Ok(begun) => begun.into_body().collect().await.err().unwrap().to_string(),
            Err(trapped) => trapped.to_string(),
        };
        assert!(broken.contains("unreachable"), "{name}: {broken}");
        assert_eq!(told(service, "/hello").await.0, 200, "{name}");
    })
    .await;
}

#[tokio::test]
async fn memory_is_limited_and_the_limit_is_told() {
    with_services(&guests::rights(), async |name, service| {
        let trapped = service.respond(ask("/grow", b"")).await.err().unwrap().to_string();
        assert!(trapped.contains("more memory than its limit of 16 MiB"), "{name}: {trapped}");
    })
    .await;
    for (name, ending) in run(&["grow"], granted()) {
        let trapped = ending.trap.unwrap_or_default();
        assert!(trapped.contains("more memory than its limit of 16 MiB"), "{name}: {trapped}");
    }
}

/// A server on loopback that says the same to whoever connects.
struct Neighbour {
    address: SocketAddr,
    is_over: Arc<AtomicBool>,
    serving: Option<JoinHandle<()>>,
}

impl Neighbour {
    fn that_says(words: &'static str) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let (address, is_over) = (listener.local_addr().unwrap(), Arc::new(AtomicBool::new(false)));
        let ends = is_over.clone();
        let serving = std::thread::spawn(move || {
            while let Ok((mut stream, _)) = listener.accept() {
                if ends.load(Ordering::Relaxed) {
                    return;
                }
                // Who asks by HTTP is heard first, since closing on what was not read breaks the connection off.
                if words.starts_with("HTTP") {
                    let mut heard = [0; 4096];
                    let _ = std::io::Read::read(&mut stream, &mut heard);
                }
                let _ = stream.write_all(words.as_bytes());
            }
        });
        Self { address, is_over, serving: Some(serving) }
    }

    /// Rights to reach it, by a name that no system knows, and by its address.
    fn reached_by(&self, rights: Rights) -> Rights {
        let named = |name: &str| Reachable { name: name.to_owned(), addresses: vec![self.address] };
        Rights { hosts: vec![named("neighbour.test"), named("127.0.0.1")], ..rights }
    }
}

impl Drop for Neighbour {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        drop(std::net::TcpStream::connect(self.address));
        let _ = self.serving.take().map(JoinHandle::join);
    }
}

const AFAR: &str = "HTTP/1.1 200 OK\r\ncontent-length: 9\r\nconnection: close\r\n\r\nfrom afar";

#[tokio::test]
async fn a_request_reaches_a_host_that_is_granted_and_no_other() {
    let (granted, other) = (Neighbour::that_says(AFAR), Neighbour::that_says(AFAR));
    let port = granted.address.port();
    with_services(&granted.reached_by(guests::rights()), async |name, service| {
        for host in ["neighbour.test", "127.0.0.1"] {
            let answer = told(service, &format!("/fetch/{host}:{port}")).await;
            assert_eq!(answer, (200, "from afar".to_owned()), "{name}");
        }
        for refused in [
            format!("127.0.0.1:{}", other.address.port()),
            format!("localhost:{port}"),
            "127.0.0.1".to_owned(),
        ] {
            let (status, words) = told(service, &format!("/fetch/{refused}")).await;
            assert!(status == 502 && words.contains("HttpRequestDenied"), "{name}, {refused}: {words}");
        }
    })
    .await;
    with_services(&guests::rights(), async |name, service| {
        let (status, words) = told(service, &format!("/fetch/127.0.0.1:{port}")).await;
        assert!(status == 502 && words.contains("HttpRequestDenied"), "{name}: {words}");
    })
    .await;
}

/// Runs a command of each with these words.
fn run(words: &[&str], rights: Rights) -> Vec<(&'static str, Ending)> {
    let arguments = std::iter::once("guest").chain(words.iter().copied()).map(str::to_owned).collect();
    let rights = Rights { arguments, ..rights };
    let each = GUESTS.iter().map(|(name, is)| {
        let (_folder, compiled, settings) = compiled(name, JobKind::Run, *is);
        let program = Program::load(&compiled, settings, rights.clone()).unwrap();
        // A thread of its own, so that it may be asked from within a runtime.
        let ending = std::thread::spawn(move || {
            tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap()
                .block_on(program.run())
        });
        (*name, ending.join().unwrap())
    });
    each.collect()
}

fn printed(words: &[&str], rights: Rights) -> [String; 2] {
    let both = run(words, rights).into_iter().map(|(name, ending)| {
        assert_eq!(ending.code, Some(0), "{name} {words:?}: {:?} {}", ending.trap, ending.stderr_tail);
        String::from_utf8_lossy(&STANDARD.decode(ending.stdout).unwrap()).into_owned()
    });
    both.collect::<Vec<_>>().try_into().unwrap()
}

#[test]
fn a_command_ends_with_its_word_or_its_trap_and_is_timed() {
    for (name, ending) in run(&["wait"], granted()) {
        let marks =
            [ending.marks.asked_ns, ending.marks.created_ns, ending.marks.started_ns, ending.marks.done_ns];
        assert!(ending.code == Some(0) && marks[0] > 0 && marks.is_sorted(), "{name}: {marks:?}");
    }
    for (name, ending) in run(&["fail"], granted()) {
        assert_eq!((ending.code, ending.trap), (Some(1), None), "{name}");
    }
    for (name, ending) in run(&["trap"], granted()) {
        assert!(ending.trap.is_some_and(|trap| trap.contains("unreachable")), "{name}");
    }
}

#[test]
fn a_command_prints_up_to_the_limit_and_only_where_it_may() {
    for (name, ending) in run(&["flood"], granted()) {
        assert_eq!((ending.code, ending.dropped_bytes), (Some(0), 1000 * 4096 - 10_000), "{name}");
    }
    for (name, ending) in run(&["flood"], guests::rights()) {
        assert_eq!((ending.code, ending.stdout.as_str()), (Some(0), ""), "{name}");
    }
}

#[test]
fn a_command_reads_what_it_is_given() {
    assert_eq!(printed(&["arguments", "a b"], granted()), ["guest arguments a b"; 2]);
    assert_eq!(printed(&["environment"], granted()), [""; 2]);
    let mut rights = granted();
    rights.grants.environment = [("REGION".to_owned(), "eu".to_owned())].into();
    assert_eq!(printed(&["environment"], rights), ["REGION=eu\n"; 2]);
    let ground = tempfile::tempdir().unwrap();
    let input = ground.path().join("stdin");
    std::fs::write(&input, "x".repeat(9_000)).unwrap();
    assert_eq!(
        printed(&["echo"], Rights { stdin: Some(input), ..granted() }),
        ["x".repeat(9_000), "x".repeat(9_000)]
    );
    assert_eq!(printed(&["echo"], granted()), [""; 2]);
    for name in ["in", "out"] {
        std::fs::create_dir(ground.path().join(name)).unwrap();
    }
    std::fs::write(ground.path().join("in/a"), "hello").unwrap();
    let folder =
        |name: &str| Preopened { at: ground.path().join(name), to: format!("/{name}"), write: name == "out" };
    let rights = Rights { folders: vec![folder("in"), folder("out")], ..granted() };
    assert_eq!(printed(&["folders"], rights), ["hello"; 2]);
    assert_eq!(std::fs::read(ground.path().join("out/made")).unwrap(), b"made");
    assert!(!ground.path().join("in/b").exists());
}

#[test]
fn clock_and_randomness_are_there_where_they_are_granted() {
    assert_eq!(printed(&["clock"], granted()), ["0 1"; 2]);
    let [plain, concurrent] = printed(&["random"], granted());
    assert_eq!(plain, concurrent, "all draw the same");
    let open = || Rights {
        grants: Grants { stdout: true, clock: true, random: true, ..Grants::default() },
        ..guests::rights()
    };
    for told in printed(&["clock"], open()) {
        let seconds: u64 = told.split(' ').next().unwrap().parse().unwrap();
        assert!(seconds > 1_700_000_000, "{told}");
    }
    assert!(printed(&["random"], open()).iter().all(|drawn| *drawn != plain));
}

/// In the words of either's bindings.
fn is_denied(told: &str) -> bool {
    told.contains("AccessDenied") || told.contains("access-denied")
}

#[test]
fn a_socket_reaches_a_host_that_is_granted_and_no_other() {
    let (neighbour, other) = (Neighbour::that_says("hi"), Neighbour::that_says("no"));
    let (port, refused) = (neighbour.address.port().to_string(), other.address.port().to_string());
    for told in printed(&["connect", &port], granted()) {
        assert!(is_denied(&told) || told.contains("no socket"), "{told}");
    }
    for told in printed(&["lookup", "localhost"], granted()) {
        assert!(is_denied(&told), "{told}");
    }
    let rights = neighbour.reached_by(granted());
    assert_eq!(printed(&["connect", &port], rights.clone()), ["hi"; 2]);
    for told in printed(&["connect", &refused], rights.clone()) {
        assert!(is_denied(&told), "{told}");
    }
    for told in printed(&["lookup", "neighbour.test"], rights.clone()) {
        assert!(told.contains("127, 0, 0, 1"), "{told}");
    }
    for told in printed(&["lookup", "localhost"], rights.clone()) {
        assert!(is_denied(&told), "{told}");
    }
    for told in printed(&["datagram"], rights) {
        assert!(told.contains("Err("), "{told}");
    }
}
