use std::net::SocketAddr;
use std::sync::{Arc, Weak};

use futures_util::future::BoxFuture;
use futures_util::lock::Mutex;
use plimsoll_model::{FailureKind, Phase};

use crate::{Exit, Figure, Footprint, GivenFolder, Instance, Mark, RuntimeError, Stopped};

/// The instances of one bed that still live, so that it can be ended whoever holds them. One that is dropped is gone
/// from here too.
pub struct Living<I>(Vec<Weak<Mutex<Life<I>>>>);

enum Life<I> {
    Runs(I),
    /// It is being stopped, or was and that failed.
    Leaves,
    Stopped(Box<Stopped>),
}

/// An instance that its bed can stop too.
struct Tended<I> {
    address: Option<SocketAddr>,
    life: Arc<Mutex<Life<I>>>,
}

/// Why nothing can be asked of an instance any more.
#[derive(Debug, thiserror::Error)]
#[error("the instance was stopped with the others of its bed")]
struct Ended;

impl<I: Instance + 'static> Living<I> {
    /// No instance yet.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Takes an instance in, and hands it on to be used.
    pub fn take_in(&mut self, instance: I) -> Box<dyn Instance> {
        self.0.retain(|life| life.strong_count() > 0);
        let address = instance.address();
        let life = Arc::new(Mutex::new(Life::Runs(instance)));
        self.0.push(Arc::downgrade(&life));
        Box::new(Tended { address, life })
    }

    /// Stops all that still live.
    ///
    /// # Errors
    /// The first one; all are tried.
    pub async fn end(self) -> Result<(), RuntimeError> {
        let mut ended = Ok(());
        for life in self.0.into_iter().filter_map(|life| life.upgrade()) {
            let mut life = life.lock().await;
            ended = ended.and(life.stop().await.map(drop));
        }
        ended
    }
}

impl<I: Instance + 'static> Default for Living<I> {
    fn default() -> Self {
        Self::new()
    }
}

impl<I: Instance + 'static> Life<I> {
    fn runs(&mut self) -> Result<&mut I, RuntimeError> {
        match self {
            Self::Runs(instance) => Ok(instance),
            Self::Leaves | Self::Stopped(_) => Err(RuntimeError::backend(FailureKind::Other, Ended)),
        }
    }

    /// How it ended, if it was stopped.
    fn exit(&self) -> Option<Exit> {
        match self {
            Self::Runs(_) => None,
            Self::Leaves => Some(Exit::default()),
            Self::Stopped(stopped) => Some(stopped.exit.clone()),
        }
    }

    async fn stop(&mut self) -> Result<Stopped, RuntimeError> {
        match std::mem::replace(self, Self::Leaves) {
            Self::Runs(instance) => {
                let stopped = Box::new(instance).stop().await?;
                *self = Self::Stopped(Box::new(stopped.clone()));
                Ok(stopped)
            }
            Self::Leaves => Err(RuntimeError::backend(FailureKind::Other, Ended)),
            Self::Stopped(stopped) => {
                *self = Self::Stopped(stopped.clone());
                Ok(*stopped)
            }
        }
    }
}

impl<I: Instance + 'static> Instance for Tended<I> {
    fn address(&self) -> Option<SocketAddr> {
        self.address
    }

    fn footprint(&self) -> Footprint {
        // Nobody else holds it: the bed takes it only to stop it, on this thread.
        match self.life.try_lock().as_deref() {
            Some(Life::Runs(instance)) => instance.footprint(),
            _ => Footprint { unseen: Some("it was stopped with its bed"), ..Footprint::default() },
        }
    }

    fn ended(&mut self) -> BoxFuture<'_, Option<Exit>> {
        Box::pin(async {
            let mut life = self.life.lock().await;
            match &mut *life {
                Life::Runs(instance) => instance.ended().await,
                gone => gone.exit(),
            }
        })
    }

    fn wait(&mut self) -> BoxFuture<'_, Result<Exit, RuntimeError>> {
        Box::pin(async {
            let mut life = self.life.lock().await;
            match &mut *life {
                Life::Runs(instance) => instance.wait().await,
                gone => Ok(gone.exit().unwrap_or_default()),
            }
        })
    }

    fn marks(&mut self) -> BoxFuture<'_, Result<Vec<Mark>, RuntimeError>> {
        Box::pin(async { self.life.lock().await.runs()?.marks().await })
    }

    fn figures(&mut self, phase: Phase) -> BoxFuture<'_, Vec<Figure>> {
        Box::pin(async move {
            match self.life.lock().await.runs() {
                Ok(instance) => instance.figures(phase).await,
                Err(_) => Vec::new(),
            }
        })
    }

    fn copies(&self) -> Vec<GivenFolder> {
        match self.life.try_lock().as_deref() {
            Some(Life::Runs(instance)) => instance.copies(),
            _ => Vec::new(),
        }
    }

    fn stop(self: Box<Self>) -> BoxFuture<'static, Result<Stopped, RuntimeError>> {
        Box::pin(async move { self.life.lock().await.stop().await })
    }
}
