use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;

use bytes::Bytes;
use hyper::body::Body;
use hyper::{Request, Response};
use tokio::sync::Semaphore;
use wasmtime::Store;
use wasmtime_wasi_http::Error as HttpError;

use crate::code_at::CodeAt;
use crate::protocol::{Marks, Rights};
use crate::worker::answer::{Answer, Work};
use crate::worker::binding;
use crate::worker::guest::Guest;
use crate::worker::idle::{Hosted, Idle};
use crate::worker::interrupt;
use crate::worker::loading::{self, Loading};
use crate::worker::marks::Stopwatch;
use crate::worker::service::{AnswerSlot, BoundService};
use crate::worker::settings::Settings;
use crate::{Interrupt, Reuse, WasmtimeError};

/// A loaded `wasi:http` component that answers every request with a new instance, or with one that has answered before where
/// its settings say so.
#[derive(Clone)]
pub struct Responder {
    shared: Arc<Shared>,
}

struct Shared {
    service: BoundService,
    interrupts: Interrupt,
    /// How long it took to have its code, in nanoseconds.
    code_ns: u64,
    rights: Arc<Rights>,
    places: Arc<Semaphore>,
    reuse: Reuse,
    /// Where instances wait that may answer again; `None` where none does.
    idle: Option<Idle>,
    watch: Stopwatch,
    on_trap: Box<dyn Fn(&str) + Send + Sync>,
    has_trapped: AtomicBool,
}

impl Responder {
    /// Maps a compiled component and makes everything that instances share.
    ///
    /// # Errors
    /// When the file was not compiled with these settings by this build, or the component is no service.
    pub fn load(compiled: &Path, settings: Settings, rights: Rights) -> Result<Self, WasmtimeError> {
        Self::load_telling(&CodeAt::mapped(compiled), settings, rights, |_| ())
    }

    /// As [`Self::load`], wherever its code is; tells the first trap of all instances, before the connection is broken off.
    pub(crate) fn load_telling(
        code: &CodeAt,
        settings: Settings,
        rights: Rights,
        on_trap: impl Fn(&str) + Send + Sync + 'static,
    ) -> Result<Self, WasmtimeError> {
        let (component, code_ns) = Loading::begin(code, settings)?.component()?;
        let unfit = |error: wasmtime::Error| loading::unloadable(code.loaded(), &error);
        let bound = binding::bind(component.engine(), &component).map_err(unfit)?;
        let shared = Shared {
            service: BoundService::new(bound).map_err(unfit)?,
            interrupts: settings.tuning().interrupt,
            reuse: settings.tuning().reuse,
            idle: settings.tuning().reuse.is_kept().then(Idle::default),
            code_ns,
            rights: Arc::new(rights),
            places: Arc::new(Semaphore::new(settings.instances() as usize)),
            watch: Stopwatch::default(),
            on_trap: Box::new(on_trap),
            has_trapped: AtomicBool::new(false),
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// The marks of the first instance after loading or arming.
    #[must_use]
    pub fn marks(&self) -> Marks {
        Marks { code_ns: self.shared.code_ns, ..self.shared.watch.marks() }
    }

    /// Takes the marks of the next instance instead of those taken so far. It is a new one: none answers again that has
    /// answered before this.
    pub fn arm(&self) {
        if let Some(idle) = &self.shared.idle {
            idle.clear();
        }
        self.shared.watch.arm();
    }

    /// The store of an instance alone, made and dropped: for taking apart what a request costs.
    #[must_use]
    pub fn bare_store(&self) -> bool {
        self.shared.store().data().is_untouched()
    }

    /// An instance alone, made and dropped without a call: for taking apart what a request costs.
    ///
    /// # Errors
    /// When it can't be instantiated, e.g. because its memory begins above the limit.
    pub async fn bare_instance(&self) -> Result<(), WasmtimeError> {
        let mut store = self.shared.store();
        match self.shared.service.instantiate(&mut store).await {
            Ok(_) => Ok(()),
            Err(error) => Err(WasmtimeError::Trapped { trap: store.data().allowance().trap_text(&error) }),
        }
    }

    /// Answers one request with an instance that answers no other meanwhile.
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
        let mut instance = match self.idle.as_ref().and_then(Idle::take) {
            Some(instance) => instance,
            None => self.instance().await?,
        };
        lap.created();
        // Anew for each request, however many it has answered.
        interrupt::allow(self.interrupts, &mut instance.store);
        let ended = instance.serving.call(&mut instance.store, request, slot, lap).await;
        let ended = ended.map_err(|error| self.trapped(&instance.store, &error));
        match &self.idle {
            // Before its place is free: whoever takes that finds it.
            Some(idle) if ended.is_ok() => idle.keep(instance),
            _ => drop(instance),
        }
        lap.done();
        ended
    }

    /// A new instance.
    async fn instance(&self) -> Result<Hosted, WasmtimeError> {
        let generation = self.idle.as_ref().map_or(0, Idle::generation);
        let mut store = self.store();
        match self.service.instantiate(&mut store).await {
            Ok(serving) => Ok(Hosted { store, serving, left: self.reuse.times(), generation }),
            Err(error) => Err(self.trapped(&store, &error)),
        }
    }

    fn trapped(&self, store: &Store<Guest>, error: &wasmtime::Error) -> WasmtimeError {
        let mut trap = store.data().allowance().trap_text(error);
        let said = store.data().allowance().stderr_tail();
        if !said.is_empty() {
            trap.push_str(&format!("; its standard error ends with: {said}"));
        }
        self.gave_up(trap)
    }

    fn store(&self) -> Store<Guest> {
        Guest::new(self.rights.clone()).into_store(self.service.engine(), self.interrupts)
    }

    fn gave_up(&self, trap: String) -> WasmtimeError {
        if !self.has_trapped.swap(true, Ordering::Relaxed) {
            (self.on_trap)(&trap);
        }
        WasmtimeError::Trapped { trap }
    }
}
