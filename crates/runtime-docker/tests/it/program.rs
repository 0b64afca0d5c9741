//! What the containers of these tests run; compiled by them into a static binary.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;

unsafe extern "C" {
    fn signal(number: i32, handler: extern "C" fn(i32)) -> usize;
    fn _exit(code: i32) -> !;
}

extern "C" fn stay(_: i32) {}

extern "C" fn leave(_: i32) {
    unsafe { _exit(0) }
}

fn main() {
    let mode = std::env::args().nth(1).or_else(|| std::env::var("MODE").ok()).unwrap_or_default();
    let rest: Vec<String> = std::env::args().skip(2).collect();
    match mode.as_str() {
        "deaf" => {}
        "stubborn" => drop(unsafe { signal(15, stay) }),
        _ => drop(unsafe { signal(15, leave) }),
    }
    match mode.as_str() {
        "serve" | "deaf" | "stubborn" => serve(),
        "ports" => serve_on(&rest),
        "write" => {
            std::fs::write("/written", mode).expect("the root can't be written");
            serve();
        }
        "fork" => {
            let own = || std::process::Command::new("/program").arg("silent").spawn().unwrap();
            let _children = [own(), own(), own()];
            serve();
        }
        "say" => println!("{}", rest.join(" ")),
        "leave" => println!("I am done"),
        "silent" => std::thread::sleep(std::time::Duration::from_secs(3600)),
        "print" => println!("hello"),
        "granted" => println!("{}", std::env::var("GRANTED").unwrap()),
        "echo" => drop(std::io::copy(&mut std::io::stdin(), &mut std::io::stdout()).unwrap()),
        "folders" => folders(),
        "flood" => flood(),
        "eat" => eat(),
        "fill" => println!("{}", std::hint::black_box(vec![1_u8; 64 << 20]).len()),
        _ => {
            eprintln!("no such mode");
            std::process::exit(3);
        }
    }
}

fn serve() {
    serve_on(&[std::env::var("PLIMSOLL_LISTEN").unwrap()]);
}

/// Listens on all, and answers on the first.
fn serve_on(addresses: &[String]) {
    let mut listeners: Vec<_> = addresses.iter().map(|address| TcpListener::bind(address).unwrap()).collect();
    let listener = listeners.remove(0);
    for stream in listener.incoming() {
        let mut stream = stream.unwrap();
        let lines = BufReader::new(stream.try_clone().unwrap()).lines();
        if lines.map_while(Result::ok).any(|line| line.is_empty()) {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\nconnection: close\r\n\r\nhello\n");
        }
    }
}

fn folders() {
    print!("{}", std::fs::read_to_string("/in/a").unwrap());
    std::fs::write("/in/b", "b").expect_err("a folder that is read alone");
    std::fs::File::create_new("/out/made").unwrap().write_all(b"made").unwrap();
}

fn flood() {
    let block = [b'x'; 65536];
    for _ in 0..64 {
        std::io::stdout().write_all(&block).unwrap();
        std::io::stderr().write_all(&block).unwrap();
    }
    eprintln!("the end");
}

fn eat() {
    let mut held = Vec::new();
    loop {
        held.push(std::hint::black_box(vec![1_u8; 1 << 20]));
    }
}
