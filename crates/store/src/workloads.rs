use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use plimsoll_model::{ExpectedOutput, Manifest, PreparedRequest, Request, Slug, Workload};
use sha2::{Digest, Sha256};

use crate::bytes::read_up_to;
use crate::error::StoreError;

const MANIFEST: &str = "workload.toml";
/// The largest manifest that is read, in bytes.
const MANIFEST_LIMIT: u64 = 1 << 20;
/// The largest body or expected output that is read, in bytes: it is kept in memory.
const BODY_LIMIT: u64 = 64 << 20;

/// A folder that holds a `workload.toml`.
#[derive(Debug)]
pub struct FoundWorkload {
    /// The folder.
    pub folder: PathBuf,
    /// The workload, or why it can't be used.
    pub workload: Result<Workload, StoreError>,
}

/// Loads the workload in a folder, with everything it names. The native binary may be missing: it is built
/// later.
///
/// # Errors
/// When the manifest is refused, its name is not the folder's, or a file is missing, too large or outside the
/// folder.
pub fn load_workload(folder: &Path) -> Result<Workload, StoreError> {
    let folder =
        folder.canonicalize().map_err(|source| StoreError::Read { path: folder.to_owned(), source })?;
    let manifest_path = folder.join(MANIFEST);
    let text = read_up_to(&manifest_path, MANIFEST_LIMIT)?;
    let digest = hex(Sha256::digest(&text).as_slice());
    let text = String::from_utf8(text).map_err(|_| StoreError::NotText { path: manifest_path })?;
    let manifest =
        Manifest::parse(&text).map_err(|source| StoreError::Manifest { folder: folder.clone(), source })?;
    if folder.file_name().is_none_or(|name| name != manifest.name.as_str()) {
        return Err(StoreError::NameDiffers { folder, name: manifest.name.to_string() });
    }
    Folder { path: folder, digests: BTreeMap::from([(MANIFEST.to_owned(), digest)]) }.load(manifest)
}

/// A workload's folder while its files are read.
struct Folder {
    path: PathBuf,
    digests: BTreeMap<String, String>,
}

impl Folder {
    fn load(mut self, manifest: Manifest) -> Result<Workload, StoreError> {
        let component = self.digested("artifacts.component", &manifest.artifacts.component)?;
        let native = self.native(&manifest.artifacts.native.replace("{arch}", std::env::consts::ARCH))?;
        let requests = manifest
            .requests
            .iter()
            .map(|request| self.prepare(request))
            .collect::<Result<_, StoreError>>()?;
        let expected_output = match &manifest.command {
            None => None,
            Some(command) => Some(ExpectedOutput {
                exit_code: command.expect.exit_code,
                stdout: self.body("command.expect.stdout", &command.expect.stdout)?,
            }),
        };
        let Self { path: folder, digests } = self;
        Ok(Workload { manifest, folder, component, native, requests, expected_output, digests })
    }

    fn prepare(&mut self, request: &Request) -> Result<PreparedRequest, StoreError> {
        let body = match &request.body {
            None => Arc::default(),
            Some(file) => self.body("request.body", file)?,
        };
        Ok(PreparedRequest {
            name: request.name.clone(),
            method: request.method.clone(),
            path: request.path.clone(),
            content_type: request.content_type.clone(),
            body,
            weight: request.weight,
            expect_status: request.expect.status,
            expect_content_type: request.expect.content_type.clone(),
            expect_body: self.body("request.expect.body", &request.expect.body)?,
            compare: request.expect.compare,
            tolerance: request.expect.tolerance.unwrap_or(0),
        })
    }

    /// The path of the native binary, digested where it is there already.
    fn native(&mut self, file: &str) -> Result<PathBuf, StoreError> {
        match self.digested("artifacts.native", file) {
            Err(StoreError::MissingFile { .. }) => Ok(self.path.join(file)),
            found => found,
        }
    }

    fn body(&mut self, key: &'static str, file: &str) -> Result<Arc<[u8]>, StoreError> {
        let bytes = read_up_to(&self.inside(key, file)?, BODY_LIMIT)?;
        self.digests.insert(file.to_owned(), hex(Sha256::digest(&bytes).as_slice()));
        Ok(bytes.into())
    }

    /// Digests a file without keeping it.
    fn digested(&mut self, key: &'static str, file: &str) -> Result<PathBuf, StoreError> {
        let path = self.inside(key, file)?;
        let mut digest = Sha256::new();
        File::open(&path)
            .and_then(|mut opened| io::copy(&mut opened, &mut Feed(&mut digest)))
            .map_err(|source| StoreError::Read { path: path.clone(), source })?;
        self.digests.insert(file.to_owned(), hex(digest.finalize().as_slice()));
        Ok(path)
    }

    /// The absolute path of a file, which must really lie in the folder, through all symbolic links.
    fn inside(&self, key: &'static str, file: &str) -> Result<PathBuf, StoreError> {
        let path = match self.path.join(file).canonicalize() {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Err(StoreError::MissingFile {
                    folder: self.path.clone(),
                    key,
                    file: file.to_owned(),
                });
            }
            found => found.map_err(|source| StoreError::Read { path: self.path.join(file), source })?,
        };
        if !path.starts_with(&self.path) {
            return Err(StoreError::Outside { folder: self.path.clone(), key, file: file.to_owned() });
        }
        if !path.is_file() {
            return Err(StoreError::NotAFile { path });
        }
        Ok(path)
    }
}

/// Every workload directly inside these folders, by name; the first of a name wins. A folder that is itself a
/// workload counts as one. Broken ones are kept with their error.
///
/// # Errors
/// When a folder can't be read.
pub fn find_workloads(folders: &[PathBuf]) -> Result<Vec<FoundWorkload>, StoreError> {
    let mut found: Vec<FoundWorkload> = Vec::new();
    for folder in folders {
        for folder in workload_folders(folder)? {
            let workload = load_workload(&folder);
            let name = workload.as_ref().ok().map(|workload| workload.name().clone());
            let is_known = |known: &Slug| {
                found.iter().any(|other| other.workload.as_ref().is_ok_and(|other| other.name() == known))
            };
            if !name.as_ref().is_some_and(is_known) {
                found.push(FoundWorkload { folder, workload });
            }
        }
    }
    found.sort_by(|a, b| a.folder.file_name().cmp(&b.folder.file_name()));
    Ok(found)
}

fn workload_folders(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
    if folder.join(MANIFEST).exists() {
        return Ok(vec![folder.to_owned()]);
    }
    let failed = |source| StoreError::Read { path: folder.to_owned(), source };
    let mut folders = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let inner = entry.map_err(failed)?.path();
        if inner.join(MANIFEST).exists() {
            folders.push(inner);
        }
    }
    Ok(folders)
}

/// Lets a digest be copied into.
struct Feed<'digest>(&'digest mut Sha256);

impl io::Write for Feed<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
