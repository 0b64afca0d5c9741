use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::Body;
use hyper::header::HOST;
use hyper::http::uri::{Authority, PathAndQuery, Scheme};
use hyper::{Request, Response, Uri};
use wasmtime::component::InstancePre;
use wasmtime::{Engine, Result, Store};
use wasmtime_wasi_http::p2::bindings::http::types::Scheme as Scheme2;
use wasmtime_wasi_http::p2::bindings::{Proxy, ProxyPre};
use wasmtime_wasi_http::p3::Request as Request3;
use wasmtime_wasi_http::p3::bindings::{Service, ServicePre};
use wasmtime_wasi_http::{Error as HttpError, WasiBody, WasiHttpView as _};

use crate::worker::ahead::ReadAhead;
use crate::worker::guest::Guest;
use crate::worker::marks::Lap;

/// What a guest answers with, or the code of its failure in words.
type Answered = Result<Response<WasiBody>, String>;

/// Where a guest leaves that.
#[derive(Clone, Default)]
pub(super) struct AnswerSlot(Arc<Mutex<Option<Answered>>>);

impl AnswerSlot {
    pub(super) fn is_set(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    pub(super) fn take(&self) -> Option<Answered> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn set(&self, answer: Answered) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(answer);
    }
}

/// A service bound to the host, of either version of `wasi:http`.
pub(super) enum BoundService {
    /// `wasi:http/incoming-handler@0.2`.
    Incoming(ProxyPre<Guest>),
    /// `wasi:http/handler@0.3`.
    Handler(ServicePre<Guest>),
}

impl BoundService {
    /// What a component exports of the two; of both, the later one.
    ///
    /// # Errors
    /// When it exports neither with the right type.
    pub(super) fn new(bound: InstancePre<Guest>) -> Result<Self> {
        if bound.engine().get_concurrency_support()
            && let Ok(handler) = ServicePre::new(bound.clone())
        {
            return Ok(Self::Handler(handler));
        }
        ProxyPre::new(bound).map(Self::Incoming)
    }

    pub(super) fn engine(&self) -> &Engine {
        match self {
            Self::Incoming(proxy) => proxy.engine(),
            Self::Handler(service) => service.engine(),
        }
    }

    /// Makes an instance, which has not been asked yet.
    pub(super) async fn instantiate(&self, store: &mut Store<Guest>) -> Result<ServiceInstance> {
        match self {
            Self::Incoming(proxy) => proxy.instantiate_async(store).await.map(ServiceInstance::Incoming),
            Self::Handler(service) => service.instantiate_async(store).await.map(ServiceInstance::Handler),
        }
    }
}

/// An instance of a service.
pub(super) enum ServiceInstance {
    /// Of `wasi:http/incoming-handler@0.2`.
    Incoming(Proxy),
    /// Of `wasi:http/handler@0.3`.
    Handler(Service),
}

impl ServiceInstance {
    /// Hands a request to it, and ends when the guest has ended with that.
    pub(super) async fn call<B>(
        &self,
        store: &mut Store<Guest>,
        request: Request<B>,
        slot: AnswerSlot,
        lap: Lap<'_>,
    ) -> Result<()>
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<HttpError>,
    {
        match self {
            Self::Incoming(proxy) => incoming(proxy, store, request, slot, lap).await,
            Self::Handler(service) => handler(service, store, request, slot, lap).await,
        }
    }
}

async fn incoming<B>(
    proxy: &Proxy,
    store: &mut Store<Guest>,
    request: Request<B>,
    slot: AnswerSlot,
    lap: Lap<'_>,
) -> Result<()>
where
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<HttpError>,
{
    let mut host = store.data_mut().http();
    let request = host.new_incoming_request(Scheme2::Http, request)?;
    let answer = host.new_response_outparam_from_callback(move |answer| {
        slot.set(answer.map_err(|code| format!("{code:?}")));
    })?;
    lap.started();
    proxy.wasi_http_incoming_handler().call_handle(store, request, answer).await
}

async fn handler<B>(
    service: &Service,
    store: &mut Store<Guest>,
    request: Request<B>,
    slot: AnswerSlot,
    lap: Lap<'_>,
) -> Result<()>
where
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<HttpError>,
{
    let request = whole(request)?;
    let (request, sent) = Request3::from_http(store.data_mut().http().hooks, request);
    lap.started();
    let work = store.run_concurrent(async |guest| {
        let body = match service.handle(guest, request).await? {
            Ok(response) => {
                let answer = guest.with(|store| response.into_http(store, sent))?;
                let (head, body) = answer.into_parts();
                let body = ReadAhead::of(body);
                slot.set(Ok(Response::from_parts(head, body.clone().boxed_unsync())));
                Some(body)
            }
            Err(code) => {
                slot.set(Err(format!("{code:?}")));
                None
            }
        };
        // An instance is at work for as long as it works, or as its host hands on what it answered with.
        std::future::poll_fn(|context| guest.poll_no_interesting_tasks(context)).await;
        if let Some(body) = body {
            std::future::poll_fn(|context| body.poll_over(context)).await;
        }
        wasmtime::error::Ok(())
    });
    work.await?
}

/// A request with all of its address, as 0.2 has it: a client writes the host into a header.
fn whole<B>(mut request: Request<B>) -> Result<Request<B>> {
    let authority = match (request.uri().authority(), request.headers().get(HOST)) {
        (Some(authority), _) => authority.clone(),
        (None, Some(host)) => Authority::try_from(host.as_bytes())?,
        (None, None) => return Err(wasmtime::Error::msg("the request names no host")),
    };
    let mut address = std::mem::take(request.uri_mut()).into_parts();
    address.scheme = Some(Scheme::HTTP);
    address.authority = Some(authority);
    address.path_and_query.get_or_insert(PathAndQuery::from_static("/"));
    *request.uri_mut() = Uri::from_parts(address)?;
    Ok(request)
}
