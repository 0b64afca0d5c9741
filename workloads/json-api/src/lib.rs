//! The conference demo: a REST service over 1,000 products.
//!
//! `GET /products/{id}` gives one product, `GET /products?q=` searches them, `POST /quote` prices a cart. Every
//! error is JSON too: `{"error":{"status":404,"message":"…"}}`.

mod catalog;
mod error;
mod query;
mod quote;
mod search;

use plimsoll_sides::{Request, Response};
use serde::Serialize;

use crate::error::Failure;

plimsoll_sides::http_component!(crate::handle);

const JSON: &str = "application/json";

/// Answers one request.
pub fn handle(request: Request<'_>) -> Response {
    match route(request) {
        Ok(body) => Response::new(200, JSON, body),
        Err(failure) => failure.into_response(),
    }
}

fn route(request: Request<'_>) -> Result<Vec<u8>, Failure> {
    if request.path == "/products" {
        allow("GET", request.method)?;
        return encode(&search::search(request.query)?);
    }
    if let Some(id) = request.path.strip_prefix("/products/") {
        allow("GET", request.method)?;
        return encode(&product(id)?);
    }
    if request.path == "/quote" {
        allow("POST", request.method)?;
        return encode(&quote::quote(request.body)?);
    }
    Err(Failure::not_found(format!("nothing is served at `{}`", request.path)))
}

fn allow(allowed: &'static str, method: &str) -> Result<(), Failure> {
    if method == allowed { Ok(()) } else { Err(Failure::method_not_allowed(allowed, method)) }
}

fn product(id: &str) -> Result<catalog::Product, Failure> {
    let number: u32 = id.parse().map_err(|_| {
        Failure::bad_request(format!("`{id}` is not a product id: it must be a whole number"))
    })?;
    catalog::product(number).ok_or_else(|| {
        Failure::not_found(format!("there is no product {number}: ids go from 1 to {}", catalog::PRODUCTS))
    })
}

fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>, Failure> {
    serde_json::to_vec(value).map_err(|error| Failure::internal(&error))
}

#[cfg(test)]
mod tests;
