//! Archives with anything in them.

use std::io::{Cursor, Write};

use plimsoll_capsule::{CAPSULE_VERSION, Contents};
use plimsoll_files::sha256;
use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::ground::{FILES, head};

/// An archive that is being forged.
pub(crate) struct Forged {
    zip: ZipWriter<Cursor<Vec<u8>>>,
    listed: Vec<Value>,
}

impl Forged {
    pub(crate) fn new() -> Self {
        Self { zip: ZipWriter::new(Cursor::default()), listed: Vec::new() }
    }

    /// The small capsule's files, so far without a list.
    pub(crate) fn small() -> Self {
        FILES.into_iter().fold(Self::new(), |forged, (name, bytes)| forged.with(name, bytes))
    }

    /// An entry that is listed as it is.
    pub(crate) fn with(self, name: &str, bytes: &[u8]) -> Self {
        self.listing(name, bytes.len() as u64, &sha256(bytes)).adding(name, bytes)
    }

    pub(crate) fn listing(mut self, name: &str, bytes: u64, sha256: &str) -> Self {
        self.listed.push(json!({ "name": name, "bytes": bytes, "sha256": sha256 }));
        self
    }

    pub(crate) fn adding(mut self, name: &str, bytes: &[u8]) -> Self {
        self.zip.start_file(name, SimpleFileOptions::default()).unwrap();
        self.zip.write_all(bytes).unwrap();
        self
    }

    pub(crate) fn linking(mut self, name: &str, to: &str) -> Self {
        self.listed.push(json!({ "name": name, "bytes": to.len(), "sha256": sha256(to.as_bytes()) }));
        self.zip.add_symlink(name, to, SimpleFileOptions::default()).unwrap();
        self
    }

    pub(crate) fn zeros(mut self, name: &str, bytes: u64) -> Self {
        self.zip.start_file(name, SimpleFileOptions::default()).unwrap();
        std::io::copy(&mut std::io::Read::take(std::io::repeat(0), bytes), &mut self.zip).unwrap();
        self
    }

    /// With a right list and its checksum.
    pub(crate) fn finish(self) -> Vec<u8> {
        let list = self.list();
        let sum = format!("{}  capsule.json\n", sha256(&list));
        self.adding("capsule.json", &list).adding("capsule.sha256", sum.as_bytes()).bytes()
    }

    /// With a list that says something else, and its right checksum.
    pub(crate) fn finish_with(self, change: impl FnOnce(&mut Value)) -> Vec<u8> {
        let mut list = serde_json::from_slice(&self.list()).unwrap();
        change(&mut list);
        let list = serde_json::to_vec(&list).unwrap();
        let sum = format!("{}  capsule.json\n", sha256(&list));
        self.adding("capsule.json", &list).adding("capsule.sha256", sum.as_bytes()).bytes()
    }

    pub(crate) fn list(&self) -> Vec<u8> {
        let contents = Contents { capsule_version: CAPSULE_VERSION, head: head(), entries: Vec::new() };
        let mut list = serde_json::to_value(contents).unwrap();
        list["entries"] = Value::Array(self.listed.clone());
        serde_json::to_vec_pretty(&list).unwrap()
    }

    pub(crate) fn bytes(self) -> Vec<u8> {
        self.zip.finish().unwrap().into_inner()
    }
}

/// Writes other bytes of the same number over every occurrence.
pub(crate) fn replaced(mut bytes: Vec<u8>, from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let at: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at..].starts_with(from)).collect();
    assert!(!at.is_empty());
    for at in at {
        bytes[at..at + to.len()].copy_from_slice(to);
    }
    bytes
}
