use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use plimsoll_model::{Kind, Phase, Reading, Workload};
use plimsoll_process::Cgroups;
use plimsoll_runtime::{
    BINARY_SIZE, Bed, BoxFuture, Conditions, Figure, Prepared, RuntimeError, UNPACKED_SIZE, WIRE_SIZE,
};

use crate::NativeError;
use crate::bed::NativeBed;
use crate::binary::Binary;

/// A binary that was found fit to run.
#[derive(Debug)]
pub(crate) struct NativePrepared {
    recipe: Arc<Recipe>,
    binary: Binary,
}

/// What each instance is made from.
#[derive(Debug)]
pub(crate) struct Recipe {
    pub(crate) cgroups: Arc<Cgroups>,
    pub(crate) program: PathBuf,
    pub(crate) args: Vec<String>,
    pub(crate) kind: Kind,
    pub(crate) conditions: Conditions,
    /// The owner's label, made once.
    pub(crate) label: String,
}

impl NativePrepared {
    pub(crate) fn make(
        cgroups: Arc<Cgroups>,
        workload: &Workload,
        conditions: &Conditions,
    ) -> Result<Self, NativeError> {
        let binary = Binary::examine(&workload.native)?;
        let label = conditions.owner.label();
        // Tells before the first trial whether the kernel takes these limits.
        cgroups.create(&label, &conditions.limits, &conditions.instance_cpus)?.remove()?;
        let args = workload.manifest.command.as_ref().map(|command| command.args.clone()).unwrap_or_default();
        let recipe = Recipe {
            cgroups,
            program: workload.native.clone(),
            args,
            kind: workload.kind(),
            conditions: conditions.clone(),
            label,
        };
        Ok(Self { recipe: Arc::new(recipe), binary })
    }
}

impl Prepared for NativePrepared {
    fn digests(&self) -> BTreeMap<String, String> {
        BTreeMap::from([("binary".to_owned(), self.binary.sha256.clone())])
    }

    fn figures(&self) -> Vec<Figure> {
        let figure = |metric, method, bytes| Figure {
            metric,
            phase: Phase::Prepare,
            subject: None,
            method,
            reading: Reading::Value(bytes),
        };
        vec![
            figure(WIRE_SIZE, "gzip level 6 (flate2) of the binary", self.binary.gzip_bytes),
            figure(UNPACKED_SIZE, "length of the file", self.binary.bytes),
            figure(BINARY_SIZE, "length of the file", self.binary.bytes),
        ]
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
