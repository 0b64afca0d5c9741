//! The native side of `image-edge`.

fn main() -> std::process::ExitCode {
    plimsoll_sides::native::serve(image_edge::handle)
}
