//! The few fields of an ELF file that decide whether it can run here without any other file. Layout: System V ABI,
//! chapters 4 and 5, for 64-bit little-endian files.

/// The segment that names the program's interpreter; every dynamically linked program has it.
const PT_INTERP: u64 = 3;
const EXECUTABLE: u64 = 2;
/// A shared object, or an executable that can be loaded anywhere.
const DYNAMIC: u64 = 3;

/// Checks that a file is a static executable for an architecture by Rust's name, as an image `FROM scratch` needs it.
///
/// # Errors
/// Says what it is instead.
pub fn check_static(file: &[u8], arch: &str) -> Result<(), &'static str> {
    const CUT: &str = "it is cut short";
    if !file.starts_with(b"\x7fELF") {
        return Err("it is no ELF executable");
    }
    if file.get(4..6).ok_or(CUT)? != [2, 1] {
        return Err("it is not made for a 64-bit little-endian machine");
    }
    if !matches!(number(file, 16, 2).ok_or(CUT)?, EXECUTABLE | DYNAMIC) {
        return Err("it is an object file or a core dump, not a program");
    }
    let machine = number(file, 18, 2).ok_or(CUT)?;
    if machine_of(arch).is_some_and(|expected| expected != machine) {
        return Err("it is made for another architecture than this machine's");
    }
    let table = number(file, 32, 8).and_then(|at| usize::try_from(at).ok()).ok_or(CUT)?;
    let size = number(file, 54, 2).ok_or(CUT)? as usize;
    let count = number(file, 56, 2).ok_or(CUT)? as usize;
    for segment in 0..count {
        let at = table.checked_add(segment * size).ok_or(CUT)?;
        if number(file, at, 4).ok_or(CUT)? == PT_INTERP {
            return Err("it is linked dynamically, so a container FROM scratch could not run it");
        }
    }
    Ok(())
}

/// `e_machine`; `None` for an architecture that is not checked.
fn machine_of(arch: &str) -> Option<u64> {
    match arch {
        "x86_64" => Some(62),
        "aarch64" => Some(183),
        "riscv64" => Some(243),
        _ => None,
    }
}

/// A little-endian number of up to eight bytes.
fn number(file: &[u8], at: usize, length: usize) -> Option<u64> {
    let bytes = file.get(at..at.checked_add(length)?)?;
    Some(bytes.iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A header and one segment of the given type.
    fn elf(segment: u8) -> Vec<u8> {
        let mut file = vec![0; 64 + 56];
        file[..6].copy_from_slice(b"\x7fELF\x02\x01");
        (file[16], file[18], file[32], file[54], file[56], file[64]) = (3, 62, 64, 56, 1, segment);
        file
    }

    #[test]
    fn a_static_program_for_this_machine_passes() {
        assert_eq!(check_static(&elf(1), "x86_64"), Ok(()));
    }

    #[test]
    fn a_program_that_asks_for_an_interpreter_is_refused() {
        assert!(check_static(&elf(3), "x86_64").unwrap_err().contains("dynamically"));
    }

    #[test]
    fn a_program_for_another_machine_is_refused() {
        assert!(check_static(&elf(1), "aarch64").unwrap_err().contains("another architecture"));
    }

    #[test]
    fn what_is_no_program_is_refused() {
        assert!(check_static(b"#!/bin/sh\n", "x86_64").is_err());
        assert!(check_static(b"", "x86_64").is_err());
        let mut object = elf(1);
        object[16] = 1;
        assert!(check_static(&object, "x86_64").unwrap_err().contains("object file"));
    }

    #[test]
    fn no_cut_or_forged_header_is_read_beyond_its_end() {
        let whole = elf(1);
        for end in 0..68 {
            assert!(check_static(&whole[..end], "x86_64").is_err(), "{end}");
        }
        let mut forged = whole;
        forged[32..40].fill(0xff);
        assert!(check_static(&forged, "x86_64").is_err());
    }
}
