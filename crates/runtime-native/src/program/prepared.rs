use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use plimsoll_files::{LARGEST_ARTIFACT, read_file, sha256, sha256_of};
use plimsoll_model::{FolderGrant, Phase, Reading, Slug, Workload};
use plimsoll_process::Cgroups;
use plimsoll_runtime::wire::gzip_bytes;
use plimsoll_runtime::{
    Bed, BoxFuture, COMPILED_SIZE, Clock, Conditions, Figure, HOST_SIZE, MonotonicClock, OwnerFolder,
    PREPARE_TIME, Prepared, RuntimeError, UNPACKED_SIZE, WIRE_SIZE,
};

use super::compiling::compile;
use super::find::find;
use super::lane::Lane;
use crate::NativeError;
use crate::bed::NativeBed;
use crate::recipe::Recipe;

/// How long compiling may take: some make a program of their own of each module.
const COMPILING: Duration = Duration::from_secs(300);

/// An artifact that a program was found fit to run.
pub(super) struct ProgramPrepared {
    recipe: Arc<Recipe>,
    digests: BTreeMap<String, String>,
    figures: Vec<Figure>,
    warnings: Vec<String>,
    /// What was made for it.
    folder: OwnerFolder,
}

impl ProgramPrepared {
    pub(super) async fn make(
        lane: &Lane,
        cgroups: Arc<Cgroups>,
        artifact: &Path,
        workload: &Workload,
        conditions: &Conditions,
    ) -> Result<Self, NativeError> {
        let program = find(&lane.parameters.program)?;
        let label = conditions.owner.label();
        // Tells before the first trial whether the kernel takes these limits.
        cgroups.create(&label, &conditions.limits, &conditions.instance_cpus)?.remove()?;
        let (mut figures, mut digests) = of_artifact(lane, artifact)?;
        let size = length(&program)?;
        let subject =
            Path::new(&lane.parameters.program).file_name().and_then(|name| name.to_str()?.parse().ok());
        figures.push(figure(HOST_SIZE, subject, "length of the program", size));
        let folder = OwnerFolder::create(&conditions.owner)?;
        let words = lane.templates().compile;
        let mut runs = artifact.to_owned();
        if !words.is_empty() {
            let compiled = folder.file("compiled");
            let began_ns = MonotonicClock.now_ns();
            compile(&words, artifact, &compiled, COMPILING).await?;
            let took_ns = MonotonicClock.now_ns() - began_ns;
            let subject = Some(Slug::known("compile"));
            figures.push(figure(
                PREPARE_TIME,
                subject,
                "observer's clock, from exec to exit of the program that compiles",
                took_ns,
            ));
            figures.push(figure(COMPILED_SIZE, None, "length of the compiled file", length(&compiled)?));
            let digest = std::fs::File::open(&compiled)
                .and_then(sha256_of)
                .map_err(|source| NativeError::Read { path: compiled.clone(), source })?;
            digests.insert("compiled".to_owned(), digest);
            runs = compiled;
        }
        let recipe = Recipe {
            cgroups,
            program,
            calling: lane.calling(workload.job.listen().is_some(), &runs.to_string_lossy()),
            args: workload.job.arguments().to_vec(),
            stdin: workload.job.stdin().cloned(),
            environment: workload.grants.environment.clone(),
            folders: copied(&workload.grants.folders),
            listen: workload.job.listen().cloned(),
            conditions: conditions.clone(),
            label,
        };
        let warnings = of_hosts(&workload.grants.hosts);
        Ok(Self { recipe: Arc::new(recipe), digests, figures, warnings, folder })
    }
}

/// Each instance has copies: few programs can be told that a folder is only to be read.
fn copied(grants: &[FolderGrant]) -> Vec<FolderGrant> {
    grants.iter().map(|grant| FolderGrant { write: true, ..grant.clone() }).collect()
}

/// What is to be said of hosts that are granted: the lane's words tell of none.
fn of_hosts(hosts: &[String]) -> Vec<String> {
    let named: Vec<String> = hosts.iter().map(|host| format!("`{host}`")).collect();
    let told = format!(
        "the program is not told of hosts: whether it reaches {} is its own affair",
        named.join(", ")
    );
    if hosts.is_empty() { Vec::new() } else { vec![told] }
}

fn of_artifact(lane: &Lane, artifact: &Path) -> Result<(Vec<Figure>, BTreeMap<String, String>), NativeError> {
    let unread = |source| NativeError::Read { path: artifact.to_owned(), source };
    let bytes = read_file(artifact, LARGEST_ARTIFACT).map_err(|why| unread(why.into()))?;
    let wire = gzip_bytes(&bytes).map_err(unread)?;
    let figures = vec![
        figure(WIRE_SIZE, None, "gzip level 6 (zlib-rs, members of 8 MiB) of the file", wire),
        figure(UNPACKED_SIZE, None, "length of the file", bytes.len() as u64),
    ];
    Ok((figures, [(lane.parameters.runs.form().to_string(), sha256(&bytes))].into()))
}

fn length(file: &Path) -> Result<u64, NativeError> {
    let unread = |source| NativeError::Read { path: PathBuf::from(file), source };
    std::fs::metadata(file).map(|found| found.len()).map_err(unread)
}

fn figure(metric: plimsoll_model::Metric, subject: Option<Slug>, method: &'static str, value: u64) -> Figure {
    Figure { metric, phase: Phase::Prepare, subject, method, reading: Reading::Value(value) }
}

impl Prepared for ProgramPrepared {
    fn digests(&self) -> BTreeMap<String, String> {
        self.digests.clone()
    }

    fn figures(&self) -> BoxFuture<'_, Vec<Figure>> {
        Box::pin(async { self.figures.clone() })
    }

    fn warnings(&self) -> Vec<String> {
        self.warnings.clone()
    }

    fn stage(&self) -> BoxFuture<'_, Result<Box<dyn Bed>, RuntimeError>> {
        Box::pin(async {
            let bed: Box<dyn Bed> = Box::new(NativeBed::new(Arc::clone(&self.recipe))?);
            Ok(bed)
        })
    }

    fn discard(self: Box<Self>) -> BoxFuture<'static, Result<(), RuntimeError>> {
        Box::pin(async move {
            self.recipe.cgroups.tidy();
            Ok(self.folder.remove().map_err(NativeError::from)?)
        })
    }
}
