//! The native side of `json-api`.

fn main() -> std::process::ExitCode {
    plimsoll_sides::native::serve(json_api::handle)
}
