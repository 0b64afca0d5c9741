//! A program of a few hundred bytes that a container can run without anything else in it.

#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
mod code;

use plimsoll_runtime::static_program;

/// What it answers, followed by its process id as 8 bytes, lowest first.
pub(crate) const GREETING: [u8; 8] = *b"plimsoll";

/// The program for this machine, whole; `None` where there is none for its kind.
pub(crate) fn program() -> Option<Vec<u8>> {
    static_program(code())
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
