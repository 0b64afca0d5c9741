//! How much a capsule may hold. What packs keeps to the same limits as what reads.

/// The largest capsule in bytes: 1 GiB.
pub const FILE: u64 = 1 << 30;
/// Entries.
pub const ENTRIES: u64 = 4_096;
/// The largest entry in bytes, unpacked: 512 MiB, as of a run's file.
pub const ENTRY: u64 = 512 << 20;
/// All entries together in bytes, unpacked: 2 GiB.
pub const TOTAL: u64 = 2 << 30;
/// The longest name of an entry in bytes.
pub const NAME: usize = 200;
/// Parts of a name between slashes.
pub const DEPTH: usize = 8;
/// The largest `capsule.json` in bytes.
pub(crate) const CONTENTS: u64 = 4 << 20;
/// The largest `capsule.sha256` in bytes.
pub(crate) const SUM: u64 = 256;
