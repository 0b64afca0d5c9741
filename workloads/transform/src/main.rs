//! The native side of `transform`.

fn main() -> std::process::ExitCode {
    plimsoll_sides::native::serve(transform::handle)
}
