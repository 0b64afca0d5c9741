use wasip2::cli::{environment, stdin, stdout};
use wasip2::clocks::{monotonic_clock, wall_clock};
use wasip2::filesystem::preopens;
use wasip2::filesystem::types::{Descriptor, DescriptorFlags, OpenFlags, PathFlags};
use wasip2::io::streams::InputStream;
use wasip2::random::random;
use wasip2::sockets::network::{IpAddressFamily, IpSocketAddress, Ipv4SocketAddress};
use wasip2::sockets::{instance_network, ip_name_lookup, tcp_create_socket, udp_create_socket};

use crate::service::each;

pub fn run() -> Result<(), ()> {
    let arguments = environment::get_arguments();
    let words: Vec<&str> = arguments.iter().skip(1).map(String::as_str).collect();
    match words[..] {
        ["echo"] => {
            each(&stdin::get_stdin(), print);
            Ok(())
        }
        ["arguments", ..] => told(&arguments.join(" ")),
        ["environment"] => {
            let variables = environment::get_environment();
            told(&variables.iter().map(|(name, value)| format!("{name}={value}\n")).collect::<String>())
        }
        ["clock"] => told(&format!("{} {}", wall_clock::now().seconds, monotonic_clock::now())),
        ["random"] => {
            print(&random::get_random_bytes(8));
            Ok(())
        }
        ["flood"] => {
            (0..1000).for_each(|_| print(&[0; 4096]));
            Ok(())
        }
        ["wait"] => {
            monotonic_clock::subscribe_duration(1_000_000).block();
            told("waited")
        }
        ["fail"] => Err(()),
        ["trap"] => std::process::abort(),
        ["grow"] => crate::grow(),
        ["folders"] => folders(),
        ["lookup", name] => told(&lookup(name)),
        ["connect", port] => told(&connect(port.parse().map_err(drop)?)),
        ["datagram"] => {
            let made = udp_create_socket::create_udp_socket(IpAddressFamily::Ipv4);
            told(&format!("{:?}", made.map(drop)))
        }
        _ => Err(()),
    }
}

fn told(words: &str) -> Result<(), ()> {
    print(words.as_bytes());
    Ok(())
}

fn print(bytes: &[u8]) {
    let output = stdout::get_stdout();
    for part in bytes.chunks(4096) {
        output.blocking_write_and_flush(part).unwrap();
    }
}

/// Prints what `/in/a` holds, and writes `/out/made`.
fn folders() -> Result<(), ()> {
    let folders = preopens::get_directories();
    let named = |name: &str| folders.iter().find(|(_, at)| at == name).map(|(folder, _)| folder).ok_or(());
    let file = open(named("/in")?, "a", OpenFlags::empty(), DescriptorFlags::READ)?;
    each(&file.read_via_stream(0).map_err(drop)?, print);
    if open(named("/in")?, "b", OpenFlags::CREATE, DescriptorFlags::WRITE).is_ok() {
        return Err(());
    }
    let made = open(named("/out")?, "made", OpenFlags::CREATE, DescriptorFlags::WRITE)?;
    made.write_via_stream(0).map_err(drop)?.blocking_write_and_flush(b"made").map_err(drop)
}

fn open(folder: &Descriptor, path: &str, how: OpenFlags, rights: DescriptorFlags) -> Result<Descriptor, ()> {
    folder.open_at(PathFlags::empty(), path, how, rights).map_err(drop)
}

fn lookup(name: &str) -> String {
    let coming = match ip_name_lookup::resolve_addresses(&instance_network::instance_network(), name) {
        Ok(coming) => coming,
        Err(code) => return format!("{code:?}"),
    };
    coming.subscribe().block();
    format!("{:?}", coming.resolve_next_address())
}

/// What a server on this host sends first.
fn connect(port: u16) -> String {
    let socket = match tcp_create_socket::create_tcp_socket(IpAddressFamily::Ipv4) {
        Ok(socket) => socket,
        Err(code) => return format!("{code:?}"),
    };
    let address = IpSocketAddress::Ipv4(Ipv4SocketAddress { port, address: (127, 0, 0, 1) });
    let network = instance_network::instance_network();
    if let Err(code) = socket.start_connect(&network, address) {
        return format!("{code:?}");
    }
    socket.subscribe().block();
    let input: InputStream = match socket.finish_connect() {
        Ok((input, _)) => input,
        Err(code) => return format!("{code:?}"),
    };
    let mut received = Vec::new();
    each(&input, |bytes| received.extend_from_slice(bytes));
    String::from_utf8_lossy(&received).into_owned()
}
