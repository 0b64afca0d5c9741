use std::collections::BTreeMap;
use std::env::consts::ARCH;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use plimsoll_files::{LARGEST_ARTIFACT, open_file, sha256, sha256_of};
use plimsoll_model::{
    Answer, Artifact, Artifacts, BodySchema, Command, Exchange, ExpectedFile, ExpectedOutput, FileExpect,
    FolderGrant, Form, Invocation, Job, Listen, Manifest, Objection, Origin, Request, Service, Slug, Source,
    Workload, in_registry,
};

use crate::bytes::{read_up_to, unread};
use crate::error::StoreError;
use crate::granted::granted_digests;
use crate::kind;
use crate::layout;
use crate::single::{LARGEST_ARCHIVE, pulled};

const MANIFEST: &str = "workload.toml";
/// What stands in a manifest for the name of an architecture.
pub(crate) const ARCH_SIGN: &str = "{arch}";
/// Architectures, beside this machine's, that a workload may have native binaries for.
const ARCHITECTURES: [&str; 3] = ["x86_64", "aarch64", "riscv64"];
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
    let (folder, manifest) = read_manifest(folder)?;
    folder.load(manifest)
}

fn read_manifest(folder: &Path) -> Result<(Folder, Manifest), StoreError> {
    let FolderText { folder, called, text } = FolderText::open(folder)?;
    let manifest = Manifest::parse(&text)
        .map_err(|source| StoreError::Manifest { folder: folder.path.clone(), source })?;
    if called.is_not(&manifest).is_some() {
        return Err(StoreError::NameDiffers { folder: folder.path, name: manifest.name.to_string() });
    }
    Ok((folder, manifest))
}

/// A folder with its manifest as text.
pub(crate) struct FolderText {
    pub(crate) folder: Folder,
    pub(crate) called: Called,
    pub(crate) text: String,
}

/// What a folder is called. What a link is called counts too: it may stand for a folder of any name.
pub(crate) struct Called([Option<OsString>; 2]);

impl FolderText {
    pub(crate) fn open(folder: &Path) -> Result<Self, StoreError> {
        let called = folder.file_name().map(ToOwned::to_owned);
        let path =
            folder.canonicalize().map_err(|source| StoreError::Read { path: folder.to_owned(), source })?;
        let manifest = path.join(MANIFEST);
        let text = read_up_to(&manifest, MANIFEST_LIMIT)?;
        let digests = BTreeMap::from([(MANIFEST.to_owned(), sha256(&text))]);
        let text = String::from_utf8(text).map_err(|_| StoreError::NotText { path: manifest })?;
        let called = Called([called, path.file_name().map(ToOwned::to_owned)]);
        Ok(Self { folder: Folder { path, digests }, called, text })
    }
}

impl Called {
    /// What is to be said where a manifest has another name.
    pub(crate) fn is_not(&self, manifest: &Manifest) -> Option<Objection> {
        let mut names = self.0.iter().flatten();
        let is_one = names.any(|name| name == manifest.name.as_str());
        let folder = self.0.iter().flatten().next().map(|name| name.to_string_lossy()).unwrap_or_default();
        (!is_one).then(|| {
            Objection::new(
                "name",
                format!("is not what the folder is called, `{folder}`: give both the same name"),
            )
        })
    }
}

/// A workload's folder while its files are read.
pub(crate) struct Folder {
    pub(crate) path: PathBuf,
    digests: BTreeMap<String, String>,
}

impl Folder {
    pub(crate) fn load(mut self, manifest: Manifest) -> Result<Workload, StoreError> {
        let artifacts = self.artifacts(&manifest.artifacts)?;
        let job = self.job(&manifest)?;
        let Manifest { name, summary, container, mut grants, .. } = manifest;
        grants.folders =
            grants.folders.iter().map(|folder| self.granted(folder)).collect::<Result<_, _>>()?;
        let Self { path, digests } = self;
        let origin = Origin::Folder(path);
        let remarks = Vec::new();
        Ok(Workload { name, summary, job, artifacts, container, grants, origin, digests, remarks })
    }

    pub(crate) fn artifacts(&mut self, named: &Artifacts) -> Result<Vec<Artifact>, StoreError> {
        let mut artifacts = Vec::new();
        let artifact =
            |form, name: &str, source| Artifact { form, name: name.to_owned(), source, arch: None };
        if let Some(name) = &named.component {
            let check = kind::check_component;
            artifacts.push(self.wasm("artifacts.component", name, Form::Component, check)?);
        }
        if let Some(name) = &named.module {
            artifacts.push(self.wasm("artifacts.module", name, Form::Module, kind::check_module)?);
        }
        if let Some(name) = &named.native {
            self.natives(name, &mut artifacts)?;
        }
        if let Some(name) = &named.image {
            artifacts.push(artifact(Form::Image, name, Source::Reference(name.clone())));
        }
        if let Some(name) = &named.dockerfile {
            let source = Source::Dockerfile(self.context(name)?);
            artifacts.push(artifact(Form::Image, name, source));
        }
        if let Some(name) = &named.archive {
            let source = Source::Archive(self.digested_up_to("artifacts.archive", name, LARGEST_ARCHIVE)?);
            artifacts.push(artifact(Form::Image, name, source));
        }
        if let Some(name) = &named.oci_layout {
            let source = Source::Layout(self.layout("artifacts.oci_layout", name, Form::Image)?);
            artifacts.push(artifact(Form::Image, name, source));
        }
        Ok(artifacts)
    }

    /// WebAssembly: in a registry, in a layout, or a file. Of the first two the kind is found out in preparing.
    fn wasm(
        &mut self,
        key: &'static str,
        name: &str,
        form: Form,
        check: fn(&Path) -> Result<(), StoreError>,
    ) -> Result<Artifact, StoreError> {
        if let Some(name) = in_registry(name) {
            return pulled(form, name);
        }
        let source = if self.path.join(name).is_dir() {
            Source::Layout(self.layout(key, name, form)?)
        } else {
            let file = self.digested(key, name)?;
            check(&file)?;
            Source::File(file)
        };
        Ok(Artifact { form, name: name.to_owned(), source, arch: None })
    }

    /// A folder that is an OCI layout, which must really lie in this one.
    fn layout(&mut self, key: &'static str, name: &str, form: Form) -> Result<PathBuf, StoreError> {
        let folder = self.path.join(name);
        if folder.is_dir() {
            layout::check(&folder)?;
        }
        let mark = self.inside(key, &format!("{name}/oci-layout"))?;
        let folder = mark.parent().unwrap_or(&self.path).to_owned();
        self.digests.extend(layout::digests(&folder, name, form)?);
        Ok(folder)
    }

    /// The native binaries: one, or one for each architecture.
    fn natives(&mut self, name: &str, artifacts: &mut Vec<Artifact>) -> Result<(), StoreError> {
        if !name.contains(ARCH_SIGN) {
            artifacts.push(self.native(name.to_owned(), None)?);
            return Ok(());
        }
        let others = ARCHITECTURES.into_iter().filter(|arch| *arch != ARCH);
        for arch in std::iter::once(ARCH).chain(others) {
            artifacts.push(self.native(name.replace(ARCH_SIGN, arch), Some(arch))?);
        }
        Ok(())
    }

    /// A folder to build an image from, which must really lie in this one and hold a `Dockerfile`.
    fn context(&mut self, folder: &str) -> Result<PathBuf, StoreError> {
        let file = Path::new(folder).join("Dockerfile");
        let file = file.strip_prefix(".").unwrap_or(&file).to_string_lossy().into_owned();
        let dockerfile = self.digested("artifacts.dockerfile", &file)?;
        Ok(dockerfile.parent().unwrap_or(&self.path).to_owned())
    }

    /// A native binary, which may not be built yet; digested where it is there and made for this machine.
    fn native(&mut self, file: String, arch: Option<&str>) -> Result<Artifact, StoreError> {
        let path = if arch.is_none_or(|arch| arch == ARCH) {
            match self.digested("artifacts.native", &file) {
                Err(StoreError::MissingFile { .. }) => self.path.join(&file),
                found => found?,
            }
        } else {
            self.path.join(&file)
        };
        let arch = arch.map(str::to_owned);
        Ok(Artifact { form: Form::Binary, name: file, source: Source::File(path), arch })
    }

    fn job(&mut self, manifest: &Manifest) -> Result<Job, StoreError> {
        match (&manifest.command, manifest.requests.split_first()) {
            (Some(command), _) => Ok(Job::Run(self.invocation(command)?)),
            (None, Some((ready, others))) => {
                let listen: Listen = manifest.listen.clone();
                let ready = self.exchange(ready)?;
                let others = others.iter().map(|request| self.exchange(request)).collect::<Result<_, _>>()?;
                Ok(Job::Serve(Service { listen, ready, others }))
            }
            (None, None) => Err(StoreError::NoJob { folder: self.path.clone() }),
        }
    }

    pub(crate) fn invocation(&mut self, command: &Command) -> Result<Invocation, StoreError> {
        let Command { args, stdin, expect } = command;
        let stdin = stdin.as_ref().map(|file| self.body("command.stdin", file)).transpose()?;
        let stdout = self.body("command.expect.stdout", &expect.stdout)?;
        let files = expect.files.iter().map(|file| self.expected_file(file)).collect::<Result<_, _>>()?;
        let (compare, left_out) = (expect.compare, expect.left_out.clone());
        let (exit_code, recorded) = (expect.exit_code, expect.recorded.clone());
        let expect = ExpectedOutput { exit_code, stdout, compare, left_out, recorded, files };
        Ok(Invocation { arguments: args.clone(), stdin, expect })
    }

    fn expected_file(&mut self, file: &FileExpect) -> Result<ExpectedFile, StoreError> {
        let FileExpect { path, body, compare, left_out } = file;
        let body = self.body("command.expect.file.body", body)?;
        Ok(ExpectedFile { path: path.clone(), body, compare: *compare, left_out: left_out.clone() })
    }

    /// A folder that instances see, with its absolute path. What it holds is part of the workload.
    pub(crate) fn granted(&mut self, folder: &FolderGrant) -> Result<FolderGrant, StoreError> {
        let key = "grants.folder.from";
        let name = folder.from.to_string_lossy().into_owned();
        let from = self.within(key, &name)?;
        self.digests.extend(granted_digests(&from, &name)?);
        Ok(FolderGrant { from, ..folder.clone() })
    }

    fn exchange(&mut self, request: &Request) -> Result<Exchange, StoreError> {
        let body = match &request.body {
            None => Arc::default(),
            Some(file) => self.body("request.body", file)?,
        };
        let expect = &request.expect;
        Ok(Exchange {
            name: request.name.clone(),
            method: request.method.clone(),
            path: request.path.clone(),
            headers: request.headers.clone().into_iter().collect(),
            content_type: request.content_type.clone(),
            body,
            weight: request.weight,
            expect: Answer {
                status: expect.status,
                content_type: expect.content_type.clone(),
                body: match &expect.body {
                    None => Arc::default(),
                    Some(file) => self.body("request.expect.body", file)?,
                },
                compare: expect.compare,
                tolerance: expect.tolerance.unwrap_or(0),
                left_out: expect.left_out.clone(),
                schema: expect.schema.as_ref().map(|file| self.schema(file)).transpose()?,
                recorded: expect.recorded.clone(),
                recorded_type: None,
            },
        })
    }

    pub(crate) fn schema(&mut self, file: &str) -> Result<BodySchema, StoreError> {
        let key = "request.expect.schema";
        let text = self.body(key, file)?;
        let folder = self.path.clone();
        BodySchema::read(text).map_err(|source| StoreError::Schema {
            folder,
            key,
            file: file.to_owned(),
            source,
        })
    }

    pub(crate) fn body(&mut self, key: &'static str, file: &str) -> Result<Arc<[u8]>, StoreError> {
        let bytes = read_up_to(&self.inside(key, file)?, BODY_LIMIT)?;
        self.digests.insert(file.to_owned(), sha256(&bytes));
        Ok(bytes.into())
    }

    /// Digests a file without keeping it.
    fn digested(&mut self, key: &'static str, file: &str) -> Result<PathBuf, StoreError> {
        self.digested_up_to(key, file, LARGEST_ARTIFACT)
    }

    fn digested_up_to(&mut self, key: &'static str, file: &str, limit: u64) -> Result<PathBuf, StoreError> {
        let path = self.inside(key, file)?;
        let opened = open_file(&path).map_err(|why| unread(&path, why))?;
        let digest = check_size(&path, &opened, limit).and_then(|()| {
            sha256_of(opened).map_err(|source| StoreError::Read { path: path.clone(), source })
        })?;
        self.digests.insert(file.to_owned(), digest);
        Ok(path)
    }

    /// The absolute path of a file, which must really lie in the folder, through all symbolic links.
    fn inside(&self, key: &'static str, file: &str) -> Result<PathBuf, StoreError> {
        let path = self.within(key, file)?;
        if !path.is_file() {
            return Err(StoreError::NotAFile { path });
        }
        kind::check_fetched(&path)?;
        Ok(path)
    }

    /// The same of a file or a folder.
    fn within(&self, key: &'static str, file: &str) -> Result<PathBuf, StoreError> {
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
        Ok(path)
    }
}

/// Refuses an artifact that no runtime would take.
fn check_size(path: &Path, file: &File, limit: u64) -> Result<(), StoreError> {
    let read = |source| StoreError::Read { path: path.to_owned(), source };
    match file.metadata().map_err(read)?.len() {
        bytes if bytes > limit => Err(StoreError::LargeArtifact { path: path.to_owned(), bytes, limit }),
        _ => Ok(()),
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
