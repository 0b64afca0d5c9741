pub use wasip3::http::types::{ErrorCode, Request, Response};

use wasip3::http::client;
use wasip3::http::types::{Fields, Scheme};
use wasip3::wit_bindgen::{StreamReader, spawn_local};
use wasip3::{wit_future, wit_stream};

pub async fn answer(request: Request) -> Result<Response, ErrorCode> {
    let path = request.get_path_with_query().unwrap_or_default();
    match path.as_str() {
        "/hello" => Ok(of(200, b"hello".to_vec(), 1)),
        "/authority" => Ok(of(200, request.get_authority().unwrap_or_default().into_bytes(), 1)),
        "/large" => Ok(of(200, vec![b'x'; 64 << 10], 128)),
        "/echo" => {
            let (_, result) = wit_future::new(|| Ok(()));
            let (body, trailers) = Request::consume_body(request, result);
            Ok(Response::new(Fields::new(), Some(body), trailers).0)
        }
        "/trap" => std::process::abort(),
        "/late-trap" => {
            let (mut body, read) = wit_stream::new();
            spawn_local(async move {
                body.write_all(b"begun".to_vec()).await;
                std::process::abort()
            });
            Ok(streaming(200, read))
        }
        "/refuse" => Err(ErrorCode::LoopDetected),
        "/grow" => crate::grow(),
        _ => match path.strip_prefix("/fetch/") {
            Some(authority) => Ok(fetch(authority).await),
            None => Ok(of(404, Vec::new(), 1)),
        },
    }
}

/// What another server answers, or why it can't be had.
async fn fetch(authority: &str) -> Response {
    let (_, trailers) = wit_future::new(|| Ok(None));
    let (request, _) = Request::new(Fields::new(), None, trailers, None);
    let set = [
        request.set_scheme(Some(&Scheme::Http)),
        request.set_authority(Some(authority)),
        request.set_path_with_query(Some("/")),
    ];
    assert!(set.iter().all(Result::is_ok));
    match client::send(request).await {
        Ok(answer) => {
            let (_, result) = wit_future::new(|| Ok(()));
            let (body, _) = Response::consume_body(answer, result);
            of(200, body.collect().await, 1)
        }
        Err(code) => of(502, format!("{code:?}").into_bytes(), 1),
    }
}

/// So many times the same part.
fn of(status: u16, part: Vec<u8>, times: usize) -> Response {
    let (mut body, read) = wit_stream::new();
    spawn_local(async move {
        for _ in 0..times {
            if !body.write_all(part.clone()).await.is_empty() {
                return;
            }
        }
    });
    streaming(status, read)
}

fn streaming(status: u16, body: StreamReader<u8>) -> Response {
    let (_, trailers) = wit_future::new(|| Ok(None));
    let (response, _) = Response::new(Fields::new(), Some(body), trailers);
    assert!(response.set_status_code(status).is_ok());
    response
}
