//! A program of a few hundred bytes that a container can run without anything else in it.

#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
mod code;

/// What it answers, followed by its process id as 8 bytes, lowest first.
pub(crate) const GREETING: [u8; 8] = *b"plimsoll";

/// Where the file is put in a process's memory. The code does not mind.
const ADDRESS: u64 = 0x40_0000;
/// Lengths of the two kinds of headers in an ELF file of 64 bits.
const HEADER_BYTES: u16 = 64;
const SEGMENT_BYTES: u16 = 56;
/// The largest page of these machines.
const PAGE_BYTES: u64 = 1 << 16;
const READ: u32 = 4;
const WRITE: u32 = 2;
const EXECUTE: u32 = 1;

/// The program for this machine, whole; `None` where there is none for its kind.
pub(crate) fn program() -> Option<Vec<u8>> {
    let machine = machine()?;
    let code = code();
    let headers = u64::from(HEADER_BYTES + 2 * SEGMENT_BYTES);
    let length = headers + code.len() as u64;
    let mut file = Vec::new();
    // 64 bits, lowest byte first, version 1, for no system in particular; padding.
    file.extend(*b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0");
    // An executable, for this machine, version 1.
    file.extend(2_u16.to_le_bytes());
    file.extend(machine.to_le_bytes());
    file.extend(1_u32.to_le_bytes());
    // Where it begins; where the segments are told; no sections; no flags.
    file.extend((ADDRESS + headers).to_le_bytes());
    file.extend(u64::from(HEADER_BYTES).to_le_bytes());
    file.extend(0_u64.to_le_bytes());
    file.extend(0_u32.to_le_bytes());
    // Lengths and counts: this header, two segments, no sections.
    for number in [HEADER_BYTES, SEGMENT_BYTES, 2, 0, 0, 0] {
        file.extend(number.to_le_bytes());
    }
    // PT_LOAD: the whole file. PT_GNU_STACK: no code on the stack.
    file.extend(segment(1, READ | EXECUTE, ADDRESS, length, PAGE_BYTES));
    file.extend(segment(0x6474_e551, READ | WRITE, 0, 0, 16));
    file.extend(code);
    Some(file)
}

/// A segment that begins with the file.
fn segment(kind: u32, rights: u32, address: u64, length: u64, alignment: u64) -> Vec<u8> {
    let mut header = Vec::new();
    header.extend(kind.to_le_bytes());
    header.extend(rights.to_le_bytes());
    for number in [0, address, address, length, length, alignment] {
        header.extend(number.to_le_bytes());
    }
    header
}

/// The machine's number in an ELF file.
const fn machine() -> Option<u16> {
    if cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        Some(62)
    } else if cfg!(all(target_os = "linux", target_arch = "aarch64")) {
        Some(183)
    } else {
        None
    }
}

#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
use code::code;

#[cfg(not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64"))))]
const fn code() -> &'static [u8] {
    &[]
}

#[cfg(test)]
mod tests {
    use std::io::{ErrorKind, Read};
    use std::net::{Ipv4Addr, TcpListener, TcpStream};
    use std::os::unix::fs::PermissionsExt;
    use std::process::{Child, Command};
    use std::thread::sleep;
    use std::time::Duration;

    use super::*;

    fn run(arguments: &[&str]) -> Child {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("prober");
        std::fs::write(&file, program().unwrap()).unwrap();
        std::fs::set_permissions(&file, PermissionsExt::from_mode(0o755)).unwrap();
        loop {
            match Command::new(&file).args(arguments).spawn() {
                // Another test's child still holds it open for writing.
                Err(error) if error.kind() == ErrorKind::ExecutableFileBusy => {
                    sleep(Duration::from_millis(1));
                }
                started => return started.unwrap(),
            }
        }
    }

    fn answer(port: u16) -> [u8; 16] {
        let mut answer = [0; 16];
        loop {
            match TcpStream::connect((Ipv4Addr::LOCALHOST, port)) {
                Ok(mut connection) => {
                    connection.read_exact(&mut answer).unwrap();
                    return answer;
                }
                Err(_) => sleep(Duration::from_millis(1)),
            }
        }
    }

    fn free() -> (u16, String) {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        (port, port.to_string())
    }

    #[test]
    fn it_answers_with_its_process_id_and_ends_after_so_many() {
        for others in [&["loopback"][..], &[]] {
            let (port, text) = free();
            let mut child = run(&[&[text.as_str()], others].concat());
            for _ in 0..64 {
                let answer = answer(port);
                assert_eq!(answer[..8], GREETING);
                assert_eq!(answer[8..], u64::from(child.id()).to_le_bytes());
            }
            assert_eq!(child.wait().unwrap().code(), Some(0));
        }
    }

    #[test]
    fn a_port_that_is_taken_ends_it_with_the_error_s_number() {
        let holder = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = holder.local_addr().unwrap().port().to_string();
        let code = run(&[&port, "loopback"]).wait().unwrap().code();
        assert_eq!(code, Some(rustix::io::Errno::ADDRINUSE.raw_os_error()));
    }

    #[test]
    fn it_has_no_more_than_it_needs() {
        assert!(program().unwrap().len() < 512);
    }
}
