/// The segment that names the program's interpreter, as every dynamically linked program has it.
const PT_INTERP: u32 = 3;

/// Checks that a file is an executable that needs no other file. An image FROM scratch holds none, and the engine
/// tells it only by an exit code of the started container.
///
/// The layout is that of ELF-64, little-endian (System V ABI, chapters 4 and 5).
pub(crate) fn check_static(file: &[u8]) -> Result<(), &'static str> {
    const CUT: &str = "it is cut short";
    if !file.starts_with(b"\x7fELF") {
        return Err("it is no ELF executable");
    }
    if file.get(4..6).ok_or(CUT)? != [2, 1] {
        return Err("it is not made for a 64-bit little-endian machine");
    }
    let table = number(file, 32, 8).and_then(|at| usize::try_from(at).ok()).ok_or(CUT)?;
    let size = number(file, 54, 2).ok_or(CUT)? as usize;
    let count = number(file, 56, 2).ok_or(CUT)? as usize;
    for segment in 0..count {
        let at = table.checked_add(segment * size).ok_or(CUT)?;
        if number(file, at, 4).ok_or(CUT)? == u64::from(PT_INTERP) {
            return Err("it is linked dynamically and asks for an interpreter");
        }
    }
    Ok(())
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
        (file[32], file[54], file[56], file[64]) = (64, 56, 1, segment);
        file
    }

    #[test]
    fn a_program_that_asks_for_an_interpreter_is_refused() {
        assert!(check_static(&elf(1)).is_ok());
        assert!(check_static(&elf(3)).unwrap_err().contains("dynamically"));
    }

    #[test]
    fn no_cut_or_forged_header_is_read_beyond_its_end() {
        let whole = elf(1);
        for end in 0..68 {
            assert!(check_static(&whole[..end]).is_err(), "{end}");
        }
        let mut forged = whole;
        forged[32..40].fill(0xff);
        assert!(check_static(&forged).is_err());
    }
}
