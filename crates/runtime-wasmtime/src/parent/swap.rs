//! Whether this host swaps.

/// What lists where it swaps to.
const LIST: &str = "/proc/swaps";

/// Whether anything may be swapped out.
pub(super) fn is_on() -> bool {
    // A kernel without swap has no such list.
    std::fs::read_to_string(LIST).is_ok_and(|list| lists_any(&list))
}

/// Under its heads the list has a line for each device or file.
fn lists_any(list: &str) -> bool {
    list.lines().skip(1).any(|line| !line.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn swap_is_on_where_anything_is_listed() {
        let heads = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n";
        assert!(!lists_any(heads) && !lists_any("") && !lists_any(&format!("{heads}\n")));
        for listed in [
            "/dev/sda2                               partition\t8388604\t\t0\t\t-2\n",
            "/swapfile                               file\t\t2097148\t\t1024\t\t-3",
            "/dev/zram0                              partition\t4194300\t\t0\t\t100\n",
        ] {
            assert!(lists_any(&format!("{heads}{listed}")), "{listed}");
        }
    }
}
