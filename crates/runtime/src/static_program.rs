//! A static executable of a few bytes, for trying out what runs programs.

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

/// A program for this machine around instructions that run wherever they are put and need no other file; `None` for a
/// machine that is not known. The file's layout: System V ABI, chapters 4 and 5.
#[must_use]
pub fn static_program(code: &[u8]) -> Option<Vec<u8>> {
    let machine = machine()?;
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

/// What [`least_program`] ends with. Whoever says that it ran it, and did not, does not know it.
pub const LEAST_EXIT: i32 = 23;

/// `exit(23)`.
#[cfg(target_arch = "x86_64")]
const EXIT: [u8; 12] = [0xb8, 0x3c, 0, 0, 0, 0xbf, 0x17, 0, 0, 0, 0x0f, 0x05];
#[cfg(target_arch = "aarch64")]
const EXIT: [u8; 12] = [0xe0, 0x02, 0x80, 0xd2, 0xa8, 0x0b, 0x80, 0xd2, 1, 0, 0, 0xd4];
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
const EXIT: [u8; 0] = [];

/// The least that can be run: it ends with [`LEAST_EXIT`]. `None` for a machine that is not known.
#[must_use]
pub fn least_program() -> Option<Vec<u8>> {
    if EXIT.is_empty() { None } else { static_program(&EXIT) }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_a_static_program_of_this_machine() {
        let file = static_program(&[0; 8]).unwrap();
        assert_eq!(crate::check_static(&file, std::env::consts::ARCH), Ok(()));
    }
}
