use std::io;
use std::path::PathBuf;

use plimsoll_files::BadTree;
use plimsoll_model::{BodySchemaError, ManifestError};

/// Why a run could not be kept or read, or a workload not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The system knows no home folder.
    #[error("found no home folder to keep runs in: set `XDG_DATA_HOME` or name a folder with `--data-dir`")]
    NoHome(#[from] etcetera::HomeDirError),
    /// No run has this name.
    #[error("found no run `{name}` in `{}`: `plimsoll list` shows what is there", folder.display())]
    NotFound {
        /// What was asked for.
        name: String,
        /// Where it was looked for.
        folder: PathBuf,
    },
    /// Several runs begin like this.
    #[error("`{name}` could be {}: give more of the name", all(matches))]
    Ambiguous {
        /// What was asked for.
        name: String,
        /// The identities that begin like it.
        matches: Vec<String>,
    },
    /// A run of this identity is there already.
    #[error("run `{id}` is in `{}` already: remove it with `plimsoll rm {id}` or begin another", folder.display())]
    Exists {
        /// Its identity.
        id: String,
        /// The folder.
        folder: PathBuf,
    },
    /// Another run of this identity is there.
    #[error("another run `{id}` is in `{}`: remove it first with `plimsoll rm {id}`", folder.display())]
    Other {
        /// The identity.
        id: String,
        /// The folder.
        folder: PathBuf,
    },
    /// Another process is measuring this run.
    #[error("run `{id}` still goes on: stop it first, with Ctrl-C where it runs")]
    StillRunning {
        /// Its identity.
        id: String,
    },
    /// Something could not be written.
    #[error("could not write `{}`: {}", path.display(), way_out(source))]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The run's file could not be written, but its journal is whole.
    #[error("could not write `{}`: {}. Everything measured is in `{}`, which opens like a run", path.display(), way_out(source), journal.display())]
    Finish {
        /// The file.
        path: PathBuf,
        /// The journal.
        journal: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Something could not be read.
    #[error("could not read `{}`: check that it is there and that you may read it", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A folder can't be given to instances.
    #[error("the folder `{}` can't be granted: {source}", folder.display())]
    Granted {
        /// The folder.
        folder: PathBuf,
        /// What in it is refused.
        source: BadTree,
    },
    /// It is no ordinary file.
    #[error("`{}` is a folder, a pipe or a device: an ordinary file is needed", path.display())]
    NotAFile {
        /// What it is.
        path: PathBuf,
    },
    /// A file is larger than anything Plimsoll makes.
    #[error("`{}` has {bytes} bytes, more than {limit}: it is damaged or was not made by Plimsoll", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its size.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// An artifact is larger than any that is run.
    #[error("`{}` has {bytes} bytes, and an artifact has at most {limit}: make it smaller, e.g. without debug symbols", path.display())]
    LargeArtifact {
        /// The file.
        path: PathBuf,
        /// Its size.
        bytes: u64,
        /// The most.
        limit: u64,
    },
    /// The file ends in the middle.
    #[error("`{}` ends in the middle, at line {line}, column {column}: it was cut short, use another copy of it", path.display())]
    CutShort {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// The file is no run.
    #[error("`{}` is no run, or a damaged one, at line {line}, column {column}: use another copy of it", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What is wrong there.
        source: serde_json::Error,
    },
    /// The file says that it is of an earlier format, but is not.
    #[error("`{}` is no run of format {from}, or a damaged one: use another copy of it", path.display())]
    Unfit {
        /// The file.
        path: PathBuf,
        /// The format that it says.
        from: u32,
        /// What is wrong once it is brought up.
        source: serde_json::Error,
    },
    /// The journal holds nothing.
    #[error("`{}` holds no whole line: the run ended before anything was measured, remove it", path.display())]
    EmptyJournal {
        /// The journal.
        path: PathBuf,
    },
    /// The file is of a later format.
    #[error("`{}` needs a newer Plimsoll: it is in format {found}, this one reads up to {known}", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: u32,
        /// The last format that this build reads.
        known: u32,
    },
    /// The file is of a format that never was.
    #[error("`{}` is in format {found}, which no Plimsoll ever wrote: use another copy of it", path.display())]
    UnknownFormat {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: u32,
    },
    /// The file contradicts itself.
    #[error("`{}` contradicts itself: {place}. It is damaged or forged, use another copy of it", path.display())]
    Contradiction {
        /// The file.
        path: PathBuf,
        /// Where, and what.
        place: String,
    },
    /// A manifest is refused.
    #[error("workload `{}` can't be used: correct its manifest", folder.display())]
    Manifest {
        /// The workload's folder.
        folder: PathBuf,
        /// What is wrong.
        source: ManifestError,
    },
    /// A manifest is not text.
    #[error("`{}` is not UTF-8 text: save it as such", path.display())]
    NotText {
        /// The manifest.
        path: PathBuf,
    },
    /// A workload's name is not its folder's.
    #[error("workload `{}` calls itself `{name}`: give the folder and `name` the same name", folder.display())]
    NameDiffers {
        /// The workload's folder.
        folder: PathBuf,
        /// The manifest's name.
        name: String,
    },
    /// A manifest tells of no job.
    #[error("workload `{}` neither serves nor runs: give it a [[request]] or a [command]", folder.display())]
    NoJob {
        /// The workload's folder.
        folder: PathBuf,
    },
    /// A file that a manifest names is missing.
    #[error("workload `{}` has no file `{file}`, which `{key}` names: put it there (Plimsoll's own are made by `cargo xtask workloads build`)", folder.display())]
    MissingFile {
        /// The workload's folder.
        folder: PathBuf,
        /// The manifest's key.
        key: &'static str,
        /// The file, relative to the folder.
        file: String,
    },
    /// A file that a manifest names as a schema is none.
    #[error("`{file}` of workload `{}`, which `{key}` names, is no JSON Schema that can be used", folder.display())]
    Schema {
        /// The workload's folder.
        folder: PathBuf,
        /// The manifest's key.
        key: &'static str,
        /// The file, relative to the folder.
        file: String,
        /// What is wrong, where, and the way out.
        source: BodySchemaError,
    },
    /// Git left a pointer in the place of a file.
    #[error("`{}` is only a pointer of git LFS: fetch the file itself with `git lfs pull`", path.display())]
    Pointer {
        /// The file.
        path: PathBuf,
    },
    /// A component is asked for.
    #[error(
        "`{}` is a core module (WASI preview 1), not a component: name it with `module` where it is a command; for a service \
         make a component with `wasm-tools component new MODULE --adapt wasi_snapshot_preview1.command.wasm`, or build for \
         target `wasm32-wasip2`",
        path.display()
    )]
    Module {
        /// The file.
        path: PathBuf,
    },
    /// A file that is neither component nor module.
    #[error("`{}` is no WebAssembly: name a `.wasm` file, a component or a module in its binary form", path.display())]
    NoWasm {
        /// The file.
        path: PathBuf,
    },
    /// A name that begins as one in a registry, and is none.
    #[error(
        "`{name}` is no name of an artifact in a registry: write `oci://host/name:tag` or `oci://host/name@sha256:…`"
    )]
    NoRegistryName {
        /// What stands after `oci://`.
        name: String,
    },
    /// A folder that is no OCI layout.
    #[error(
        "`{}` is a folder and no OCI layout, for it lacks `oci-layout` or `index.json`: name a file, or make a layout with \
         `skopeo copy … oci:DIR`",
        path.display()
    )]
    NoLayout {
        /// The folder.
        path: PathBuf,
    },
    /// A component where a module is asked for.
    #[error("`{}` is no core module: name a component with `component`, not with `module`", path.display())]
    NoModule {
        /// The file.
        path: PathBuf,
    },
    /// A file that a manifest names lies elsewhere, by a symbolic link.
    #[error("`{file}`, which `{key}` names, leads out of workload `{}`: put the file itself there", folder.display())]
    Outside {
        /// The workload's folder.
        folder: PathBuf,
        /// The manifest's key.
        key: &'static str,
        /// The file, relative to the folder.
        file: String,
    },
}

fn all(matches: &[String]) -> String {
    matches.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or ")
}

fn way_out(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "the disk is full: free some space, or name a folder elsewhere with `--data-dir`"
        }
        io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => {
            "it may not be written to: name a folder that may with `--data-dir`"
        }
        _ => "check the folder, or name another one with `--data-dir`",
    }
}
