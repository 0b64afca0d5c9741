use std::collections::BTreeMap;
use std::sync::Arc;

use plimsoll_runtime::{Bed, BoxFuture, Figure, Prepared, RuntimeError};

use crate::parent::fresh::Fresh;
use crate::parent::live::Live;
use crate::parent::recipe::Recipe;
use crate::parent::scratch::Scratch;
use crate::parent::start::Start;

/// A compiled component or module.
pub(super) struct Compiled {
    pub(super) start: Start,
    pub(super) recipe: Arc<Recipe>,
    pub(super) scratch: Scratch,
    pub(super) digests: BTreeMap<String, String>,
    pub(super) figures: Vec<Figure>,
    pub(super) warnings: Vec<String>,
}

impl Prepared for Compiled {
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
            Ok(match self.start {
                Start::Instance => Box::new(Live::stage(self.recipe.clone()).await?) as Box<dyn Bed>,
                Start::Process => Box::new(Fresh::stage(self.recipe.clone())?),
            })
        })
    }

    fn discard(self: Box<Self>) -> BoxFuture<'static, Result<(), RuntimeError>> {
        Box::pin(async { Ok(self.scratch.remove()?) })
    }
}
