//! Where runs live: journal, atomic save, schema upgrades.
