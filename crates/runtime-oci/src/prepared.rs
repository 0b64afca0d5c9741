use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use plimsoll_model::{Form, Metric, Phase, Reading, Slug, Workload};
use plimsoll_runtime::{
    BINARY_SIZE, Bed, BoxFuture, Conditions, Figure, HOST_SIZE, OwnerFolder, Prepared, RuntimeError,
    UNPACKED_SIZE, WIRE_SIZE, least_program,
};

use crate::OciError;
use crate::bed::OciBed;
use crate::home::write_program;
use crate::least::{LIMIT, runs};
use crate::recipe::Recipe;
use crate::staged::Staged;
use crate::static_binary::StaticBinary;

/// A root with the binary in it, which the runtime was seen to take.
pub(crate) struct OciPrepared {
    recipe: Arc<Recipe>,
    sha256: String,
    figures: Vec<Figure>,
    warnings: Vec<String>,
}

impl OciPrepared {
    pub(crate) async fn make(
        runtime: &str,
        binary: &Path,
        workload: &Workload,
        conditions: &Conditions,
    ) -> Result<Self, OciError> {
        let StaticBinary { bytes, wire_bytes, sha256, content } = StaticBinary::read(binary)?;
        let recipe = Arc::new(Recipe::of_workload(runtime, &content, workload, conditions)?);
        takes(&recipe).await?;
        let mut figures = vec![
            figure(WIRE_SIZE, None, "gzip level 6 (zlib-rs, members of 8 MiB) of the binary", wire_bytes),
            figure(UNPACKED_SIZE, None, "length of the one file in the container's root", bytes),
            figure(BINARY_SIZE, None, "length of the file", bytes),
        ];
        if let Ok(found) = std::fs::metadata(&recipe.program) {
            let subject = recipe.program.file_name().and_then(|name| name.to_str()?.parse().ok());
            figures.push(figure(HOST_SIZE, subject, "length of the runtime's program", found.len()));
        }
        let warnings = of_hosts(&workload.grants.hosts).into_iter().chain(beside_image(workload)).collect();
        Ok(Self { recipe, sha256, figures, warnings })
    }
}

/// Tells before the first trial whether the runtime takes these limits and folders: it runs a program that does nothing in
/// place of the workload.
async fn takes(recipe: &Arc<Recipe>) -> Result<(), OciError> {
    let Some(program) = least_program() else { return Ok(()) };
    let folder = OwnerFolder::create(&recipe.conditions.owner)?;
    let file = folder.file("least");
    write_program(&file, &program)?;
    runs(recipe, Staged::make(recipe, Some(&file))?, LIMIT).await?;
    Ok(folder.remove()?)
}

/// What is to be said where other containers run an image that was not made of the binary.
fn beside_image(workload: &Workload) -> Option<String> {
    let image = workload.artifacts.iter().find(|artifact| artifact.form == Form::Image)?;
    Some(format!(
        "the binary is a file of its own, and nothing shows that it is the program in the image `{}`: what sets the two \
         apart may be the program and not the engine",
        image.name
    ))
}

/// What is to be said of hosts that are granted: the container is not held to them.
fn of_hosts(hosts: &[String]) -> Option<String> {
    let named: Vec<String> = hosts.iter().map(|host| format!("`{host}`")).collect();
    let told = format!(
        "hosts are not held to {}: a container on the host's network reaches every address that this machine does, and this \
         one has no file that tells it names",
        named.join(", ")
    );
    (!hosts.is_empty()).then_some(told)
}

fn figure(metric: Metric, subject: Option<Slug>, method: &'static str, bytes: u64) -> Figure {
    Figure { metric, phase: Phase::Prepare, subject, method, reading: Reading::Value(bytes) }
}

impl Prepared for OciPrepared {
    fn digests(&self) -> BTreeMap<String, String> {
        BTreeMap::from([("binary".to_owned(), self.sha256.clone())])
    }

    fn figures(&self) -> BoxFuture<'_, Vec<Figure>> {
        Box::pin(async { self.figures.clone() })
    }

    fn warnings(&self) -> Vec<String> {
        self.warnings.clone()
    }

    fn stage(&self) -> BoxFuture<'_, Result<Box<dyn Bed>, RuntimeError>> {
        Box::pin(async {
            let bed: Box<dyn Bed> = Box::new(OciBed::new(Arc::clone(&self.recipe))?);
            Ok(bed)
        })
    }

    fn discard(self: Box<Self>) -> BoxFuture<'static, Result<(), RuntimeError>> {
        Box::pin(async move {
            // A bed that is still there has it until it ends.
            Ok(Arc::into_inner(self.recipe).map_or(Ok(()), |recipe| recipe.home.remove())?)
        })
    }
}
