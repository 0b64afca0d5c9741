use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;

use bytes::Bytes;
use hyper::body::Body;
use hyper::{Request, Response};
use tokio::sync::Semaphore;
use wasmtime_wasi_http::Error as HttpError;

use crate::WasmtimeError;
use crate::protocol::{Marks, Rights};
use crate::worker::answer::{Answer, Work};
use crate::worker::binding;
use crate::worker::guest::{self, Guest};
use crate::worker::marks::Stopwatch;
use crate::worker::service::{AnswerSlot, BoundService};
use crate::worker::settings::Settings;

/// A loaded `wasi:http` component that answers every request with a new instance.
#[derive(Clone)]
pub struct Responder {
    shared: Arc<Shared>,
}

struct Shared {
    service: BoundService,
    rights: Arc<Rights>,
    places: Arc<Semaphore>,
    watch: Stopwatch,
    on_trap: Box<dyn Fn(&str) + Send + Sync>,
    trapped: AtomicBool,
}

impl Responder {
    /// Maps a compiled component and makes everything that instances share.
    ///
    /// # Errors
    /// When the file was not compiled with these settings by this build, or the component is no service.
    pub fn load(compiled: &Path, settings: Settings, rights: Rights) -> Result<Self, WasmtimeError> {
        Self::load_telling(compiled, settings, rights, |_| ())
    }

    /// As [`Self::load`]; tells the first trap of all instances, before the connection is broken off.
    pub(crate) fn load_telling(
        compiled: &Path,
        settings: Settings,
        rights: Rights,
        on_trap: impl Fn(&str) + Send + Sync + 'static,
    ) -> Result<Self, WasmtimeError> {
        let component = guest::load(&settings.engine()?, compiled)?;
        let unloadable = |error: wasmtime::Error| guest::unloadable(compiled, &error);
        let bound = binding::bind(component.engine(), &component).map_err(unloadable)?;
        let shared = Shared {
            service: BoundService::new(bound).map_err(unloadable)?,
            rights: Arc::new(rights),
            places: Arc::new(Semaphore::new(settings.instances() as usize)),
            watch: Stopwatch::default(),
            on_trap: Box::new(on_trap),
            trapped: AtomicBool::new(false),
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// The marks of the first instance after loading or arming.
    #[must_use]
    pub fn marks(&self) -> Marks {
        self.shared.watch.marks()
    }

    /// Takes the marks of the next instance instead of those taken so far.
    pub fn arm(&self) {
        self.shared.watch.arm();
    }

    /// The store of an instance alone, made and dropped: for taking apart what a request costs.
    #[must_use]
    pub fn bare_store(&self) -> bool {
        let store = Guest::new(self.shared.rights.clone()).into_store(self.shared.service.engine());
        store.data().is_untouched()
    }

    /// An instance alone, made and dropped without a call: for taking apart what a request costs.
    ///
    /// # Errors
    /// When it can't be instantiated, e.g. because its memory begins above the limit.
    pub async fn bare_instance(&self) -> Result<(), WasmtimeError> {
        let mut store = Guest::new(self.shared.rights.clone()).into_store(self.shared.service.engine());
        match self.shared.service.instantiate(&mut store).await {
            Ok(()) => Ok(()),
            Err(error) => Err(WasmtimeError::Trapped { trap: store.data().allowance().trap_text(&error) }),
        }
    }

    /// Answers one request with a new instance.
    ///
    /// # Errors
    /// When the guest traps or ends before it has answered. A server then breaks the connection off, as one does
    /// whose process dies: an answer with status 500 would look like the component's own.
    pub async fn respond<B>(&self, request: Request<B>) -> Result<Response<Answer>, WasmtimeError>
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<HttpError>,
    {
        let slot = AnswerSlot::default();
        let mut work: Work = Box::pin(self.shared.clone().work(request, slot.clone()));
        // The guest is driven from here and, when it answers before it ends, from the answer's body: no task
        // is spawned and no channel crossed for a request.
        let ended = std::future::poll_fn(|context| match work.as_mut().poll(context) {
            Poll::Ready(result) => Poll::Ready(Some(result)),
            Poll::Pending if slot.is_set() => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        })
        .await;
        match (ended, slot.take()) {
            (Some(Err(error)), _) => Err(error),
            (_, Some(Err(code))) => Ok(Answer::failure(&format!("the component answered with `{code}`"))),
            (None, Some(Ok(response))) => Ok(response.map(|body| Answer::streamed(body, work))),
            (Some(Ok(())), Some(Ok(response))) => Ok(response.map(Answer::finished)),
            (_, None) => Err(self.shared.gave_up("it ended without an answer".to_owned())),
        }
    }
}

impl Shared {
    async fn work<B>(self: Arc<Self>, request: Request<B>, slot: AnswerSlot) -> Result<(), WasmtimeError>
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<HttpError>,
    {
        let lap = self.watch.asked();
        // The semaphore is never closed, so there is always a place to come.
        let _place = self.places.clone().acquire_owned().await.ok();
        let mut store = Guest::new(self.rights.clone()).into_store(self.service.engine());
        let ended = self.service.call(&mut store, request, slot, lap).await;
        let ended = ended.map_err(|error| {
            let mut trap = store.data().allowance().trap_text(&error);
            let said = store.data().allowance().stderr_tail();
            if !said.is_empty() {
                trap.push_str(&format!("; its standard error ends with: {said}"));
            }
            self.gave_up(trap)
        });
        drop(store);
        lap.done();
        ended
    }

    fn gave_up(&self, trap: String) -> WasmtimeError {
        if !self.trapped.swap(true, Ordering::Relaxed) {
            (self.on_trap)(&trap);
        }
        WasmtimeError::Trapped { trap }
    }
}
