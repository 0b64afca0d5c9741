use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;

use plimsoll_files::{LARGEST_ARTIFACT, read_file};
use plimsoll_model::{Artifact, Phase, Reading, Slug, Source, Workload};
use plimsoll_runtime::{
    BINARY_SIZE, Bed, BoxFuture, Clock, Conditions, Figure, MonotonicClock, PREPARE_TIME, Prepared,
    RuntimeError, check_static,
};

use crate::above::Above;
use crate::base::{self, Base};
use crate::bed::DockerBed;
use crate::container::Recipe;
use crate::daemon::Daemon;
use crate::engine::Engine;
use crate::facts::Facts;
use crate::footing::Footing;
use crate::foreign::Foreign;
use crate::image::{self, Built, Image};
use crate::lane::Lane;
use crate::network::Network;
use crate::obtain::obtain;
use crate::obtained::Obtained;
use crate::readers::{self, RunsAs};
use crate::{DockerError, argument_zero, creation, found_port, granted, host_size, sizes};

/// A workload's image.
pub(crate) struct DockerPrepared {
    daemon: Daemon,
    footing: Arc<Footing>,
    recipe: Arc<Recipe>,
    above: Above,
    digests: BTreeMap<String, String>,
    /// Whose sizes are known is not measured again.
    engine: Arc<Engine>,
    /// What its coming took.
    figures: Vec<Figure>,
    /// What the engine said when such a container was created, and what is not as in a container of ours.
    warnings: Vec<String>,
    /// Numbers the lane's containers.
    numbers: Arc<AtomicU32>,
}

/// What is prepared, for which lane.
pub(crate) struct Making<'a> {
    pub(crate) daemon: Daemon,
    pub(crate) engine: Arc<Engine>,
    pub(crate) lane: &'a Lane,
    pub(crate) workload: &'a Workload,
    pub(crate) conditions: &'a Conditions,
    /// Numbers the lane's images.
    pub(crate) number: u32,
    /// Numbers its containers.
    pub(crate) numbers: Arc<AtomicU32>,
}

/// What was learnt of an image by the time it can be used.
struct Learnt {
    recipe: Recipe,
    warnings: Vec<String>,
    figures: Vec<Figure>,
}

impl DockerPrepared {
    /// An image of ours around a static binary.
    pub(crate) async fn of_binary(making: Making<'_>, file: &Path) -> Result<Self, DockerError> {
        let unreadable = |source| DockerError::Binary { path: file.to_owned(), source };
        let binary = read_file(file, LARGEST_ARTIFACT).map_err(|why| unreadable(why.into()))?;
        check_static(&binary, std::env::consts::ARCH)
            .map_err(|problem| DockerError::NotStatic { path: file.to_owned(), problem })?;
        let began_ns = MonotonicClock.now_ns();
        let base = base::find(&making.daemon, making.lane.base()).await?;
        let context = image::context(base.as_ref(), &binary, &making.conditions.owner).map_err(unreadable)?;
        let built = Built::make(&making.daemon, making.tag(), context).await?;
        let build_ns = MonotonicClock.now_ns() - began_ns;

        let figures = vec![
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
        let Making { daemon, number, .. } = &making;
        let recipe = Recipe::new(making.lane, built.image().clone(), making.workload, making.conditions);
        let learnt = async {
            let mut warnings = vec![image::STRICT.to_owned()];
            warnings.extend(base.as_ref().map(Base::remark));
            warnings.extend(making.closed(None)?);
            warnings.extend(creation::try_out(daemon, &recipe, *number).await?);
            Ok(Learnt { recipe, warnings, figures })
        };
        let learnt = learnt.await;
        Self::of(making, Arc::new(Footing::Built(built)), None, learnt).await
    }

    /// An image that somebody else made.
    pub(crate) async fn of_image(making: Making<'_>, artifact: &Artifact) -> Result<Self, DockerError> {
        let (daemon, owner) = (&making.daemon, &making.conditions.owner);
        let Obtained { footing, facts, figures } =
            obtain(daemon, &making.engine, artifact, making.tag(), owner).await?;
        // An engine may know what came from a file by a registry's name too: it was not had from there.
        let digest = facts.digest.clone().filter(|_| matches!(artifact.source, Source::Reference(_)));
        let learnt = making.learn(artifact, facts, figures).await;
        Self::of(making, footing, digest, learnt).await
    }

    async fn of(
        making: Making<'_>,
        footing: Arc<Footing>,
        pulled: Option<String>,
        learnt: Result<Learnt, DockerError>,
    ) -> Result<Self, DockerError> {
        let Making { daemon, engine, numbers, workload, lane, .. } = making;
        let Learnt { recipe, mut warnings, figures } = match learnt {
            Ok(learnt) => learnt,
            Err(error) => {
                // The error is the one to tell; what this leaves behind is found by a later sweep.
                let _ = footing.discard(&daemon).await;
                return Err(error);
            }
        };
        warnings.extend(recipe.called().as_deref().map(argument_zero::told));
        warnings.extend(granted::of_hosts(lane, &workload.grants.hosts));
        let mut digests = BTreeMap::from([("image".to_owned(), recipe.image.id.clone())]);
        digests.extend(pulled.map(|digest| ("pulled".to_owned(), digest)));
        let above = Above::find(&daemon).await;
        let recipe = Arc::new(recipe);
        Ok(Self { daemon, footing, recipe, above, digests, engine, figures, warnings, numbers })
    }
}

impl Making<'_> {
    /// What an image that is made for it is called.
    fn tag(&self) -> String {
        let (name, run) = (self.workload.name().as_str(), self.conditions.owner.run.as_str());
        image::tag(name, run, &self.lane.name_part(), self.number)
    }

    /// What is to be said of folders that its containers can't read.
    fn closed(&self, foreign: Option<&Foreign>) -> Result<Vec<String>, DockerError> {
        let found = self.engine.found(self.lane.runtime());
        let traits = found.get().map(|found| &found.traits);
        let mapped = traits.is_some_and(|traits| traits.remapped || traits.rootless);
        readers::closed_to(&RunsAs::of(foreign, mapped), &self.workload.grants.folders)
    }

    /// Tries a foreign image out, and finds where its service listens.
    async fn learn(
        &self,
        artifact: &Artifact,
        facts: Facts,
        figures: Vec<Figure>,
    ) -> Result<Learnt, DockerError> {
        let name = artifact.name.as_str();
        // By its id: the name may be given to another one while this is measured.
        let image = Image { id: facts.id.clone(), tag: name.to_owned() };
        let mut recipe = Recipe::new(self.lane, image, self.workload, self.conditions);
        let foreign = Foreign { container: self.workload.container.clone(), facts };
        let pulled = match &artifact.source {
            Source::Reference(name) => self.engine.pulls.of(name).is_some(),
            _ => false,
        };
        let mut warnings = vec![foreign.remark(name, pulled)];
        warnings.extend(self.closed(Some(&foreign))?);
        recipe.foreign = Some(foreign.clone());
        if self.workload.artifacts.len() > 1 {
            warnings.extend(foreign.brings(name, &recipe.trial(), recipe.listen.is_some()));
        }
        warnings.extend(creation::try_out(&self.daemon, &recipe, self.number).await?);
        let Foreign { container, facts } = foreign;
        if recipe.listen.is_some() && self.lane.network() == Network::Bridge {
            let expected = container.port.map(u16::from).or(facts.port());
            let found = found_port::find(
                &self.daemon,
                &self.engine.ports,
                &recipe,
                self.number,
                expected,
                &facts.ports,
            )
            .await?;
            recipe.inner_port = found.unwrap_or(recipe.inner_port);
        }
        Ok(Learnt { recipe, warnings, figures })
    }
}

impl Prepared for DockerPrepared {
    fn digests(&self) -> BTreeMap<String, String> {
        self.digests.clone()
    }

    fn figures(&self) -> BoxFuture<'_, Vec<Figure>> {
        Box::pin(async {
            let Image { id, tag } = &self.recipe.image;
            let told = self.recipe.foreign.as_ref().and_then(|foreign| foreign.facts.bytes);
            let telling = self.engine.ongoing.begin(format!("measuring the layers of `{tag}`"));
            let sizes = sizes::of_image(&self.daemon, &self.engine.sizes, id, told).await;
            drop(telling);
            let host = host_size::figures(&self.daemon).await;
            self.figures.iter().cloned().chain(sizes).chain(host).collect()
        })
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
        Box::pin(async move { Ok(self.footing.discard(&self.daemon).await?) })
    }
}
