//! A guest of WASI 0.2 that is a service and a command, each with one path or word for a thing that a host is asked for:
//! the same as `concurrent` is of 0.3.

mod command;
mod service;

struct Guest;

wasip2::http::proxy::export!(Guest);
wasip2::cli::command::export!(Guest);

impl wasip2::exports::http::incoming_handler::Guest for Guest {
    fn handle(request: service::IncomingRequest, to: service::ResponseOutparam) {
        service::answer(&request, to);
    }
}

impl wasip2::exports::cli::run::Guest for Guest {
    fn run() -> Result<(), ()> {
        command::run()
    }
}

/// Asks for memory until it is denied, and traps.
fn grow() -> ! {
    let mut kept: Vec<Vec<u8>> = Vec::new();
    loop {
        kept.push(vec![1; 1 << 20]);
    }
}
