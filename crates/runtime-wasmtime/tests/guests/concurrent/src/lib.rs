//! A guest of WASI 0.3 that is a service and a command, each with one path or word for a thing that a host is asked for.

mod command;
mod service;

struct Guest;

wasip3::http::service::export!(Guest);
wasip3::cli::command::export!(Guest);

impl wasip3::exports::http::handler::Guest for Guest {
    async fn handle(request: service::Request) -> Result<service::Response, service::ErrorCode> {
        service::answer(request).await
    }
}

impl wasip3::exports::cli::run::Guest for Guest {
    async fn run() -> Result<(), ()> {
        command::run().await
    }
}

/// Asks for memory until it is denied, and traps.
fn grow() -> ! {
    let mut kept: Vec<Vec<u8>> = Vec::new();
    loop {
        kept.push(vec![1; 1 << 20]);
    }
}
