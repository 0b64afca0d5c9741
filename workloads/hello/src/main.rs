//! The native side of `hello`.

fn main() -> std::process::ExitCode {
    plimsoll_sides::native::run(hello::run)
}
