use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use plimsoll_runtime::{Ahead, Bed, BoxFuture, Instance, Living, Process, RuntimeError};

use crate::DockerError;
use crate::above::Above;
use crate::attendants::Attendants;
use crate::container::Recipe;
use crate::daemon::Daemon;
use crate::instance::DockerInstance;
use crate::upcoming::Upcoming;

/// Where containers are created from one image. Each has a name and, as a service, a port of its own.
pub(crate) struct DockerBed {
    daemon: Daemon,
    recipe: Arc<Recipe>,
    /// Numbers the lane's containers.
    numbers: Arc<AtomicU32>,
    above: Above,
    attendants: Attendants,
    next: Ahead<Upcoming>,
    living: Living<DockerInstance>,
}

impl DockerBed {
    pub(crate) async fn new(
        daemon: Daemon,
        recipe: Arc<Recipe>,
        numbers: Arc<AtomicU32>,
        above: Above,
    ) -> Result<Self, DockerError> {
        let number = numbers.fetch_add(1, Ordering::Relaxed);
        let next = Ahead::of(Box::pin(Upcoming::make(&daemon, &recipe, number, &above)).await?);
        let attendants = Attendants::find(&daemon).await;
        Ok(Self { daemon, recipe, numbers, above, attendants, next, living: Living::new() })
    }
}

impl Bed for DockerBed {
    fn attendants(&self) -> Vec<Process> {
        self.attendants.processes()
    }

    fn start(&mut self) -> BoxFuture<'_, Result<Box<dyn Instance>, RuntimeError>> {
        Box::pin(async {
            let (daemon, recipe, above) = (&self.daemon, &self.recipe, &self.above);
            let numbers = &self.numbers;
            let make = async {
                Upcoming::make(daemon, recipe, numbers.fetch_add(1, Ordering::Relaxed), above).await
            };
            let next = Box::pin(self.next.take(make)).await?;
            Ok(self.living.take_in(Box::pin(next.run(recipe, self.attendants)).await?))
        })
    }

    fn end(self: Box<Self>) -> BoxFuture<'static, Result<(), RuntimeError>> {
        Box::pin(async move {
            let ended = self.living.end().await;
            if let Some(next) = self.next.left() {
                next.discard().await?;
            }
            ended
        })
    }
}
