use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;

use plimsoll_files::{LARGEST_ARTIFACT, read_file};
use plimsoll_model::{Phase, Reading, Slug, Workload};
use plimsoll_runtime::{
    BINARY_SIZE, Bed, BoxFuture, Clock, Conditions, Figure, MonotonicClock, PREPARE_TIME, Prepared,
    RuntimeError, UNPACKED_SIZE, WIRE_SIZE, check_static,
};

use crate::above::Above;
use crate::bed::DockerBed;
use crate::container::Recipe;
use crate::daemon::Daemon;
use crate::image::{self, Built};
use crate::lane::Lane;
use crate::layers::{self, Layer, UNPACKED_METHOD, WIRE_METHOD};
use crate::{DockerError, creation, host_size};

/// A workload's image.
pub(crate) struct DockerPrepared {
    daemon: Daemon,
    built: Built,
    recipe: Arc<Recipe>,
    above: Above,
    figures: Vec<Figure>,
    /// What the engine said when such a container was created.
    warnings: Vec<String>,
    /// Numbers the lane's containers.
    numbers: Arc<AtomicU32>,
}

impl DockerPrepared {
    pub(crate) async fn prepare(
        daemon: Daemon,
        lane: &Lane,
        file: &Path,
        workload: &Workload,
        conditions: &Conditions,
        number: u32,
        numbers: Arc<AtomicU32>,
    ) -> Result<Self, DockerError> {
        let unreadable = |source| DockerError::Binary { path: file.to_owned(), source };
        let binary = read_file(file, LARGEST_ARTIFACT).map_err(|why| unreadable(why.into()))?;
        check_static(&binary, std::env::consts::ARCH)
            .map_err(|problem| DockerError::NotStatic { path: file.to_owned(), problem })?;
        let began_ns = MonotonicClock.now_ns();
        let context = image::context(&binary, &conditions.owner).map_err(unreadable)?;
        let (name, run) = (workload.name().as_str(), conditions.owner.run.as_str());
        let tag = image::tag(name, run, &lane.name_part(), number);
        let built = Built::make(&daemon, tag, context).await?;
        let build_ns = MonotonicClock.now_ns() - began_ns;

        let mut figures = vec![
            Figure {
                metric: PREPARE_TIME,
                phase: Phase::Prepare,
                subject: Some(Slug::known("build")),
                method: "from the build context to the engine's answer, classic builder without cache",
                reading: Reading::Value(build_ns),
            },
            Figure {
                metric: BINARY_SIZE,
                phase: Phase::Prepare,
                subject: None,
                method: "length of the file",
                reading: Reading::Value(binary.len() as u64),
            },
        ];
        let recipe = Arc::new(Recipe::new(lane, built.image().clone(), workload, conditions));
        let seen = async {
            let warnings = creation::try_out(&daemon, &recipe, number).await?;
            Ok((warnings, layers::measure(&daemon, &built.image().id).await?))
        };
        let (warnings, layers) = match seen.await {
            Ok(seen) => seen,
            Err(error) => {
                // The error is the one to tell; what this leaves behind is found by a later sweep.
                let _ = built.discard(&daemon).await;
                return Err(error);
            }
        };
        figures.extend(sizes(&layers));
        figures.extend(host_size::figures(&daemon.endpoint).await);
        let above = Above::find(&daemon).await;
        Ok(Self { daemon, built, recipe, above, figures, warnings, numbers })
    }
}

/// Each layer's sizes, and their sums.
fn sizes(layers: &[Layer]) -> Vec<Figure> {
    let figure = |metric, subject, method, bytes| Figure {
        metric,
        phase: Phase::Prepare,
        subject,
        method,
        reading: Reading::Value(bytes),
    };
    let of = |subject: Option<Slug>, wire: u64, unpacked: u64| {
        [
            figure(WIRE_SIZE, subject.clone(), WIRE_METHOD, wire),
            figure(UNPACKED_SIZE, subject, UNPACKED_METHOD, unpacked),
        ]
    };
    let wire = layers.iter().map(|layer| layer.wire_bytes).sum();
    let unpacked = layers.iter().map(|layer| layer.unpacked_bytes).sum();
    let mut figures = of(None, wire, unpacked).to_vec();
    for (number, layer) in layers.iter().enumerate() {
        let subject = format!("layer-{number}").parse().ok();
        figures.extend(of(subject, layer.wire_bytes, layer.unpacked_bytes));
    }
    figures
}

impl Prepared for DockerPrepared {
    fn digests(&self) -> BTreeMap<String, String> {
        [("image".to_owned(), self.recipe.image.id.clone())].into()
    }

    fn figures(&self) -> Vec<Figure> {
        self.figures.clone()
    }

    fn warnings(&self) -> Vec<String> {
        self.warnings.clone()
    }

    fn stage(&self) -> BoxFuture<'_, Result<Box<dyn Bed>, RuntimeError>> {
        Box::pin(async {
            let (recipe, numbers) = (Arc::clone(&self.recipe), Arc::clone(&self.numbers));
            let above = self.above.clone();
            let bed: Box<dyn Bed> =
                Box::new(DockerBed::new(self.daemon.clone(), recipe, numbers, above).await?);
            Ok(bed)
        })
    }

    fn discard(self: Box<Self>) -> BoxFuture<'static, Result<(), RuntimeError>> {
        Box::pin(async move { Ok(self.built.discard(&self.daemon).await?) })
    }
}
