use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use plimsoll_model::{Form, Phase, Reading, Workload};
use plimsoll_process::Cgroups;
use plimsoll_runtime::{
    BINARY_SIZE, Bed, BoxFuture, Conditions, Figure, Prepared, RuntimeError, UNPACKED_SIZE, WIRE_SIZE,
};

use crate::NativeError;
use crate::bed::NativeBed;
use crate::binary::Binary;
use crate::calling::Calling;
use crate::recipe::Recipe;

/// A binary that was found fit to run.
#[derive(Debug)]
pub(crate) struct NativePrepared {
    recipe: Arc<Recipe>,
    binary: Binary,
    warnings: Vec<String>,
}

impl NativePrepared {
    pub(crate) fn make(
        cgroups: Arc<Cgroups>,
        program: &Path,
        workload: &Workload,
        conditions: &Conditions,
    ) -> Result<Self, NativeError> {
        let binary = Binary::examine(program)?;
        let label = conditions.owner.label();
        // Tells before the first trial whether the kernel takes these limits.
        cgroups.create(&label, &conditions.limits, &conditions.instance_cpus)?.remove()?;
        let recipe = Recipe {
            cgroups,
            program: program.to_owned(),
            calling: Calling::default(),
            // It sees them where they lie.
            folders: Vec::new(),
            args: workload.job.arguments().to_vec(),
            stdin: workload.job.stdin().cloned(),
            environment: workload.grants.environment.clone(),
            listen: workload.job.listen().cloned(),
            conditions: conditions.clone(),
            label,
        };
        let warnings = of_hosts(&workload.grants.hosts).into_iter().chain(beside_image(workload)).collect();
        Ok(Self { recipe: Arc::new(recipe), binary, warnings })
    }
}

/// What is to be said where containers run an image that was not made of the binary.
fn beside_image(workload: &Workload) -> Option<String> {
    let image = workload.artifacts.iter().find(|artifact| artifact.form == Form::Image)?;
    Some(format!(
        "the binary is a file of its own, and nothing shows that it is the program in the image `{}`: what sets the two \
         apart may be the program and not the container",
        image.name
    ))
}

/// What is to be said of hosts that are granted: a process is not held to them.
fn of_hosts(hosts: &[String]) -> Option<String> {
    let named: Vec<String> = hosts.iter().map(|host| format!("`{host}`")).collect();
    let told = format!(
        "hosts are not held to {}: a process reaches every address that this machine does",
        named.join(", ")
    );
    (!hosts.is_empty()).then_some(told)
}

impl Prepared for NativePrepared {
    fn digests(&self) -> BTreeMap<String, String> {
        BTreeMap::from([("binary".to_owned(), self.binary.sha256.clone())])
    }

    fn figures(&self) -> BoxFuture<'_, Vec<Figure>> {
        let figure = |metric, method, bytes| Figure {
            metric,
            phase: Phase::Prepare,
            subject: None,
            method,
            reading: Reading::Value(bytes),
        };
        let figures = vec![
            figure(
                WIRE_SIZE,
                "gzip level 6 (zlib-rs, members of 8 MiB) of the binary",
                self.binary.gzip_bytes,
            ),
            figure(UNPACKED_SIZE, "length of the file", self.binary.bytes),
            figure(BINARY_SIZE, "length of the file", self.binary.bytes),
        ];
        Box::pin(async { figures })
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

    /// The binary is the workload's and stays.
    fn discard(self: Box<Self>) -> BoxFuture<'static, Result<(), RuntimeError>> {
        Box::pin(async move {
            self.recipe.cgroups.tidy();
            Ok(())
        })
    }
}
