//! A small capsule, and a folder for it.

use std::path::{Path, PathBuf};

use plimsoll_capsule::{Capsule, CapsuleError, EntryName, Head, Packed, Packer};
use plimsoll_model::Slug;
use tempfile::TempDir;

/// The files of the small capsule.
pub(crate) const FILES: [(&str, &[u8]); 4] = [
    ("run.json", br#"{"id":"r20261121-013200-7f3a"}"#),
    ("workloads/hello/workload.toml", b"name = \"hello\""),
    ("workloads/hello/expected/stdout.txt", b"Hello.\n"),
    ("reports/r20261121-013200-7f3a.md", b"# A run"),
];

pub(crate) fn head() -> Head {
    Head {
        packed_by: "plimsoll 0.1.0".to_owned(),
        packed_at: "2026-11-21T01:32:00Z".parse().unwrap(),
        run: Slug::known("r20261121-013200-7f3a"),
        images: Vec::new(),
    }
}

/// A folder that goes away with the test.
pub(crate) struct Ground(TempDir);

impl Ground {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn folder(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.folder().join("x.plimsoll")
    }

    /// What `x.plimsoll` is opened as when it holds these bytes.
    pub(crate) fn open(&self, bytes: &[u8]) -> Result<Capsule, CapsuleError> {
        std::fs::write(self.file(), bytes).unwrap();
        Capsule::open(&self.file())
    }

    /// The refusal of these bytes, without the folder.
    #[track_caller]
    pub(crate) fn refusal(&self, bytes: &[u8]) -> String {
        let error = self.open(bytes).expect_err("it must be refused");
        error.to_string().replace(self.folder().to_str().unwrap(), "FOLDER")
    }

    /// Names in the folder.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder()).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

pub(crate) fn pack(target: &Path, replace: bool) -> Result<Packed, CapsuleError> {
    let mut packer = Packer::begin(target, replace)?;
    for (name, bytes) in FILES {
        packer.add(EntryName::new(name).unwrap(), bytes)?;
    }
    packer.finish(head())
}

/// The bytes of the small capsule.
pub(crate) fn packed() -> Vec<u8> {
    let ground = Ground::new();
    pack(&ground.file(), false).unwrap();
    std::fs::read(ground.file()).unwrap()
}
