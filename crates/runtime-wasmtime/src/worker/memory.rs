//! Amounts of memory in words, and the flag that gives enough.

/// Bytes of a mebibyte.
const MIB: u64 = 1 << 20;

/// In whole mebibytes, the last one begun counted.
pub(super) fn told(bytes: u64) -> String {
    format!("{} MiB", bytes.div_ceil(MIB))
}

/// What to write so that this many bytes of linear memory are had, with the engine and its code beside them.
pub(super) fn flag(bytes: u64) -> String {
    let enough = bytes.saturating_add(bytes / 8).checked_next_power_of_two().unwrap_or(1 << 63);
    format!("`--memory {}MiB`", (enough / MIB).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flag_gives_more_than_is_asked_for() {
        assert_eq!(told((256 << 20) + 1), "257 MiB");
        assert_eq!(flag(300 << 20), "`--memory 512MiB`");
        assert_eq!(flag(500 << 20), "`--memory 1024MiB`");
        assert_eq!(flag(2 << 30), "`--memory 4096MiB`");
        assert_eq!(flag(1), "`--memory 1MiB`");
        assert!(flag(u64::MAX).ends_with("MiB`"));
    }
}
