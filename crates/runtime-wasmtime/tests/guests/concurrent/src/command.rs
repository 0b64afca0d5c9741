use wasip3::cli::{environment, stdin, stdout};
use wasip3::clocks::{monotonic_clock, system_clock};
use wasip3::filesystem::preopens;
use wasip3::filesystem::types::{Descriptor, DescriptorFlags, OpenFlags, PathFlags};
use wasip3::random::random;
use wasip3::sockets::ip_name_lookup;
use wasip3::sockets::types::{
    IpAddressFamily, IpSocketAddress, Ipv4SocketAddress, TcpSocket, UdpSocket,
};
use wasip3::wit_stream;

pub async fn run() -> Result<(), ()> {
    let arguments = environment::get_arguments();
    let words: Vec<&str> = arguments.iter().skip(1).map(String::as_str).collect();
    match words[..] {
        ["echo"] => {
            let (input, ended) = stdin::read_via_stream();
            let told = stdout::write_via_stream(input);
            told.await.map_err(drop)?;
            ended.await.map_err(drop)
        }
        ["arguments", ..] => print(arguments.join(" ").into_bytes(), 1).await,
        ["environment"] => {
            let variables = environment::get_environment();
            print(variables.iter().map(|(name, value)| format!("{name}={value}\n")).collect::<String>().into(), 1).await
        }
        ["clock"] => print(format!("{} {}", system_clock::now().seconds, monotonic_clock::now()).into(), 1).await,
        ["random"] => print(random::get_random_bytes(8), 1).await,
        ["flood"] => print(vec![0; 4096], 1000).await,
        ["wait"] => {
            monotonic_clock::wait_for(1_000_000).await;
            print(b"waited".to_vec(), 1).await
        }
        ["fail"] => Err(()),
        ["trap"] => std::process::abort(),
        ["grow"] => crate::grow(),
        ["folders"] => folders().await,
        ["lookup", name] => {
            let told = match ip_name_lookup::resolve_addresses(name.to_owned()).await {
                Ok(addresses) => format!("{addresses:?}"),
                Err(code) => format!("{code:?}"),
            };
            print(told.into(), 1).await
        }
        ["connect", port] => print(connect(port.parse().map_err(drop)?).await.into(), 1).await,
        ["datagram"] => {
            let made = UdpSocket::create(IpAddressFamily::Ipv4);
            print(format!("{:?}", made.map(drop)).into(), 1).await
        }
        _ => Err(()),
    }
}

async fn print(part: Vec<u8>, times: usize) -> Result<(), ()> {
    let (mut output, read) = wit_stream::new();
    let told = stdout::write_via_stream(read);
    for _ in 0..times {
        output.write_all(part.clone()).await;
    }
    drop(output);
    told.await.map_err(drop)
}

/// Prints what `/in/a` holds, and writes `/out/made`.
async fn folders() -> Result<(), ()> {
    let folders = preopens::get_directories();
    let named = |name: &str| folders.iter().find(|(_, at)| at == name).map(|(folder, _)| folder).ok_or(());
    let file = open(named("/in")?, "a", OpenFlags::empty(), DescriptorFlags::READ).await?;
    let (content, _) = file.read_via_stream(0);
    print(content.collect().await, 1).await?;
    if open(named("/in")?, "b", OpenFlags::CREATE, DescriptorFlags::WRITE).await.is_ok() {
        return Err(());
    }
    let made = open(named("/out")?, "made", OpenFlags::CREATE, DescriptorFlags::WRITE).await?;
    let (mut write, read) = wit_stream::new();
    let told = made.write_via_stream(read, 0);
    write.write_all(b"made".to_vec()).await;
    drop(write);
    told.await.map_err(drop)
}

async fn open(folder: &Descriptor, path: &str, how: OpenFlags, rights: DescriptorFlags) -> Result<Descriptor, ()> {
    folder.open_at(PathFlags::empty(), path.to_owned(), how, rights).await.map_err(drop)
}

/// What a server on this host sends first.
async fn connect(port: u16) -> String {
    let Ok(socket) = TcpSocket::create(IpAddressFamily::Ipv4) else { return "no socket".to_owned() };
    let address = IpSocketAddress::Ipv4(Ipv4SocketAddress { port, address: (127, 0, 0, 1) });
    match socket.connect(address).await {
        Ok(()) => {
            let (received, _) = socket.receive();
            String::from_utf8_lossy(&received.collect().await).into_owned()
        }
        Err(code) => format!("{code:?}"),
    }
}
