//! What a guest may reach over the network: the hosts that are granted, and nothing else.

use std::net::SocketAddr;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use http_body_util::BodyExt as _;
use http_body_util::combinators::UnsyncBoxBody;
use hyper::client::conn::http1;
use hyper::header::{HOST, HeaderName, HeaderValue};
use hyper::http::uri::{PathAndQuery, Scheme};
use hyper::{Request, Response, Uri};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::timeout;
use wasmtime::Result;
use wasmtime::component::{Accessor, HasData, Resource};
use wasmtime_wasi::WasiCtxBuilder;
use wasmtime_wasi::p2::bindings::sockets::ip_name_lookup::{
    Host, HostResolveAddressStream, ResolveAddressStream,
};
use wasmtime_wasi::p2::bindings::sockets::network::{self, ErrorCode, IpAddress, Network};
use wasmtime_wasi::p2::{DynPollable, SocketError};
use wasmtime_wasi::p3::bindings::sockets::ip_name_lookup as names3;
use wasmtime_wasi::p3::bindings::sockets::types as sockets3;
use wasmtime_wasi::sockets::{SocketAddrUse, WasiSocketsCtxView};
use wasmtime_wasi_http::{
    DEFAULT_FORBIDDEN_HEADERS, Error, ForbiddenHeaderFilter, RequestOptions, WasiHttpHooks,
};

use crate::protocol::{Reachable, Rights};

/// How long a connection may take to stand where the guest sets no limit.
const CONNECT_LIMIT: Duration = Duration::from_secs(30);

/// Opens the way to hosts that are granted, and no other.
pub(super) fn open(wasi: &mut WasiCtxBuilder, hosts: &[Reachable]) {
    wasi.allow_udp(false).allow_tcp(!hosts.is_empty());
    if hosts.is_empty() {
        return;
    }
    let granted: Arc<[SocketAddr]> = hosts.iter().flat_map(|host| host.addresses.iter().copied()).collect();
    wasi.allow_ip_name_lookup(true).socket_addr_check(move |address, used| {
        let may = match used {
            SocketAddrUse::TcpConnect => granted.contains(&address),
            // What the system does by itself before it connects.
            SocketAddrUse::TcpBind => address.port() == 0 && address.ip().is_unspecified(),
            _ => false,
        };
        Box::pin(async move { may })
    });
}

/// GrantedNames that a guest may look up: those of the hosts that are granted, as they were resolved in preparing.
pub(super) struct GrantedNames<'a> {
    pub(super) inner: WasiSocketsCtxView<'a>,
    pub(super) rights: Arc<Rights>,
}

/// That [`GrantedNames`] answer.
pub(super) struct OfNames;

impl HasData for OfNames {
    type Data<'a> = GrantedNames<'a>;
}

impl Host for GrantedNames<'_> {
    fn resolve_addresses(
        &mut self,
        network: Resource<Network>,
        name: String,
    ) -> Result<Resource<ResolveAddressStream>, SocketError> {
        let host = self.rights.hosts.iter().find(|host| host.name.eq_ignore_ascii_case(&name));
        match host.and_then(|host| host.addresses.first()) {
            Some(address) => self.inner.resolve_addresses(network, address.ip().to_string()),
            None => Err(ErrorCode::AccessDenied.into()),
        }
    }
}

impl<T: Send> names3::HostWithStore<T> for OfNames {
    async fn resolve_addresses(
        store: &Accessor<T, Self>,
        name: String,
    ) -> Result<Result<Vec<sockets3::IpAddress>, names3::ErrorCode>> {
        let rights = store.with(|mut guest| Arc::clone(&guest.get().rights));
        let host = rights.hosts.iter().find(|host| host.name.eq_ignore_ascii_case(&name));
        let addresses = host.map(|host| host.addresses.iter().map(|address| address.ip().into()).collect());
        Ok(addresses.ok_or(names3::ErrorCode::AccessDenied))
    }
}

impl names3::Host for GrantedNames<'_> {}

impl network::Host for GrantedNames<'_> {
    fn convert_error_code(&mut self, error: SocketError) -> Result<ErrorCode> {
        self.inner.convert_error_code(error)
    }

    fn network_error_code(&mut self, error: Resource<wasmtime::Error>) -> Result<Option<ErrorCode>> {
        self.inner.network_error_code(error)
    }
}

impl network::HostNetwork for GrantedNames<'_> {
    fn drop(&mut self, network: Resource<Network>) -> Result<()> {
        network::HostNetwork::drop(&mut self.inner, network)
    }
}

impl HostResolveAddressStream for GrantedNames<'_> {
    fn resolve_next_address(
        &mut self,
        stream: Resource<ResolveAddressStream>,
    ) -> Result<Option<IpAddress>, SocketError> {
        self.inner.resolve_next_address(stream)
    }

    fn subscribe(&mut self, stream: Resource<ResolveAddressStream>) -> Result<Resource<DynPollable>> {
        HostResolveAddressStream::subscribe(&mut self.inner, stream)
    }

    fn drop(&mut self, stream: Resource<ResolveAddressStream>) -> Result<()> {
        HostResolveAddressStream::drop(&mut self.inner, stream)
    }
}

/// Headers that a guest neither sees nor sets. A static: the constant would be built anew at every look.
static FORBIDDEN: [HeaderName; 9] = DEFAULT_FORBIDDEN_HEADERS;

/// Whether one of those is named, for where there is no guest to ask.
static IS_FORBIDDEN: LazyLock<ForbiddenHeaderFilter> =
    LazyLock::new(|| Arc::new(|name| FORBIDDEN.contains(name)));

/// Sends requests of a guest to hosts that are granted, without TLS, and refuses every other.
pub(super) struct Requests {
    pub(super) rights: Arc<Rights>,
}

type Body = UnsyncBoxBody<bytes::Bytes, Error>;
type Sending = Box<dyn Future<Output = Result<(), Error>> + Send>;
type Answer = (Response<Body>, Sending);
type Received = Box<dyn Future<Output = Result<Answer, Error>> + Send>;

impl WasiHttpHooks for Requests {
    fn is_forbidden_header(&mut self, name: &HeaderName) -> bool {
        FORBIDDEN.contains(name)
    }

    fn forbidden_header_filter(&mut self) -> ForbiddenHeaderFilter {
        Arc::clone(&IS_FORBIDDEN)
    }

    fn send_request(
        &mut self,
        request: Request<Body>,
        options: Option<RequestOptions>,
        _: Sending,
    ) -> Received {
        let address = address_of(&self.rights.hosts, request.uri());
        let limit = options.and_then(|options| options.connect_timeout).unwrap_or(CONNECT_LIMIT);
        Box::new(async move {
            match address {
                Some(address) => send(request, address, limit).await,
                None => Err(Error::HttpRequestDenied),
            }
        })
    }
}

/// Where a request goes; `None` where that is not granted.
fn address_of(hosts: &[Reachable], uri: &Uri) -> Option<SocketAddr> {
    let authority = uri.authority().filter(|_| uri.scheme().is_none_or(|scheme| *scheme == Scheme::HTTP))?;
    let name = authority.host().trim_start_matches('[').trim_end_matches(']');
    let port = authority.port_u16().unwrap_or(80);
    let mut named = hosts.iter().filter(|host| host.name.eq_ignore_ascii_case(name));
    named.find_map(|host| host.addresses.iter().find(|address| address.port() == port)).copied()
}

async fn send(mut request: Request<Body>, address: SocketAddr, limit: Duration) -> Result<Answer, Error> {
    let connected = timeout(limit, TcpStream::connect(address)).await;
    let stream = connected.map_err(|_| Error::ConnectionTimeout)?.map_err(Error::Connect)?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    // It ends with the answer's body, or with the guest that drops it.
    tokio::spawn(connection);
    let host = request.uri().authority().map(|authority| HeaderValue::from_str(authority.as_str()));
    if let Some(Ok(host)) = host {
        request.headers_mut().entry(HOST).or_insert(host);
    }
    let path = request.uri().path_and_query().cloned();
    *request.uri_mut() = Uri::from(path.unwrap_or_else(|| PathAndQuery::from_static("/")));
    let answer = sender.send_request(request).await?;
    let answer = answer.map(|body| body.map_err(Error::from).boxed_unsync());
    Ok((answer, Box::new(async { Ok(()) })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_goes_to_a_host_that_is_granted_by_its_name_and_port_alone() {
        let at: SocketAddr = "127.0.0.1:8080".parse().unwrap();
        let hosts = [Reachable { name: "db.example".to_owned(), addresses: vec![at] }];
        let goes = |uri: &str| address_of(&hosts, &uri.parse().unwrap());
        assert_eq!(goes("http://DB.example:8080/x"), Some(at));
        for refused in [
            "http://db.example/",
            "https://db.example:8080/",
            "http://other:8080/",
            "http://127.0.0.1:8080/",
            "/x",
        ] {
            assert_eq!(goes(refused), None, "{refused}");
        }
    }
}
