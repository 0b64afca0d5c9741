//! The two thin sides that every workload shares.
//!
//! A workload is a core: a plain function without I/O. This crate gives it a native side (an HTTP server on hyper
//! and tokio, or a command) and a component side (`wasi:http/proxy`, or `wasi:cli/run`), so that a comparison of
//! the two compares nothing that was written per workload.
//!
//! | kind | core | native side, in `main.rs` | component side, in `lib.rs` |
//! |---|---|---|---|
//! | `http` | `fn(Request<'_>) -> Response` | [`native::serve`] | [`http_component!`] |
//! | `command` | `fn(&[String], &mut dyn Write) -> io::Result<()>` | [`native::run`] | [`command_component!`] |

#[cfg(all(feature = "check", not(target_os = "wasi")))]
pub mod check;
#[cfg(target_os = "wasi")]
pub mod component;
mod contract;
#[cfg(not(target_os = "wasi"))]
pub mod native;

pub use contract::{BODY_LIMIT, CommandCore, HttpCore, Request, Response};

#[cfg(target_os = "wasi")]
#[doc(hidden)]
pub use wasip2;

/// Exports an [`HttpCore`] as `wasi:http/incoming-handler`; expands to nothing outside Wasm.
#[macro_export]
macro_rules! http_component {
    ($core:path) => {
        #[cfg(target_os = "wasi")]
        mod component {
            use $crate::wasip2;
            use $crate::wasip2::http::types::{IncomingRequest, ResponseOutparam};

            struct Component;

            impl wasip2::exports::http::incoming_handler::Guest for Component {
                fn handle(request: IncomingRequest, response_out: ResponseOutparam) {
                    $crate::component::handle($core, request, response_out);
                }
            }

            wasip2::http::proxy::export!(Component);
        }
    };
}

/// Exports a [`CommandCore`] as `wasi:cli/run`; expands to nothing outside Wasm.
#[macro_export]
macro_rules! command_component {
    ($core:path) => {
        #[cfg(target_os = "wasi")]
        mod component {
            use $crate::wasip2;

            struct Component;

            impl wasip2::exports::cli::run::Guest for Component {
                fn run() -> Result<(), ()> {
                    $crate::component::run($core)
                }
            }

            wasip2::cli::command::export!(Component);
        }
    };
}
