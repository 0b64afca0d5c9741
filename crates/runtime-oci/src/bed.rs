use std::sync::Arc;

use plimsoll_runtime::{Ahead, Bed, BoxFuture, Instance, Living, Process, RuntimeError};

use crate::OciError;
use crate::instance::OciInstance;
use crate::recipe::Recipe;
use crate::staged::Staged;

/// Where containers are started from. Each has a bundle, a control group and, as a service, a port of its own.
pub(crate) struct OciBed {
    // Before what they are made from.
    living: Living<OciInstance>,
    next: Ahead<Staged>,
    recipe: Arc<Recipe>,
}

impl OciBed {
    pub(crate) fn new(recipe: Arc<Recipe>) -> Result<Self, OciError> {
        let next = Ahead::of(Staged::make(&recipe, None)?);
        Ok(Self { recipe, next, living: Living::new() })
    }
}

impl Bed for OciBed {
    fn attendants(&self) -> Vec<Process> {
        Vec::new()
    }

    fn start(&mut self) -> BoxFuture<'_, Result<Box<dyn Instance>, RuntimeError>> {
        Box::pin(async {
            let recipe = &self.recipe;
            let next = self.next.take(async { Staged::make(recipe, None) }).await?;
            Ok(self.living.take_in(next.run(recipe)?))
        })
    }

    fn end(self: Box<Self>) -> BoxFuture<'static, Result<(), RuntimeError>> {
        Box::pin(self.living.end())
    }
}
